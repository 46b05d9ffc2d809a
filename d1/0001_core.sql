-- Who owns the data (tenants) and whom the platform knows: communities, industries, businesses, people, tags.
-- Ids are UUIDv7 text, times are milliseconds since 1970 (UTC), booleans are 0/1, JSON is text here and jsonb on Postgres.

CREATE TABLE tenants (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  sender_name TEXT NOT NULL,
  sender_email TEXT NOT NULL,
  reply_to_email TEXT,
  postal_address TEXT NOT NULL,
  landing_base_url TEXT NOT NULL,
  timezone TEXT NOT NULL,
  daily_send_limit INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE communities (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  state TEXT NOT NULL,
  county TEXT,
  zip_codes TEXT,
  timezone TEXT,
  population INTEGER,
  business_count INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'deploying', 'active', 'paused')),
  deployed_at INTEGER,
  content_db_id INTEGER,
  synced_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX communities_slug ON communities (tenant_id, slug);
CREATE INDEX communities_status ON communities (tenant_id, status);
CREATE INDEX communities_state ON communities (tenant_id, state);
CREATE INDEX communities_content_db_id ON communities (tenant_id, content_db_id);

CREATE TABLE industries (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  icon TEXT,
  terminology TEXT,
  common_pain_points TEXT,
  common_services TEXT,
  common_objections TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX industries_slug ON industries (tenant_id, slug);

CREATE TABLE businesses (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  community_id TEXT NOT NULL,
  industry_id TEXT,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  legal_name TEXT,
  description TEXT,
  address_street TEXT,
  address_city TEXT,
  address_state TEXT,
  address_zip TEXT,
  address_lat REAL,
  address_lng REAL,
  timezone TEXT,
  phone TEXT,
  email TEXT,
  website TEXT,
  hours_of_operation TEXT,
  employee_count_range TEXT,
  year_established INTEGER,
  annual_revenue_range TEXT,
  google_business_id TEXT,
  facebook_url TEXT,
  instagram_handle TEXT,
  yelp_url TEXT,
  lead_status TEXT NOT NULL DEFAULT 'prospect' CHECK (lead_status IN ('prospect', 'lead', 'qualified', 'trial', 'customer', 'churned', 'unsubscribed')),
  lead_score INTEGER NOT NULL DEFAULT 0,
  health_score INTEGER,
  source TEXT,
  source_detail TEXT,
  content_db_id INTEGER,
  synced_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, community_id) REFERENCES communities (tenant_id, id),
  FOREIGN KEY (tenant_id, industry_id) REFERENCES industries (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX businesses_slug ON businesses (tenant_id, slug);
CREATE INDEX businesses_community ON businesses (tenant_id, community_id, lead_status);
CREATE INDEX businesses_industry ON businesses (tenant_id, industry_id);
CREATE INDEX businesses_lead_status ON businesses (tenant_id, lead_status);
CREATE INDEX businesses_lead_score ON businesses (tenant_id, lead_score);
CREATE INDEX businesses_content_db_id ON businesses (tenant_id, content_db_id);

CREATE TABLE people (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  first_name TEXT,
  last_name TEXT,
  email TEXT,
  phone TEXT,
  title TEXT,
  role TEXT NOT NULL DEFAULT 'other' CHECK (role IN ('owner', 'manager', 'marketing', 'operations', 'tech', 'staff', 'other')),
  is_primary_contact INTEGER NOT NULL DEFAULT 0,
  is_decision_maker INTEGER NOT NULL DEFAULT 0,
  preferred_channel TEXT NOT NULL DEFAULT 'email' CHECK (preferred_channel IN ('email', 'sms', 'phone')),
  best_time_to_contact TEXT,
  do_not_email INTEGER NOT NULL DEFAULT 0,
  do_not_sms INTEGER NOT NULL DEFAULT 0,
  do_not_call INTEGER NOT NULL DEFAULT 0,
  total_emails_sent INTEGER NOT NULL DEFAULT 0,
  total_emails_opened INTEGER NOT NULL DEFAULT 0,
  total_clicks INTEGER NOT NULL DEFAULT 0,
  last_engaged_at INTEGER,
  replied_at INTEGER,
  booked_at INTEGER,
  ordered_at INTEGER,
  unsubscribed_at INTEGER,
  bounced_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX people_email ON people (tenant_id, email);
CREATE INDEX people_business ON people (tenant_id, business_id, is_primary_contact);

CREATE TABLE tags (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  color TEXT NOT NULL DEFAULT '#6B7280',
  category TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX tags_name ON tags (tenant_id, name);

CREATE TABLE business_tag (
  tenant_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  tag_id TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, business_id, tag_id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id),
  FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX business_tag_tag ON business_tag (tenant_id, tag_id);

-- The timeline. Clustered by business in time order (the id is a UUIDv7), so that one entry costs one written row.
CREATE TABLE activities (
  tenant_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  id TEXT NOT NULL,
  person_id TEXT,
  type TEXT NOT NULL CHECK (type IN ('email_sent', 'email_opened', 'email_clicked', 'email_replied', 'email_bounced', 'email_complained', 'email_unsubscribed', 'sms_sent', 'sms_delivered', 'sms_replied', 'sms_failed', 'call_outbound', 'call_inbound', 'voicemail_left', 'call_answered', 'page_visited', 'presentation_watched', 'presentation_completed', 'form_submitted', 'document_downloaded', 'chat_started', 'chat_message', 'chat_ended', 'appointment_booked', 'order_created', 'order_paid', 'subscription_started', 'subscription_cancelled', 'subscription_renewed', 'support_ticket_created', 'support_ticket_resolved', 'note_added', 'task_created', 'task_completed', 'status_changed')),
  subject TEXT,
  detail TEXT,
  metadata TEXT,
  campaign_id TEXT,
  campaign_step INTEGER,
  source TEXT,
  occurred_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, business_id, id)
) WITHOUT ROWID;
