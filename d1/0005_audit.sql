-- The audit log: who did what to which record, when, from where, and how it ended; never the data itself. Every entry's hash
-- covers the one before it (src/audit/chain.rs). `audit_heads` says where a tenant's chain begins and ends, under a seal.

CREATE TABLE audit_heads (
  tenant_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  first_sequence INTEGER NOT NULL,
  first_previous_hash TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (tenant_id)
) WITHOUT ROWID;

CREATE TABLE audit_log (
  tenant_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'system', 'anonymous')),
  actor_id TEXT,
  actor_label TEXT,
  action TEXT NOT NULL,
  method TEXT NOT NULL,
  path_template TEXT NOT NULL,
  record_type TEXT,
  record_id TEXT,
  address TEXT,
  user_agent TEXT,
  request_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('success', 'denied', 'failure')),
  request_hash TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
) WITHOUT ROWID;
CREATE UNIQUE INDEX audit_log_id ON audit_log (tenant_id, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor_id, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_record ON audit_log (tenant_id, record_id, id) WHERE record_id IS NOT NULL;

-- Append-only. The upkeep removes what is older than six years; nothing else is ever changed or removed. INSERT OR REPLACE
-- deletes without asking the trigger for deletes, so it has one of its own.
CREATE TRIGGER audit_log_never_updated BEFORE UPDATE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'audit_log is append-only');
END;
CREATE TRIGGER audit_log_never_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE tenant_id = NEW.tenant_id AND sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM audit_log WHERE tenant_id = NEW.tenant_id AND id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_log is append-only');
END;
CREATE TRIGGER audit_log_kept_six_years BEFORE DELETE ON audit_log
WHEN OLD.occurred_at > unixepoch('now', '-6 years') * 1000
BEGIN
  SELECT RAISE(ABORT, 'audit_log is append-only: entries are kept for six years');
END;
CREATE TRIGGER audit_heads_never_deleted BEFORE DELETE ON audit_heads
BEGIN
  SELECT RAISE(ABORT, 'audit_heads are never deleted');
END;
