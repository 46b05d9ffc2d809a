-- The campaign engine: what is sent (sequences, versions, steps, templates), to whom (enrolments, jobs that make them),
-- what became of it (send_log, the ledger), who must not get it (suppressions) and what recipients did (tracking_events).

CREATE TABLE campaign_sequences (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'archived')),
  current_version INTEGER,
  latest_version INTEGER NOT NULL,
  allow_reenrolment INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX campaign_sequences_status ON campaign_sequences (status, tenant_id);

-- One row a version. `enrolments_under_way` says what its publication means for those on an earlier version;
-- a move walks them in person order, `move_cursor` is how far it has come and `moved_at` when it was through.
CREATE TABLE campaign_sequence_versions (
  tenant_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  send_window TEXT NOT NULL,
  enrolments_under_way TEXT NOT NULL DEFAULT 'finish' CHECK (enrolments_under_way IN ('finish', 'move')),
  move_cursor TEXT,
  moved_at INTEGER,
  published_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, version),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id)
) WITHOUT ROWID;

CREATE TABLE email_templates (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  preview_text TEXT,
  body_html TEXT NOT NULL,
  body_text TEXT,
  layout TEXT NOT NULL DEFAULT 'base' CHECK (layout IN ('base', 'none')),
  purpose TEXT NOT NULL DEFAULT 'marketing' CHECK (purpose IN ('marketing', 'transactional')),
  variables TEXT,
  category TEXT,
  is_active INTEGER NOT NULL DEFAULT 1,
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

-- A step keeps its id from version to version as long as it keeps its campaign_id.
CREATE TABLE campaign_steps (
  tenant_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  step_number INTEGER NOT NULL,
  id TEXT NOT NULL,
  day_offset INTEGER NOT NULL,
  campaign_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  landing_page TEXT NOT NULL,
  subject TEXT,
  preview_text TEXT,
  channel TEXT NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'voice')),
  send_window TEXT,
  conditions TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, version, step_number),
  FOREIGN KEY (tenant_id, sequence_id, version) REFERENCES campaign_sequence_versions (tenant_id, sequence_id, version),
  FOREIGN KEY (tenant_id, template_id) REFERENCES email_templates (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX campaign_steps_day ON campaign_steps (tenant_id, sequence_id, version, day_offset);

CREATE TABLE enrolments (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  person_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  run INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'stopped')),
  status_reason TEXT,
  timezone TEXT NOT NULL,
  sequence_step INTEGER NOT NULL DEFAULT 1,
  sequence_started_at INTEGER NOT NULL,
  last_planned_at INTEGER,
  next_send_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX enrolments_person ON enrolments (tenant_id, sequence_id, person_id, run);
CREATE INDEX enrolments_of_person ON enrolments (tenant_id, person_id);
CREATE INDEX enrolments_due ON enrolments (tenant_id, sequence_id, next_send_at) WHERE next_send_at IS NOT NULL;

-- Enrolling many is work with progress: a job walks the people its filter matches in id order.
CREATE TABLE enrolment_jobs (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  community_id TEXT,
  filter TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
  cursor_person_id TEXT,
  matched INTEGER NOT NULL DEFAULT 0,
  enrolled INTEGER NOT NULL DEFAULT 0,
  already_enrolled INTEGER NOT NULL DEFAULT 0,
  failure_reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX enrolment_jobs_status ON enrolment_jobs (status, tenant_id);

-- The ledger: one row for each step of each enrolment that was decided. The id is derived from enrolment, step and
-- channel, so a second decision cannot be written; it starts like its enrolment's, so an enrolment's sends lie together.
CREATE TABLE send_log (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  enrolment_id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  person_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  campaign_step_id TEXT NOT NULL,
  step_number INTEGER NOT NULL,
  day_offset INTEGER NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'voice')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'skipped', 'failed', 'unknown')),
  failure_reason TEXT,
  batch_id TEXT,
  due_at INTEGER NOT NULL,
  planned_at INTEGER NOT NULL,
  sent_at INTEGER,
  delivered_at INTEGER,
  provider TEXT,
  provider_message_id TEXT,
  opened_at INTEGER,
  open_count INTEGER NOT NULL DEFAULT 0,
  clicked_at INTEGER,
  click_count INTEGER NOT NULL DEFAULT 0,
  machine_opened_at INTEGER,
  replied_at INTEGER,
  bounced_at INTEGER,
  complained_at INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX send_log_provider_message_id ON send_log (tenant_id, provider_message_id) WHERE provider_message_id IS NOT NULL;

-- What one queue message stands for: some ledger rows on their way to one provider call. The lease is here, one for all
-- of them; the row goes when they have their outcomes. `check_at` is when somebody must look again if nothing was heard.
CREATE TABLE send_batches (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  sequence_id TEXT NOT NULL,
  send_ids TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'leased', 'handed_over')),
  status_reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_token TEXT,
  lease_ends_at INTEGER,
  not_before INTEGER NOT NULL,
  check_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;
CREATE INDEX send_batches_check ON send_batches (tenant_id, sequence_id, check_at);

CREATE TABLE suppressions (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'voice')),
  address TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained', 'manual')),
  person_id TEXT,
  send_id TEXT,
  note TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, channel, address)
) WITHOUT ROWID;

-- Facts as they came in, clustered by send. The verdict may be revised when later facts show a machine at work.
CREATE TABLE tracking_events (
  tenant_id TEXT NOT NULL,
  send_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('open', 'click')),
  verdict TEXT NOT NULL CHECK (verdict IN ('human', 'privacy_proxy', 'scanner')),
  verdict_reason TEXT,
  target_url TEXT,
  method TEXT NOT NULL,
  user_agent TEXT,
  occurred_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, send_id, id)
) WITHOUT ROWID;

-- Every webhook a provider sent, once, by the provider's own id.
CREATE TABLE provider_events (
  tenant_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  send_id TEXT,
  payload TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  applied_at INTEGER,
  PRIMARY KEY (tenant_id, provider, id)
) WITHOUT ROWID;

-- Sends of a tenant's day, for the daily quota; kept by the dispatcher, one row a day.
CREATE TABLE send_quota_days (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  day INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, day)
) WITHOUT ROWID;
