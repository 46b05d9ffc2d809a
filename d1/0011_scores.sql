-- Scores (docs/scoring.md): what counts for a business's lead score, health and warmness, each with its reason and its decay.
-- Triggers mark what happened in the transaction in which it happens; src/crm/scores/settle.rs works it out.

ALTER TABLE businesses ADD COLUMN warmness INTEGER NOT NULL DEFAULT 0;
CREATE INDEX businesses_warmness ON businesses (tenant_id, warmness, id);

-- A tenant's own rules. Without a row those of the platform hold.
CREATE TABLE scoring_rules (
  tenant_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  rules TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id)
) WITHOUT ROWID;

-- What counted when it happened. The id is the fact's own, so that a fact counts once.
CREATE TABLE score_contributions (
  tenant_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  score TEXT NOT NULL CHECK (score IN ('lead', 'health', 'warmness')),
  id TEXT NOT NULL,
  reason TEXT NOT NULL,
  points INTEGER NOT NULL,
  half_life_days INTEGER,
  occurred_at INTEGER NOT NULL,
  ends_at INTEGER,
  person_id TEXT,
  detail TEXT,
  PRIMARY KEY (tenant_id, business_id, score, id)
) WITHOUT ROWID;

-- The scores as last calculated, and when they will be others. The calculation is another number each time.
CREATE TABLE business_scores (
  tenant_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  lead_score INTEGER NOT NULL,
  health_score INTEGER,
  warmness INTEGER NOT NULL,
  calculation INTEGER NOT NULL,
  calculated_at INTEGER NOT NULL,
  next_at INTEGER,
  PRIMARY KEY (tenant_id, business_id)
) WITHOUT ROWID;
CREATE INDEX business_scores_next ON business_scores (next_at, tenant_id, business_id) WHERE next_at IS NOT NULL;

-- What happened since: an activity (its type in word), a new status (in word), a score that was set by hand (in value).
CREATE TABLE score_pending (
  tenant_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  fact TEXT NOT NULL,
  word TEXT,
  value INTEGER,
  person_id TEXT,
  occurred_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, business_id, fact)
) WITHOUT ROWID;

-- What we send is no engagement, and there is much of it.
CREATE TRIGGER score_activity AFTER INSERT ON activities WHEN NEW.type NOT IN ('email_sent', 'sms_sent', 'sms_delivered')
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, word, person_id, occurred_at)
  VALUES (NEW.tenant_id, NEW.business_id, 'happened/' || NEW.id, NEW.type, NEW.person_id, NEW.occurred_at)
  ON CONFLICT (tenant_id, business_id, fact) DO NOTHING;
END;

CREATE TRIGGER score_status_added AFTER INSERT ON businesses WHEN NEW.lead_status <> 'prospect'
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'status', NEW.lead_status, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET word = excluded.word, occurred_at = excluded.occurred_at;
END;
CREATE TRIGGER score_status_changed AFTER UPDATE OF lead_status ON businesses WHEN NEW.lead_status <> OLD.lead_status
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'status', NEW.lead_status, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET word = excluded.word, occurred_at = excluded.occurred_at;
END;

-- Set by hand is what was not calculated.
CREATE TRIGGER score_lead_added AFTER INSERT ON businesses WHEN NEW.lead_score <> 0
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'by_hand/lead', NEW.lead_score, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at;
END;
CREATE TRIGGER score_health_added AFTER INSERT ON businesses WHEN NEW.health_score IS NOT NULL
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'by_hand/health', NEW.health_score, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at;
END;
CREATE TRIGGER score_lead_set AFTER UPDATE OF lead_score ON businesses
WHEN NEW.lead_score IS NOT OLD.lead_score
  AND NOT EXISTS (SELECT 1 FROM business_scores s WHERE s.tenant_id = NEW.tenant_id AND s.business_id = NEW.id AND s.lead_score IS NEW.lead_score)
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'by_hand/lead', NEW.lead_score, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at;
END;
CREATE TRIGGER score_health_set AFTER UPDATE OF health_score ON businesses
WHEN NEW.health_score IS NOT OLD.health_score
  AND NOT EXISTS (SELECT 1 FROM business_scores s WHERE s.tenant_id = NEW.tenant_id AND s.business_id = NEW.id AND s.health_score IS NEW.health_score)
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'by_hand/health', NEW.health_score, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at;
END;

-- What is there already was set by hand.
INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at) SELECT tenant_id, id, 'by_hand/lead', lead_score, updated_at FROM businesses WHERE lead_score <> 0 AND deleted_at IS NULL;
INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at) SELECT tenant_id, id, 'by_hand/health', health_score, updated_at FROM businesses WHERE health_score IS NOT NULL AND deleted_at IS NULL;
INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at) SELECT tenant_id, id, 'status', lead_status, updated_at FROM businesses WHERE lead_status <> 'prospect' AND deleted_at IS NULL;
