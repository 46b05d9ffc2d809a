import { QueryClient } from '@tanstack/vue-query';

import { ApiError } from './client.ts';

/** What the API refused it refuses again; what got lost on the way is asked for twice more. */
export function retries(failures: number, error: unknown): boolean {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
  return failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: retries, staleTime: 15_000, gcTime: 10 * 60_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
