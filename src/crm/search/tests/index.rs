//! How the index is kept.

use serde_json::{Value, json};

use super::titles;
use crate::crm::search::settle;
use crate::crm::search::store::index;
use crate::crm::turn;
use crate::edge::db::Statement;
use crate::testing::{Api, NOW, apis, id};

/// Terms, words and marks that the tenant has in the index.
async fn counted(api: &Api) -> Value {
    let statement = Statement::new(
        "SELECT (SELECT COUNT(*) FROM search_terms WHERE tenant_id = ?1) AS terms,
           (SELECT COUNT(*) FROM search_documents WHERE tenant_id = ?1) AS documents,
           (SELECT COUNT(*) FROM search_pending WHERE tenant_id = ?1) AS pending",
    );
    api.platform
        .db
        .fetch_one(statement.bind(&api.tenant))
        .await
        .unwrap()
}

async fn run(api: &Api, sql: &'static str, id: &str) {
    let statement = Statement::new(sql).bind(&api.tenant).bind(id);
    api.platform.db.execute(statement).await.unwrap();
}

#[tokio::test]
async fn follows_every_change_of_the_api() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let body = json!({"business_id": business, "first_name": "Maria", "last_name": "Lopez"});
        let person = id(&api.make("/people", body).await);
        assert_eq!(
            titles(&api, "harbor").await,
            ["Harbor Bakery"],
            "{}",
            api.name
        );

        let path = format!("/businesses/{business}");
        api.patch(
            &path,
            json!({"name": "Ely Motors", "website": "https://ely.example"}),
        )
        .await
        .ok(200);
        assert!(titles(&api, "harbor").await.is_empty());
        assert_eq!(titles(&api, "ely.example").await, ["Ely Motors"]);
        let hit = api.get("/search?q=maria").await.ok(200);
        assert_eq!(hit[0]["subtitle"], "Ely Motors");

        api.patch(&format!("/people/{person}"), json!({"last_name": "Reed"}))
            .await
            .ok(200);
        assert!(titles(&api, "lopez").await.is_empty());
        assert_eq!(titles(&api, "reed maria").await, ["Maria Reed"]);

        api.delete(&path).await;
        assert!(titles(&api, "ely").await.is_empty() && titles(&api, "maria").await.is_empty());
        // Nothing of them is left, but for the words there are.
        assert_eq!(
            counted(&api).await,
            json!({"terms": 0, "documents": 0, "pending": 0})
        );
    }
}

#[tokio::test]
async fn follows_what_is_written_past_the_api() {
    for (api, _) in apis().await {
        let db = &api.platform.db;
        let business = api.business("Harbor Bakery").await;
        let person = api.person(&business).await;
        // A killed request, an import, a statement by hand: marked, and the tick does the rest.
        run(
            &api,
            "UPDATE businesses SET name = 'Ely Motors' WHERE tenant_id = ?1 AND id = ?2",
            &business,
        )
        .await;
        assert_eq!(
            counted(&api).await["pending"],
            2,
            "the business and who works there, {}",
            api.name
        );
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(titles(&api, "ely").await, ["Ely Motors"]);

        // The engine's own work on people leaves no marks.
        run(&api, "UPDATE people SET total_emails_sent = 1, updated_at = 2 WHERE tenant_id = ?1 AND id = ?2", &person).await;
        assert_eq!(counted(&api).await["pending"], 0);

        // A business takes who works there with it, and brings them back.
        let hide = "UPDATE businesses SET deleted_at = 1 WHERE tenant_id = ?1 AND id = ?2";
        run(&api, hide, &business).await;
        assert!(titles(&api, "dana").await.is_empty());
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(counted(&api).await["documents"], 0);
        let restore = "UPDATE businesses SET deleted_at = NULL WHERE tenant_id = ?1 AND id = ?2";
        run(&api, restore, &business).await;
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(titles(&api, "dana").await, ["dana@example.com"]);

        // What is deleted is gone at once, whoever deletes it.
        run(
            &api,
            "UPDATE people SET deleted_at = 1 WHERE tenant_id = ?1 AND id = ?2",
            &person,
        )
        .await;
        assert!(titles(&api, "dana").await.is_empty());
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        run(
            &api,
            "UPDATE people SET deleted_at = NULL WHERE tenant_id = ?1 AND id = ?2",
            &person,
        )
        .await;
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(titles(&api, "dana").await, ["dana@example.com"]);
        run(
            &api,
            "DELETE FROM people WHERE tenant_id = ?1 AND id = ?2",
            &person,
        )
        .await;
        assert!(titles(&api, "dana").await.is_empty());
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        run(
            &api,
            "UPDATE businesses SET deleted_at = 1 WHERE tenant_id = ?1 AND id = ?2",
            &business,
        )
        .await;
        assert!(titles(&api, "ely").await.is_empty());
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(
            counted(&api).await,
            json!({"terms": 0, "documents": 0, "pending": 0})
        );
    }
}

#[tokio::test]
async fn what_was_read_before_another_change_is_not_written() {
    for (api, _) in apis().await {
        let db = &api.platform.db;
        let business = api.business("Harbor Bakery").await;
        let rename = "UPDATE businesses SET name = 'Ely Motors' WHERE tenant_id = ?1 AND id = ?2";
        run(&api, rename, &business).await;
        let marks = index::marks(db, Some(&api.tenant), 10).await.unwrap();
        let late = settle::prepare(db, &api.tenant, &marks.iter().collect::<Vec<_>>())
            .await
            .unwrap();
        let rename =
            "UPDATE businesses SET name = 'Clearwater Dental' WHERE tenant_id = ?1 AND id = ?2";
        run(&api, rename, &business).await;
        index::write(db, &api.tenant, &late, NOW).await.unwrap();
        assert_eq!(counted(&api).await["pending"], 1, "{}", api.name);
        settle::run(db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        // And once more, when the mark is gone.
        index::write(db, &api.tenant, &late, NOW).await.unwrap();
        assert_eq!(titles(&api, "clearwater").await, ["Clearwater Dental"]);
        assert!(titles(&api, "ely").await.is_empty());
    }
}

#[tokio::test]
async fn finds_few_among_many() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let insert = "INSERT INTO people (tenant_id, id, business_id, first_name, last_name, created_at, updated_at)
             SELECT ?1, r.id, r.business_id, r.first_name, r.last_name, 0, 0
             FROM {rows ?2 AS r (id TEXT, business_id TEXT, first_name TEXT, last_name TEXT)}";
        let person = |n: usize, first: &str, last: &str| {
            let id = crate::ids::PersonId::new(NOW + i64::try_from(n).unwrap());
            json!({"id": id, "business_id": business, "first_name": first, "last_name": last})
        };
        // A hundred of each name after the one who has both.
        let mut people = vec![person(0, "John", "Smith")];
        people.extend((1..100).map(|n| person(n, "John", "Reed")));
        people.extend((100..200).map(|n| person(n, "Ada", "Smith")));
        let statement = Statement::new(insert).bind(&api.tenant).bind_json(&people);
        api.platform.db.execute(statement).await.unwrap();
        assert!(
            settle::run(&api.platform.db, Some(&api.tenant), turn::USUAL, NOW)
                .await
                .unwrap()
                >= 200
        );
        for text in ["john smith", "smith john", "jonh smith", "john smit"] {
            assert_eq!(
                titles(&api, text).await[0],
                "John Smith",
                "{text} {}",
                api.name
            );
        }
        let newest = titles(&api, "smith").await;
        assert_eq!((newest.len(), newest[0].as_str()), (50, "Ada Smith"));
    }
}
