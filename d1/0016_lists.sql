-- What lists of businesses are filtered by: each index ends with the id, the order in which pages come, so that a page reads what
-- it shows and no more. What most businesses have none of is left out of its index, which an import would pay for.

DROP INDEX businesses_community;
CREATE INDEX businesses_community ON businesses (tenant_id, community_id, id);
DROP INDEX businesses_lead_status;
CREATE INDEX businesses_lead_status ON businesses (tenant_id, lead_status, id);
DROP INDEX businesses_industry;
CREATE INDEX businesses_industry ON businesses (tenant_id, industry_id, id) WHERE industry_id IS NOT NULL;
DROP INDEX businesses_location;
CREATE INDEX businesses_location ON businesses (tenant_id, location_id, id) WHERE location_id IS NOT NULL;
DROP INDEX businesses_owner;
CREATE INDEX businesses_owner ON businesses (tenant_id, owner_id, id) WHERE owner_id IS NOT NULL;
DROP INDEX businesses_content_db_id;
CREATE INDEX businesses_content_db_id ON businesses (tenant_id, content_db_id) WHERE content_db_id IS NOT NULL;
