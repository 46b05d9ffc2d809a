// How many there are in a community. The API counts by the rules of segments, so each figure is asked as one.
import { useQuery } from '@tanstack/vue-query';
import { computed, toValue } from 'vue';
import type { MaybeRefOrGetter } from 'vue';

import { api } from '@/api';
import type { Schema } from '@/api';
import { usePermissions } from '@/session';

type Rule = Schema<'Rule'>;

const field = (name: string, operator: Schema<'Operator'>, value?: string | boolean | string[]): Rule => ({
  field: { name, operator, ...(value === undefined ? {} : { value }) },
});

const all = {
  businesses: (id: string) => ({ what: 'businesses', rule: field('community_id', 'is', id) }),
  inTouch: (id: string) => ({
    what: 'businesses',
    rule: { all: [field('community_id', 'is', id), field('lead_status', 'in', ['lead', 'qualified', 'trial'])] },
  }),
  customers: (id: string) => ({
    what: 'businesses',
    rule: { all: [field('community_id', 'is', id), field('lead_status', 'is', 'customer')] },
  }),
  withAddress: (id: string) => ({
    what: 'people',
    rule: { all: [field('business.community_id', 'is', id), field('email', 'is_set')] },
  }),
} satisfies Record<string, (id: string) => Schema<'AdHoc'>>;

export type Figures = Record<keyof typeof all, number>;

export function useFigures(id: MaybeRefOrGetter<string>) {
  const { can } = usePermissions();
  const found = useQuery({
    queryKey: computed(() => ['record', '/api/v1/segments/preview', 'community', toValue(id)]),
    enabled: computed(() => can('people:read')),
    queryFn: async ({ signal }): Promise<Figures> => {
      const counted = await Promise.all(
        Object.entries(all).map(async ([name, rule]) => {
          const { data } = await api.post('/api/v1/segments/preview', { body: rule(toValue(id)), signal });
          return [name, data.member_count] as const;
        }),
      );
      return Object.fromEntries(counted) as Figures;
    },
    staleTime: 60_000,
  });
  return {
    figures: computed(() => found.data.value),
    error: computed(() => found.error.value),
    refetch: () => found.refetch(),
  };
}
