import type { Column } from '@/design';
import { number } from '@/lib/format.ts';

import type { Community } from './community.ts';

export const columns: Column<Community>[] = [
  { id: 'name', label: 'Name', sort: 'name', width: 170, grow: 1.4, isFixed: true },
  { id: 'state', label: 'State', width: 80, grow: 0.4, text: (community) => community.state },
  { id: 'county', label: 'County', width: 130, text: (community) => community.county },
  { id: 'status', label: 'Status', width: 110, grow: 0.6 },
  {
    id: 'population',
    label: 'Population',
    sort: 'population',
    width: 110,
    align: 'end',
    text: (community) => (community.population === null ? undefined : number(community.population)),
  },
  { id: 'business_count', label: 'Businesses known', width: 150, align: 'end', text: (community) => number(community.business_count) },
  { id: 'deployed_at', label: 'Active since', width: 120, grow: 0.6 },
  { id: 'timezone', label: 'Time zone', width: 160, isHidden: true, text: (community) => community.timezone?.replaceAll('_', ' ') },
  { id: 'zip_codes', label: 'ZIP codes', width: 140, isHidden: true, text: (community) => community.zip_codes?.join(', ') },
  { id: 'synced_at', label: 'Synced', width: 120, isHidden: true },
  { id: 'created_at', label: 'Added', sort: 'created_at', width: 120, grow: 0.6, isHidden: true },
];
