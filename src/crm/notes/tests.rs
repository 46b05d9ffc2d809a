use http::Method;
use serde_json::{Value, json};

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_written_read_changed_deleted_and_brought_back() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let person = api.person(&business).await;
        let full = json!({
            "business_id": business, "person_id": person, "content": "Call early.\nNever on Mondays.", "is_pinned": true,
            "created_by": "sarah", "created_by_type": "ai",
        });
        let made = api.make("/notes", full.clone()).await;
        assert_has(&made, &full);
        let path = format!("/notes/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);
        let timeline = api
            .get(&format!("/businesses/{business}/activities"))
            .await
            .ok(200);
        assert_has(
            &timeline[0],
            &json!({"type": "note_added", "subject": "Call early.", "person_id": person, "metadata": {"note_id": id(&made)},
                "source": "crm"}),
        );
        assert_eq!(timeline.as_array().unwrap().len(), 1);

        let change = json!({"content": "Call late.", "is_pinned": false, "person_id": null});
        let changed = api.patch(&path, change.clone()).await.ok(200);
        assert_has(&changed, &change);
        assert_eq!(api.patch(&path, json!({})).await.ok(200), changed);

        for status in [
            other.get(&path).await.status,
            other.patch(&path, change).await.status,
            other.delete(&path).await.status,
            other
                .post(&format!("{path}/restore"), json!({}))
                .await
                .status,
        ] {
            assert_eq!(status, 404, "{}", api.name);
        }
        assert_eq!(other.get("/notes").await.ok(200), json!([]));

        assert_eq!(api.delete(&path).await.status, 204);
        for status in [api.get(&path).await.status, api.delete(&path).await.status] {
            assert_eq!(status, 404);
        }
        assert_eq!(api.get("/notes").await.ok(200), json!([]));
        let deleted = api.get("/notes?filter[deleted]=only").await.ok(200);
        assert_eq!(id(&deleted[0]), id(&made));
        assert_ne!(deleted[0]["deleted_at"], Value::Null);
        let restore = format!("{path}/restore");
        let back = api.post(&restore, json!({})).await.ok(200);
        assert_has(&back, &json!({"content": "Call late.", "deleted_at": null}));
        assert_eq!(api.post(&restore, json!({})).await.ok(200), back);
    }
}

#[tokio::test]
async fn whoever_is_signed_in_writes_in_their_own_name() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let (user, token) = api.member("agent", &[]).await;
        let write = async |more: Value| {
            let mut body = json!({"business_id": business, "content": "X"});
            let fields = body.as_object_mut().unwrap();
            fields.extend(more.as_object().unwrap().clone());
            api.call_as(&token, Method::POST, "/notes", Some(body), &[])
                .await
        };
        assert_has(
            &write(json!({})).await.ok(201),
            &json!({"created_by": user, "created_by_type": "human"}),
        );
        for field in ["created_by", "created_by_type"] {
            let refused = write(json!({field: "ai"})).await;
            assert_eq!(refused.wrong_fields(), [field], "{}", api.name);
        }
    }
}

#[tokio::test]
async fn needs_a_business_and_a_person_there() {
    for (api, other) in apis().await {
        let (business, elsewhere) = (api.business("A").await, api.business("B").await);
        let (foreign, gone) = (other.business("C").await, api.business("D").await);
        let stranger = api.person(&elsewhere).await;
        api.delete(&format!("/businesses/{gone}")).await;
        for nowhere in [NOBODY, &foreign, &gone] {
            let body = json!({"business_id": nowhere, "content": "X"});
            let refused = api.post("/notes", body).await;
            assert_eq!(refused.wrong_fields(), ["business_id"], "{}", api.name);
        }
        for nobody in [NOBODY, &stranger] {
            let body = json!({"business_id": business, "person_id": nobody, "content": "X"});
            assert_eq!(api.post("/notes", body).await.wrong_fields(), ["person_id"]);
        }
        let note = api
            .make("/notes", json!({"business_id": business, "content": "X"}))
            .await;
        let path = format!("/notes/{}", id(&note));
        let refused = api.patch(&path, json!({"person_id": stranger})).await;
        assert_eq!(refused.wrong_fields(), ["person_id"]);
        let timeline = format!("/businesses/{business}/activities");
        let entries = api.get(&timeline).await.ok(200);
        assert_eq!(
            entries.as_array().unwrap().len(),
            1,
            "nothing of what was refused"
        );
    }
}

#[tokio::test]
async fn are_listed_filtered_and_hidden_with_their_business() {
    for (api, _) in apis().await {
        let (one, two) = (api.business("A").await, api.business("B").await);
        let person = api.person(&one).await;
        for (business, more) in [
            (&one, json!({"is_pinned": true})),
            (&one, json!({"person_id": person})),
            (&two, json!({})),
        ] {
            let mut body = json!({"business_id": business, "content": "X"});
            let fields = body.as_object_mut().unwrap();
            fields.extend(more.as_object().unwrap().clone());
            api.make("/notes", body).await;
        }
        let count = async |query: String| {
            let found = api.get(&query).await.ok(200);
            found.as_array().unwrap().len()
        };
        assert_eq!(count("/notes".into()).await, 3);
        assert_eq!(count("/notes?filter[is_pinned]=true".into()).await, 1);
        assert_eq!(count(format!("/notes?person_id={person}")).await, 1);
        assert_eq!(count(format!("/notes?business_id={one}")).await, 2);
        assert_eq!(count(format!("/businesses/{one}/notes")).await, 2);
        let with = api
            .get("/notes?include=business,person&sort=created_at")
            .await;
        let with = with.ok(200);
        let names: Vec<_> = with
            .as_array()
            .unwrap()
            .iter()
            .map(|note| &note["business"]["name"])
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "A").count(), 2);
        let of_person = with
            .as_array()
            .unwrap()
            .iter()
            .find(|note| note["person_id"] == json!(person));
        assert_eq!(of_person.unwrap()["person"]["email"], "dana@example.com");

        api.delete(&format!("/businesses/{one}")).await;
        assert_eq!(
            count("/notes?filter[deleted]=with".into()).await,
            1,
            "{}",
            api.name
        );
        assert_eq!(
            api.get(&format!("/businesses/{one}/notes")).await.status,
            404
        );
        api.post(&format!("/businesses/{one}/restore"), json!({}))
            .await
            .ok(200);
        assert_eq!(count("/notes".into()).await, 3);
        for (query, field) in [
            ("is_pinned=yes", "is_pinned"),
            ("deleted=no", "deleted"),
            ("sort=content", "sort"),
            ("include=tags", "include"),
            ("pinned=true", "pinned"),
        ] {
            assert_eq!(
                api.get(&format!("/notes?{query}")).await.wrong_fields(),
                [field]
            );
        }
    }
}
