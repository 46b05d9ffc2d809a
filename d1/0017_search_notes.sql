-- Notes join what search finds.

CREATE TRIGGER search_note_added AFTER INSERT ON notes
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'note', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_note_changed AFTER UPDATE OF business_id, content, deleted_at ON notes
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (NEW.tenant_id, 'note', NEW.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
CREATE TRIGGER search_note_gone AFTER UPDATE OF deleted_at ON notes WHEN NEW.deleted_at IS NOT NULL
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = NEW.tenant_id AND kind = 'note' AND record_id = NEW.id;
END;
CREATE TRIGGER search_note_removed AFTER DELETE ON notes
BEGIN
  UPDATE search_documents SET is_gone = 1 WHERE tenant_id = OLD.tenant_id AND kind = 'note' AND record_id = OLD.id;
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  VALUES (OLD.tenant_id, 'note', OLD.id, abs(random() % 9007199254740991))
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;
-- As search_business_moved, for notes that are not in the index yet, or not any more.
CREATE TRIGGER search_business_moved_notes AFTER UPDATE OF name, location_id, owner_id, deleted_at ON businesses
WHEN NEW.name IS NOT OLD.name OR NEW.location_id IS NOT OLD.location_id OR NEW.owner_id IS NOT OLD.owner_id OR NEW.deleted_at IS NOT OLD.deleted_at
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, 'note', id, abs(random() % 9007199254740991) FROM notes WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
END;

-- What is there already.
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'note', id, 1 FROM notes WHERE deleted_at IS NULL;
