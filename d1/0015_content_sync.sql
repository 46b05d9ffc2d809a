-- Communities and businesses are kept in the content database; here are its records' places, what was heard of each of their
-- fields and when, the runs that pull them, and what its webhook brought.

-- When a field was last changed here, by whomever but the sync. The triggers below write it, so that no way of changing a row
-- goes past it. (The sync is known by moving synced_at on with the same statement.)
CREATE TABLE field_changes (
  tenant_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  field TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, record_id, field)
) WITHOUT ROWID;

-- A record over there and the one it is here. theirs: for each field when it was last changed over there, and a hash of what it
-- became; kept: the fields in which ours is newer and stayed. ours_since: since when fields that were never changed here
-- are ours: 0 when the sync made the record, else when it was made here.
CREATE TABLE content_records (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  resource TEXT NOT NULL CHECK (resource IN ('community', 'business')),
  remote_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  ours_since INTEGER NOT NULL,
  remote_updated_at INTEGER NOT NULL,
  theirs TEXT NOT NULL,
  kept TEXT NOT NULL,
  last_seen_at INTEGER NOT NULL,
  vanished_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, resource, remote_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX content_records_id ON content_records (tenant_id, id);
CREATE UNIQUE INDEX content_records_record ON content_records (tenant_id, resource, record_id);

-- A pull. step_token: the newest of its steps, by which a batch knows that it was the one; a step is a page.
CREATE TABLE sync_runs (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
  phase TEXT NOT NULL CHECK (phase IN ('communities', 'businesses', 'vanished')),
  requested_by TEXT,
  updated_since INTEGER,
  watermark INTEGER,
  remote_cursor TEXT,
  pages INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  vanished INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_step_at INTEGER NOT NULL,
  waiting_for TEXT,
  failure_code TEXT,
  failure TEXT,
  lease_token TEXT,
  lease_until INTEGER,
  step_token TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sync_runs_running ON sync_runs (tenant_id) WHERE status = 'running';

-- What a run did not take, and why.
CREATE TABLE sync_refusals (
  tenant_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  id TEXT NOT NULL,
  resource TEXT NOT NULL CHECK (resource IN ('community', 'business')),
  remote_id INTEGER,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, run_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id)
) WITHOUT ROWID;

-- What the webhook brought, once by the sender's own id. Its body is let go when it was applied.
CREATE TABLE sync_deliveries (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  delivery_key TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT,
  outcome TEXT CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused', 'ignored')),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER,
  step_token TEXT,
  received_at INTEGER NOT NULL,
  applied_at INTEGER,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sync_deliveries_key ON sync_deliveries (tenant_id, delivery_key);
CREATE INDEX sync_deliveries_waiting ON sync_deliveries (tenant_id, next_attempt_at) WHERE applied_at IS NULL;

CREATE TRIGGER communities_field_changes AFTER UPDATE OF name, state, county, zip_codes, timezone, population, business_count ON communities
WHEN OLD.synced_at IS NEW.synced_at
BEGIN
  INSERT INTO field_changes (tenant_id, record_id, field, changed_at)
  SELECT NEW.tenant_id, NEW.id, f.key, NEW.updated_at
  FROM json_each(json_object(
    'name', OLD.name IS NOT NEW.name, 'state', OLD.state IS NOT NEW.state, 'county', OLD.county IS NOT NEW.county,
    'zip_codes', OLD.zip_codes IS NOT NEW.zip_codes, 'timezone', OLD.timezone IS NOT NEW.timezone, 'population', OLD.population IS NOT NEW.population,
    'business_count', OLD.business_count IS NOT NEW.business_count
  )) AS f WHERE f.value
  ON CONFLICT (tenant_id, record_id, field) DO UPDATE SET changed_at = excluded.changed_at;
END;

CREATE TRIGGER businesses_field_changes AFTER UPDATE OF name, legal_name, description, address_street, address_city, address_state, address_zip, address_lat, address_lng, phone, email, website, hours_of_operation, employee_count_range, year_established, annual_revenue_range, google_business_id, facebook_url, instagram_handle, yelp_url, community_id ON businesses
WHEN OLD.synced_at IS NEW.synced_at
BEGIN
  INSERT INTO field_changes (tenant_id, record_id, field, changed_at)
  SELECT NEW.tenant_id, NEW.id, f.key, NEW.updated_at
  FROM json_each(json_patch(
    json_object(
      'name', OLD.name IS NOT NEW.name, 'legal_name', OLD.legal_name IS NOT NEW.legal_name, 'description', OLD.description IS NOT NEW.description,
      'address_street', OLD.address_street IS NOT NEW.address_street, 'address_city', OLD.address_city IS NOT NEW.address_city, 'address_state', OLD.address_state IS NOT NEW.address_state,
      'address_zip', OLD.address_zip IS NOT NEW.address_zip, 'address_lat', OLD.address_lat IS NOT NEW.address_lat, 'address_lng', OLD.address_lng IS NOT NEW.address_lng,
      'phone', OLD.phone IS NOT NEW.phone, 'email', OLD.email IS NOT NEW.email, 'website', OLD.website IS NOT NEW.website,
      'hours_of_operation', OLD.hours_of_operation IS NOT NEW.hours_of_operation, 'employee_count_range', OLD.employee_count_range IS NOT NEW.employee_count_range, 'year_established', OLD.year_established IS NOT NEW.year_established
    ),
    json_object(
      'annual_revenue_range', OLD.annual_revenue_range IS NOT NEW.annual_revenue_range, 'google_business_id', OLD.google_business_id IS NOT NEW.google_business_id, 'facebook_url', OLD.facebook_url IS NOT NEW.facebook_url,
      'instagram_handle', OLD.instagram_handle IS NOT NEW.instagram_handle, 'yelp_url', OLD.yelp_url IS NOT NEW.yelp_url, 'community_id', OLD.community_id IS NOT NEW.community_id
    )
  )) AS f WHERE f.value
  ON CONFLICT (tenant_id, record_id, field) DO UPDATE SET changed_at = excluded.changed_at;
END;
