use super::*;
use crate::edge::clock::{DAY, machine_now};
use crate::edge::db::testing::databases;

#[tokio::test]
async fn the_database_refuses_to_change_or_remove_an_entry() {
    for test in databases().await {
        let now = machine_now();
        test.append(test.entries(now - 7 * 366 * DAY, 1)).await;
        test.append(test.entries(now - 5 * 365 * DAY, 2)).await;
        for sql in [
            "UPDATE audit_log SET action = 'x' WHERE tenant_id = ?1",
            "DELETE FROM audit_log WHERE tenant_id = ?1",
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 2",
            "DELETE FROM audit_heads WHERE tenant_id = ?1",
        ] {
            let refused = test
                .db
                .execute(Statement::new(sql).bind(&test.tenant))
                .await;
            assert!(refused.is_err(), "{sql} {}", test.name);
        }
        assert_eq!(test.count().await, 3);
        let old = "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 1";
        let removed = test
            .db
            .execute(Statement::new(old).bind(&test.tenant))
            .await;
        assert_eq!(removed.unwrap(), 1, "{}", test.name);
    }
}

#[tokio::test]
async fn no_entry_is_replaced() {
    for test in databases().await {
        if test.db.dialect() != Dialect::Sqlite {
            continue;
        }
        test.fill(2).await;
        let columns = "id, occurred_at, actor_kind, action, method, path_template, request_id, status, outcome, previous_hash, hash";
        for (sequence, id) in [("sequence", "'x'"), ("9", "id")] {
            let sql = format!(
                "INSERT OR REPLACE INTO audit_log (tenant_id, sequence, {columns})
                 SELECT tenant_id, {sequence}, {} FROM audit_log WHERE tenant_id = ?1 AND sequence = 1",
                columns.replacen("id", id, 1)
            );
            let refused = test
                .db
                .execute(Statement::assembled(sql).bind(&test.tenant))
                .await;
            assert_eq!(refused, Err(crate::edge::db::DbError::Unique));
        }
        assert!(test.problems().await.is_empty());
    }
}
