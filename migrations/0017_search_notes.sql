-- migrate:up
-- Notes join what search finds.

CREATE TRIGGER search_note_added AFTER INSERT ON notes REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION search_mark_added('note');
CREATE TRIGGER search_note_changed AFTER UPDATE OF business_id, content, deleted_at ON notes
  FOR EACH ROW EXECUTE FUNCTION search_mark('note');
CREATE TRIGGER search_note_gone AFTER UPDATE OF deleted_at ON notes FOR EACH ROW
  WHEN (NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION search_hide('note');
CREATE TRIGGER search_note_removed AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION search_hide('note');
CREATE TRIGGER search_note_removed_mark AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION search_mark('note');

-- As search_mark_of_business, for notes that are not in the index yet, or not any more.
CREATE FUNCTION search_mark_notes_of_business() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_pending (tenant_id, kind, record_id, token)
  SELECT tenant_id, 'note', id, CAST(floor(random() * 9007199254740991) AS BIGINT) FROM notes
  WHERE tenant_id = NEW.tenant_id AND business_id = NEW.id
  ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET token = excluded.token;
  RETURN NULL;
END
$$;
CREATE TRIGGER search_business_moved_notes AFTER UPDATE OF name, location_id, owner_id, deleted_at ON businesses FOR EACH ROW
  WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.location_id IS DISTINCT FROM OLD.location_id OR NEW.owner_id IS DISTINCT FROM OLD.owner_id OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION search_mark_notes_of_business();

-- What is there already.
INSERT INTO search_pending (tenant_id, kind, record_id, token) SELECT tenant_id, 'note', id, 1 FROM notes WHERE deleted_at IS NULL;

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
