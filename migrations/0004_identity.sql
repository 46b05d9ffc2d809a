-- migrate:up
-- Who somebody is: users and how they are known elsewhere, what they may do in which tenant (memberships, invitations),
-- a tenant's locations, and who is signed in (sessions, their refresh tokens, links sent by email).
-- Of a secret that we hand out only its SHA-256 is kept. Users and sessions belong to no tenant: one person can be in many.

CREATE TABLE users (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  email TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  email_verified_at BIGINT,
  failed_sign_ins BIGINT NOT NULL DEFAULT 0,
  locked_until BIGINT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Somebody's account with an OpenID provider. The subject never changes there; an email address may.
CREATE TABLE user_identities (
  issuer TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_user ON user_identities (user_id);

CREATE TABLE locations (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  address_street TEXT,
  address_city TEXT,
  address_state TEXT,
  address_zip TEXT,
  archived_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- `role` is a built-in role's name, or the id of one that the tenant made. No location ids means all locations.
CREATE TABLE memberships (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  role TEXT COLLATE "C" NOT NULL,
  permission_overrides JSONB NOT NULL DEFAULT '{"grant": [], "revoke": []}',
  location_ids JSONB NOT NULL DEFAULT '[]',
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE invitations (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  location_ids JSONB NOT NULL DEFAULT '[]',
  token_hash TEXT COLLATE "C" NOT NULL,
  invited_by TEXT COLLATE "C" REFERENCES users (id),
  expires_at BIGINT NOT NULL,
  accepted_at BIGINT,
  revoked_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE UNIQUE INDEX invitations_open ON invitations (tenant_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_email ON invitations (email);

-- `current_tenant_id` is the tenant that the session works in; it can be switched.
CREATE TABLE sessions (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  current_tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  method TEXT NOT NULL CHECK (method IN ('password', 'link', 'openid', 'invitation')),
  address TEXT,
  user_agent TEXT,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  end_reason TEXT CHECK (end_reason IN ('signed_out', 'signed_out_everywhere', 'revoked', 'refresh_reused', 'password_changed'))
);
CREATE INDEX sessions_user ON sessions (user_id, created_at);

-- A token is used once; `successor_hash` is the token that its use made.
CREATE TABLE refresh_tokens (
  token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id),
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  replaced_at BIGINT,
  successor_hash TEXT COLLATE "C"
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE sign_in_links (
  token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  email TEXT COLLATE "C" NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'set_password')),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX sign_in_links_email ON sign_in_links (email, created_at);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
