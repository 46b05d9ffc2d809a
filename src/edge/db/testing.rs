//! Databases for tests of stores: the same test runs on SQLite and, when `TEST_POSTGRES_URL` names a server, on Postgres.

use super::{Db, Statement};
use crate::ids::TenantId;

/// A migrated database with two fresh tenants.
pub struct TestDb {
    /// For messages of failing tests.
    pub name: &'static str,
    /// The database.
    pub db: Db,
    /// The tenant under test.
    pub tenant: TenantId,
    /// Somebody else, who must see nothing.
    pub other_tenant: TenantId,
}

/// Every engine there is. On Postgres the database named by the URL is migrated already and shared by all tests: each test
/// keeps to its own tenants.
pub async fn databases() -> Vec<TestDb> {
    let mut databases = vec![with_tenants("sqlite", Db::sqlite_in_memory().unwrap()).await];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        databases.push(with_tenants("postgres", Db::postgres(&url)).await);
    }
    databases
}

/// Every engine there is, with nobody else's records: for tests of what looks at all tenants at once, as the tick does. Others'
/// clocks stand elsewhere, and what belongs to them would be taken up or cleared away.
pub async fn databases_alone() -> Vec<TestDb> {
    let mut databases = vec![with_tenants("sqlite", Db::sqlite_in_memory().unwrap()).await];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let template = std::env::var("TEST_POSTGRES_TEMPLATE")
            .expect("TEST_POSTGRES_TEMPLATE names a migrated database that nobody is connected to");
        let name = format!("alone_{}", TenantId::new(1_000).as_str().replace('-', "_"));
        Db::postgres(&url)
            .execute(Statement::assembled(format!(
                "CREATE DATABASE {name} TEMPLATE {template}"
            )))
            .await
            .unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        let db = Db::postgres(&format!("{server}/{name}"));
        databases.push(with_tenants("postgres", db).await);
    }
    databases
}

async fn with_tenants(name: &'static str, db: Db) -> TestDb {
    let (tenant, other_tenant) = (TenantId::new(1_000), TenantId::new(1_000));
    for id in [&tenant, &other_tenant] {
        db.execute(
            Statement::new(
                "INSERT INTO tenants (id, name, slug, sender_name, sender_email, postal_address, landing_base_url, timezone, created_at, updated_at)
                 VALUES (?1, 'Test', ?1, 'Dana', 'dana@sender.example', '1 Main St, Ely, NV 89301', 'https://learn.example', 'America/New_York', 0, 0)",
            )
            .bind(id),
        )
        .await
        .unwrap();
    }
    TestDb {
        name,
        db,
        tenant,
        other_tenant,
    }
}
