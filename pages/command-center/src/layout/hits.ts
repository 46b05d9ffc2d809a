// Where what the search finds is shown.
import type { RouteLocationRaw, Router } from 'vue-router';

import type { Schema } from '@/api/client.ts';

export type Hit = Schema<'Hit'>;

/** Pages of records are named `business` and `person`, with the id as `id`. Without such a page there is no way to the hit. */
export function addressOf(hit: Hit, router: Router): RouteLocationRaw | undefined {
  if (hit.type === 'person' && router.hasRoute('person')) return { name: 'person', params: { id: hit.id } };
  return router.hasRoute('business') ? { name: 'business', params: { id: hit.business_id } } : undefined;
}
