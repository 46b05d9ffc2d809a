mod edits;

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::principals::{self, REMEMBERED};
use crate::config::{Config, NumberedKey};
use crate::edge::clock::{Clock, HOUR};
use crate::testing::{Api, NOBODY, NOW, apis, id};

async fn key(api: &Api, scopes: &[&str]) -> (String, String) {
    let made = api
        .make("/api-keys", json!({"name": "Website", "scopes": scopes}))
        .await;
    (id(&made), made["key"].as_str().unwrap().to_string())
}

async fn get(api: &Api, key: &str, path: &str) -> u16 {
    api.call_as(key, Method::GET, path, None, &[]).await.status
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say_and_shows_itself_once() {
    for (api, other) in apis().await {
        let (id, secret) = key(&api, &["tags:read"]).await;
        assert_eq!(get(&api, &secret, "/tags").await, 200);
        let refused = api
            .call_as(
                &secret,
                Method::POST,
                "/tags",
                Some(json!({"name": "x"})),
                &[],
            )
            .await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (403, &json!("forbidden"))
        );
        let kept = api.get(&format!("/api-keys/{id}")).await.ok(200);
        assert_eq!(kept.get("key"), None);
        assert!(secret.starts_with(kept["prefix"].as_str().unwrap()));
        assert!(
            !api.get("/api-keys")
                .await
                .ok(200)
                .to_string()
                .contains(&secret)
        );
        assert_eq!(other.get(&format!("/api-keys/{id}")).await.status, 404);
        assert_eq!(other.delete(&format!("/api-keys/{id}")).await.status, 404);
        for wrong in [
            "",
            "x",
            "fib_live_x",
            &secret.to_lowercase(),
            &format!("{secret}x"),
        ] {
            assert_eq!(get(&api, wrong, "/tags").await, 401, "{wrong}");
        }
    }
}

#[tokio::test]
async fn a_revoked_or_ended_key_is_none() {
    for (mut api, _) in apis().await {
        let (id, secret) = key(&api, &["tags:read"]).await;
        assert_eq!(get(&api, &secret, "/tags").await, 200);
        assert_eq!(api.delete(&format!("/api-keys/{id}")).await.status, 204);
        assert_eq!(get(&api, &secret, "/tags").await, 401);
        assert_eq!(api.delete(&format!("/api-keys/{id}")).await.status, 404);

        let body =
            json!({"name": "Short", "scopes": ["tags:read"], "expires_at": "2026-03-04T17:00:00Z"});
        let short = api.make("/api-keys", body).await;
        let short = short["key"].as_str().unwrap();
        assert_eq!(get(&api, short, "/tags").await, 200);
        api.platform.clock = Clock::fixed(NOW + HOUR);
        assert_eq!(get(&api, short, "/tags").await, 401);
        let past = json!({"name": "Past", "scopes": [], "expires_at": "2026-03-04T16:00:00Z"});
        assert_eq!(
            api.post("/api-keys", past).await.wrong_fields(),
            ["expires_at"]
        );
    }
}

#[tokio::test]
async fn a_replaced_key_works_through_the_overlap() {
    for (mut api, _) in apis().await {
        let (id, old) = key(&api, &["tags:read"]).await;
        let path = format!("/api-keys/{id}/rotate");
        let new = api.make(&path, json!({"overlap_seconds": 3600})).await;
        assert_eq!(new["scopes"], json!(["tags:read"]));
        let new = new["key"].as_str().unwrap();
        assert_eq!(get(&api, &old, "/tags").await, 200);
        assert_eq!(get(&api, new, "/tags").await, 200);
        let again = api.post(&path, json!({})).await;
        assert_eq!(
            (again.status, &again.body["error"]["code"]),
            (409, &json!("api_key_ended"))
        );
        api.platform.clock = Clock::fixed(NOW + HOUR);
        assert_eq!(get(&api, &old, "/tags").await, 401);
        assert_eq!(get(&api, new, "/tags").await, 200);
    }
}

