use super::support::{NOW, PASSWORD, address, code, refresh, worlds};
use crate::edge::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::edge::db::Statement;
use crate::identity::client::Client;
use crate::identity::principal;
use crate::identity::sessions::refresh::GRACE;
use crate::identity::sessions::{EndReason, Method, start, store, verify_access_token};
use crate::identity::sign_in::password;
use crate::identity::users::store as users;

#[tokio::test]
async fn a_password_signs_in_and_a_wrong_one_does_not() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let signed_in = world
            .sign_in(NOW, &user.email.to_uppercase(), PASSWORD)
            .await
            .unwrap();
        assert_eq!(
            (&signed_in.user.id, signed_in.method),
            (&user.id, Method::Password)
        );
        assert_eq!(signed_in.tenant.tenant_id, world.tenant);
        let config = &world.platform.config;
        let claims = verify_access_token(config, NOW, &signed_in.access_token).unwrap();
        assert_eq!(
            (claims.user, claims.session),
            (user.id.clone(), signed_in.session.clone())
        );
        assert_eq!(claims.expires_at, NOW + 10 * MINUTE);

        let unknown = code(world.sign_in(NOW, &address(), PASSWORD).await);
        assert_eq!(
            code(world.sign_in(NOW, &user.email, "wrong horse battery").await),
            unknown
        );
        assert_eq!(unknown, "wrong_credentials");
        let disable =
            Statement::new("UPDATE users SET disabled_at = 1 WHERE id = ?1").bind(&user.id);
        world.db().run(disable).await.unwrap();
        assert_eq!(
            code(world.sign_in(NOW, &user.email, PASSWORD).await),
            unknown
        );
        assert_eq!(
            code(refresh(&world.platform, &signed_in.refresh_token).await),
            "session_over"
        );
    }
}

#[tokio::test]
async fn wrong_passwords_cost_a_growing_wait() {
    for world in worlds().await {
        let user = world.member("agent").await;
        for _ in 0..5 {
            assert_eq!(
                code(world.sign_in(NOW, &user.email, "wrong").await),
                "wrong_credentials"
            );
        }
        // Locked: the right one is not even looked at.
        assert_eq!(
            code(world.sign_in(NOW, &user.email, PASSWORD).await),
            "too_many_attempts 30"
        );
        let later = NOW + 30 * SECOND;
        assert_eq!(
            code(world.sign_in(later, &user.email, "wrong").await),
            "wrong_credentials"
        );
        assert_eq!(
            code(world.sign_in(later + 1, &user.email, PASSWORD).await),
            "too_many_attempts 60"
        );
        let later = later + MINUTE;
        world.sign_in(later, &user.email, PASSWORD).await.unwrap();
        let forgiven = users::by_id(world.db(), &user.id).await.unwrap().unwrap();
        assert_eq!((forgiven.failed_sign_ins, forgiven.locked_until), (0, None));
    }
}

