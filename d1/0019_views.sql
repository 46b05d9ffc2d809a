-- Saved views: how somebody looks at a list, for themselves or for everybody in the tenant.

CREATE TABLE saved_views (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  owner_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  page TEXT NOT NULL,
  query TEXT NOT NULL,
  is_shared INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX saved_views_owner ON saved_views (tenant_id, owner_id);
CREATE INDEX saved_views_shared ON saved_views (tenant_id, page) WHERE is_shared = 1;
