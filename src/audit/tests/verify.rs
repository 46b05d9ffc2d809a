use super::*;
use crate::audit::chain::ChainKey;
use crate::audit::model::Head;
use crate::audit::store;
use crate::audit::verify::{End, check_known};
use crate::edge::db::testing::databases;

/// Each tampering with a log of 60 entries, and what is said of it.
const TAMPERINGS: &[(&str, &[&str], &[&str])] = &[
    (
        "what an entry says",
        &["UPDATE audit_log SET actor_id = 'somebody-else' WHERE tenant_id = ?1 AND sequence = 7"],
        &["altered 7"],
    ),
    (
        "a value that no entry can have",
        &["UPDATE audit_log SET id = 'none' WHERE tenant_id = ?1 AND sequence = 7"],
        &["altered 7"],
    ),
    (
        "its hash",
        &["UPDATE audit_log SET hash = 'x' WHERE tenant_id = ?1 AND sequence = 7"],
        &["altered 7"],
    ),
    (
        "an entry taken away",
        &["DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 30"],
        &["missing 30"],
    ),
    (
        "the first taken away",
        &["DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence <= 2"],
        &["missing 1 x2"],
    ),
    (
        "the last taken away",
        &["DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence > 57"],
        &["missing 58 x3"],
    ),
    (
        "two swapped",
        &SWAP_10_AND_20,
        &["reordered 10", "reordered 20"],
    ),
    (
        "taken away and the rest renumbered",
        &[
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 30",
            "UPDATE audit_log SET sequence = -sequence WHERE tenant_id = ?1 AND sequence > 30",
            "UPDATE audit_log SET sequence = -sequence - 1 WHERE tenant_id = ?1 AND sequence < 0",
        ],
        &["missing 30", "missing 60"],
    ),
    (
        "the end cut off, and the head with it",
        &[
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence > 50",
            "UPDATE audit_heads SET sequence = 50, hash = (SELECT hash FROM audit_log WHERE tenant_id = ?1 AND sequence = 50) WHERE tenant_id = ?1",
        ],
        &["head 50"],
    ),
    (
        "the beginning cut off, and the head with it",
        &[
            "UPDATE audit_heads SET first_sequence = 11, first_previous_hash = (SELECT hash FROM audit_log WHERE tenant_id = ?1 AND sequence = 10) WHERE tenant_id = ?1",
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence <= 10",
        ],
        &["head 60"],
    ),
    (
        "no head",
        &["DELETE FROM audit_heads WHERE tenant_id = ?1"],
        &["head 0"],
    ),
];

#[tokio::test]
async fn each_tampering_is_told_apart_and_found_where_it_is() {
    for (what, statements, expected) in TAMPERINGS {
        for test in databases().await {
            test.fill(60).await;
            test.tamper(statements).await;
            assert_eq!(test.problems().await, *expected, "{what}, {}", test.name);
            // What is recorded afterwards is chained, and does not make the log whole.
            test.append(test.entries(NOW + 100_000, 3)).await;
            let after = test.problems().await;
            assert!(!after.is_empty(), "{what}, {}: {after:?}", test.name);
        }
    }
}

#[tokio::test]
async fn what_two_entries_say_swapped_under_their_hashes() {
    for test in databases().await {
        test.fill(30).await;
        // The two differ in these columns only; `actor_label` holds the ids meanwhile, because an id is unique.
        test.tamper(&[
            "UPDATE audit_log SET status = 1 WHERE tenant_id = ?1 AND sequence = 30",
            "UPDATE audit_log SET actor_label = id, id = id || '.' WHERE tenant_id = ?1 AND sequence IN (10, 20)",
            "UPDATE audit_log SET id = (SELECT o.actor_label FROM audit_log o WHERE o.tenant_id = ?1 AND o.sequence = 30 - audit_log.sequence),
               occurred_at = occurred_at + (30 - 2 * sequence) * 1000, record_id = 'tag-' || (29 - sequence)
             WHERE tenant_id = ?1 AND sequence IN (10, 20)",
            "UPDATE audit_log SET actor_label = NULL WHERE tenant_id = ?1 AND sequence IN (10, 20)",
        ])
        .await;
        assert_eq!(
            test.problems().await,
            ["reordered 10", "reordered 20", "altered 30"],
            "{}",
            test.name
        );
    }
}

#[tokio::test]
async fn every_fault_of_a_log_is_found() {
    for test in databases().await {
        test.fill(60).await;
        test.tamper(&SWAP_10_AND_20).await;
        test.tamper(&[
            "UPDATE audit_log SET status = 500 WHERE tenant_id = ?1 AND sequence = 40",
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence = 50",
        ])
        .await;
        let report = test.verify().await;
        assert_eq!(
            problems_of(&report),
            ["reordered 10", "reordered 20", "altered 40", "missing 50"],
            "{}",
            test.name
        );
        assert!(report.problems[0].entry_id.is_some() && report.problems[3].entry_id.is_none());
        assert_eq!((report.checked, report.next_sequence), (59, 61));
    }
}