#[tokio::test]
async fn an_attempt_is_counted_before_it_is_looked_at() {
    for world in worlds().await {
        let user = world.member("agent").await;
        assert!(
            users::count_attempt(world.db(), &user, None, NOW)
                .await
                .unwrap()
        );
        // Another request read the user at the same moment: it does not count the same attempt again.
        assert!(
            !users::count_attempt(world.db(), &user, None, NOW)
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn a_refresh_token_is_used_once() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let first = world.session(&user).await;
        let second = refresh(&world.at(NOW + HOUR), &first.refresh_token)
            .await
            .unwrap();
        assert_eq!(second.session, first.session);
        assert_ne!(second.refresh_token, first.refresh_token);
        let config = &world.platform.config;
        assert!(verify_access_token(config, NOW + HOUR, &second.access_token).is_some());

        // Two tabs: the second is told so, and the session goes on.
        let race = world.at(NOW + HOUR + GRACE);
        assert_eq!(
            code(refresh(&race, &first.refresh_token).await),
            "refresh_in_progress"
        );
        let third = refresh(&race, &second.refresh_token).await.unwrap();

        // A thief, or a victim: the session ends, also for the newest token.
        let late = world.at(NOW + HOUR + GRACE + 1);
        assert_eq!(
            code(refresh(&late, &first.refresh_token).await),
            "session_over"
        );
        assert_eq!(
            code(refresh(&late, &third.refresh_token).await),
            "session_over"
        );
        let row = principal::load(world.db(), &world.tenant, &user.id, &first.session, NOW)
            .await
            .unwrap();
        assert!(!row.unwrap().session_alive.0);
        for nonsense in ["", "refresh_", "refresh_x", &first.access_token] {
            assert_eq!(code(refresh(&late, nonsense).await), "session_over");
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_in_any_case() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let idle = world.session(&user).await;
        assert_eq!(
            code(refresh(&world.at(NOW + 14 * DAY), &idle.refresh_token).await),
            "session_over"
        );
        let mut token = world.session(&user).await.refresh_token;
        for day in [10, 20, 29] {
            let next = refresh(&world.at(NOW + day * DAY), &token).await.unwrap();
            assert!(next.refresh_expires_at <= NOW + 30 * DAY);
            token = next.refresh_token;
        }
        assert_eq!(
            code(refresh(&world.at(NOW + 30 * DAY), &token).await),
            "session_over"
        );
        // What is long over is forgotten at the next sign-in.
        let much_later = world.at(NOW + 200 * DAY);
        start(
            &much_later,
            user.clone(),
            None,
            Method::Link,
            &Client::default(),
        )
        .await
        .unwrap();
        assert_eq!(
            store::list(world.db(), &user.id, "", 10, NOW)
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn a_session_works_in_one_of_its_users_tenants() {
    for world in worlds().await {
        let (db, platform, client) = (world.db(), &world.platform, Client::default());
        let user = world.user().await;
        let begin =
            async |tenant| start(platform, user.clone(), tenant, Method::Password, &client).await;
        assert_eq!(code(begin(None).await), "no_membership");
        world.join(&world.tenant, &user, "agent").await;
        assert_eq!(
            code(begin(Some(&world.other_tenant)).await),
            "no_membership"
        );
        let session = begin(None).await.unwrap();
        let switch = store::switch_tenant(db, &user.id, &session.session, &world.other_tenant, NOW);
        assert!(!switch.await.unwrap());
        world.join(&world.other_tenant, &user, "owner").await;
        let switch = store::switch_tenant(db, &user.id, &session.session, &world.other_tenant, NOW);
        assert!(switch.await.unwrap());
        let next = refresh(&world.at(NOW + HOUR), &session.refresh_token)
            .await
            .unwrap();
        assert_eq!(next.tenant.tenant_id, world.other_tenant);
        // The tenant worked in last is the next sign-in's.
        assert_eq!(
            begin(None).await.unwrap().tenant.tenant_id,
            world.other_tenant
        );
        // Suspended there: the session goes on in the other.
        let suspend = Statement::new(
            "UPDATE memberships SET status = 'suspended' WHERE tenant_id = ?1 AND user_id = ?2",
        );
        db.run(suspend.bind(&world.other_tenant).bind(&user.id))
            .await
            .unwrap();
        let next = refresh(&world.at(NOW + HOUR), &next.refresh_token)
            .await
            .unwrap();
        assert_eq!(next.tenant.tenant_id, world.tenant);
        assert_eq!(
            code(begin(Some(&world.other_tenant)).await),
            "no_membership"
        );
    }
}

#[tokio::test]
async fn whether_a_session_speaks_for_a_member() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let (user, other) = (world.member("manager").await, world.member("agent").await);
        let session = world.session(&user).await.session;
        let row = principal::load(db, tenant, &user.id, &session, NOW)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((row.role.as_str(), row.session_alive.0), ("manager", true));
        assert!(row.location_ids.0.is_empty() && row.overrides.0.grant.is_empty());
        let strangers = principal::load(db, tenant, &other.id, &session, NOW)
            .await
            .unwrap()
            .unwrap();
        assert!(!strangers.session_alive.0);
        let elsewhere = principal::load(db, &world.other_tenant, &user.id, &session, NOW)
            .await
            .unwrap();
        assert!(elsewhere.is_none());
        let over = principal::load(db, tenant, &user.id, &session, NOW + 30 * DAY)
            .await
            .unwrap()
            .unwrap();
        assert!(!over.session_alive.0);

        // Nobody ends somebody else's.
        assert!(
            !store::end(db, &other.id, &session, EndReason::Revoked, NOW)
                .await
                .unwrap()
        );
        assert!(
            store::end(db, &user.id, &session, EndReason::SignedOut, NOW)
                .await
                .unwrap()
        );
        assert!(
            !store::end(db, &user.id, &session, EndReason::SignedOut, NOW)
                .await
                .unwrap()
        );
        let row = principal::load(db, tenant, &user.id, &session, NOW)
            .await
            .unwrap()
            .unwrap();
        assert!(!row.session_alive.0);
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_all() {
    for world in worlds().await {
        let db = world.db();
        let (user, other) = (world.member("agent").await, world.member("agent").await);
        let sessions = [world.session(&user).await, world.session(&user).await];
        let others = world.session(&other).await;
        assert_eq!(
            store::list(db, &user.id, "", 10, NOW).await.unwrap().len(),
            2
        );
        let end = store::end_all(
            &user.id,
            Some(&sessions[1].session),
            EndReason::PasswordChanged,
            NOW,
        );
        assert_eq!(db.execute(end).await.unwrap(), 1);
        let end = store::end_all(&user.id, None, EndReason::SignedOutEverywhere, NOW);
        assert_eq!(db.execute(end).await.unwrap(), 1);
        for session in &sessions {
            assert_eq!(
                code(refresh(&world.platform, &session.refresh_token).await),
                "session_over"
            );
        }
        assert!(
            store::list(db, &user.id, "", 10, NOW)
                .await
                .unwrap()
                .is_empty()
        );
        refresh(&world.platform, &others.refresh_token)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let (here, there) = (world.session(&user).await, world.session(&user).await);
        let change = async |current, new| {
            password::change(&world.platform, &user, &here.session, current, new).await
        };
        assert_eq!(
            code(change(None, "another good phrase").await),
            "current_password"
        );
        assert_eq!(
            code(change(Some("wrong"), "another good phrase").await),
            "wrong_credentials"
        );
        assert_eq!(code(change(Some(PASSWORD), "short").await), "new_password");
        change(Some(PASSWORD), "another good phrase").await.unwrap();
        assert_eq!(
            code(world.sign_in(NOW, &user.email, PASSWORD).await),
            "wrong_credentials"
        );
        world
            .sign_in(NOW, &user.email, "another good phrase")
            .await
            .unwrap();
        refresh(&world.platform, &here.refresh_token).await.unwrap();
        assert_eq!(
            code(refresh(&world.platform, &there.refresh_token).await),
            "session_over"
        );
    }
}
