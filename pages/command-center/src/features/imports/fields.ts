// What a column of a file can be, by the API's names.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';

import type { Import } from './import.ts';

const BUSINESS = [
  'name',
  'legal_name',
  'description',
  'community_id',
  'industry_id',
  'phone',
  'email',
  'website',
  'address_street',
  'address_city',
  'address_state',
  'address_zip',
  'address_lat',
  'address_lng',
  'timezone',
  'employee_count_range',
  'year_established',
  'annual_revenue_range',
  'lead_status',
  'lead_score',
  'health_score',
  'source',
  'source_detail',
  'google_business_id',
  'facebook_url',
  'instagram_handle',
  'yelp_url',
  'external_id',
  'content_db_id',
] as const satisfies readonly (keyof Schema<'BusinessIn'>)[];

const PERSON = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'title',
  'role',
  'is_primary_contact',
  'is_decision_maker',
  'preferred_channel',
  'best_time_to_contact',
  'do_not_email',
  'do_not_sms',
  'do_not_call',
  'external_id',
] as const satisfies readonly (keyof Schema<'PersonIn'>)[];

/** By what a person's business is recognised. */
const REFERENCE: readonly (typeof BUSINESS)[number][] = [
  'name',
  'phone',
  'email',
  'website',
  'address_street',
  'address_city',
  'address_state',
  'address_zip',
  'community_id',
  'external_id',
  'content_db_id',
];

const NAMES: Record<string, string> = {
  community_id: 'Community',
  industry_id: 'Industry',
  address_street: 'Street',
  address_city: 'City',
  address_state: 'State',
  address_zip: 'ZIP code',
  address_lat: 'Latitude',
  address_lng: 'Longitude',
  external_id: 'Id where it comes from',
  content_db_id: 'Content database id',
  google_business_id: 'Google id',
  facebook_url: 'Facebook page',
  yelp_url: 'Yelp page',
  is_primary_contact: 'Primary contact',
  is_decision_maker: 'Decides',
  do_not_sms: 'Do not text',
  timezone: 'Time zone',
  business_id: 'Business id',
};

export interface ImportField {
  /** As in the mapping: `contact.email`. */
  name: string;
  label: string;
  group: 'Business' | 'Contact' | 'Person' | 'Their business';
}

const label = (field: string) => NAMES[field] ?? words(field);

export function fieldsOf(what: Import['what']): ImportField[] {
  if (what === 'businesses')
    return [
      ...BUSINESS.map((name) => ({ name: name as string, label: label(name), group: 'Business' as const })),
      ...PERSON.map((name) => ({ name: `contact.${name}`, label: `Contact: ${label(name).toLowerCase()}`, group: 'Contact' as const })),
    ];
  return [
    ...PERSON.map((name) => ({ name: name as string, label: label(name), group: 'Person' as const })),
    { name: 'business_id', label: 'Business: id', group: 'Their business' },
    ...REFERENCE.map((name) => ({
      name: `business.${name}`,
      label: `Business: ${label(name)[0]!.toLowerCase()}${label(name).slice(1)}`,
      group: 'Their business' as const,
    })),
  ];
}

/** Fields that two columns were said to be. */
export function twice(columns: Record<string, string>): string[] {
  const seen = new Set<string>();
  return [...new Set(Object.values(columns).filter((field) => seen.size === seen.add(field).size))];
}
