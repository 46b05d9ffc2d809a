use super::support::{NOW, World, address, code, worlds};
use crate::edge::db::Statement;
use crate::error::Error;
use crate::identity::acting::Acting;
use crate::identity::client::Client;
use crate::identity::invitations::accept::accept;
use crate::identity::invitations::invite::invite;
use crate::identity::invitations::model::InvitationIn;
use crate::identity::memberships;
use crate::identity::openid::account;
use crate::identity::openid::claims::Person;
use crate::identity::users::User;
use crate::ids::UserId;
use crate::permission::{Allowance, Permissions};

const ISSUER: &str = "https://id.example";

fn person(email: &str) -> Person {
    Person {
        subject: UserId::new(NOW).to_string(),
        email: email.to_string(),
        name: Some("Dana".into()),
    }
}

async fn known(world: &World, person: &Person) -> Result<User, &'static str> {
    let user: Result<_, Error> = account::user(&world.platform, ISSUER, person).await;
    user.unwrap().map_err(|refusal| refusal.code)
}

#[tokio::test]
async fn an_account_is_linked_by_its_address_and_known_by_its_subject() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let first = person(&user.email);
        assert_eq!(known(&world, &first).await.unwrap().id, user.id);
        // Its address changed there: it is the same account.
        let moved = Person {
            email: address(),
            ..first.clone()
        };
        assert_eq!(known(&world, &moved).await.unwrap().id, user.id);
        // Somebody else's account never becomes theirs by having had the address.
        let other = world.member("agent").await;
        let taken = Person {
            email: other.email.clone(),
            ..first
        };
        assert_eq!(known(&world, &taken).await.unwrap().id, user.id);
        let disable =
            Statement::new("UPDATE users SET disabled_at = 1 WHERE id = ?1").bind(&user.id);
        world.db().run(disable).await.unwrap();
        assert_eq!(known(&world, &moved).await.err(), Some("user_disabled"));
    }
}

#[tokio::test]
async fn an_address_that_we_do_not_know_to_be_theirs_links_nothing() {
    for world in worlds().await {
        let user = world.member("agent").await;
        let unverify = Statement::new("UPDATE users SET email_verified_at = NULL WHERE id = ?1")
            .bind(&user.id);
        world.db().run(unverify).await.unwrap();
        assert_eq!(
            known(&world, &person(&user.email)).await.err(),
            Some("not_invited")
        );
    }
}

#[tokio::test]
async fn who_is_invited_joins_and_nobody_else() {
    for world in worlds().await {
        let email = address();
        assert_eq!(
            known(&world, &person(&email)).await.err(),
            Some("not_invited")
        );
        let everything = &Acting {
            allowance: Allowance::of(Permissions::all()),
            locations: None,
            ..Acting::default()
        };
        let input = InvitationIn {
            email: email.clone(),
            role: "viewer".into(),
            location_ids: Vec::new(),
        };
        invite(&world.platform, &world.tenant, everything, input)
            .await
            .unwrap();
        let account = person(&email);
        let user = known(&world, &account).await.unwrap();
        assert_eq!((user.name.as_str(), &user.email), ("Dana", &email));
        assert_eq!(
            memberships::places(world.db(), &user.id).await.unwrap()[0].role,
            "viewer"
        );
        assert_eq!(known(&world, &account).await.unwrap().id, user.id);
        let token = world.mailed(&world.tenant, &email).await.remove(0);
        let again = accept(&world.platform, &token, None, None, &Client::default()).await;
        assert_eq!(code(again), "invitation_over");
    }
}
