-- migrate:up
-- Import and export of the CRM, and the columns by which a record is known again (src/crm/keys.rs fills them).

-- Where a record comes from knows it by this.
ALTER TABLE businesses ADD COLUMN external_id TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN external_id TEXT COLLATE "C";

-- The same number, site, or name at an address, however it was written. Empty: there is none. NULL: not worked out yet.
ALTER TABLE businesses ADD COLUMN phone_key TEXT COLLATE "C";
ALTER TABLE businesses ADD COLUMN website_key TEXT COLLATE "C";
ALTER TABLE businesses ADD COLUMN name_key TEXT COLLATE "C";
ALTER TABLE people ADD COLUMN phone_key TEXT COLLATE "C";

CREATE INDEX businesses_external_id ON businesses (tenant_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX businesses_phone_key ON businesses (tenant_id, phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX businesses_email ON businesses (tenant_id, email) WHERE email IS NOT NULL;
CREATE INDEX businesses_website_key ON businesses (tenant_id, website_key) WHERE website_key IS NOT NULL;
CREATE INDEX businesses_name_key ON businesses (tenant_id, name_key) WHERE name_key IS NOT NULL;
CREATE INDEX people_external_id ON people (tenant_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX people_phone_key ON people (tenant_id, phone_key) WHERE phone_key IS NOT NULL;

-- Those whose keys are still to be worked out: what was there before, and what was entered by SQL.
CREATE INDEX businesses_unkeyed ON businesses (tenant_id, id) WHERE name_key IS NULL;
CREATE INDEX people_unkeyed ON people (tenant_id, id) WHERE phone IS NOT NULL AND phone_key IS NULL;

-- A file with records to be taken in. Its bytes are in the bucket; `position` is how far into its text the import has come.
CREATE TABLE imports (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  status TEXT NOT NULL CHECK (status IN ('converting', 'ready', 'checking', 'running', 'finishing', 'done', 'cancelled', 'failed')),
  failure_reason TEXT,
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  encoding TEXT NOT NULL CHECK (encoding IN ('utf-8', 'utf-16le', 'utf-16be', 'windows-1252')),
  file_size BIGINT NOT NULL,
  text_key TEXT COLLATE "C",
  text_size BIGINT NOT NULL DEFAULT 0,
  separator TEXT NOT NULL DEFAULT ',',
  columns JSONB NOT NULL,
  samples JSONB NOT NULL,
  mapping JSONB NOT NULL,
  body_position BIGINT NOT NULL DEFAULT 0,
  position BIGINT NOT NULL DEFAULT 0,
  rows_total BIGINT,
  rows_done BIGINT NOT NULL DEFAULT 0,
  rows_created BIGINT NOT NULL DEFAULT 0,
  rows_updated BIGINT NOT NULL DEFAULT 0,
  rows_unchanged BIGINT NOT NULL DEFAULT 0,
  rows_refused BIGINT NOT NULL DEFAULT 0,
  chunk TEXT COLLATE "C",
  checked JSONB,
  refused_size BIGINT,
  created_by TEXT COLLATE "C",
  check_at BIGINT,
  remove_at BIGINT,
  started_at BIGINT,
  progress_at BIGINT,
  finished_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_check_at ON imports (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX imports_remove_at ON imports (remove_at) WHERE remove_at IS NOT NULL;
-- One at a time: two at once would each take what the other has just made for new.
CREATE UNIQUE INDEX imports_running ON imports (tenant_id) WHERE status = 'running';

-- A row that was not taken in, and why.
CREATE TABLE import_refusals (
  tenant_id TEXT COLLATE "C" NOT NULL,
  import_id TEXT COLLATE "C" NOT NULL,
  row_number BIGINT NOT NULL,
  reason TEXT NOT NULL,
  cells JSONB NOT NULL,
  PRIMARY KEY (tenant_id, import_id, row_number)
);

-- A list written into files in the bucket; together they are one.
CREATE TABLE exports (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people', 'communities', 'industries', 'tags', 'notes', 'tasks', 'deals', 'product-interests', 'pain-points', 'objections')),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'removed')),
  failure_reason TEXT,
  filter JSONB NOT NULL,
  sort TEXT,
  columns JSONB NOT NULL,
  reach_locations JSONB,
  reach_owner TEXT COLLATE "C",
  cursor TEXT COLLATE "C",
  segments BIGINT NOT NULL DEFAULT 0,
  sizes JSONB NOT NULL,
  file_size BIGINT NOT NULL DEFAULT 0,
  rows_done BIGINT NOT NULL DEFAULT 0,
  created_by TEXT COLLATE "C",
  check_at BIGINT,
  remove_at BIGINT,
  finished_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX exports_check_at ON exports (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX exports_remove_at ON exports (remove_at) WHERE remove_at IS NOT NULL;

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
