//! Notes are found by what they say.

use http::Method;
use serde_json::{Value, json};

use super::hits;
use crate::crm::search::settle;
use crate::crm::search::store::index;
use crate::crm::turn;
use crate::testing::{Api, NOW, apis, id};

async fn note(api: &Api, business: &str, content: &str) -> String {
    let body = json!({"business_id": business, "content": content});
    id(&api.make("/notes", body).await)
}

#[tokio::test]
async fn a_note_is_found_as_long_as_it_is_there() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let person = json!({"business_id": business, "first_name": "Maria", "last_name": "Lopez"});
        let person = id(&api.make("/people", person).await);
        let long = "and so on ".repeat(80);
        let content = format!("Called about the oven\n{long} they want a refrigerator {long}");
        let body = json!({"business_id": business, "person_id": person, "content": content});
        let note = id(&api.make("/notes", body).await);
        let found = hits(&api, "refridgerator").await;
        assert_eq!(found.len(), 1, "{}: {found:?}", api.name);
        let hit = &found[0];
        assert_eq!(
            (&hit["type"], &hit["id"], &hit["business_id"]),
            (&json!("note"), &json!(note), &json!(business))
        );
        assert_eq!(hit["title"], "Called about the oven");
        assert_eq!(hit["subtitle"], "Harbor Bakery");
        let shown = hit["highlights"][0]["text"].as_str().unwrap();
        assert!(
            shown.starts_with('…')
                && shown.ends_with('…')
                && shown.contains("they want a refrigerator"),
            "{shown}"
        );

        let path = format!("/notes/{note}");
        api.patch(&path, json!({"content": "They want a freezer"}))
            .await
            .ok(200);
        assert!(hits(&api, "refrigerator").await.is_empty());
        assert_eq!(hits(&api, "freezer").await.len(), 1);
        api.delete(&path).await;
        assert!(hits(&api, "freezer").await.is_empty());
        api.post(&format!("{path}/restore"), json!({}))
            .await
            .ok(200);
        assert_eq!(hits(&api, "freezer").await.len(), 1);

        // It goes with its business, and comes back with it.
        let path = format!("/businesses/{business}");
        api.delete(&path).await;
        assert!(hits(&api, "freezer").await.is_empty());
        api.post(&format!("{path}/restore"), json!({}))
            .await
            .ok(200);
        settle::run(&api.platform.db, Some(&api.tenant), turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(hits(&api, "freezer").await.len(), 1);
    }
}

#[tokio::test]
async fn whoever_may_not_read_notes_finds_none() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        note(&api, &business, "The harbor is closed").await;
        let key = json!({"name": "Search", "scopes": ["search:read", "businesses:read"]});
        let made = api.make("/api-keys", key).await;
        let token = made["key"].as_str().unwrap();
        let found = api
            .call_as(token, Method::GET, "/search?q=harbor", None, &[])
            .await
            .ok(200);
        let kinds: Vec<&Value> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| &hit["type"])
            .collect();
        assert_eq!(kinds, ["business"], "{}", api.name);
        assert_eq!(hits(&api, "harbor").await.len(), 2);
        let only = api.get("/search?q=harbor&types=note").await.ok(200);
        assert_eq!(only.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_long_notes_are_written_in_portions() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        for number in 0..12 {
            let words: Vec<_> = (0..300).map(|word| format!("w{number}x{word}")).collect();
            note(&api, &business, &words.join(" ")).await;
        }
        let tenant = Some(&api.tenant);
        api.platform
            .db
            .execute(
                crate::edge::db::Statement::new(
                    "UPDATE notes SET content = content WHERE tenant_id = ?1",
                )
                .bind(&api.tenant),
            )
            .await
            .unwrap();
        let marks = index::marks(&api.platform.db, tenant, 200).await.unwrap();
        let marks: Vec<_> = marks.iter().collect();
        assert_eq!(marks.len(), 12, "{}", api.name);
        let update = settle::prepare(&api.platform.db, &api.tenant, &marks)
            .await
            .unwrap();
        let portions = update.portions(2_000);
        let records: Vec<_> = portions
            .iter()
            .map(|portion| portion.records.len())
            .collect();
        assert_eq!(
            records,
            [3, 3, 3, 3],
            "what is there and what is to be there are six hundred terms"
        );
        settle::run(&api.platform.db, tenant, turn::USUAL, NOW)
            .await
            .unwrap();
        assert_eq!(hits(&api, "w7x42").await.len(), 1);
    }
}
