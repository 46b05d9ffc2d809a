-- migrate:up
-- Who owns the data (tenants) and whom the platform knows: communities, industries, businesses, people, tags.
-- Ids are UUIDv7 text, times are milliseconds since 1970 (UTC), booleans are 0/1, JSON is jsonb here and text on D1.

CREATE TABLE tenants (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  sender_name TEXT NOT NULL,
  sender_email TEXT NOT NULL,
  reply_to_email TEXT,
  postal_address TEXT NOT NULL,
  landing_base_url TEXT NOT NULL,
  timezone TEXT NOT NULL,
  daily_send_limit BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE communities (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  state TEXT NOT NULL,
  county TEXT,
  zip_codes JSONB,
  timezone TEXT,
  population BIGINT,
  business_count BIGINT NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'deploying', 'active', 'paused')),
  deployed_at BIGINT,
  content_db_id BIGINT,
  synced_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX communities_slug ON communities (tenant_id, slug);
CREATE INDEX communities_status ON communities (tenant_id, status);
CREATE INDEX communities_state ON communities (tenant_id, state);
CREATE INDEX communities_content_db_id ON communities (tenant_id, content_db_id);

CREATE TABLE industries (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  icon TEXT,
  terminology JSONB,
  common_pain_points JSONB,
  common_services JSONB,
  common_objections JSONB,
  display_order BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX industries_slug ON industries (tenant_id, slug);

CREATE TABLE businesses (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  community_id TEXT COLLATE "C" NOT NULL,
  industry_id TEXT COLLATE "C",
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  legal_name TEXT,
  description TEXT,
  address_street TEXT,
  address_city TEXT,
  address_state TEXT,
  address_zip TEXT,
  address_lat DOUBLE PRECISION,
  address_lng DOUBLE PRECISION,
  timezone TEXT,
  phone TEXT,
  email TEXT,
  website TEXT,
  hours_of_operation JSONB,
  employee_count_range TEXT,
  year_established BIGINT,
  annual_revenue_range TEXT,
  google_business_id TEXT COLLATE "C",
  facebook_url TEXT,
  instagram_handle TEXT,
  yelp_url TEXT,
  lead_status TEXT NOT NULL DEFAULT 'prospect' CHECK (lead_status IN ('prospect', 'lead', 'qualified', 'trial', 'customer', 'churned', 'unsubscribed')),
  lead_score BIGINT NOT NULL DEFAULT 0,
  health_score BIGINT,
  source TEXT,
  source_detail TEXT,
  content_db_id BIGINT,
  synced_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, community_id) REFERENCES communities (tenant_id, id),
  FOREIGN KEY (tenant_id, industry_id) REFERENCES industries (tenant_id, id)
);
CREATE UNIQUE INDEX businesses_slug ON businesses (tenant_id, slug);
CREATE INDEX businesses_community ON businesses (tenant_id, community_id, lead_status);
CREATE INDEX businesses_industry ON businesses (tenant_id, industry_id);
CREATE INDEX businesses_lead_status ON businesses (tenant_id, lead_status);
CREATE INDEX businesses_lead_score ON businesses (tenant_id, lead_score);
CREATE INDEX businesses_content_db_id ON businesses (tenant_id, content_db_id);

CREATE TABLE people (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  first_name TEXT,
  last_name TEXT,
  email TEXT,
  phone TEXT,
  title TEXT,
  role TEXT NOT NULL DEFAULT 'other' CHECK (role IN ('owner', 'manager', 'marketing', 'operations', 'tech', 'staff', 'other')),
  is_primary_contact BIGINT NOT NULL DEFAULT 0,
  is_decision_maker BIGINT NOT NULL DEFAULT 0,
  preferred_channel TEXT NOT NULL DEFAULT 'email' CHECK (preferred_channel IN ('email', 'sms', 'phone')),
  best_time_to_contact TEXT,
  do_not_email BIGINT NOT NULL DEFAULT 0,
  do_not_sms BIGINT NOT NULL DEFAULT 0,
  do_not_call BIGINT NOT NULL DEFAULT 0,
  total_emails_sent BIGINT NOT NULL DEFAULT 0,
  total_emails_opened BIGINT NOT NULL DEFAULT 0,
  total_clicks BIGINT NOT NULL DEFAULT 0,
  last_engaged_at BIGINT,
  replied_at BIGINT,
  booked_at BIGINT,
  ordered_at BIGINT,
  unsubscribed_at BIGINT,
  bounced_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id)
);
CREATE INDEX people_email ON people (tenant_id, email);
CREATE INDEX people_business ON people (tenant_id, business_id, is_primary_contact);

