-- migrate:up
-- Segments: rules that are asked of businesses or people whenever somebody looks. The count is of `counted_at`.

CREATE TABLE segments (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  what TEXT NOT NULL CHECK (what IN ('businesses', 'people')),
  rule JSONB NOT NULL,
  member_count BIGINT,
  counted_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX segments_name ON segments (tenant_id, name);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
