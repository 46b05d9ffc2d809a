-- migrate:up
-- Communities and businesses are kept in the content database; here are its records' places, what was heard of each of their
-- fields and when, the runs that pull them, and what its webhook brought.

-- When a field was last changed here, by whomever but the sync. The triggers below write it, so that no way of changing a row
-- goes past it. (The sync is known by moving synced_at on with the same statement.)
CREATE TABLE field_changes (
  tenant_id TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, record_id, field)
);

-- A record over there and the one it is here. theirs: for each field when it was last changed over there, and a hash of what it
-- became; kept: the fields in which ours is newer and stayed. ours_since: since when fields that were never changed here
-- are ours: 0 when the sync made the record, else when it was made here.
CREATE TABLE content_records (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  resource TEXT NOT NULL CHECK (resource IN ('community', 'business')),
  remote_id BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  ours_since BIGINT NOT NULL,
  remote_updated_at BIGINT NOT NULL,
  theirs JSONB NOT NULL,
  kept JSONB NOT NULL,
  last_seen_at BIGINT NOT NULL,
  vanished_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, resource, remote_id)
);
CREATE UNIQUE INDEX content_records_id ON content_records (tenant_id, id);
CREATE UNIQUE INDEX content_records_record ON content_records (tenant_id, resource, record_id);

-- A pull. step_token: the newest of its steps, by which a batch knows that it was the one; a step is a page.
CREATE TABLE sync_runs (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed')),
  phase TEXT NOT NULL CHECK (phase IN ('communities', 'businesses', 'vanished')),
  requested_by TEXT,
  updated_since BIGINT,
  watermark BIGINT,
  remote_cursor TEXT,
  pages BIGINT NOT NULL DEFAULT 0,
  seen BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL DEFAULT 0,
  updated BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0,
  refused BIGINT NOT NULL DEFAULT 0,
  vanished BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_step_at BIGINT NOT NULL,
  waiting_for TEXT,
  failure_code TEXT,
  failure TEXT,
  lease_token TEXT COLLATE "C",
  lease_until BIGINT,
  step_token TEXT COLLATE "C",
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sync_runs_running ON sync_runs (tenant_id) WHERE status = 'running';

-- What a run did not take, and why.
CREATE TABLE sync_refusals (
  tenant_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  resource TEXT NOT NULL CHECK (resource IN ('community', 'business')),
  remote_id BIGINT,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, run_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id)
);

