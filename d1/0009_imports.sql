-- Import and export of the CRM, and the columns by which a record is known again (src/crm/keys.rs fills them).

-- Where a record comes from knows it by this.
ALTER TABLE businesses ADD COLUMN external_id TEXT;
ALTER TABLE people ADD COLUMN external_id TEXT;

-- The same number, site, or name at an address, however it was written. Empty: there is none. NULL: not worked out yet.
ALTER TABLE businesses ADD COLUMN phone_key TEXT;
ALTER TABLE businesses ADD COLUMN website_key TEXT;
ALTER TABLE businesses ADD COLUMN name_key TEXT;
ALTER TABLE people ADD COLUMN phone_key TEXT;

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
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  status TEXT NOT NULL CHECK (status IN ('converting', 'ready', 'checking', 'running', 'finishing', 'done', 'cancelled', 'failed')),
  failure_reason TEXT,
  format TEXT NOT NULL CHECK (format IN ('csv', 'xlsx')),
  encoding TEXT NOT NULL CHECK (encoding IN ('utf-8', 'utf-16le', 'utf-16be', 'windows-1252')),
  file_size INTEGER NOT NULL,
  text_key TEXT,
  text_size INTEGER NOT NULL DEFAULT 0,
  separator TEXT NOT NULL DEFAULT ',',
  columns TEXT NOT NULL,
  samples TEXT NOT NULL,
  mapping TEXT NOT NULL,
  body_position INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL DEFAULT 0,
  rows_total INTEGER,
  rows_done INTEGER NOT NULL DEFAULT 0,
  rows_created INTEGER NOT NULL DEFAULT 0,
  rows_updated INTEGER NOT NULL DEFAULT 0,
  rows_unchanged INTEGER NOT NULL DEFAULT 0,
  rows_refused INTEGER NOT NULL DEFAULT 0,
  chunk TEXT,
  checked TEXT,
  refused_size INTEGER,
  created_by TEXT,
  check_at INTEGER,
  remove_at INTEGER,
  started_at INTEGER,
  progress_at INTEGER,
  finished_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX imports_check_at ON imports (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX imports_remove_at ON imports (remove_at) WHERE remove_at IS NOT NULL;
-- One at a time: two at once would each take what the other has just made for new.
CREATE UNIQUE INDEX imports_running ON imports (tenant_id) WHERE status = 'running';

-- A row that was not taken in, and why.
CREATE TABLE import_refusals (
  tenant_id TEXT NOT NULL,
  import_id TEXT NOT NULL,
  row_number INTEGER NOT NULL,
  reason TEXT NOT NULL,
  cells TEXT NOT NULL,
  PRIMARY KEY (tenant_id, import_id, row_number)
) WITHOUT ROWID;

-- A list written into files in the bucket; together they are one.
CREATE TABLE exports (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people', 'communities', 'industries', 'tags', 'notes', 'tasks', 'deals', 'product-interests', 'pain-points', 'objections')),
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'removed')),
  failure_reason TEXT,
  filter TEXT NOT NULL,
  sort TEXT,
  columns TEXT NOT NULL,
  reach_locations TEXT,
  reach_owner TEXT,
  cursor TEXT,
  segments INTEGER NOT NULL DEFAULT 0,
  sizes TEXT NOT NULL,
  file_size INTEGER NOT NULL DEFAULT 0,
  rows_done INTEGER NOT NULL DEFAULT 0,
  created_by TEXT,
  check_at INTEGER,
  remove_at INTEGER,
  finished_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX exports_check_at ON exports (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX exports_remove_at ON exports (remove_at) WHERE remove_at IS NOT NULL;