#[tokio::test]
async fn nobody_hands_on_what_they_do_not_have() {
    for (api, _) in apis().await {
        let (_, secret) = key(&api, &["api_keys:write", "roles:write", "tags:read"]).await;
        for (path, body) in [
            (
                "/api-keys",
                json!({"name": "More", "scopes": ["tags:read", "people:read"]}),
            ),
            (
                "/roles",
                json!({"name": "More", "permissions": ["people:read"]}),
            ),
        ] {
            let reply = api
                .call_as(&secret, Method::POST, path, Some(body), &[])
                .await;
            assert_eq!(reply.status, 422, "{path}");
            assert!(reply.body.to_string().contains("people:read"));
        }
        let unknown = json!({"name": "x", "scopes": ["tags:fly"]});
        assert_eq!(
            api.post("/api-keys", unknown).await.wrong_fields(),
            ["scopes[0]"]
        );
    }
}

#[tokio::test]
async fn a_change_made_elsewhere_takes_effect_within_the_bound() {
    for (mut api, _) in apis().await {
        let (id, secret) = key(&api, &["tags:read"]).await;
        assert_eq!(get(&api, &secret, "/tags").await, 200);
        let sql = "UPDATE api_keys SET revoked_at = 1 WHERE tenant_id = ?1 AND id = ?2";
        let revoke = crate::edge::db::Statement::new(sql);
        let revoke = revoke.bind(&api.tenant).bind(id.as_str());
        api.platform.db.execute(revoke).await.unwrap();
        assert_eq!(get(&api, &secret, "/tags").await, 200, "remembered");
        api.platform.clock = Clock::fixed(NOW + REMEMBERED);
        assert_eq!(get(&api, &secret, "/tags").await, 401);
    }
}

#[tokio::test]
async fn own_roles_stand_beside_the_built_in_ones() {
    for (api, other) in apis().await {
        let body = json!({"name": "Front desk", "permissions": ["people:read"]});
        let role = api.make("/roles", body.clone()).await;
        assert_eq!(api.post("/roles", body).await.wrong_fields(), ["name"]);
        let built_in = json!({"name": "Owner", "permissions": []});
        assert_eq!(api.post("/roles", built_in).await.wrong_fields(), ["name"]);
        let path = format!("/roles/{}", id(&role));
        let changed = api
            .patch(
                &path,
                json!({"permissions": ["tags:read"], "description": "d"}),
            )
            .await;
        assert_eq!(changed.ok(200)["permissions"], json!(["tags:read"]));
        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other.patch(&path, json!({"name": "Mine"})).await.status,
            404
        );
        let all = api.get("/roles").await.ok(200);
        let names: Vec<&Value> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|role| &role["name"])
            .collect();
        assert_eq!(
            names,
            ["owner", "admin", "manager", "agent", "viewer", "Front desk"]
        );
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.delete(&path).await.status, 404);
    }
}

#[tokio::test]
async fn the_allow_list_shuts_out_and_locks_nobody_out_of_their_own() {
    for (api, other) in apis().await {
        let from = |address: &'static str| [("cf-connecting-ip", address)];
        let add = |range: &str| json!({"address_range": range});
        let setup = api.platform.config.api_key.clone();
        let call = async |method, path: &str, body, address| {
            api.call_as(&setup, method, path, body, &from(address))
                .await
        };
        let list = "/ip-allow-list";
        assert_eq!(
            call(Method::GET, "/tags", None, "203.0.113.9").await.status,
            200
        );
        let mistake = call(
            Method::POST,
            list,
            Some(add("198.51.100.0/24")),
            "203.0.113.9",
        )
        .await;
        assert_eq!(mistake.body["error"]["code"], "would_lock_you_out");
        let made = call(
            Method::POST,
            list,
            Some(add("203.0.113.77/24")),
            "203.0.113.9",
        )
        .await;
        let range = made.ok(201);
        assert_eq!(range["address_range"], "203.0.113.0/24");
        assert_eq!(
            call(Method::GET, "/tags", None, "203.0.113.1").await.status,
            200
        );
        let outside = call(Method::GET, "/tags", None, "198.51.100.1").await;
        assert_eq!(
            (outside.status, &outside.body["error"]["code"]),
            (403, &json!("address_not_allowed"))
        );
        assert_eq!(
            api.get("/tags").await.status,
            403,
            "an address that is not known"
        );
        assert_eq!(
            other.get("/tags").await.status,
            200,
            "another tenant's list"
        );
        let path = format!("{list}/{}", id(&range));
        assert_eq!(other.delete(&path).await.status, 404);
        assert_eq!(
            call(Method::DELETE, &path, None, "203.0.113.1")
                .await
                .status,
            204
        );
        assert_eq!(api.get("/tags").await.status, 200);
        assert_eq!(
            api.post(list, add("203.0.113.0/40")).await.wrong_fields(),
            ["address_range"]
        );
        assert_eq!(api.delete(&format!("{list}/{NOBODY}")).await.status, 404);
    }
}

