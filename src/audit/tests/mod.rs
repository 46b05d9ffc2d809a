//! The audit log on every engine.

mod append;
mod consumer;
mod list;
mod retention;
mod triggers;
mod verify;

use super::append::append;
use super::model::Entry;
use super::verify::{MOST, Report};
use crate::config::{AuditKeys, NumberedKey};
use crate::edge::clock::Millis;
use crate::edge::db::testing::TestDb;
use crate::edge::db::{Dialect, Statement, Value};

/// 2026-03-04T16:00:00Z.
const NOW: Millis = 1_772_640_000_000;

/// Keys with these ids, the first of them current.
fn keys(ids: &[u8]) -> AuditKeys {
    let key = |id: &u8| NumberedKey {
        id: *id,
        secret: [*id; 32],
    };
    AuditKeys {
        current: key(&ids[0]),
        older: ids[1..].iter().map(key).collect(),
    }
}

impl TestDb {
    /// Entries of the tenant, a second apart.
    fn entries(&self, from: Millis, count: usize) -> Vec<Entry> {
        (0..)
            .take(count)
            .map(|n: i64| {
                let mut entry = Entry::new(self.tenant.clone(), from + n * 1_000, "createTag");
                entry.record_type = Some("tag".into());
                entry.record_id = Some(format!("tag-{n}"));
                entry.user_agent = Some("Zo\u{eb}'s \"browser\" \u{1f30a}".into());
                entry
            })
            .collect()
    }

    /// A log of this many entries.
    async fn fill(&self, count: usize) {
        self.append(self.entries(NOW, count)).await;
    }

    async fn append(&self, entries: Vec<Entry>) {
        append(&self.db, &keys(&[7]), &self.tenant, entries)
            .await
            .unwrap();
    }

    async fn verify(&self) -> Report {
        super::verify(&self.db, &self.tenant, &keys(&[7]), 1, MOST)
            .await
            .unwrap()
    }

    /// What is wrong, as `kind place` with the number of missing entries if there are several.
    async fn problems(&self) -> Vec<String> {
        let report = self.verify().await;
        assert!(report.complete);
        problems_of(&report)
    }

    /// What an intruder does who owns the database. Each `?1` is the tenant.
    async fn tamper(&self, statements: &[&'static str]) {
        let mut batch = match self.db.dialect() {
            Dialect::Postgres => vec![Statement::new(
                "SET LOCAL session_replication_role = replica",
            )],
            Dialect::Sqlite => [
                "DROP TRIGGER IF EXISTS audit_log_never_updated",
                "DROP TRIGGER IF EXISTS audit_log_never_replaced",
                "DROP TRIGGER IF EXISTS audit_log_kept_six_years",
                "DROP TRIGGER IF EXISTS audit_heads_never_deleted",
            ]
            .map(Statement::new)
            .into(),
        };
        for sql in statements {
            let statement = Statement::new(sql);
            batch.push(match sql.contains("?1") {
                true => statement.bind(&self.tenant),
                false => statement,
            });
        }
        self.db.batch(batch).await.unwrap();
    }

    async fn number(&self, sql: &'static str) -> i64 {
        #[derive(serde::Deserialize)]
        struct Row {
            n: i64,
        }
        let statement = Statement::new(sql).bind(Value::from(&self.tenant));
        self.db.fetch_one::<Row>(statement).await.unwrap().n
    }

    async fn count(&self) -> i64 {
        self.number("SELECT COUNT(*) AS n FROM audit_log WHERE tenant_id = ?1")
            .await
    }
}

fn problems_of(report: &Report) -> Vec<String> {
    report
        .problems
        .iter()
        .map(|problem| {
            let kind = serde_json::to_value(problem.kind).unwrap();
            let (kind, place) = (kind.as_str().unwrap(), problem.sequence);
            match problem.count {
                1 => format!("{kind} {place}"),
                count => format!("{kind} {place} x{count}"),
            }
        })
        .collect()
}

const SWAP_10_AND_20: [&str; 3] = [
    "UPDATE audit_log SET sequence = -1 WHERE tenant_id = ?1 AND sequence = 10",
    "UPDATE audit_log SET sequence = 10 WHERE tenant_id = ?1 AND sequence = 20",
    "UPDATE audit_log SET sequence = 20 WHERE tenant_id = ?1 AND sequence = -1",
];
