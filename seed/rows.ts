/** The tables' rows, column for column (d1/0001_core.sql). JSON columns hold the value itself; sql.ts writes it as text or jsonb. */

import type { Hours } from './hours.ts';
import type { Terminology } from './industry.ts';
import type { EmployeeRange } from './trade.ts';

/** Both engines keep booleans as numbers. */
export type Flag = 0 | 1;

export interface TenantRow {
  id: string;
  name: string;
  slug: string;
  sender_name: string;
  sender_email: string;
  reply_to_email: string | null;
  postal_address: string;
  landing_base_url: string;
  timezone: string;
  daily_send_limit: number | null;
  created_at: number;
  updated_at: number;
}

export interface CommunityRow {
  tenant_id: string;
  id: string;
  name: string;
  slug: string;
  state: string;
  county: string | null;
  zip_codes: readonly string[] | null;
  timezone: string | null;
  population: number | null;
  business_count: number;
  status: 'pending' | 'deploying' | 'active' | 'paused';
  deployed_at: number | null;
  content_db_id: number | null;
  synced_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface IndustryRow {
  tenant_id: string;
  id: string;
  name: string;
  slug: string;
  icon: string | null;
  terminology: Terminology | null;
  common_pain_points: readonly string[] | null;
  common_services: readonly string[] | null;
  common_objections: readonly string[] | null;
  display_order: number;
  created_at: number;
  updated_at: number;
}

export type LeadStatus = 'prospect' | 'lead' | 'qualified' | 'trial' | 'customer' | 'churned' | 'unsubscribed';

export interface BusinessRow {
  tenant_id: string;
  id: string;
  community_id: string;
  industry_id: string | null;
  name: string;
  slug: string;
  legal_name: string | null;
  description: string | null;
  address_street: string | null;
  address_city: string | null;
  address_state: string | null;
  address_zip: string | null;
  address_lat: number | null;
  address_lng: number | null;
  timezone: string | null;
  phone: string | null;
  email: string | null;
  website: string | null;
  hours_of_operation: Hours | null;
  employee_count_range: EmployeeRange | null;
  year_established: number | null;
  annual_revenue_range: string | null;
  google_business_id: string | null;
  facebook_url: string | null;
  instagram_handle: string | null;
  yelp_url: string | null;
  lead_status: LeadStatus;
  lead_score: number;
  health_score: number | null;
  source: string | null;
  source_detail: string | null;
  content_db_id: number | null;
  synced_at: number | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface PersonRow {
  tenant_id: string;
  id: string;
  business_id: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  title: string | null;
  role: 'owner' | 'manager' | 'marketing' | 'operations' | 'tech' | 'staff' | 'other';
  is_primary_contact: Flag;
  is_decision_maker: Flag;
  preferred_channel: 'email' | 'sms' | 'phone';
  best_time_to_contact: string | null;
  do_not_email: Flag;
  do_not_sms: Flag;
  do_not_call: Flag;
  total_emails_sent: number;
  total_emails_opened: number;
  total_clicks: number;
  last_engaged_at: number | null;
  replied_at: number | null;
  booked_at: number | null;
  ordered_at: number | null;
  unsubscribed_at: number | null;
  bounced_at: number | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface TagRow {
  tenant_id: string;
  id: string;
  name: string;
  color: string;
  category: string | null;
  created_at: number;
  updated_at: number;
}

export interface BusinessTagRow {
  tenant_id: string;
  business_id: string;
  tag_id: string;
  added_at: number;
}

/** Tables in the order in which foreign keys let them be filled. */
export interface Rows {
  tenants: TenantRow[];
  communities: CommunityRow[];
  industries: IndustryRow[];
  businesses: BusinessRow[];
  people: PersonRow[];
  tags: TagRow[];
  business_tag: BusinessTagRow[];
}
