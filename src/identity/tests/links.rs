use super::support::{NOW, PASSWORD, address, code, refresh, worlds};
use crate::edge::clock::MINUTE;
use crate::identity::client::Client;
use crate::identity::sessions::Method;
use crate::identity::sign_in::links::{look_at, redeem, request};
use crate::identity::sign_in::model::LinkPurpose;

#[tokio::test]
async fn a_link_signs_in_once_within_its_time() {
    for world in worlds().await {
        let (platform, client) = (&world.platform, Client::default());
        let user = world.member("agent").await;
        for _ in 0..2 {
            request(platform, &user.email.to_uppercase(), LinkPurpose::SignIn)
                .await
                .unwrap();
        }
        let tokens = world.mailed(&world.tenant, &user.email).await;
        // Looking at it, as scanners do, uses nothing up.
        for _ in 0..2 {
            assert_eq!(
                look_at(platform, &tokens[0]).await.unwrap().email,
                user.email
            );
        }
        let signed_in = redeem(platform, &tokens[0], None, None, &client)
            .await
            .unwrap();
        assert_eq!(
            (signed_in.user.id, signed_in.method),
            (user.id.clone(), Method::Link)
        );
        assert_eq!(
            code(redeem(platform, &tokens[0], None, None, &client).await),
            "link_over"
        );
        assert_eq!(code(look_at(platform, &tokens[0]).await), "link_over");
        let late = world.at(NOW + 15 * MINUTE);
        assert_eq!(
            code(redeem(&late, &tokens[1], None, None, &client).await),
            "link_over"
        );
        for nonsense in ["", "link_", "link_x", &signed_in.refresh_token] {
            assert_eq!(
                code(redeem(platform, nonsense, None, None, &client).await),
                "link_over"
            );
        }
    }
}

#[tokio::test]
async fn nobody_is_written_to_who_cannot_sign_in_and_nobody_too_often() {
    for world in worlds().await {
        let platform = &world.platform;
        let (stranger, homeless, user) =
            (address(), world.user().await, world.member("agent").await);
        for _ in 0..7 {
            for email in [&stranger, &homeless.email, &user.email] {
                request(platform, email, LinkPurpose::SignIn).await.unwrap();
            }
        }
        for nobody in [&stranger, &homeless.email] {
            assert!(world.mailed(&world.tenant, nobody).await.is_empty());
        }
        assert_eq!(world.mailed(&world.tenant, &user.email).await.len(), 5);
        request(
            &world.at(NOW + 15 * MINUTE),
            &user.email,
            LinkPurpose::SignIn,
        )
        .await
        .unwrap();
        assert_eq!(world.mailed(&world.tenant, &user.email).await.len(), 6);
    }
}

#[tokio::test]
async fn a_link_lets_choose_a_password() {
    for world in worlds().await {
        let (platform, client) = (&world.platform, Client::default());
        let user = world.member("agent").await;
        let before = world.session(&user).await;
        for _ in 0..5 {
            let _ = world.sign_in(NOW, &user.email, "wrong").await;
        }
        request(platform, &user.email, LinkPurpose::SetPassword)
            .await
            .unwrap();
        let token = world.mailed(&world.tenant, &user.email).await.remove(0);
        assert_eq!(
            code(redeem(platform, &token, None, None, &client).await),
            "password"
        );
        assert_eq!(
            code(redeem(platform, &token, Some("short"), None, &client).await),
            "password"
        );
        redeem(platform, &token, Some("another good phrase"), None, &client)
            .await
            .unwrap();
        assert_eq!(
            code(redeem(platform, &token, Some("yet another phrase"), None, &client).await),
            "link_over"
        );
        // The wait is over as well, and whoever was signed in is not any more.
        world
            .sign_in(NOW, &user.email, "another good phrase")
            .await
            .unwrap();
        assert_eq!(
            code(world.sign_in(NOW, &user.email, PASSWORD).await),
            "wrong_credentials"
        );
        assert_eq!(
            code(refresh(platform, &before.refresh_token).await),
            "session_over"
        );
    }
}
