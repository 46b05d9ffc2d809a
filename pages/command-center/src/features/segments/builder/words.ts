// What fields, operators and events are called in the builder.
import type { Schema } from '@/api';
import { words } from '@/lib/words.ts';
import { activityTypesBut, wordsOf } from '@/lookups/activity-types.ts';

import type { Operator } from './rule.ts';

const FIELDS: Record<string, string> = {
  address_city: 'City',
  address_state: 'State',
  address_zip: 'ZIP code',
  community_id: 'Community',
  industry_id: 'Industry',
  location_id: 'Location',
  owner_id: 'Owner',
  do_not_email: 'Do not email',
  do_not_sms: 'Do not text',
  do_not_call: 'Do not call',
  total_emails_sent: 'Emails sent',
  total_emails_opened: 'Emails opened',
  total_clicks: 'Links clicked',
  created_at: 'Added',
  updated_at: 'Changed',
  last_engaged_at: 'Last engaged',
  employee_count_range: 'Employees',
  annual_revenue_range: 'Annual revenue',
  google_business_id: 'Google business id',
  facebook_url: 'Facebook page',
  instagram_handle: 'Instagram name',
  yelp_url: 'Yelp page',
  timezone: 'Time zone',
  is_primary_contact: 'Primary contact',
  is_decision_maker: 'Decision maker',
};

/** `business.lead_score` of a person is their business's. */
export function fieldLabel(name: string): string {
  const own = name.startsWith('business.') ? name.slice('business.'.length) : name;
  const label = FIELDS[own] ?? words(own.replace(/_at$/, ''));
  return own === name ? label : `Business: ${label.charAt(0).toLowerCase()}${label.slice(1)}`.replace('zIP', 'ZIP');
}

const OPERATORS: Record<Operator, string> = {
  is: 'is',
  is_not: 'is not',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  starts_with: 'begins with',
  at_least: 'is at least',
  at_most: 'is at most',
  more_than: 'is more than',
  less_than: 'is less than',
  before: 'is before',
  after: 'is after',
  within_days: 'is in the last',
  more_than_days_ago: 'is longer ago than',
  is_set: 'is known',
  is_empty: 'is not known',
};
export const operatorLabel = (operator: Operator) => OPERATORS[operator] ?? words(operator);

export const outcomes = [
  { value: 'enrolled', label: 'were enrolled' },
  { value: 'under_way', label: 'are under way' },
  { value: 'completed', label: 'went through all steps' },
  { value: 'stopped', label: 'were stopped before the end' },
  { value: 'sent', label: 'were sent an email' },
  { value: 'opened', label: 'opened an email' },
  { value: 'clicked', label: 'followed a link' },
  { value: 'replied', label: 'replied' },
  { value: 'bounced', label: 'bounced' },
] satisfies { value: Schema<'CampaignOutcome'>; label: string }[];

/** A record that is gone, or has become another's, is in no segment. */
export const activities = activityTypesBut('business_deleted', 'business_restored', 'merged').map((value) => ({
  value,
  label: wordsOf(value),
}));
