-- migrate:up
-- Who looks after a business: a location of the tenant's and a member of its team. Some members may use the records of their
-- own locations, or those that they own, only. (No foreign keys: SQLite adds none to a table that is there.)

ALTER TABLE businesses ADD COLUMN location_id TEXT COLLATE "C";
ALTER TABLE businesses ADD COLUMN owner_id TEXT COLLATE "C";
CREATE INDEX businesses_location ON businesses (tenant_id, location_id, id);
CREATE INDEX businesses_owner ON businesses (tenant_id, owner_id, id);

-- migrate:down
-- Never: what a migration got wrong, the next one mends.
