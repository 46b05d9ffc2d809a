-- migrate:up
-- Search (docs/search.md): an index of words that is walked in short stretches, the same on every engine. Triggers mark what
-- changed in the transaction that changes it; src/crm/search/settle.rs brings the index up to date.

-- What is shown of a record, what is searched in it, and under which terms it is kept. Notes and conversations are to join:
-- SQLite changes no CHECK.
CREATE TABLE search_documents (
  tenant_id TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('business', 'person', 'note', 'conversation')),
  record_id TEXT COLLATE "C" NOT NULL,
  business_id TEXT COLLATE "C" NOT NULL,
  location_id TEXT COLLATE "C",
  owner_id TEXT COLLATE "C",
  title TEXT NOT NULL,
  subtitle TEXT,
  fields JSONB NOT NULL,
  terms JSONB NOT NULL,
  is_gone BIGINT NOT NULL DEFAULT 0,
  indexed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id)
);
CREATE INDEX search_documents_business ON search_documents (tenant_id, business_id);

-- The index. A class is a kind of field, or pairs of words. All of the key is text: SQLite finds row values by an index only then.
CREATE TABLE search_terms (
  tenant_id TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  class TEXT COLLATE "C" NOT NULL CHECK (class IN ('name', 'contact', 'beside', 'pair')),
  term TEXT COLLATE "C" NOT NULL,
  newest_first TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  location_id TEXT COLLATE "C",
  owner_id TEXT COLLATE "C",
  PRIMARY KEY (tenant_id, kind, class, term, newest_first, record_id)
);
CREATE INDEX search_terms_location ON search_terms (tenant_id, location_id, kind, class, term, newest_first, record_id) WHERE location_id IS NOT NULL;
CREATE INDEX search_terms_owner ON search_terms (tenant_id, owner_id, kind, class, term, newest_first, record_id) WHERE owner_id IS NOT NULL;

-- The words there are, under what is left of each when some letters are deleted.
CREATE TABLE search_typos (
  tenant_id TEXT COLLATE "C" NOT NULL,
  variant TEXT COLLATE "C" NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, variant, word)
);

-- Records that changed since. The token is another one with every change.
CREATE TABLE search_pending (
  tenant_id TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  token BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id)
);

-- Marks a record of the kind that the trigger names.
CREATE FUNCTION search_mark() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  changed RECORD;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (changed.tenant_id, TG_ARGV[0], changed.id, CAST(floor(random() * 9007199254740991) AS BIGINT))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END
$$;
-- Marks those that were added, all of a statement's at once.
CREATE FUNCTION search_mark_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, TG_ARGV[0], id, CAST(floor(random() * 9007199254740991) AS BIGINT) FROM added
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END
$$;
-- Hides a record of the kind that the trigger names; with a business, what hangs on it.
CREATE FUNCTION search_hide() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_ARGV[0] = 'business' THEN
    UPDATE search_documents SET is_gone = 1 WHERE tenant_id = OLD.tenant_id AND business_id = OLD.id;
  ELSE
    UPDATE search_documents SET is_gone = 1 WHERE tenant_id = OLD.tenant_id AND kind = TG_ARGV[0] AND record_id = OLD.id;
  END IF;
  RETURN NULL;
END
$$;
-- What hangs on a business is found under its location and owner, and shows its name. Also people who are not in the index yet,
-- or not any more.
CREATE FUNCTION search_mark_of_business() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, kind, record_id, CAST(floor(random() * 9007199254740991) AS BIGINT) FROM search_documents
  WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id AND record_id <> NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, 'person', id, CAST(floor(random() * 9007199254740991) AS BIGINT) FROM people
  WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END
$$;

CREATE TRIGGER search_business_added AFTER INSERT ON businesses REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION search_mark_added('business');
CREATE TRIGGER search_business_changed AFTER UPDATE OF name, legal_name, email, phone, website, address_city, address_state, location_id, owner_id, deleted_at ON businesses
  FOR EACH ROW EXECUTE FUNCTION search_mark('business');
CREATE TRIGGER search_business_moved AFTER UPDATE OF name, location_id, owner_id, deleted_at ON businesses FOR EACH ROW
  WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.location_id IS DISTINCT FROM OLD.location_id OR NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION search_mark_of_business();
CREATE TRIGGER search_business_gone AFTER UPDATE OF deleted_at ON businesses FOR EACH ROW
  WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION search_hide('business');
CREATE TRIGGER search_business_removed AFTER DELETE ON businesses FOR EACH ROW EXECUTE FUNCTION search_hide('business');
CREATE TRIGGER search_business_removed_mark AFTER DELETE ON businesses FOR EACH ROW EXECUTE FUNCTION search_mark('business');

CREATE TRIGGER search_person_added AFTER INSERT ON people REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION search_mark_added('person');
CREATE TRIGGER search_person_changed AFTER UPDATE OF business_id, first_name, last_name, email, phone, title, deleted_at ON people
  FOR EACH ROW EXECUTE FUNCTION search_mark('person');
CREATE TRIGGER search_person_gone AFTER UPDATE OF deleted_at ON people FOR EACH ROW
  WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION search_hide('person');
CREATE TRIGGER search_person_removed AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION search_hide('person');
CREATE TRIGGER search_person_removed_mark AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION search_mark('person');

-- What is there already.
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'business', id, 1 FROM businesses WHERE deleted_at IS NULL;
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'person', id, 1 FROM people WHERE deleted_at IS NULL;

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
