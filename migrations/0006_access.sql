-- migrate:up
-- Who may do what: roles, API keys, from which addresses, what was done already (idempotency), and which features are on.

CREATE TABLE roles (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  permissions JSONB NOT NULL,
  own_records JSONB NOT NULL DEFAULT '[]',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX roles_name ON roles (tenant_id, name);

-- Of a key only a digest is kept. It is found by it, whoever's it is.
CREATE TABLE api_keys (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  secret_hash TEXT COLLATE "C" NOT NULL,
  scopes JSONB NOT NULL,
  created_by TEXT COLLATE "C",
  expires_at BIGINT,
  revoked_at BIGINT,
  replaced_by_id TEXT COLLATE "C",
  last_used_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_secret_hash ON api_keys (secret_hash);

CREATE TABLE ip_allow_list (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  address_range TEXT NOT NULL,
  location_id TEXT COLLATE "C",
  note TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- What a POST with an Idempotency-Key answered. A row without a status is under way.
CREATE TABLE idempotency_keys (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  actor TEXT COLLATE "C" NOT NULL,
  idempotency_key TEXT COLLATE "C" NOT NULL,
  request_hash TEXT NOT NULL,
  status BIGINT,
  body TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, actor, idempotency_key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE feature_flags (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  name TEXT COLLATE "C" NOT NULL,
  description TEXT,
  is_on BIGINT NOT NULL CHECK (is_on IN (0, 1)),
  percentage BIGINT NOT NULL CHECK (percentage BETWEEN 0 AND 100),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
