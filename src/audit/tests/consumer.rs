use std::sync::Arc;

use super::*;
use crate::audit::consumer::consume;
use crate::audit::{record, record_all};
use crate::config::Config;
use crate::config::tests::test_config;
use crate::edge::clock::Clock;
use crate::edge::db::Db;
use crate::edge::db::testing::databases;
use crate::edge::fetch::{Fetch, NoAnswer};
use crate::edge::limiter::Limiter;
use crate::edge::live::Live;
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueName, Queues};
use crate::ids::TenantId;

fn platform(db: &Arc<Db>) -> Platform {
    Platform {
        db: Arc::clone(db),
        clock: Clock::fixed(NOW),
        bucket: Arc::new(crate::edge::bucket::Bucket::in_memory()),
        queues: Arc::new(Queues::in_memory()),
        fetch: Arc::new(Fetch::answered_by(Box::new(|_| {
            Err(NoAnswer("none here".into()))
        }))),
        deferred: Arc::default(),
        limiter: Arc::new(Limiter::refusing(Vec::new())),
        live: Arc::new(Live::in_memory()),
        config: Arc::new(Config {
            audit_keys: keys(&[7]),
            ..test_config()
        }),
    }
}

fn sent(platform: &Platform) -> Vec<String> {
    let sent = platform.queues.take();
    assert!(
        sent.iter()
            .all(|(queue, _, delay)| (*queue, *delay) == (QueueName::Audit, 0))
    );
    sent.into_iter().map(|(_, text, _)| text).collect()
}

#[tokio::test]
async fn what_is_recorded_is_chained_once_however_often_it_comes() {
    for mut test in databases().await {
        let db = Arc::new(std::mem::replace(
            &mut test.db,
            Db::sqlite_in_memory().unwrap(),
        ));
        let platform = platform(&db);
        let mut entry = Entry::new(test.tenant.clone(), NOW, "createTag");
        entry.user_agent = Some("x\0".repeat(500));
        record(&platform, entry).await;
        record_all(&platform, test.entries(NOW, 9)).await;
        record_all(&platform, Vec::new()).await;
        let messages = sent(&platform);
        // What is recorded together travels together.
        assert_eq!(messages.len(), 2);
        for queue in ["audit", "audit", "audit-dead"] {
            let dispositions = consume(&platform, queue, &messages).await;
            assert_eq!(dispositions, [Disposition::Acknowledge; 2]);
        }
        let report = crate::audit::verify(&db, &test.tenant, &keys(&[7]), 1, MOST)
            .await
            .unwrap();
        assert_eq!(
            (report.checked, report.problems.len()),
            (10, 0),
            "{}",
            test.name
        );
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_to_keeps_no_other_waiting() {
    // Natively on SQLite only: the test breaks a table.
    let db = Arc::new(Db::sqlite_in_memory().unwrap());
    let platform = platform(&db);
    let (broken, whole) = (TenantId::new(1), TenantId::new(2));
    db.execute(Statement::assembled(format!(
        "CREATE TRIGGER out_of_order BEFORE INSERT ON audit_log WHEN NEW.tenant_id = '{broken}' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )))
    .await
    .unwrap();
    for tenant in [&broken, &whole, &broken] {
        record(&platform, Entry::new(tenant.clone(), NOW, "createTag")).await;
    }
    let mut messages = sent(&platform);
    messages.push("{}".into());
    let dispositions = consume(&platform, "audit-dead", &messages).await;
    use Disposition::{Acknowledge, Retry};
    assert_eq!(dispositions, [Retry, Acknowledge, Retry, Acknowledge]);
    db.execute(Statement::new("DROP TRIGGER out_of_order"))
        .await
        .unwrap();
    assert_eq!(
        consume(&platform, "audit-dead", &messages).await,
        [Acknowledge; 4]
    );
    for (tenant, count) in [(broken, 2), (whole, 1)] {
        let report = crate::audit::verify(&db, &tenant, &keys(&[7]), 1, MOST)
            .await
            .unwrap();
        assert_eq!((report.checked, report.problems.len()), (count, 0));
    }
}
