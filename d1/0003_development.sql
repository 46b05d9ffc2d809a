-- Used outside production only: the messages the `outbox` provider kept, and how far the clock was moved.

CREATE TABLE outbox_messages (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  send_id TEXT,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  headers TEXT NOT NULL,
  html TEXT NOT NULL,
  body_text TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

CREATE TABLE development_clock (
  id INTEGER NOT NULL PRIMARY KEY,
  offset_ms INTEGER NOT NULL
);
