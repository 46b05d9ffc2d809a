-- migrate:up
-- Saved views: how somebody looks at a list, for themselves or for everybody in the tenant.

CREATE TABLE saved_views (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  owner_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  page TEXT NOT NULL,
  query JSONB NOT NULL,
  is_shared BIGINT NOT NULL DEFAULT 0,
  position BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX saved_views_owner ON saved_views (tenant_id, owner_id);
CREATE INDEX saved_views_shared ON saved_views (tenant_id, page) WHERE is_shared = 1;

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