#[tokio::test]
async fn a_post_repeated_with_its_key_changes_nothing() {
    for (api, other) in apis().await {
        let post = async |api: &Api, key: &str, body: Value| {
            let setup = api.platform.config.api_key.clone();
            api.call_as(
                &setup,
                Method::POST,
                "/tags",
                Some(body),
                &[("idempotency-key", key)],
            )
            .await
        };
        let first = post(&api, "k", json!({"name": "a"})).await;
        let second = post(&api, "k", json!({"name": "a"})).await;
        assert_eq!((first.status, &first.body), (201, &second.body));
        assert_eq!(second.status, 201);
        let reused = post(&api, "k", json!({"name": "b"})).await;
        assert_eq!(
            (reused.status, &reused.body["error"]["code"]),
            (422, &json!("idempotency_key_reused"))
        );
        assert_eq!(
            post(&other, "k", json!({"name": "b"})).await.status,
            201,
            "another tenant's key"
        );
        assert_eq!(
            api.get("/tags").await.body["data"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        // What failed may be tried again with the same key.
        assert_eq!(post(&api, "f", json!({"name": 1})).await.status, 422);
        assert_eq!(post(&api, "f", json!({"name": "c"})).await.status, 201);
        assert_eq!(post(&api, "", json!({"name": "d"})).await.status, 422);
        assert_eq!(
            post(&api, &"x".repeat(256), json!({"name": "d"}))
                .await
                .status,
            422
        );
    }
}

#[tokio::test]
async fn a_repetition_is_known_although_the_audit_key_was_rotated() {
    for (mut api, _) in apis().await {
        let setup = api.platform.config.api_key.clone();
        let post = async |api: &Api, name: &str| {
            let (body, headers) = (json!({"name": name}), [("idempotency-key", "k")]);
            api.call_as(&setup, Method::POST, "/tags", Some(body), &headers)
                .await
        };
        let first = post(&api, "a").await.ok(201);
        let mut config = Config::clone(&api.platform.config);
        let id = 9;
        let new = NumberedKey {
            id,
            secret: [id; 32],
        };
        let old = std::mem::replace(&mut config.audit_keys.current, new);
        config.audit_keys.older.push(old);
        api.platform.config = Arc::new(config);
        assert_eq!(post(&api, "a").await.ok(201), first, "{}", api.name);
        let reused = post(&api, "b").await;
        assert_eq!(reused.body["error"]["code"], "idempotency_key_reused");
    }
}

#[tokio::test]
async fn a_secret_is_kept_for_no_repetition() {
    for (api, _) in apis().await {
        let body = json!({"name": "Website", "scopes": []});
        let setup = api.platform.config.api_key.clone();
        let post = async || {
            let headers = [("idempotency-key", "k")];
            api.call_as(
                &setup,
                Method::POST,
                "/api-keys",
                Some(body.clone()),
                &headers,
            )
            .await
        };
        assert_eq!(post().await.status, 201);
        assert_eq!(post().await.body["error"]["code"], "answer_not_kept");
        assert_eq!(
            api.get("/api-keys").await.body["data"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn too_much_too_fast_is_told_when_to_go_on() {
    use crate::edge::limiter::{Limit, Limiter};
    for (mut api, _) in apis().await {
        api.platform.limiter = std::sync::Arc::new(Limiter::refusing(vec![Limit::Write]));
        assert_eq!(api.get("/tags").await.status, 200);
        let refused = api.post("/tags", json!({"name": "a"})).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (429, &json!("rate_limited"))
        );
    }
    principals::forget();
}
