-- migrate:up
-- Pipelines: the ways that a tenant's business takes, stage by stage. A deal is a business on such a way.
-- Built-in pipelines are made for a tenant when it first asks for its pipelines.

CREATE TABLE pipelines (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  built_in TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX pipelines_name ON pipelines (tenant_id, name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX pipelines_built_in ON pipelines (tenant_id, built_in) WHERE built_in IS NOT NULL;

-- moves_to: the ids of the stages that a deal may go to from here; NULL means all. A deleted stage keeps its row, for the
-- history of the deals that went through it.
CREATE TABLE pipeline_stages (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  pipeline_id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  built_in TEXT,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
  probability BIGINT NOT NULL CHECK (probability BETWEEN 0 AND 100),
  color TEXT NOT NULL,
  stale_after_days BIGINT,
  moves_to JSONB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, pipeline_id) REFERENCES pipelines (tenant_id, id)
);
CREATE INDEX pipeline_stages_pipeline ON pipeline_stages (tenant_id, pipeline_id, position);

-- rank: a text that says where in its stage a deal is; between any two there is room for another. status: its stage's kind.
-- last_move_id: the newest of its moves, by which a batch knows that it was the one that moved it.
CREATE TABLE deals (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  pipeline_id TEXT COLLATE "C" NOT NULL,
  stage_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  person_id TEXT COLLATE "C",
  name TEXT,
  amount BIGINT,
  currency TEXT,
  owner_id TEXT COLLATE "C",
  expected_close_on TEXT,
  status TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
  lost_reason TEXT,
  rank TEXT COLLATE "C" NOT NULL,
  entered_stage_at BIGINT NOT NULL,
  closed_at BIGINT,
  last_move_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  CHECK ((amount IS NULL) = (currency IS NULL)),
  FOREIGN KEY (tenant_id, pipeline_id) REFERENCES pipelines (tenant_id, id),
  FOREIGN KEY (tenant_id, stage_id) REFERENCES pipeline_stages (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id)
);
CREATE UNIQUE INDEX deals_rank ON deals (tenant_id, stage_id, rank) WHERE deleted_at IS NULL;
CREATE INDEX deals_pipeline ON deals (tenant_id, pipeline_id, id);
CREATE INDEX deals_business ON deals (tenant_id, business_id, id);
CREATE INDEX deals_owner ON deals (tenant_id, owner_id, id);

-- The history: a deal's coming (without from_stage_id) and each of its moves, in the order of their ids.
CREATE TABLE deal_moves (
  tenant_id TEXT COLLATE "C" NOT NULL,
  deal_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  pipeline_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  from_stage_id TEXT COLLATE "C",
  to_stage_id TEXT COLLATE "C" NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
  moved_at BIGINT NOT NULL,
  moved_by TEXT NOT NULL,
  stayed_ms BIGINT,
  PRIMARY KEY (tenant_id, deal_id, id)
);
CREATE INDEX deal_moves_pipeline ON deal_moves (tenant_id, pipeline_id, id);
CREATE INDEX deal_moves_business ON deal_moves (tenant_id, business_id);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
