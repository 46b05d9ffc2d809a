-- migrate:up
-- What is known of a business beside itself: notes, tasks, what it is interested in, what troubles it, what it objects to. And
-- what lists sort by: each such column has an index that ends with the id, so that a page begins where the last one ended.

ALTER TABLE businesses ADD COLUMN business_context JSONB;
ALTER TABLE businesses ADD COLUMN metadata JSONB;
-- Went with their business, and comes back with it.
ALTER TABLE people ADD COLUMN deleted_with_business BIGINT NOT NULL DEFAULT 0;

-- Texts that lists are sorted by are compared by their bytes, as on the other engine. The column says so and not its index alone:
-- an index with another order than its column's cannot be asked for what is equal.
ALTER TABLE businesses ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE people ALTER COLUMN email TYPE TEXT COLLATE "C";
ALTER TABLE people ALTER COLUMN last_name TYPE TEXT COLLATE "C";
ALTER TABLE communities ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE industries ALTER COLUMN name TYPE TEXT COLLATE "C";
ALTER TABLE tags ALTER COLUMN name TYPE TEXT COLLATE "C";

DROP INDEX businesses_lead_score;
CREATE INDEX businesses_lead_score ON businesses (tenant_id, lead_score, id);
CREATE INDEX businesses_health_score ON businesses (tenant_id, health_score, id);
CREATE INDEX businesses_name ON businesses (tenant_id, name, id);
CREATE INDEX businesses_updated_at ON businesses (tenant_id, updated_at, id);
DROP INDEX people_email;
CREATE INDEX people_email ON people (tenant_id, email, id);
CREATE INDEX people_last_name ON people (tenant_id, last_name, id);
CREATE INDEX people_last_engaged_at ON people (tenant_id, last_engaged_at, id);
CREATE INDEX communities_name ON communities (tenant_id, name, id);
CREATE INDEX communities_population ON communities (tenant_id, population, id);
CREATE INDEX industries_name ON industries (tenant_id, name, id);
CREATE INDEX tags_by_name ON tags (tenant_id, name, id);
CREATE INDEX industries_display_order ON industries (tenant_id, display_order, id);

CREATE TABLE notes (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  person_id TEXT COLLATE "C",
  content TEXT NOT NULL,
  is_pinned BIGINT NOT NULL DEFAULT 0,
  created_by TEXT COLLATE "C",
  created_by_type TEXT NOT NULL DEFAULT 'human' CHECK (created_by_type IN ('ai', 'human')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id)
);
CREATE INDEX notes_business ON notes (tenant_id, business_id, id);
CREATE INDEX notes_person ON notes (tenant_id, person_id, id);
CREATE INDEX notes_updated_at ON notes (tenant_id, updated_at, id);

-- The rank sorts what the priority says in words; the CHECK holds the two together.
CREATE TABLE tasks (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  person_id TEXT COLLATE "C",
  title TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL DEFAULT 'other' CHECK (type IN ('follow_up', 'demo', 'onboarding', 'support', 'review', 'ai_config', 'content', 'other')),
  assigned_to TEXT COLLATE "C",
  assigned_type TEXT NOT NULL DEFAULT 'ai' CHECK (assigned_type IN ('ai', 'human')),
  due_at BIGINT,
  completed_at BIGINT,
  snoozed_until BIGINT,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  priority TEXT NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  priority_rank BIGINT NOT NULL DEFAULT 2 CHECK (priority_rank = CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE 4 END),
  outcome TEXT,
  source TEXT,
  sourceable_type TEXT,
  sourceable_id TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id)
);
CREATE INDEX tasks_business ON tasks (tenant_id, business_id, status);
CREATE INDEX tasks_person ON tasks (tenant_id, person_id, id);
CREATE INDEX tasks_assigned_to ON tasks (tenant_id, assigned_to, status);
CREATE INDEX tasks_due_at ON tasks (tenant_id, due_at, id);
CREATE INDEX tasks_priority ON tasks (tenant_id, priority_rank, id);
CREATE INDEX tasks_updated_at ON tasks (tenant_id, updated_at, id);
CREATE INDEX tasks_sourceable ON tasks (tenant_id, sourceable_id) WHERE sourceable_id IS NOT NULL;

-- Once a business and product. (The product is named as its catalogue names it.)
CREATE TABLE product_interests (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  product_id TEXT COLLATE "C" NOT NULL,
  interest_level TEXT NOT NULL DEFAULT 'viewed' CHECK (interest_level IN ('viewed', 'engaged', 'inquired', 'demo_requested', 'quoted', 'declined')),
  source TEXT,
  source_detail TEXT,
  first_shown_at BIGINT NOT NULL,
  last_shown_at BIGINT NOT NULL,
  view_count BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id)
);
CREATE UNIQUE INDEX product_interests_product ON product_interests (tenant_id, business_id, product_id);
CREATE INDEX product_interests_by_product ON product_interests (tenant_id, product_id, id);
CREATE INDEX product_interests_last_shown_at ON product_interests (tenant_id, last_shown_at, id);

CREATE TABLE pain_points (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  conversation_id TEXT COLLATE "C",
  category TEXT NOT NULL,
  description TEXT NOT NULL,
  severity TEXT NOT NULL DEFAULT 'medium' CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  source TEXT,
  captured_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id)
);
CREATE INDEX pain_points_business ON pain_points (tenant_id, business_id, id);
CREATE INDEX pain_points_captured_at ON pain_points (tenant_id, captured_at, id);

CREATE TABLE objections (
  tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenants (id),
  id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  person_id TEXT COLLATE "C",
  conversation_id TEXT COLLATE "C",
  objection_type TEXT NOT NULL,
  objection_text TEXT NOT NULL,
  response_given TEXT,
  resolved BIGINT NOT NULL DEFAULT 0,
  resolved_at BIGINT,
  source TEXT,
  captured_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, business_id) REFERENCES businesses (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES people (tenant_id, id)
);
CREATE INDEX objections_business ON objections (tenant_id, business_id, id);
CREATE INDEX objections_captured_at ON objections (tenant_id, captured_at, id);

-- More kinds of entries.
ALTER TABLE activities DROP CONSTRAINT activities_type_check;
ALTER TABLE activities ADD CONSTRAINT activities_type_check CHECK (type IN ('email_sent', 'email_opened', 'email_clicked', 'email_replied', 'email_bounced', 'email_complained', 'email_unsubscribed', 'sms_sent', 'sms_delivered', 'sms_replied', 'sms_failed', 'call_outbound', 'call_inbound', 'voicemail_left', 'call_answered', 'page_visited', 'presentation_watched', 'presentation_completed', 'form_submitted', 'document_downloaded', 'chat_started', 'chat_message', 'chat_ended', 'appointment_booked', 'order_created', 'order_paid', 'subscription_started', 'subscription_cancelled', 'subscription_renewed', 'support_ticket_created', 'support_ticket_resolved', 'note_added', 'task_created', 'task_completed', 'status_changed', 'task_reopened', 'tag_added', 'tag_removed', 'assignment_changed', 'business_deleted', 'business_restored', 'interest_shown', 'pain_point_noted', 'objection_raised', 'objection_resolved', 'merged'));
-- Who was deleted in the moment in which their business was went with it.
UPDATE people SET deleted_with_business = 1 WHERE deleted_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM businesses b WHERE b.tenant_id = people.tenant_id AND b.id = people.business_id AND b.deleted_at = people.deleted_at);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
