-- Records that may be the same, and records that were made one.

-- The record that this one became part of; it is deleted then.
ALTER TABLE businesses ADD COLUMN merged_into_id TEXT;
ALTER TABLE people ADD COLUMN merged_into_id TEXT;

-- What a record's keys were when it was last compared with the others: empty when it was deleted, NULL before the first time.
-- The index holds those whose keys are others now, whoever changed them (src/crm/duplicates/store/pending.rs asks with the same words).
ALTER TABLE businesses ADD COLUMN compared_as TEXT;
ALTER TABLE people ADD COLUMN compared_as TEXT;
CREATE INDEX businesses_to_compare ON businesses (tenant_id, created_at, id)
  WHERE compared_as IS DISTINCT FROM (CASE WHEN deleted_at IS NULL THEN COALESCE(email, '') || '|' || COALESCE(phone_key, '') || '|' || COALESCE(website_key, '') || '|' || COALESCE(name_key, '') ELSE '' END);
CREATE INDEX people_to_compare ON people (tenant_id, created_at, id)
  WHERE compared_as IS DISTINCT FROM (CASE WHEN deleted_at IS NULL THEN COALESCE(email, '') || '|' || COALESCE(phone_key, '') || '|' || COALESCE(first_name, '') || '|' || COALESCE(last_name, '') ELSE '' END);

-- Two records that may be the same, the older one first. The id is derived from both, so a pair is there once.
CREATE TABLE duplicates (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  first_id TEXT NOT NULL,
  second_id TEXT NOT NULL,
  confidence INTEGER NOT NULL,
  is_dismissed INTEGER NOT NULL DEFAULT 0,
  dismissed_by TEXT,
  dismissed_at INTEGER,
  found_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX duplicates_confidence ON duplicates (tenant_id, what, is_dismissed, confidence, id);
CREATE INDEX duplicates_first ON duplicates (tenant_id, first_id);
CREATE INDEX duplicates_second ON duplicates (tenant_id, second_id);

-- Two records made one. `check_at` is when somebody must go on with it, or look for what came late.
CREATE TABLE merges (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  kept_id TEXT NOT NULL,
  other_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('moving', 'done', 'undoing', 'undone')),
  token TEXT NOT NULL,
  check_at INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  undone_by TEXT,
  undone_at INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX merges_check_at ON merges (check_at) WHERE check_at IS NOT NULL;

-- Each two records that a merge made one: those it is about, and the people who are the same at two businesses. `changes` holds
-- what was written to both, and what had been there; `position` counts what the kept one took in.
CREATE TABLE merge_pairs (
  tenant_id TEXT NOT NULL,
  merge_id TEXT NOT NULL,
  other_id TEXT NOT NULL,
  kept_id TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  position INTEGER NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (tenant_id, merge_id, other_id)
) WITHOUT ROWID;
CREATE INDEX merge_pairs_kept ON merge_pairs (tenant_id, kept_id);
CREATE INDEX merge_pairs_other ON merge_pairs (tenant_id, other_id);

-- Which rows went over from one record to the other, up to 500 an entry, in their order: undone from the last to the first.
CREATE TABLE merge_moves (
  tenant_id TEXT NOT NULL,
  merge_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  place TEXT NOT NULL,
  from_id TEXT NOT NULL,
  to_id TEXT NOT NULL,
  row_ids TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, merge_id, number)
) WITHOUT ROWID;
