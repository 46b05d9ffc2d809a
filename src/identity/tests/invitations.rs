use super::support::{NOW, PASSWORD, World, address, code, worlds};
use crate::edge::clock::DAY;
use crate::identity::acting::Acting;
use crate::identity::client::Client;
use crate::identity::invitations::accept::{accept, look_at};
use crate::identity::invitations::invite::{invite, resend, revoke};
use crate::identity::invitations::model::{InvitationIn, InvitationOut};
use crate::identity::invitations::store;
use crate::identity::locations::model::LocationIn;
use crate::identity::locations::store as locations;
use crate::identity::memberships::store as memberships;
use crate::identity::sessions::Method;
use crate::ids::LocationId;
use crate::permission::{Allowance, Permissions};

fn asked(email: &str, role: &str) -> InvitationIn {
    InvitationIn {
        email: email.to_string(),
        role: role.to_string(),
        location_ids: Vec::new(),
    }
}

/// Everything but being an owner.
fn everything() -> Acting {
    Acting {
        allowance: Allowance::of(Permissions::all()),
        locations: None,
        ..Acting::default()
    }
}

async fn invited(world: &World, email: &str, role: &str) -> InvitationOut {
    let owner = Acting {
        is_owner: true,
        ..everything()
    };
    invite(&world.platform, &world.tenant, &owner, asked(email, role))
        .await
        .unwrap()
}

#[tokio::test]
async fn somebody_new_joins() {
    for world in worlds().await {
        let (platform, client, email) = (&world.platform, Client::default(), address());
        let location = LocationIn {
            name: "Main St".into(),
            timezone: "America/New_York".into(),
            address_street: None,
            address_city: None,
            address_state: None,
            address_zip: None,
        };
        let location = locations::create(world.db(), &world.tenant, location, NOW)
            .await
            .unwrap();
        let admin = world.member("admin").await;
        let inviter = Acting {
            user: Some(admin.id.clone()),
            ..everything()
        };
        let input = InvitationIn {
            location_ids: vec![location.id.clone()],
            ..asked(&email.to_uppercase(), "manager")
        };
        let invitation = invite(platform, &world.tenant, &inviter, input)
            .await
            .unwrap();
        assert_eq!(
            (&invitation.email, invitation.invited_by),
            (&email, Some(admin.id))
        );
        let token = world.mailed(&world.tenant, &email).await.remove(0);
        assert_eq!(look_at(platform, &token).await.unwrap().email, email);

        let join = async |name, password| accept(platform, &token, name, password, &client).await;
        assert_eq!(code(join(None, None).await), "name");
        assert_eq!(code(join(Some(" "), None).await), "name");
        assert_eq!(code(join(Some("Dana"), Some("short")).await), "password");
        let signed_in = join(Some(" Dana "), Some(PASSWORD)).await.unwrap();
        assert_eq!(
            (signed_in.user.name.as_str(), signed_in.method),
            ("Dana", Method::Invitation)
        );
        assert_eq!(
            (&signed_in.tenant.tenant_id, signed_in.tenant.role.as_str()),
            (&world.tenant, "manager")
        );
        let member = memberships::find(world.db(), &world.tenant, &signed_in.user.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(member.location_ids.0, [location.id]);
        assert_eq!(code(join(Some("Dana"), None).await), "invitation_over");
        world.sign_in(NOW, &email, PASSWORD).await.unwrap();
        let again = invite(platform, &world.tenant, &inviter, asked(&email, "agent")).await;
        assert_eq!(code(again), "already_a_member");
    }
}

#[tokio::test]
async fn a_user_joins_another_tenant_as_they_are() {
    for world in worlds().await {
        let (platform, client) = (&world.platform, Client::default());
        let user = world.user().await;
        world.join(&world.other_tenant, &user, "owner").await;
        invited(&world, &user.email, "viewer").await;
        let token = world.mailed(&world.tenant, &user.email).await.remove(0);
        let with_password =
            accept(platform, &token, None, Some("another good phrase"), &client).await;
        assert_eq!(code(with_password), "password");
        let signed_in = accept(platform, &token, None, None, &client).await.unwrap();
        assert_eq!(
            (signed_in.user.id.clone(), signed_in.tenant.tenant_id),
            (user.id, world.tenant.clone())
        );
        assert_eq!(
            memberships::places(world.db(), &signed_in.user.id)
                .await
                .unwrap()
                .len(),
            2
        );
    }
}

#[tokio::test]
async fn only_the_newest_link_of_an_open_invitation_works() {
    for world in worlds().await {
        let (platform, tenant, client, email) =
            (&world.platform, &world.tenant, Client::default(), address());
        let anybody = everything();
        let first = invited(&world, &email, "agent").await;
        let second = invited(&world, &email, "viewer").await;
        assert_eq!(
            code(resend(platform, tenant, &anybody, &first.id).await),
            "invitation_is_closed"
        );
        resend(&world.at(NOW + DAY), tenant, &anybody, &second.id)
            .await
            .unwrap();
        let tokens = world.mailed(tenant, &email).await;
        assert_eq!(tokens.len(), 3);
        for old in &tokens[..2] {
            assert_eq!(
                code(accept(platform, old, Some("Dana"), None, &client).await),
                "invitation_over"
            );
        }
        let in_time = look_at(&world.at(NOW + 8 * DAY - 1), &tokens[2]).await;
        assert_eq!(in_time.unwrap().email, email);
        let late = accept(
            &world.at(NOW + 8 * DAY),
            &tokens[2],
            Some("Dana"),
            None,
            &client,
        )
        .await;
        assert_eq!(code(late), "invitation_over");
        assert_eq!(
            code(revoke(platform, &world.other_tenant, &second.id).await),
            "not_found invitation"
        );
        revoke(platform, tenant, &second.id).await.unwrap();
        assert_eq!(
            code(revoke(platform, tenant, &second.id).await),
            "invitation_is_closed"
        );
        assert_eq!(code(look_at(platform, &tokens[2]).await), "invitation_over");
        let all = store::list(world.db(), tenant, "", 10).await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|one| one.revoked_at.is_some() && one.accepted_at.is_none())
        );
        assert!(
            store::list(world.db(), &world.other_tenant, "", 10)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn what_an_invitation_promises_is_checked() {
    for world in worlds().await {
        let anybody = everything();
        let owner = invite(
            &world.platform,
            &world.tenant,
            &anybody,
            asked(&address(), "owner"),
        )
        .await;
        assert_eq!(code(owner), "owners_only");
        let input = InvitationIn {
            location_ids: vec![LocationId::new(NOW)],
            ..asked(&address(), "agent")
        };
        let nowhere = invite(&world.platform, &world.tenant, &anybody, input).await;
        assert_eq!(code(nowhere), "location_ids[0]");
    }
}
