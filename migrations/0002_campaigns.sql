-- migrate:up
-- The campaign engine: what is sent (sequences, versions, steps, templates), to whom (enrolments, jobs that make them),
-- what became of it (send_log, the ledger), who must not get it (suppressions) and what recipients did (tracking_events).

CREATE TABLE campaign_sequences (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'archived')),
  current_version BIGINT,
  latest_version BIGINT NOT NULL,
  allow_reenrolment BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX campaign_sequences_status ON campaign_sequences (status, tenant_id);

-- One row a version. `enrolments_under_way` says what its publication means for those on an earlier version;
-- a move walks them in person order, `move_cursor` is how far it has come and `moved_at` when it was through.
CREATE TABLE campaign_sequence_versions (
  tenant_id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  send_window JSONB NOT NULL,
  enrolments_under_way TEXT NOT NULL DEFAULT 'finish' CHECK (enrolments_under_way IN ('finish', 'move')),
  move_cursor TEXT,
  moved_at BIGINT,
  published_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, version),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id)
);

CREATE TABLE email_templates (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  preview_text TEXT,
  body_html TEXT NOT NULL,
  body_text TEXT,
  layout TEXT NOT NULL DEFAULT 'base' CHECK (layout IN ('base', 'none')),
  purpose TEXT NOT NULL DEFAULT 'marketing' CHECK (purpose IN ('marketing', 'transactional')),
  variables JSONB,
  category TEXT,
  is_active BIGINT NOT NULL DEFAULT 1,
  revision BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- A step keeps its id from version to version as long as it keeps its campaign_id.
CREATE TABLE campaign_steps (
  tenant_id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  step_number BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  day_offset BIGINT NOT NULL,
  campaign_id TEXT COLLATE "C" NOT NULL,
  template_id TEXT COLLATE "C" NOT NULL,
  landing_page TEXT NOT NULL,
  subject TEXT,
  preview_text TEXT,
  channel TEXT NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'voice')),
  send_window JSONB,
  conditions JSONB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, sequence_id, version, step_number),
  FOREIGN KEY (tenant_id, sequence_id, version) REFERENCES campaign_sequence_versions (tenant_id, sequence_id, version),
  FOREIGN KEY (tenant_id, template_id) REFERENCES email_templates (tenant_id, id)
);
CREATE INDEX campaign_steps_day ON campaign_steps (tenant_id, sequence_id, version, day_offset);

CREATE TABLE enrolments (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  person_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  run BIGINT NOT NULL DEFAULT 1,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'completed', 'stopped')),
  status_reason TEXT,
  timezone TEXT NOT NULL,
  sequence_step BIGINT NOT NULL DEFAULT 1,
  sequence_started_at BIGINT NOT NULL,
  last_planned_at BIGINT,
  next_send_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id)
);
CREATE UNIQUE INDEX enrolments_person ON enrolments (tenant_id, sequence_id, person_id, run);
CREATE INDEX enrolments_of_person ON enrolments (tenant_id, person_id);
CREATE INDEX enrolments_due ON enrolments (tenant_id, sequence_id, next_send_at) WHERE next_send_at IS NOT NULL;

-- Enrolling many is work with progress: a job walks the people its filter matches in id order.
CREATE TABLE enrolment_jobs (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  community_id TEXT COLLATE "C",
  filter JSONB NOT NULL,
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
  cursor_person_id TEXT COLLATE "C",
  matched BIGINT NOT NULL DEFAULT 0,
  enrolled BIGINT NOT NULL DEFAULT 0,
  already_enrolled BIGINT NOT NULL DEFAULT 0,
  failure_reason TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, sequence_id) REFERENCES campaign_sequences (tenant_id, id)
);
CREATE INDEX enrolment_jobs_status ON enrolment_jobs (status, tenant_id);

-- The ledger: one row for each step of each enrolment that was decided. The id is derived from enrolment, step and
-- channel, so a second decision cannot be written; it starts like its enrolment's, so an enrolment's sends lie together.
CREATE TABLE send_log (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  enrolment_id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  person_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  campaign_step_id TEXT COLLATE "C" NOT NULL,
  step_number BIGINT NOT NULL,
  day_offset BIGINT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'voice')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'skipped', 'failed', 'unknown')),
  failure_reason TEXT,
  batch_id TEXT COLLATE "C",
  due_at BIGINT NOT NULL,
  planned_at BIGINT NOT NULL,
  sent_at BIGINT,
  delivered_at BIGINT,
  provider TEXT,
  provider_message_id TEXT COLLATE "C",
  opened_at BIGINT,
  open_count BIGINT NOT NULL DEFAULT 0,
  clicked_at BIGINT,
  click_count BIGINT NOT NULL DEFAULT 0,
  machine_opened_at BIGINT,
  replied_at BIGINT,
  bounced_at BIGINT,
  complained_at BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX send_log_provider_message_id ON send_log (tenant_id, provider_message_id) WHERE provider_message_id IS NOT NULL;

-- What one queue message stands for: some ledger rows on their way to one provider call. The lease is here, one for all
-- of them; the row goes when they have their outcomes. `check_at` is when somebody must look again if nothing was heard.
CREATE TABLE send_batches (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  sequence_id TEXT COLLATE "C" NOT NULL,
  send_ids JSONB NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'leased', 'handed_over')),
  status_reason TEXT,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_token TEXT,
  lease_ends_at BIGINT,
  not_before BIGINT NOT NULL,
  check_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX send_batches_check ON send_batches (tenant_id, sequence_id, check_at);

CREATE TABLE suppressions (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'voice')),
  address TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'complained', 'manual')),
  person_id TEXT COLLATE "C",
  send_id TEXT COLLATE "C",
  note TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address)
);

-- Facts as they came in, clustered by send. The verdict may be revised when later facts show a machine at work.
CREATE TABLE tracking_events (
  tenant_id TEXT COLLATE "C" NOT NULL,
  send_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('open', 'click')),
  verdict TEXT NOT NULL CHECK (verdict IN ('human', 'privacy_proxy', 'scanner')),
  verdict_reason TEXT,
  target_url TEXT,
  method TEXT NOT NULL,
  user_agent TEXT,
  occurred_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, send_id, id)
);

-- Every webhook a provider sent, once, by the provider's own id.
CREATE TABLE provider_events (
  tenant_id TEXT COLLATE "C" NOT NULL,
  provider TEXT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  send_id TEXT COLLATE "C",
  payload JSONB NOT NULL,
  received_at BIGINT NOT NULL,
  applied_at BIGINT,
  PRIMARY KEY (tenant_id, provider, id)
);

-- Sends of a tenant's day, for the daily quota; kept by the dispatcher, one row a day.
CREATE TABLE send_quota_days (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  day BIGINT NOT NULL,
  sent BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, day)
);

CREATE TABLE send_log_default PARTITION OF send_log DEFAULT;
SELECT ensure_month_partitions('send_log', DATE '2026-01-01', 36);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
