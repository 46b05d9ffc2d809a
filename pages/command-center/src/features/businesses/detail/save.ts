// Saving a change of a business: shown at once, with a way back.
import { useEdit, useRefresh } from '@/api';
import type { Changes } from '@/api';

import type { Business } from '../business.ts';

export type BusinessChanges = Changes<'/api/v1/businesses/{id}'>;

export function useBusinessEdit(business: () => Business) {
  const { save } = useEdit('/api/v1/businesses/{id}');
  const refresh = useRefresh();
  return async (changes: BusinessChanges, label: string): Promise<void> => {
    await save(business(), changes, { done: `${label} changed` });
    // What they are called, and the scores that a status changes, are not in the answer.
    if ('community_id' in changes || 'industry_id' in changes) void refresh('/api/v1/businesses/{id}');
    if ('lead_status' in changes) void refresh('/api/v1/businesses/{id}', '/api/v1/businesses/{id}/scores');
  };
}