-- What the webhook brought, once by the sender's own id. Its body is let go when it was applied.
CREATE TABLE sync_deliveries (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  delivery_key TEXT COLLATE "C" NOT NULL,
  type TEXT NOT NULL,
  body JSONB,
  outcome TEXT CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused', 'ignored')),
  reason TEXT,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_attempt_at BIGINT,
  step_token TEXT COLLATE "C",
  received_at BIGINT NOT NULL,
  applied_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sync_deliveries_key ON sync_deliveries (tenant_id, delivery_key);
CREATE INDEX sync_deliveries_waiting ON sync_deliveries (tenant_id, next_attempt_at) WHERE applied_at IS NULL;

CREATE FUNCTION note_communities_field_changes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO field_changes (tenant_id, record_id, field, changed_at)
  SELECT NEW.tenant_id, NEW.id, f.field, NEW.updated_at FROM (
    SELECT 'name' AS field WHERE OLD.name IS DISTINCT FROM NEW.name
    UNION ALL SELECT 'state' AS field WHERE OLD.state IS DISTINCT FROM NEW.state
    UNION ALL SELECT 'county' AS field WHERE OLD.county IS DISTINCT FROM NEW.county
    UNION ALL SELECT 'zip_codes' AS field WHERE OLD.zip_codes IS DISTINCT FROM NEW.zip_codes
    UNION ALL SELECT 'timezone' AS field WHERE OLD.timezone IS DISTINCT FROM NEW.timezone
    UNION ALL SELECT 'population' AS field WHERE OLD.population IS DISTINCT FROM NEW.population
    UNION ALL SELECT 'business_count' AS field WHERE OLD.business_count IS DISTINCT FROM NEW.business_count
  ) AS f
  ON CONFLICT (tenant_id, record_id, field) DO UPDATE SET changed_at = excluded.changed_at;
  RETURN NULL;
END $$;
CREATE TRIGGER communities_field_changes AFTER UPDATE OF name, state, county, zip_codes, timezone, population, business_count ON communities
FOR EACH ROW WHEN (OLD.synced_at IS NOT DISTINCT FROM NEW.synced_at) EXECUTE FUNCTION note_communities_field_changes();

CREATE FUNCTION note_businesses_field_changes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO field_changes (tenant_id, record_id, field, changed_at)
  SELECT NEW.tenant_id, NEW.id, f.field, NEW.updated_at FROM (
    SELECT 'name' AS field WHERE OLD.name IS DISTINCT FROM NEW.name
    UNION ALL SELECT 'legal_name' AS field WHERE OLD.legal_name IS DISTINCT FROM NEW.legal_name
    UNION ALL SELECT 'description' AS field WHERE OLD.description IS DISTINCT FROM NEW.description
    UNION ALL SELECT 'address_street' AS field WHERE OLD.address_street IS DISTINCT FROM NEW.address_street
    UNION ALL SELECT 'address_city' AS field WHERE OLD.address_city IS DISTINCT FROM NEW.address_city
    UNION ALL SELECT 'address_state' AS field WHERE OLD.address_state IS DISTINCT FROM NEW.address_state
    UNION ALL SELECT 'address_zip' AS field WHERE OLD.address_zip IS DISTINCT FROM NEW.address_zip
    UNION ALL SELECT 'address_lat' AS field WHERE OLD.address_lat IS DISTINCT FROM NEW.address_lat
    UNION ALL SELECT 'address_lng' AS field WHERE OLD.address_lng IS DISTINCT FROM NEW.address_lng
    UNION ALL SELECT 'phone' AS field WHERE OLD.phone IS DISTINCT FROM NEW.phone
    UNION ALL SELECT 'email' AS field WHERE OLD.email IS DISTINCT FROM NEW.email
    UNION ALL SELECT 'website' AS field WHERE OLD.website IS DISTINCT FROM NEW.website
    UNION ALL SELECT 'hours_of_operation' AS field WHERE OLD.hours_of_operation IS DISTINCT FROM NEW.hours_of_operation
    UNION ALL SELECT 'employee_count_range' AS field WHERE OLD.employee_count_range IS DISTINCT FROM NEW.employee_count_range
    UNION ALL SELECT 'year_established' AS field WHERE OLD.year_established IS DISTINCT FROM NEW.year_established
    UNION ALL SELECT 'annual_revenue_range' AS field WHERE OLD.annual_revenue_range IS DISTINCT FROM NEW.annual_revenue_range
    UNION ALL SELECT 'google_business_id' AS field WHERE OLD.google_business_id IS DISTINCT FROM NEW.google_business_id
    UNION ALL SELECT 'facebook_url' AS field WHERE OLD.facebook_url IS DISTINCT FROM NEW.facebook_url
    UNION ALL SELECT 'instagram_handle' AS field WHERE OLD.instagram_handle IS DISTINCT FROM NEW.instagram_handle
    UNION ALL SELECT 'yelp_url' AS field WHERE OLD.yelp_url IS DISTINCT FROM NEW.yelp_url
    UNION ALL SELECT 'community_id' AS field WHERE OLD.community_id IS DISTINCT FROM NEW.community_id
  ) AS f
  ON CONFLICT (tenant_id, record_id, field) DO UPDATE SET changed_at = excluded.changed_at;
  RETURN NULL;
END $$;
CREATE TRIGGER businesses_field_changes AFTER UPDATE OF name, legal_name, description, address_street, address_city, address_state, address_zip, address_lat, address_lng, phone, email, website, hours_of_operation, employee_count_range, year_established, annual_revenue_range, google_business_id, facebook_url, instagram_handle, yelp_url, community_id ON businesses
FOR EACH ROW WHEN (OLD.synced_at IS NOT DISTINCT FROM NEW.synced_at) EXECUTE FUNCTION note_businesses_field_changes();

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