#[tokio::test]
async fn a_long_log_is_verified_in_parts() {
    for test in databases().await {
        test.fill(2_500).await;
        test.tamper(&[
            "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence IN (1200, 1201, 1300)",
        ])
        .await;
        for limit in [1_200, 1_199, 700, 1_300] {
            let (mut from, mut found, mut checked) = (1, Vec::new(), 0);
            loop {
                let report = crate::audit::verify(&test.db, &test.tenant, &keys(&[7]), from, limit)
                    .await
                    .unwrap();
                assert!(report.checked <= usize::try_from(limit).unwrap());
                found.extend(problems_of(&report));
                checked += report.checked;
                from = report.next_sequence;
                if report.complete {
                    break;
                }
            }
            assert_eq!(
                found,
                ["missing 1200 x2", "missing 1300"],
                "{limit} {}",
                test.name
            );
            assert_eq!((checked, from), (2_497, 2_501));
        }
    }
}

#[tokio::test]
async fn an_empty_log_is_whole_and_another_key_finds_nothing_so() {
    for test in databases().await {
        let report = test.verify().await;
        assert_eq!(
            (report.checked, report.complete, report.next_sequence),
            (0, true, 1)
        );
        assert!(report.problems.is_empty());
        test.fill(200).await;
        let report = crate::audit::verify(&test.db, &test.tenant, &keys(&[8]), 1, MOST)
            .await
            .unwrap();
        assert_eq!(report.problems.len(), 101, "{}", test.name);
    }
}

#[tokio::test]
async fn an_older_state_put_back_lacks_an_entry_that_is_known() {
    for test in databases().await {
        test.fill(20).await;
        let known = test.verify().await.head.unwrap();
        let contains = async |known: &End| {
            let mut report = test.verify().await;
            assert!(report.problems.is_empty());
            check_known(&test.db, &test.tenant, known, &mut report)
                .await
                .unwrap();
            problems_of(&report)
        };
        assert_eq!(contains(&known).await, [""; 0], "{}", test.name);
        test.append(test.entries(NOW + 100_000, 5)).await;
        assert_eq!(contains(&known).await, [""; 0]);
        let later = test.verify().await.head.unwrap();
        // The head of that moment fits the log of that moment.
        test.tamper(&["DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence > 20"])
            .await;
        let head = ChainKey::new(&keys(&[7]), &test.tenant).sealed(Head {
            sequence: known.sequence,
            hash: known.hash.clone(),
            ..store::end(&test.db, &test.tenant, &[])
                .await
                .unwrap()
                .head
                .unwrap()
        });
        let put_back =
            "UPDATE audit_heads SET sequence = ?2, hash = ?3, seal = ?4 WHERE tenant_id = ?1";
        let put_back = Statement::new(put_back)
            .bind(&test.tenant)
            .bind(head.sequence);
        test.db
            .execute(put_back.bind(&head.hash).bind(&head.seal))
            .await
            .unwrap();
        assert_eq!(contains(&known).await, [""; 0], "{}", test.name);
        assert_eq!(contains(&later).await, ["head 25"], "{}", test.name);
    }
}

#[tokio::test]
async fn a_log_goes_on_under_another_key() {
    for test in databases().await {
        let (db, tenant) = (&test.db, &test.tenant);
        let append = async |ids: &[u8], from, count| {
            append(db, &keys(ids), tenant, test.entries(NOW + from, count))
                .await
                .unwrap();
        };
        let problems = async |ids: &[u8]| {
            let report = crate::audit::verify(db, tenant, &keys(ids), 1, MOST).await;
            problems_of(&report.unwrap())
        };
        append(&[0], 0, 3).await;
        append(&[7, 0], 100_000, 3).await;
        // An instance that has not got the new key's settings yet.
        append(&[0, 7], 200_000, 1).await;
        append(&[9, 7, 0], 300_000, 3).await;
        for ids in [&[9, 7, 0][..], &[0, 9, 7]] {
            assert_eq!(problems(ids).await, [""; 0], "{}", test.name);
        }
        // Without a key its entries are nobody's.
        assert_eq!(
            problems(&[9, 0]).await,
            ["altered 4", "altered 5", "altered 6"]
        );
        test.tamper(&[
            "UPDATE audit_log SET action = 'deleteTag' WHERE tenant_id = ?1 AND sequence IN (2, 5)",
            "UPDATE audit_log SET hash = '7' || SUBSTR(hash, 2) WHERE tenant_id = ?1 AND sequence = 9",
        ])
        .await;
        assert_eq!(
            problems(&[9, 7, 0]).await,
            ["altered 2", "altered 5", "altered 9"],
            "{}",
            test.name
        );
    }
}
