use super::*;
use crate::audit::retention::{KEPT, remove_old};
use crate::edge::clock::DAY;
use crate::edge::clock::machine_now;
use crate::edge::db::testing::databases;

#[tokio::test]
async fn entries_go_after_six_years_and_the_log_stays_whole() {
    for test in databases().await {
        let now = machine_now();
        test.append(test.entries(now - KEPT - 10 * DAY, 700)).await;
        test.append(test.entries(now - KEPT + 5 * DAY, 50)).await;
        remove_old(&test.db, &keys(&[7]), now).await.unwrap();
        let report = test.verify().await;
        assert_eq!(problems_of(&report), [""; 0], "{}", test.name);
        assert_eq!((report.checked, test.count().await), (50, 50));
        test.append(test.entries(now, 5)).await;
        let report = test.verify().await;
        assert_eq!((report.checked, report.next_sequence), (55, 756));
        assert!(report.problems.is_empty());
        test.tamper(&["DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 701"])
            .await;
        assert_eq!(test.problems().await, ["missing 701"]);
    }
}

#[tokio::test]
async fn a_log_may_grow_old_altogether() {
    for test in databases().await {
        let now = machine_now();
        test.append(test.entries(now - KEPT - 10 * DAY, 20)).await;
        remove_old(&test.db, &keys(&[7]), now).await.unwrap();
        assert_eq!(test.count().await, 0, "{}", test.name);
        assert!(test.problems().await.is_empty());
        test.append(test.entries(now, 2)).await;
        let report = test.verify().await;
        assert_eq!((report.checked, report.next_sequence), (2, 23));
        assert!(report.problems.is_empty());
    }
}

#[tokio::test]
async fn what_was_tampered_with_is_not_done_away_with() {
    for test in databases().await {
        let now = machine_now();
        test.append(test.entries(now - KEPT - 10 * DAY, 20)).await;
        test.append(test.entries(now, 20)).await;
        test.tamper(&[
            "UPDATE audit_log SET action = 'deleteTag' WHERE tenant_id = ?1 AND sequence = 11",
            "UPDATE audit_log SET occurred_at = 0 WHERE tenant_id = ?1 AND sequence = 25",
        ])
        .await;
        remove_old(&test.db, &keys(&[7]), now).await.unwrap();
        assert_eq!(test.count().await, 30, "{}", test.name);
        assert_eq!(test.problems().await, ["altered 11", "altered 25"]);
    }
}
