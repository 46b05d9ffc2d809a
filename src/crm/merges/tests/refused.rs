use http::Method;
use serde_json::{Value, json};

use super::{business, merge, person, rows};
use crate::testing::{NOBODY, apis, id};

#[tokio::test]
async fn what_cannot_be_merged_is_refused_and_nothing_is_written() {
    for (api, other_tenant) in apis().await {
        let kept = business(&api, json!({})).await;
        let path = format!("/businesses/{kept}/merge");
        let deleted = business(&api, json!({})).await;
        assert_eq!(
            api.delete(&format!("/businesses/{deleted}")).await.status,
            204
        );
        let theirs = business(&other_tenant, json!({})).await;
        for other in [&kept, &deleted, &theirs, &NOBODY.to_string()] {
            for path in [path.clone(), format!("{path}/preview")] {
                let refused = api.post(&path, json!({"other_id": other})).await;
                assert_eq!(refused.wrong_fields(), ["other_id"], "{}", api.name);
            }
        }
        let mine = business(&api, json!({})).await;
        let refused = other_tenant.post(&path, json!({"other_id": theirs})).await;
        assert_eq!(refused.status, 404);
        let body = json!({"other_id": mine, "fields": {"phon": "other", "slug": "other"}});
        assert_eq!(
            api.post(&path, body).await.wrong_fields(),
            ["fields.phon", "fields.slug"]
        );
        let body = json!({"other_id": mine, "fields": {"phone": "theirs"}});
        assert_eq!(api.post(&path, body).await.wrong_fields(), ["fields.phone"]);
        let stale = api
            .post(&path, json!({"other_id": mine, "version": "1-1"}))
            .await;
        assert_eq!(
            (stale.status, &stale.body["error"]["code"]),
            (412, &json!("changed_meanwhile"))
        );
        let people = person(&api, &kept, json!({})).await;
        let refused = api
            .post(
                &format!("/people/{people}/merge"),
                json!({"other_id": mine}),
            )
            .await;
        assert_eq!(
            refused.wrong_fields(),
            ["other_id"],
            "a business is no person"
        );
        assert_eq!(
            rows(&api, "SELECT id FROM merges WHERE tenant_id = ?1").await,
            Vec::<Value>::new()
        );

        let merged = merge(&api, "businesses", &kept, &mine).await;
        let again = api.post(&path, json!({"other_id": mine})).await;
        assert_eq!(
            (again.status, &again.body["error"]["code"]),
            (409, &json!("merged_already"))
        );
        assert!(
            again.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(&id(&merged))
        );
        let into_gone = api
            .post(
                &format!("/businesses/{mine}/merge"),
                json!({"other_id": kept}),
            )
            .await;
        assert_eq!(
            (into_gone.status, &into_gone.body["error"]["code"]),
            (404, &json!("merged"))
        );
    }
}

#[tokio::test]
async fn of_two_merges_at_once_one_is_made() {
    for (api, _) in apis().await {
        for _ in 0..5 {
            let (one, two) = (
                business(&api, json!({})).await,
                business(&api, json!({})).await,
            );
            let paths = [&one, &two].map(|id| format!("/businesses/{id}/merge"));
            let (first, second) = tokio::join!(
                api.post(&paths[0], json!({"other_id": two})),
                api.post(&paths[1], json!({"other_id": one}))
            );
            let made = [first.status, second.status]
                .iter()
                .filter(|status| **status == 201)
                .count();
            assert_eq!(made, 1, "{} {} {}", api.name, first.body, second.body);
            assert!(
                [first.status, second.status]
                    .iter()
                    .all(|status| [201, 404, 409].contains(status))
            );
        }
        let merges = rows(&api, "SELECT id FROM merges WHERE tenant_id = ?1").await;
        let gone = rows(&api, "SELECT id FROM businesses WHERE tenant_id = ?1 AND merged_into_id IS NOT NULL AND deleted_at IS NOT NULL").await;
        assert_eq!((merges.len(), gone.len()), (5, 5));
    }
}

#[tokio::test]
async fn nobody_merges_what_is_beyond_their_reach() {
    for (api, _) in apis().await {
        let mut places = Vec::new();
        for name in ["Clearwater", "Ely"] {
            let body = json!({"name": name, "timezone": "America/New_York"});
            places.push(id(&api.make("/locations", body).await));
        }
        let (_, token) = api.member("manager", &[&places[0]]).await;
        let (_, agent) = api.member("agent", &[]).await;
        let mut here = Vec::new();
        for place in [&places[0], &places[0], &places[1]] {
            here.push(business(&api, json!({"location_id": place, "phone": "7275550142"})).await);
        }
        let post = async |token: &str, path: String, body: Value| {
            api.call_as(token, Method::POST, &path, Some(body), &[])
                .await
        };
        let (mine, also, beyond) = (&here[0], &here[1], &here[2]);
        let refused = post(
            &token,
            format!("/businesses/{mine}/merge"),
            json!({"other_id": beyond}),
        )
        .await;
        assert_eq!(refused.wrong_fields(), ["other_id"], "{}", api.name);
        let refused = post(
            &token,
            format!("/businesses/{beyond}/merge"),
            json!({"other_id": mine}),
        )
        .await;
        assert_eq!(refused.status, 404);
        let refused = post(
            &agent,
            format!("/businesses/{mine}/merge"),
            json!({"other_id": also}),
        )
        .await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (403, &json!("forbidden"))
        );

        while crate::crm::duplicates::advance(&api.platform, crate::crm::turn::USUAL)
            .await
            .unwrap()
            > 0
        {}
        let list = api
            .call_as(&token, Method::GET, "/duplicates?limit=1", None, &[])
            .await;
        let mut seen = list.ok(200).as_array().unwrap().clone();
        let mut cursor = list.body["meta"]["pagination"]["next_cursor"].clone();
        while let Some(next) = cursor.as_str() {
            let list = api
                .call_as(
                    &token,
                    Method::GET,
                    &format!("/duplicates?limit=1&cursor={next}"),
                    None,
                    &[],
                )
                .await;
            seen.extend(list.ok(200).as_array().unwrap().clone());
            cursor = list.body["meta"]["pagination"]["next_cursor"].clone();
        }
        assert_eq!(seen.len(), 1, "of three pairs, one is theirs");

        let far = merge(&api, "businesses", beyond, also).await;
        let near = post(
            &token,
            format!("/businesses/{mine}/merge"),
            json!({"other_id": also}),
        )
        .await;
        assert_eq!(near.status, 422, "where it went is beyond reach as well");
        let (get, path) = (Method::GET, format!("/merges/{}", id(&far)));
        assert_eq!(api.call_as(&token, get, &path, None, &[]).await.status, 404);
    }
}
