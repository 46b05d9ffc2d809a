-- What the web app asks of the engine all day, without a scan: counts of sends and enrolments, the order in which sends were
-- planned, what died on a queue, and when a business became a lead or a customer.

-- The tenant's own day on which a send was planned, and on which an enrolment's next step is due: days since 1970, as its time
-- zone counted them then. So a row is always counted on the day it was counted on before.
ALTER TABLE send_log ADD COLUMN planned_day INTEGER;
ALTER TABLE send_log ADD COLUMN unsubscribed_at INTEGER;
ALTER TABLE enrolments ADD COLUMN due_day INTEGER;
UPDATE enrolments SET due_day = next_send_at / 86400000 WHERE next_send_at IS NOT NULL;
UPDATE send_log SET unsubscribed_at = (SELECT MIN(s.created_at) FROM suppressions s WHERE s.tenant_id = send_log.tenant_id AND s.send_id = send_log.id AND s.reason = 'unsubscribed')
WHERE (tenant_id, id) IN (SELECT s.tenant_id, s.send_id FROM suppressions s WHERE s.reason = 'unsubscribed' AND s.send_id IS NOT NULL);
-- What needs a person: few of many, so that the others cost nothing.
CREATE INDEX send_log_unsettled ON send_log (tenant_id, status, planned_at, id) WHERE status IN ('failed', 'unknown');

-- What is late, and what deals were open at a moment, without a walk through all that is done.
CREATE INDEX tasks_open_due_at ON tasks (tenant_id, due_at) WHERE status IN ('pending', 'in_progress') AND deleted_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX deals_open ON deals (tenant_id, id) WHERE status = 'open' AND deleted_at IS NULL;
CREATE INDEX deals_closed_at ON deals (tenant_id, closed_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;

-- Counts of the ledger. `''` as sequence and step, and 0 as day, mean all of them: kept are a step's day, a step's whole time,
-- and a tenant's day. The columns from `went_out` on count what happened on the day, the others what was planned on it.
CREATE TABLE send_counts (
  tenant_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  step_id TEXT NOT NULL,
  pending INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  skipped_by_condition INTEGER NOT NULL DEFAULT 0,
  skipped_unwanted INTEGER NOT NULL DEFAULT 0,
  skipped_ended INTEGER NOT NULL DEFAULT 0,
  skipped_no_address INTEGER NOT NULL DEFAULT 0,
  skipped_faulty INTEGER NOT NULL DEFAULT 0,
  went_out INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  bounced INTEGER NOT NULL DEFAULT 0,
  complained INTEGER NOT NULL DEFAULT 0,
  replied INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  machine_opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  machine_clicked INTEGER NOT NULL DEFAULT 0,
  human_opens INTEGER NOT NULL DEFAULT 0,
  machine_opens INTEGER NOT NULL DEFAULT 0,
  human_clicks INTEGER NOT NULL DEFAULT 0,
  machine_clicks INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, sequence_id, day, step_id)
) WITHOUT ROWID;

-- What was added to the ledger or changed in it since, entered by whoever changed it in the same transaction. The tick adds it
-- to the counts and takes it away. `day` is that of the first columns, `event_day` that of the others.
CREATE TABLE send_count_deltas (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  event_day INTEGER NOT NULL,
  pending INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  skipped_by_condition INTEGER NOT NULL DEFAULT 0,
  skipped_unwanted INTEGER NOT NULL DEFAULT 0,
  skipped_ended INTEGER NOT NULL DEFAULT 0,
  skipped_no_address INTEGER NOT NULL DEFAULT 0,
  skipped_faulty INTEGER NOT NULL DEFAULT 0,
  went_out INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  bounced INTEGER NOT NULL DEFAULT 0,
  complained INTEGER NOT NULL DEFAULT 0,
  replied INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  machine_opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  machine_clicked INTEGER NOT NULL DEFAULT 0,
  human_opens INTEGER NOT NULL DEFAULT 0,
  machine_opens INTEGER NOT NULL DEFAULT 0,
  human_clicks INTEGER NOT NULL DEFAULT 0,
  machine_clicks INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id, sequence_id, step_id, day, event_day)
) WITHOUT ROWID;

