use futures_util::future::join;
use http::Method;
use serde_json::{Value, json};

use super::store;
use crate::edge::db::Db;
use crate::error::Error;
use crate::http::Edit;
use crate::identity::memberships::model::MembershipPatch;
use crate::identity::memberships::store as memberships;
use crate::ids::{RoleId, UserId};
use crate::testing::{Api, NOW, apis, id};

async fn role(api: &Api, name: &str) -> RoleId {
    let body = json!({"name": name, "permissions": ["tags:read"]});
    RoleId::parse(&id(&api.make("/roles", body).await)).unwrap()
}

#[tokio::test]
async fn a_role_that_somebody_has_is_not_deleted() {
    for (api, other) in apis().await {
        let role = role(&api, "Front desk").await;
        let path = format!("/roles/{role}");
        let (member, access) = api.member("agent", &[]).await;
        api.patch(&format!("/members/{member}"), json!({"role": role}))
            .await
            .ok(200);
        let email = format!("Sam-{role}@example.com");
        let invitation = json!({"email": email, "role": role});
        let invitation = id(&api.make("/invitations", invitation).await);
        let refused = async |members: &str, invitations: &str| {
            let reply = api.delete(&path).await;
            assert_eq!(reply.body["error"]["code"], "role_in_use", "{}", api.name);
            let message = reply.body["error"]["message"].as_str().unwrap();
            let counted = format!("{members} and {invitations} still");
            assert!(message.starts_with(&counted), "{message}");
        };
        refused("1 member", "1 open invitation").await;
        assert_eq!(other.delete(&path).await.status, 404);
        let gets = api.call_as(&access, Method::GET, "/tags", None, &[]).await;
        assert_eq!(gets.status, 200, "who has it goes on");

        api.patch(&format!("/members/{member}"), json!({"role": "viewer"}))
            .await
            .ok(200);
        refused("0 members", "1 open invitation").await;
        // An invitation that was taken back, or replaced by one to another role, holds nothing.
        let viewer = json!({"email": email, "role": "viewer"});
        let viewer = id(&api.make("/invitations", viewer).await);
        assert_ne!(viewer, invitation);
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.delete(&path).await.status, 404);

        for (path, method) in [
            (format!("/members/{member}"), Method::PATCH),
            ("/invitations".into(), Method::POST),
        ] {
            let body = match method {
                Method::POST => json!({"email": email, "role": role}),
                _ => json!({"role": role}),
            };
            let setup = &api.platform.config.api_key;
            let reply = api.call_as(setup, method, &path, Some(body), &[]).await;
            assert_eq!(reply.wrong_fields(), ["role"], "{path}");
        }
        let listed = api.get("/invitations").await.ok(200);
        let mut listed = listed.as_array().unwrap().iter();
        let open = listed.find(|one| one["id"] == viewer).unwrap();
        assert_eq!(open["revoked_at"], Value::Null, "nothing was half-written");
    }
}

#[tokio::test]
async fn a_role_is_not_deleted_while_it_is_given() {
    for (api, _) in apis().await {
        let (db, tenant) = (&api.platform.db, &api.tenant);
        // Each with a connection of its own where there are connections.
        let second = std::env::var("TEST_POSTGRES_URL")
            .ok()
            .filter(|_| api.name == "postgres");
        let second = second.map(|url| Db::postgres(&url));
        let member = UserId::parse(&api.member("agent", &[]).await.0).unwrap();
        for round in 0..8 {
            let role = role(&api, &format!("Role {round}")).await;
            let patch = MembershipPatch {
                role: Some(role.to_string()),
                ..MembershipPatch::default()
            };
            let (given, deleted) = join(
                memberships::update(db, tenant, &member, &patch, Edit::of_any(NOW)),
                store::delete(second.as_ref().unwrap_or(db), tenant, &role),
            )
            .await;
            assert_ne!(given.unwrap(), deleted.is_ok(), "{}: one of them", api.name);
        }
    }
}

#[tokio::test]
async fn many_at_once_wait_for_each_other() {
    for (api, _) in apis().await {
        let tenant = &api.tenant;
        let url = std::env::var("TEST_POSTGRES_URL").ok();
        let url = url.filter(|_| api.name == "postgres");
        let role = role(&api, "Front desk").await;
        let deletions = (0..16).map(|_| async {
            // Each with a connection of its own where there are connections.
            let own = url.as_deref().map(Db::postgres);
            store::delete(own.as_ref().unwrap_or(&api.platform.db), tenant, &role).await
        });
        let (mut done, mut gone) = (0, 0);
        for outcome in futures_util::future::join_all(deletions).await {
            match outcome {
                Ok(()) => done += 1,
                Err(Error::NotFound("role")) => gone += 1,
                Err(error) => panic!("{}: {error}", api.name),
            }
        }
        assert_eq!((done, gone), (1, 15), "{}", api.name);
    }
}
