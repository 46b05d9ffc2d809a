-- Segments: rules that are asked of businesses or people whenever somebody looks. The count is of `counted_at`.

CREATE TABLE segments (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  rule TEXT NOT NULL,
  member_count INTEGER,
  counted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX segments_name ON segments (tenant_id, name);
