// Reads anew what is shown and has changed: what comes in quick succession once, and not while nobody looks.
import type { InfiniteData, Query, QueryClient } from '@tanstack/vue-query';

import type { Change } from './change.ts';
import { shows } from './related.ts';

const FIRST_WAIT_MS = 250;
/** The least time between two rounds, and between two that read sums over everything. */
const APART_MS = 2_000;
const SUMS_APART_MS = 10_000;
const SUMS = /\/(dashboard|ledger|engagement|progress|conversion|board|count)$/;
/** A list of more pages is marked as old, and is read when it is next opened: page after page is too much to read with every hint. */
const MOST_PAGES = 5;

export interface Invalidator {
  add: (changes: readonly Change[]) => void;
  /** Everything may have changed. */
  addAll: () => void;
  stop: () => void;
}

export function invalidator(client: QueryClient, page: Document = document): Invalidator {
  const rounds = [rounder(client, page, APART_MS, (query) => !isSum(query)), rounder(client, page, SUMS_APART_MS, isSum)];
  const schedule = () => rounds.forEach((round) => round.schedule());
  page.addEventListener('visibilitychange', schedule);
  return {
    add: (changes) => rounds.forEach((round) => round.add(changes)),
    addAll: () => rounds.forEach((round) => round.addAll()),
    stop: () => {
      page.removeEventListener('visibilitychange', schedule);
      rounds.forEach((round) => round.stop());
    },
  };
}

/** Reads anew what of its queries has changed, once in a while. */
function rounder(client: QueryClient, page: Document, apart: number, isMine: (query: Query) => boolean) {
  let waiting = new Map<string, Change>();
  let isAll = false;
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    if (page.visibilityState === 'hidden') return;
    const changes = [...waiting.values()];
    const all = isAll;
    waiting = new Map();
    isAll = false;
    at = Date.now();
    const concerns = (query: Query) => isMine(query) && (all || changes.some((change) => shows(query.queryKey, change)));
    void client.invalidateQueries({ predicate: (query) => concerns(query) && !isLong(query) });
    void client.invalidateQueries({ predicate: (query) => concerns(query) && isLong(query), refetchType: 'none' });
  }

  function schedule(): void {
    if (waiting.size === 0 && !isAll) return;
    timer ??= setTimeout(flush, Math.max(FIRST_WAIT_MS, at + apart - Date.now()));
  }

  return {
    schedule,
    add: (changes: readonly Change[]) => {
      for (const change of changes) waiting.set(`${change.topic} ${change.key}`, change);
      schedule();
    },
    addAll: () => {
      isAll = true;
      schedule();
    },
    stop: () => clearTimeout(timer),
  };
}

function isSum(query: Query): boolean {
  return typeof query.queryKey[1] === 'string' && SUMS.test(query.queryKey[1]);
}

function isLong(query: Query): boolean {
  const pages = (query.state.data as Partial<InfiniteData<unknown>> | undefined)?.pages;
  return Array.isArray(pages) && pages.length > MOST_PAGES;
}
