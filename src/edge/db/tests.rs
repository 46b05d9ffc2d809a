//! What every engine must do alike.

use serde::Deserialize;

use super::testing::databases;
use super::{DbError, Flag, Json, Statement};

#[derive(Debug, Deserialize, PartialEq)]
struct Community {
    name: String,
    population: Option<i64>,
    zip_codes: Option<Json<Vec<String>>>,
}

fn insert(tenant: &crate::ids::TenantId, id: &str, name: &str) -> Statement {
    Statement::new(
        "INSERT INTO communities (tenant_id, id, name, slug, state, created_at, updated_at) VALUES (?1, ?2, ?3, ?2, 'NV', 0, 0)",
    )
    .bind(tenant)
    .bind(id)
    .bind(name)
}

#[tokio::test]
async fn a_batch_holds_as_a_whole_or_not_at_all() {
    for test in databases().await {
        let twice = vec![
            insert(&test.tenant, "a", "A"),
            insert(&test.tenant, "a", "B"),
        ];
        assert_eq!(
            test.db.batch(twice).await.unwrap_err(),
            DbError::Unique,
            "{}",
            test.name
        );
        let rows: Vec<Community> = test
            .db
            .fetch_all(
                Statement::new(
                    "SELECT name, population, zip_codes FROM communities WHERE tenant_id = ?1",
                )
                .bind(&test.tenant),
            )
            .await
            .unwrap();
        assert!(rows.is_empty(), "{}: {rows:?}", test.name);
    }
}

#[tokio::test]
async fn bulk_rows_fields_and_lists() {
    for test in databases().await {
        let rows = serde_json::json!([
            {"id": "a", "name": "A", "population": 5, "zips": ["1"]},
            {"id": "b", "name": "B", "population": null, "zips": null},
        ]);
        let inserted = test
            .db
            .execute(
                Statement::new(
                    "INSERT INTO communities (tenant_id, id, name, slug, state, population, zip_codes, created_at, updated_at)
                     SELECT ?1, r.id, r.name, r.id, 'NV', r.population, r.zips, 0, 0
                     FROM {rows ?2 AS r (id TEXT, name TEXT, population BIGINT, zips JSON)} WHERE true
                     ON CONFLICT (tenant_id, id) DO NOTHING",
                )
                .bind(&test.tenant)
                .bind_json(&rows),
            )
            .await
            .unwrap();
        assert_eq!(inserted, 2, "{}", test.name);
        let changed = test
            .db
            .execute(
                Statement::new(
                    "UPDATE communities SET population = {field ?2 id 'p' BIGINT}, name = {field ?2 id 'n' TEXT}
                     WHERE tenant_id = ?1 AND id {in ?3}",
                )
                .bind(&test.tenant)
                .bind_json(&serde_json::json!({"a": {"p": 7, "n": "AA"}, "b": {"p": null, "n": "BB"}}))
                .bind_json(&["a", "b", "zz"]),
            )
            .await
            .unwrap();
        assert!(changed >= 2, "{}: triggers count as well", test.name);
        let rows: Vec<Community> = test
            .db
            .fetch_all(
                Statement::new(
                    "SELECT name, population, zip_codes FROM communities WHERE tenant_id = ?1 ORDER BY id",
                )
                .bind(&test.tenant),
            )
            .await
            .unwrap();
        let expected = [
            Community {
                name: "AA".into(),
                population: Some(7),
                zip_codes: Some(Json(vec!["1".into()])),
            },
            Community {
                name: "BB".into(),
                population: None,
                zip_codes: None,
            },
        ];
        assert_eq!(rows, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn constraints_are_told_apart() {
    for test in databases().await {
        let foreign = insert(&crate::ids::TenantId::new(5), "x", "X");
        assert_eq!(
            test.db.execute(foreign).await.unwrap_err(),
            DbError::ForeignKey,
            "{}",
            test.name
        );
        let check = Statement::new("UPDATE communities SET status = 'odd' WHERE tenant_id = ?1")
            .bind(&test.tenant);
        test.db
            .execute(insert(&test.tenant, "y", "Y"))
            .await
            .unwrap();
        assert_eq!(
            test.db.execute(check).await.unwrap_err(),
            DbError::Check,
            "{}",
            test.name
        );
        let wrong = Statement::new("SELECT nonsense FROM communities");
        assert!(matches!(
            test.db.execute(wrong).await.unwrap_err(),
            DbError::Other(_)
        ));
    }
}

#[tokio::test]
async fn flags_and_sums_decode() {
    #[derive(Deserialize)]
    struct Row {
        yes: Flag,
        total: i64,
    }
    for test in databases().await {
        let row: Row = test
            .db
            .fetch_one(Statement::new(
                "SELECT 1 AS yes, CAST(COALESCE(SUM(n), 0) AS BIGINT) AS total FROM {rows ?1 AS r (n BIGINT)}",
            ).bind_json(&serde_json::json!([{"n": 2}, {"n": 3}])))
            .await
            .unwrap();
        assert!(row.yes.0);
        assert_eq!(row.total, 5, "{}", test.name);
    }
}
