-- migrate:up
-- Used outside production only: the messages the `outbox` provider kept, and how far the clock was moved.

CREATE TABLE outbox_messages (
  tenant_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  send_id TEXT COLLATE "C",
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  headers JSONB NOT NULL,
  html TEXT NOT NULL,
  body_text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE development_clock (
  id BIGINT NOT NULL PRIMARY KEY,
  offset_ms BIGINT NOT NULL
);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