-- The same of enrolments: how many have a status, those under way by the day on which their next step is due.
CREATE TABLE enrolment_counts (
  tenant_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  status TEXT NOT NULL,
  due_day INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, status, due_day)
) WITHOUT ROWID;
CREATE TABLE enrolment_count_deltas (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  from_status TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_status TEXT NOT NULL,
  to_day INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id, sequence_id, from_status, from_day, to_status, to_day)
) WITHOUT ROWID;

-- The order of the ledger: a row for each round of the planner, with the ids of the sends that it decided. An index would cost
-- a row for each send.
CREATE TABLE send_rounds (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  planned_at INTEGER NOT NULL,
  send_ids TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX send_rounds_sequence ON send_rounds (tenant_id, sequence_id, id);

-- A message that its consumer failed on again and again. The message goes when it is replayed or discarded, the row after 30 days.
CREATE TABLE dead_letters (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  queue TEXT NOT NULL CHECK (queue IN ('sends', 'tracking', 'audit', 'imports', 'content')),
  fingerprint TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT,
  attempts INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  settled_at INTEGER,
  settled_by TEXT,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX dead_letters_fingerprint ON dead_letters (tenant_id, queue, fingerprint);
CREATE INDEX dead_letters_status ON dead_letters (tenant_id, status, id);
CREATE INDEX dead_letters_last_seen_at ON dead_letters (last_seen_at);

-- When a business's lead status changed. Triggers write it, so that no way of changing it is left out; being a prospect is
-- what every business begins as.
CREATE TABLE lead_changes (
  tenant_id TEXT NOT NULL,
  to_status TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  business_id TEXT NOT NULL,
  from_status TEXT,
  PRIMARY KEY (tenant_id, to_status, changed_at, business_id)
) WITHOUT ROWID;
CREATE TRIGGER lead_change_added AFTER INSERT ON businesses WHEN NEW.lead_status <> 'prospect'
BEGIN
  INSERT INTO lead_changes (tenant_id, to_status, changed_at, business_id)
  VALUES (NEW.tenant_id, NEW.lead_status, NEW.updated_at, NEW.id)
  ON CONFLICT (tenant_id, to_status, changed_at, business_id) DO NOTHING;
END;
CREATE TRIGGER lead_change AFTER UPDATE OF lead_status ON businesses WHEN NEW.lead_status <> OLD.lead_status AND NEW.lead_status <> 'prospect'
BEGIN
  INSERT INTO lead_changes (tenant_id, to_status, changed_at, business_id, from_status)
  VALUES (NEW.tenant_id, NEW.lead_status, NEW.updated_at, NEW.id, OLD.lead_status)
  ON CONFLICT (tenant_id, to_status, changed_at, business_id) DO NOTHING;
END;

-- What is there already, by days of UTC.
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, pending, sent, failed, unknown, skipped_by_condition, skipped_unwanted, skipped_ended, skipped_no_address, skipped_faulty)
SELECT tenant_id, 'before', sequence_id, campaign_step_id, planned_at / 86400000, 0,
  SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'sent' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'unknown' THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'skipped' AND NOT COALESCE(failure_reason LIKE 'suppressed:%' OR failure_reason = 'do_not_email' OR failure_reason IN ('enrolment_stopped', 'deleted') OR failure_reason = 'no_address' OR failure_reason LIKE 'template_error:%' OR failure_reason IN ('template_not_found', 'step_not_found'), FALSE) THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'skipped' AND (failure_reason LIKE 'suppressed:%' OR failure_reason = 'do_not_email') THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'skipped' AND (failure_reason IN ('enrolment_stopped', 'deleted')) THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'skipped' AND (failure_reason = 'no_address') THEN 1 ELSE 0 END),
  SUM(CASE WHEN status = 'skipped' AND (failure_reason LIKE 'template_error:%' OR failure_reason IN ('template_not_found', 'step_not_found')) THEN 1 ELSE 0 END)
