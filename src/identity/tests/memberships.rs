use super::support::{NOW, code, worlds};
use crate::edge::db::Db;
use crate::error::Error;
use crate::http::Edit;
use crate::identity::acting::Acting;
use crate::identity::memberships::change::{remove, update};
use crate::identity::memberships::model::{MembershipPatch, Overrides, Status};
use crate::identity::memberships::store;
use crate::permission::{Allowance, Permission, Permissions};

fn an_owner() -> Acting {
    Acting {
        is_owner: true,
        ..anybody()
    }
}

fn anybody() -> Acting {
    Acting {
        user: None,
        is_owner: false,
        allowance: Allowance::of(
            Permissions::all().without(Permissions::of(&[Permission::TenantWrite])),
        ),
        locations: None,
    }
}

fn role(role: &str) -> MembershipPatch {
    MembershipPatch {
        role: Some(role.into()),
        ..MembershipPatch::default()
    }
}

fn suspended() -> MembershipPatch {
    MembershipPatch {
        status: Some(Status::Suspended),
        ..MembershipPatch::default()
    }
}

#[tokio::test]
async fn a_member_is_changed_and_removed() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let user = world.member("agent").await;
        let patch = MembershipPatch {
            permission_overrides: Some(Overrides {
                grant: vec!["people:read".into()],
                revoke: Vec::new(),
            }),
            ..role("manager")
        };
        let changed = update(
            db,
            tenant,
            &user.id,
            &patch,
            &anybody(),
            Edit::of_any(NOW + 1),
        )
        .await
        .unwrap();
        assert_eq!(
            (changed.role.as_str(), changed.updated_at),
            ("manager", NOW + 1)
        );
        assert_eq!(changed.permission_overrides.0.grant, ["people:read"]);
        let changed = update(
            db,
            tenant,
            &user.id,
            &suspended(),
            &anybody(),
            Edit::of_any(NOW),
        )
        .await
        .unwrap();
        assert_eq!(
            (changed.role.as_str(), changed.status),
            ("manager", Status::Suspended)
        );
        assert_eq!(changed.permission_overrides.0.grant, ["people:read"]);
        assert!(store::places(db, &user.id).await.unwrap().is_empty());

        let elsewhere = &world.other_tenant;
        assert_eq!(
            code(
                update(
                    db,
                    elsewhere,
                    &user.id,
                    &role("viewer"),
                    &an_owner(),
                    Edit::of_any(NOW)
                )
                .await
            ),
            "not_found member"
        );
        assert_eq!(
            code(remove(db, elsewhere, &user.id, &an_owner()).await),
            "not_found member"
        );
        remove(db, tenant, &user.id, &anybody()).await.unwrap();
        assert_eq!(
            code(remove(db, tenant, &user.id, &anybody()).await),
            "not_found member"
        );
        assert!(store::list(db, tenant, "", 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn only_owners_make_and_unmake_owners() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let (owner, agent) = (world.member("owner").await, world.member("agent").await);
        for (who, patch) in [
            (&agent, role("owner")),
            (&owner, role("agent")),
            (&owner, suspended()),
        ] {
            assert_eq!(
                code(update(db, tenant, &who.id, &patch, &anybody(), Edit::of_any(NOW)).await),
                "owners_only"
            );
        }
        assert_eq!(
            code(remove(db, tenant, &owner.id, &anybody()).await),
            "owners_only"
        );
    }
}

#[tokio::test]
async fn nobody_gives_more_than_they_have_or_raises_themselves() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let (admin, agent) = (world.member("admin").await, world.member("agent").await);
        let grant = MembershipPatch {
            permission_overrides: Some(Overrides {
                grant: vec!["tenant:write".into()],
                revoke: Vec::new(),
            }),
            ..MembershipPatch::default()
        };
        let lacking = update(db, tenant, &agent.id, &grant, &anybody(), Edit::of_any(NOW)).await;
        assert!(matches!(
            lacking,
            Err(Error::Forbidden(Permission::TenantWrite))
        ));
        let themselves = Acting {
            user: Some(admin.id.clone()),
            ..anybody()
        };
        let raised = update(
            db,
            tenant,
            &admin.id,
            &role("manager"),
            &themselves,
            Edit::of_any(NOW),
        )
        .await;
        assert_eq!(code(raised), "your_own_membership");
        // Who leaves, leaves.
        remove(db, tenant, &admin.id, &themselves).await.unwrap();
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let owner = world.member("owner").await;
        // An owner elsewhere, and one who is suspended, do not count.
        world
            .join(&world.other_tenant, &world.user().await, "owner")
            .await;
        let other = world.member("owner").await;
        update(
            db,
            tenant,
            &other.id,
            &suspended(),
            &an_owner(),
            Edit::of_any(NOW),
        )
        .await
        .unwrap();
        for patch in [role("admin"), suspended()] {
            assert_eq!(
                code(
                    update(
                        db,
                        tenant,
                        &owner.id,
                        &patch,
                        &an_owner(),
                        Edit::of_any(NOW)
                    )
                    .await
                ),
                "last_owner"
            );
        }
        assert_eq!(
            code(remove(db, tenant, &owner.id, &an_owner()).await),
            "last_owner"
        );
        let nothing = MembershipPatch::default();
        update(
            db,
            tenant,
            &owner.id,
            &nothing,
            &an_owner(),
            Edit::of_any(NOW),
        )
        .await
        .unwrap();

        let active = MembershipPatch {
            status: Some(Status::Active),
            ..MembershipPatch::default()
        };
        update(
            db,
            tenant,
            &other.id,
            &active,
            &an_owner(),
            Edit::of_any(NOW),
        )
        .await
        .unwrap();
        update(
            db,
            tenant,
            &owner.id,
            &role("admin"),
            &an_owner(),
            Edit::of_any(NOW),
        )
        .await
        .unwrap();
        assert_eq!(
            code(remove(db, tenant, &other.id, &an_owner()).await),
            "last_owner"
        );
    }
}

#[tokio::test]
async fn two_owners_cannot_remove_each_other_at_once() {
    for world in worlds().await {
        let tenant = &world.tenant;
        // Each with a connection of its own where there are connections.
        let second = std::env::var("TEST_POSTGRES_URL")
            .ok()
            .filter(|_| world.name == "postgres");
        let second = second.map(|url| Db::postgres(&url));
        let other_db = second.as_ref().unwrap_or(world.db());
        for _ in 0..5 {
            let (one, other) = (world.member("owner").await, world.member("owner").await);
            let (left, right) = futures_util::future::join(
                store::remove(world.db(), tenant, &one.id),
                store::remove(other_db, tenant, &other.id),
            )
            .await;
            let owners = store::list(world.db(), tenant, "", 100)
                .await
                .unwrap()
                .len();
            assert!(owners >= 1, "{}", world.name);
            assert!(left.unwrap() || right.unwrap());
        }
    }
}
