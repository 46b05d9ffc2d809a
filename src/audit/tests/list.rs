use super::*;
use crate::audit::model::Outcome;
use crate::audit::store::{Filter, page};
use crate::edge::db::testing::databases;
use crate::http::Page;

#[tokio::test]
async fn newest_first_page_by_page_and_filtered() {
    for test in databases().await {
        let mut entries = test.entries(NOW, 30);
        for entry in entries.iter_mut().step_by(3) {
            entry.actor_id = Some("dana".into());
            entry.outcome = Outcome::Denied;
        }
        entries[6].action = "deleteTag".into();
        test.append(entries.clone()).await;
        let walk = async |filter: Filter, limit: usize| {
            let (mut found, mut pages) = (Vec::new(), 0);
            let mut at = Page {
                limit,
                after: String::new(),
            };
            loop {
                let (rows, next) = page(&test.db, &test.tenant, &filter, &at).await.unwrap();
                found.extend(rows.into_iter().map(|row| row.sequence));
                pages += 1;
                match next {
                    Some(cursor) => at.after = Page::key(Some(&cursor)).unwrap(),
                    None => return (found, pages),
                }
            }
        };
        let all = Filter::default();
        let downwards: Vec<i64> = (1..=30).rev().collect();
        assert_eq!(walk(all.clone(), 7).await, (downwards, 5), "{}", test.name);
        let dana = Filter {
            actor_id: Some("dana".into()),
            ..all.clone()
        };
        let every_third: Vec<i64> = (0..10).rev().map(|n| n * 3 + 1).collect();
        assert_eq!(walk(dana.clone(), 4).await.0, every_third);
        let denied = Filter {
            outcome: Some(Outcome::Denied),
            ..all.clone()
        };
        assert_eq!(walk(denied, 100).await, (every_third, 1));
        let record = Filter {
            record_id: Some("tag-6".into()),
            record_type: Some("tag".into()),
            ..dana
        };
        assert_eq!(walk(record.clone(), 100).await.0, [7]);
        let other_type = Filter {
            record_type: Some("person".into()),
            ..record
        };
        assert!(walk(other_type, 100).await.0.is_empty());
        let between = Filter {
            from: Some(NOW + 5_000),
            to: Some(NOW + 8_000),
            ..all.clone()
        };
        assert_eq!(walk(between.clone(), 100).await.0, [8, 7, 6]);
        let deleted = Filter {
            action: Some("deleteTag".into()),
            ..between
        };
        assert_eq!(walk(deleted, 100).await.0, [7]);
        let first = Page {
            limit: 100,
            after: String::new(),
        };
        let (others, _) = page(&test.db, &test.other_tenant, &all, &first)
            .await
            .unwrap();
        assert!(others.is_empty());
    }
}