FROM send_log GROUP BY tenant_id, sequence_id, campaign_step_id, planned_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, went_out)
SELECT tenant_id, 'before went_out', sequence_id, campaign_step_id, 0, sent_at / 86400000, COUNT(*) FROM send_log WHERE sent_at IS NOT NULL AND status = 'sent'
GROUP BY tenant_id, sequence_id, campaign_step_id, sent_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, delivered)
SELECT tenant_id, 'before delivered', sequence_id, campaign_step_id, 0, delivered_at / 86400000, COUNT(*) FROM send_log WHERE delivered_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, delivered_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, bounced)
SELECT tenant_id, 'before bounced', sequence_id, campaign_step_id, 0, bounced_at / 86400000, COUNT(*) FROM send_log WHERE bounced_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, bounced_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, complained)
SELECT tenant_id, 'before complained', sequence_id, campaign_step_id, 0, complained_at / 86400000, COUNT(*) FROM send_log WHERE complained_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, complained_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, replied)
SELECT tenant_id, 'before replied', sequence_id, campaign_step_id, 0, replied_at / 86400000, COUNT(*) FROM send_log WHERE replied_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, replied_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, unsubscribed)
SELECT tenant_id, 'before unsubscribed', sequence_id, campaign_step_id, 0, unsubscribed_at / 86400000, COUNT(*) FROM send_log WHERE unsubscribed_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, unsubscribed_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, opened)
SELECT tenant_id, 'before opened', sequence_id, campaign_step_id, 0, opened_at / 86400000, COUNT(*) FROM send_log WHERE opened_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, opened_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, machine_opened)
SELECT tenant_id, 'before machine_opened', sequence_id, campaign_step_id, 0, machine_opened_at / 86400000, COUNT(*) FROM send_log WHERE machine_opened_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, machine_opened_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, clicked)
SELECT tenant_id, 'before clicked', sequence_id, campaign_step_id, 0, clicked_at / 86400000, COUNT(*) FROM send_log WHERE clicked_at IS NOT NULL
GROUP BY tenant_id, sequence_id, campaign_step_id, clicked_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, human_opens, machine_opens, human_clicks, machine_clicks)
SELECT t.tenant_id, 'before events', s.sequence_id, s.campaign_step_id, 0, t.occurred_at / 86400000,
  SUM(CASE WHEN t.kind = 'open' AND t.verdict = 'human' THEN 1 ELSE 0 END), SUM(CASE WHEN t.kind = 'open' AND t.verdict <> 'human' THEN 1 ELSE 0 END),
  SUM(CASE WHEN t.kind = 'click' AND t.verdict = 'human' THEN 1 ELSE 0 END), SUM(CASE WHEN t.kind = 'click' AND t.verdict <> 'human' THEN 1 ELSE 0 END)
FROM tracking_events t JOIN send_log s ON s.tenant_id = t.tenant_id AND s.id = t.send_id
GROUP BY t.tenant_id, s.sequence_id, s.campaign_step_id, t.occurred_at / 86400000;
INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, machine_clicked)
SELECT f.tenant_id, 'before machine_clicked', s.sequence_id, s.campaign_step_id, 0, f.at / 86400000, COUNT(*)
FROM (SELECT tenant_id, send_id, MIN(occurred_at) AS at FROM tracking_events WHERE kind = 'click' AND verdict <> 'human' GROUP BY tenant_id, send_id) AS f
JOIN send_log s ON s.tenant_id = f.tenant_id AND s.id = f.send_id
GROUP BY f.tenant_id, s.sequence_id, s.campaign_step_id, f.at / 86400000;
INSERT INTO enrolment_counts (tenant_id, sequence_id, status, due_day, number)
SELECT tenant_id, sequence_id, status, CASE WHEN status = 'active' THEN COALESCE(due_day, 0) ELSE 0 END, COUNT(*) FROM enrolments
GROUP BY tenant_id, sequence_id, status, CASE WHEN status = 'active' THEN COALESCE(due_day, 0) ELSE 0 END;
INSERT INTO send_rounds (tenant_id, id, sequence_id, planned_at, send_ids)
SELECT tenant_id, printf('%08x-%04x-7000-8000-', planned_at / 65536, planned_at % 65536) || substr(sequence_id, 25), sequence_id, planned_at, json_group_array(id)
FROM send_log GROUP BY tenant_id, sequence_id, planned_at;
