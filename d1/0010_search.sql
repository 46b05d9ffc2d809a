-- Search (docs/search.md): an index of words that is walked in short stretches, the same on every engine. Triggers mark what
-- changed in the transaction that changes it; src/crm/search/settle.rs brings the index up to date.

-- What is shown of a record, what is searched in it, and under which terms it is kept. Notes and conversations are to join:
-- SQLite changes no CHECK.
CREATE TABLE search_documents (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('business', 'person', 'note', 'conversation')),
  record_id TEXT NOT NULL,
  business_id TEXT NOT NULL,
  location_id TEXT,
  owner_id TEXT,
  title TEXT NOT NULL,
  subtitle TEXT,
  fields TEXT NOT NULL,
  terms TEXT NOT NULL,
  is_gone INTEGER NOT NULL DEFAULT 0,
  indexed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id)
) WITHOUT ROWID;
CREATE INDEX search_documents_business ON search_documents (tenant_id, business_id);

-- The index. A class is a kind of field, or pairs of words. All of the key is text: SQLite finds row values by an index only then.
CREATE TABLE search_terms (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('name', 'contact', 'beside', 'pair')),
  term TEXT NOT NULL,
  newest_first TEXT NOT NULL,
  record_id TEXT NOT NULL,
  location_id TEXT,
  owner_id TEXT,
  PRIMARY KEY (tenant_id, kind, class, term, newest_first, record_id)
) WITHOUT ROWID;
CREATE INDEX search_terms_location ON search_terms (tenant_id, location_id, kind, class, term, newest_first, record_id) WHERE location_id IS NOT NULL;
CREATE INDEX search_terms_owner ON search_terms (tenant_id, owner_id, kind, class, term, newest_first, record_id) WHERE owner_id IS NOT NULL;

-- The words there are, under what is left of each when some letters are deleted.
CREATE TABLE search_typos (
  tenant_id TEXT NOT NULL,
  variant TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (tenant_id, variant, word)
) WITHOUT ROWID;

-- Records that changed since. The token is another one with every change.
CREATE TABLE search_pending (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  token INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id)
) WITHOUT ROWID;

CREATE TRIGGER search_business_added AFTER INSERT ON businesses
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'business', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_business_changed AFTER UPDATE OF name, legal_name, email, phone, website, address_city, address_state, location_id, owner_id, deleted_at ON businesses
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'business', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
-- What hangs on a business is found under its location and owner, and shows its name. Also people who are not in the index yet,
-- or not any more.
CREATE TRIGGER search_business_moved AFTER UPDATE OF name, location_id, owner_id, deleted_at ON businesses
WHEN NEW.name IS NOT OLD.name OR NEW.location_id IS NOT OLD.location_id OR NEW.owner_id IS NOT OLD.owner_id OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, kind, record_id, abs(random() % 9007199254740991) FROM search_documents
  WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id AND record_id <> NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, 'person', id, abs(random() % 9007199254740991) FROM people WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_business_gone AFTER UPDATE OF deleted_at ON businesses WHEN NEW.deleted_at IS NOT NULL
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id;
END;
CREATE TRIGGER search_business_removed AFTER DELETE ON businesses
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = OLD.tenant_id AND business_id = OLD.id;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (OLD.tenant_id, 'business', OLD.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;

CREATE TRIGGER search_person_added AFTER INSERT ON people
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'person', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_person_changed AFTER UPDATE OF business_id, first_name, last_name, email, phone, title, deleted_at ON people
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'person', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_person_gone AFTER UPDATE OF deleted_at ON people WHEN NEW.deleted_at IS NOT NULL
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = NEW.tenant_id AND kind = 'person' AND record_id = NEW.id;
END;
CREATE TRIGGER search_person_removed AFTER DELETE ON people
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = OLD.tenant_id AND kind = 'person' AND record_id = OLD.id;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (OLD.tenant_id, 'person', OLD.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;

-- What is there already.
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'business', id, 1 FROM businesses WHERE deleted_at IS NULL;
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'person', id, 1 FROM people WHERE deleted_at IS NULL;
