// By what the list of businesses is filtered. Names of ids that a link brings are looked up.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useRoute } from 'vue-router';

import { api } from '@/api';
import { useFilters } from '@/design';
import type { Filter } from '@/design';
import { searchCommunities } from '@/lookups/records.ts';
import { usePermissions } from '@/session';

import { leadStatuses } from '../business.ts';
import { searchIndustries, searchLocations, searchMembers, searchTagNames } from '../choices.ts';
import { useMemberNames } from '../names.ts';

/** What an id in the URL is called. */
function useNameAt(name: string, read: (id: string) => Promise<string>) {
  const route = useRoute();
  const id = computed(() => (typeof route.query[name] === 'string' ? route.query[name] : undefined));
  const found = useQuery({
    queryKey: computed(() => ['name', name, id.value]),
    queryFn: () => read(id.value!),
    enabled: computed(() => id.value !== undefined),
    staleTime: 60_000,
  });
  return () => found.data.value;
}

export function useBusinessFilters() {
  const { can } = usePermissions();
  const { nameOf } = useMemberNames();
  const path = (id: string) => ({ params: { path: { id } } });
  const community = useNameAt('community_id', async (id) => (await api.get('/api/v1/communities/{id}', path(id))).data.name);
  const industry = useNameAt('industry_id', async (id) => (await api.get('/api/v1/industries/{id}', path(id))).data.name);
  const location = useNameAt('location_id', async (id) => (await api.get('/api/v1/locations/{id}', path(id))).data.name);

  const filters: (Filter | false)[] = [
    { name: 'lead_status', label: 'Status', kind: 'choice', choices: leadStatuses.map(({ value, label }) => ({ value, label })) },
    can('tags:read') && { name: 'tag', label: 'Tag', kind: 'search', search: searchTagNames, labelOf: (value) => value },
    can('members:read') && { name: 'owner_id', label: 'Owner', kind: 'search', search: searchMembers, labelOf: nameOf },
    { name: 'min_lead_score', label: 'Lead score at least', kind: 'number', min: 0, max: 100 },
    can('industries:read') && { name: 'industry_id', label: 'Industry', kind: 'search', search: searchIndustries, labelOf: industry },
    can('communities:read') && { name: 'community_id', label: 'Community', kind: 'search', search: searchCommunities, labelOf: community },
    can('locations:read') && { name: 'location_id', label: 'Location', kind: 'search', search: searchLocations, labelOf: location },
    { name: 'address_state', label: 'State', kind: 'text' },
    { name: 'source', label: 'Source', kind: 'text' },
    { name: 'deleted', label: 'Deleted', kind: 'choice', choices: deletedChoices },
  ];
  return useFilters(filters.filter((filter) => filter !== false));
}

const deletedChoices = [
  { value: 'only', label: 'Only deleted' },
  { value: 'with', label: 'With deleted' },
];
