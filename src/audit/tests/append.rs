use super::*;
use crate::audit::chain::ChainKey;
use crate::audit::model::Outcome;
use crate::audit::store;
use crate::edge::db::Db;
use crate::edge::db::testing::databases;

#[tokio::test]
async fn entries_are_chained_in_order_and_kept_as_they_are() {
    for test in databases().await {
        let mut entries = test.entries(NOW, 250);
        entries[3].outcome = Outcome::Denied;
        entries[3].status = 403;
        test.append(entries.clone()).await;
        let (head, rows) = store::stretch(&test.db, &test.tenant, 1, 1_000)
            .await
            .unwrap();
        assert_eq!(head.unwrap().sequence, 250, "{}", test.name);
        for (row, (place, entry)) in rows.iter().zip((1..).zip(&entries)) {
            let store::Row::Whole(row) = row else {
                panic!("broken")
            };
            assert_eq!((row.sequence, &row.entry), (place, entry));
        }
        let report = test.verify().await;
        assert_eq!(
            (report.checked, report.complete, report.next_sequence),
            (250, true, 251)
        );
        assert_eq!(report.problems, []);
    }
}

#[tokio::test]
async fn an_entry_that_comes_again_is_chained_once() {
    for test in databases().await {
        let entries = test.entries(NOW, 10);
        test.append([entries[..5].to_vec(), entries[2..7].to_vec()].concat())
            .await;
        test.append(entries.clone()).await;
        test.append(entries).await;
        assert_eq!(test.count().await, 10, "{}", test.name);
        assert!(test.problems().await.is_empty());
    }
}

#[tokio::test]
async fn of_two_who_saw_the_same_end_one_appends() {
    for test in databases().await {
        test.fill(3).await;
        let key = ChainKey::new(&keys(&[7]), &test.tenant);
        let end = store::end(&test.db, &test.tenant, &[]).await.unwrap();
        let head = end.head.unwrap();
        let mut won = Vec::new();
        for entry in test.entries(NOW + 60_000, 2) {
            let (chained, next) = key.extend(&head, vec![entry]);
            let outcome = store::extend(&test.db, &test.tenant, &head, &next, &chained).await;
            won.push(outcome.unwrap());
        }
        assert_eq!((won, test.count().await), (vec![true, false], 4));
        assert!(test.problems().await.is_empty(), "{}", test.name);
    }
}

#[tokio::test]
async fn two_at_the_same_moment_with_the_same_entries() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        return;
    };
    for test in databases().await {
        if test.name != "postgres" {
            continue;
        }
        let (one, other) = (Db::postgres(&url), Db::postgres(&url));
        for round in 0..10 {
            let shared = test.entries(NOW + round * 100_000, 5);
            let own = |from| [shared.clone(), test.entries(NOW + from, 5)].concat();
            let keys = keys(&[7]);
            let (left, right) = tokio::join!(
                append(&one, &keys, &test.tenant, own(round)),
                append(&other, &keys, &test.tenant, own(round)),
            );
            left.and(right).unwrap();
        }
        assert_eq!(test.count().await, 150);
        assert!(test.problems().await.is_empty());
    }
}

#[tokio::test]
async fn tenants_have_logs_of_their_own() {
    for test in databases().await {
        test.fill(3).await;
        let mut entries = test.entries(NOW, 2);
        for entry in &mut entries {
            entry.tenant_id = test.other_tenant.clone();
        }
        crate::audit::append::append_all(
            &test.db,
            &keys(&[7]),
            [entries, test.entries(NOW, 1)].concat(),
        )
        .await
        .unwrap();
        assert_eq!(test.count().await, 4);
        let other = crate::audit::verify(&test.db, &test.other_tenant, &keys(&[7]), 1, MOST)
            .await
            .unwrap();
        assert_eq!(
            (other.checked, other.problems.len()),
            (2, 0),
            "{}",
            test.name
        );
    }
}
