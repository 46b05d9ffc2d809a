-- migrate:up
-- Scores (docs/scoring.md): what counts for a business's lead score, health and warmness, each with its reason and its decay.
-- Triggers mark what happened in the transaction in which it happens; src/crm/scores/settle.rs works it out.

ALTER TABLE businesses ADD COLUMN warmness BIGINT NOT NULL DEFAULT 0;
CREATE INDEX businesses_warmness ON businesses (tenant_id, warmness, id);

-- A tenant's own rules. Without a row those of the platform hold.
CREATE TABLE scoring_rules (
  tenant_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  rules JSONB NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id)
);

-- What counted when it happened. The id is the fact's own, so that a fact counts once.
CREATE TABLE score_contributions (
  tenant_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  score TEXT COLLATE "C" NOT NULL CHECK (score IN ('lead', 'health', 'warmness')),
  id TEXT COLLATE "C" NOT NULL,
  reason TEXT NOT NULL,
  points BIGINT NOT NULL,
  half_life_days BIGINT,
  occurred_at BIGINT NOT NULL,
  ends_at BIGINT,
  person_id TEXT COLLATE "C",
  detail TEXT,
  PRIMARY KEY (tenant_id, business_id, score, id)
);

-- The scores as last calculated, and when they will be others. The calculation is another number each time.
CREATE TABLE business_scores (
  tenant_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  lead_score BIGINT NOT NULL,
  health_score BIGINT,
  warmness BIGINT NOT NULL,
  calculation BIGINT NOT NULL,
  calculated_at BIGINT NOT NULL,
  next_at BIGINT,
  PRIMARY KEY (tenant_id, business_id)
);
CREATE INDEX business_scores_next ON business_scores (next_at, tenant_id, business_id) WHERE next_at IS NOT NULL;

-- What happened since: an activity (its type in word), a new status (in word), a score that was set by hand (in value).
CREATE TABLE score_pending (
  tenant_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  fact TEXT COLLATE "C" NOT NULL,
  word TEXT,
  value BIGINT,
  person_id TEXT COLLATE "C",
  occurred_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, business_id, fact)
);

-- What we send is no engagement, and there is much of it.
CREATE FUNCTION score_activity() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, word, person_id, occurred_at)
  VALUES (NEW.tenant_id, NEW.business_id, 'happened/' || NEW.id, NEW.type, NEW.person_id, NEW.occurred_at)
  ON CONFLICT (tenant_id, business_id, fact) DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER score_activity AFTER INSERT ON activities FOR EACH ROW
  WHEN (NEW.type NOT IN ('email_sent', 'sms_sent', 'sms_delivered')) EXECUTE FUNCTION score_activity();

CREATE FUNCTION score_status() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'status', NEW.lead_status, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET word = excluded.word, occurred_at = excluded.occurred_at;
  RETURN NULL;
END
$$;
CREATE TRIGGER score_status_added AFTER INSERT ON businesses FOR EACH ROW WHEN (NEW.lead_status <> 'prospect') EXECUTE FUNCTION score_status();
CREATE TRIGGER score_status_changed AFTER UPDATE OF lead_status ON businesses FOR EACH ROW
  WHEN (NEW.lead_status <> OLD.lead_status) EXECUTE FUNCTION score_status();

-- Set by hand is what was not calculated.
CREATE FUNCTION score_by_hand() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  set_to BIGINT;
  calculated BIGINT;
BEGIN
  IF TG_ARGV[0] = 'lead' THEN set_to := NEW.lead_score; ELSE set_to := NEW.health_score; END IF;
  IF TG_OP = 'UPDATE' THEN
    SELECT CASE WHEN TG_ARGV[0] = 'lead' THEN s.lead_score ELSE s.health_score END INTO calculated
    FROM business_scores s WHERE s.tenant_id = NEW.tenant_id AND s.business_id = NEW.id;
    IF FOUND AND calculated IS NOT DISTINCT FROM set_to THEN RETURN NULL; END IF;
  END IF;
  INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at)
  VALUES (NEW.tenant_id, NEW.id, 'by_hand/' || TG_ARGV[0], set_to, NEW.updated_at)
  ON CONFLICT (tenant_id, business_id, fact) DO UPDATE SET value = excluded.value, occurred_at = excluded.occurred_at;
  RETURN NULL;
END
$$;
CREATE TRIGGER score_lead_added AFTER INSERT ON businesses FOR EACH ROW WHEN (NEW.lead_score <> 0) EXECUTE FUNCTION score_by_hand('lead');
CREATE TRIGGER score_health_added AFTER INSERT ON businesses FOR EACH ROW WHEN (NEW.health_score IS NOT NULL) EXECUTE FUNCTION score_by_hand('health');
CREATE TRIGGER score_lead_set AFTER UPDATE OF lead_score ON businesses FOR EACH ROW
  WHEN (NEW.lead_score IS DISTINCT FROM OLD.lead_score) EXECUTE FUNCTION score_by_hand('lead');
CREATE TRIGGER score_health_set AFTER UPDATE OF health_score ON businesses FOR EACH ROW
  WHEN (NEW.health_score IS DISTINCT FROM OLD.health_score) EXECUTE FUNCTION score_by_hand('health');

-- What is there already was set by hand.
INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at) SELECT tenant_id, id, 'by_hand/lead', lead_score, updated_at FROM businesses WHERE lead_score <> 0 AND deleted_at IS NULL;
INSERT INTO score_pending (tenant_id, business_id, fact, value, occurred_at) SELECT tenant_id, id, 'by_hand/health', health_score, updated_at FROM businesses WHERE health_score IS NOT NULL AND deleted_at IS NULL;
INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at) SELECT tenant_id, id, 'status', lead_status, updated_at FROM businesses WHERE lead_status <> 'prospect' AND deleted_at IS NULL;

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
