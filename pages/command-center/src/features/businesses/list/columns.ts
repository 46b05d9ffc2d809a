import type { Column } from '@/design';
import { phoneNumber } from '@/lib/format.ts';

import { placeOf, sourceOf } from '../business.ts';
import type { Business } from '../business.ts';

export const columns: Column<Business>[] = [
  { id: 'name', label: 'Name', sort: 'name', width: 210, grow: 1.6, isFixed: true },
  { id: 'lead_status', label: 'Status', width: 120, grow: 0.6 },
  { id: 'warmness', label: 'Warmness', sort: 'warmness', width: 120, grow: 0.6 },
  { id: 'lead_score', label: 'Lead score', sort: 'lead_score', width: 120, grow: 0.6 },
  { id: 'place', label: 'Place', width: 150, text: placeOf },
  { id: 'industry', label: 'Industry', width: 140, text: (business) => business.industry?.name },
  { id: 'tags', label: 'Tags', width: 180 },
  { id: 'owner', label: 'Owner', width: 130, grow: 0.7 },
  { id: 'community', label: 'Community', width: 140, isHidden: true, text: (business) => business.community?.name },
  { id: 'phone', label: 'Phone', width: 140, isHidden: true, text: (business) => business.phone && phoneNumber(business.phone) },
  { id: 'email', label: 'Email', width: 190, isHidden: true, text: (business) => business.email },
  { id: 'website', label: 'Website', width: 190, isHidden: true, text: (business) => business.website },
  { id: 'health_score', label: 'Health', sort: 'health_score', width: 120, grow: 0.6, isHidden: true },
  { id: 'source', label: 'Source', width: 120, isHidden: true, text: sourceOf },
  { id: 'updated_at', label: 'Changed', sort: 'updated_at', width: 120, grow: 0.6, isHidden: true },
  { id: 'created_at', label: 'Added', sort: 'created_at', width: 120, grow: 0.6, isHidden: true },
];
