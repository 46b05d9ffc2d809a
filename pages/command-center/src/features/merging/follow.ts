// A record that became part of another one: goes on to that.
import type { Router } from 'vue-router';

import { ApiError, useToasts } from '@/api';

import { addressOfRecord } from './likeness.ts';
import type { What } from './likeness.ts';

/** The id that took the place of the one that was asked for. */
export function mergedInto(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 'merged') return undefined;
  return error.complaint('merged_into');
}

export function followMerge(error: unknown, what: What, router: Router): void {
  const id = mergedInto(error);
  if (!id) return;
  useToasts().show({ title: 'It was merged', description: 'This is the record it became part of.' });
  void router.replace(addressOfRecord(what, id));
}
