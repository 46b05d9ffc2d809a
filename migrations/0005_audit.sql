-- migrate:up
-- The audit log: who did what to which record, when, from where, and how it ended; never the data itself. Every entry's hash
-- covers the one before it (src/audit/chain.rs). `audit_heads` says where a tenant's chain begins and ends, under a seal.

CREATE TABLE audit_heads (
  tenant_id TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL,
  first_sequence BIGINT NOT NULL,
  first_previous_hash TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (tenant_id)
);

CREATE TABLE audit_log (
  tenant_id TEXT COLLATE "C" NOT NULL,
  sequence BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  occurred_at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'system', 'anonymous')),
  actor_id TEXT COLLATE "C",
  actor_label TEXT,
  action TEXT NOT NULL,
  method TEXT NOT NULL,
  path_template TEXT NOT NULL,
  record_type TEXT,
  record_id TEXT COLLATE "C",
  address TEXT,
  user_agent TEXT,
  request_id TEXT NOT NULL,
  status BIGINT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('success', 'denied', 'failure')),
  request_hash TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CREATE UNIQUE INDEX audit_log_id ON audit_log (tenant_id, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_record ON audit_log (tenant_id, record_id, id) WHERE record_id IS NOT NULL;

-- Append-only. The upkeep removes what is older than six years; nothing else is ever changed or removed.
CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE FUNCTION refuse_before_six_years() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.occurred_at > EXTRACT(EPOCH FROM now() - INTERVAL '6 years') * 1000 THEN
    RAISE EXCEPTION '% is append-only: entries are kept for six years', TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER audit_log_never_updated BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_never_truncated BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_kept_six_years BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_before_six_years();
CREATE TRIGGER audit_heads_never_deleted BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_heads_never_truncated BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