CREATE TABLE tags (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  color TEXT NOT NULL DEFAULT '#6B7280',
  category TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tags_name ON tags (tenant_id, name);

CREATE TABLE business_tag (
  tenant_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  tag_id TEXT COLLATE "C" NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, business_id, tag_id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id),
  FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id)
);
CREATE INDEX business_tag_tag ON business_tag (tenant_id, tag_id);

-- The timeline. Clustered by business in time order (the id is a UUIDv7), so that one entry costs one written row.
CREATE TABLE activities (
  tenant_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  person_id TEXT COLLATE "C",
  type TEXT NOT NULL CHECK (type IN ('email_sent', 'email_opened', 'email_clicked', 'email_replied', 'email_bounced', 'email_complained', 'email_unsubscribed', 'sms_sent', 'sms_delivered', 'sms_replied', 'sms_failed', 'call_outbound', 'call_inbound', 'voicemail_left', 'call_answered', 'page_visited', 'presentation_watched', 'presentation_completed', 'form_submitted', 'document_downloaded', 'chat_started', 'chat_message', 'chat_ended', 'appointment_booked', 'order_created', 'order_paid', 'subscription_started', 'subscription_cancelled', 'subscription_renewed', 'support_ticket_created', 'support_ticket_resolved', 'note_added', 'task_created', 'task_completed', 'status_changed')),
  subject TEXT,
  detail TEXT,
  metadata JSONB,
  campaign_id TEXT COLLATE "C",
  campaign_step BIGINT,
  source TEXT,
  occurred_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, business_id, id)
) PARTITION BY RANGE (id);

-- Partitions by month. The rows' ids are UUIDv7, so a month is a range of ids: its bounds are the first twelve hex digits
-- (48 bits of milliseconds) of the month's first instant. What no partition covers goes to the default one.
CREATE TABLE activities_default PARTITION OF activities DEFAULT;

-- The texts of a JSON list. As it is called with a constant, the planner works it out first: it knows how many there are, and looks
-- each up in an index, or in a hash table, where a list of unknown length may be walked for every row.
CREATE FUNCTION text_array(list JSONB) RETURNS TEXT[] LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT jsonb_array_elements_text(list))
$$;

CREATE FUNCTION uuid_v7_floor(instant TIMESTAMPTZ) RETURNS TEXT LANGUAGE SQL IMMUTABLE AS $$
  SELECT substr(hex, 1, 8) || '-' || substr(hex, 9, 4)
  FROM (SELECT lpad(to_hex((extract(epoch FROM instant) * 1000)::BIGINT), 12, '0') AS hex) AS digits
$$;

-- Idempotent; the daily maintenance calls it again with months to come.
CREATE FUNCTION ensure_month_partitions(parent TEXT, first_month DATE, months INTEGER) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  month DATE;
BEGIN
  FOR i IN 0 .. months - 1 LOOP
    month := (date_trunc('month', first_month) + make_interval(months => i))::DATE;
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
      parent || '_' || to_char(month, 'YYYY_MM'), parent,
      uuid_v7_floor(month::TIMESTAMP AT TIME ZONE 'UTC'),
      uuid_v7_floor((month + INTERVAL '1 month')::TIMESTAMP AT TIME ZONE 'UTC'));
  END LOOP;
END
$$;

SELECT ensure_month_partitions('activities', DATE '2026-01-01', 36);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
