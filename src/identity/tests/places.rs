use super::support::{NOW, code, worlds};
use crate::http::{Edit, Page};
use crate::identity::locations::model::{LocationIn, LocationPatch};
use crate::identity::locations::store as locations;
use crate::identity::tenants::model::TenantPatch;
use crate::identity::tenants::store as tenants;

#[tokio::test]
async fn a_location_is_made_changed_and_archived() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let input = LocationIn {
            name: " Main St ".into(),
            timezone: "America/New_York".into(),
            address_street: Some("1 Main St".into()),
            address_city: None,
            address_state: None,
            address_zip: None,
        };
        let made = locations::create(db, tenant, input, NOW).await.unwrap();
        assert_eq!((made.name.as_str(), made.archived_at), ("Main St", None));
        let patch = LocationPatch {
            name: Some("High St".into()),
            address_street: Some(None),
            address_city: Some(Some("Ely".into())),
            ..LocationPatch::default()
        };
        let changed = locations::update(db, tenant, &made.id, patch, Edit::of_any(NOW + 1))
            .await
            .unwrap();
        assert_eq!(changed.name, "High St");
        assert_eq!(
            (changed.address_street, changed.address_city.as_deref()),
            (None, Some("Ely"))
        );
        assert_eq!(
            (changed.timezone.as_str(), changed.updated_at),
            ("America/New_York", NOW + 1)
        );

        let elsewhere = &world.other_tenant;
        assert_eq!(
            code(locations::get(db, elsewhere, &made.id).await),
            "not_found location"
        );
        assert_eq!(
            code(locations::archive(db, elsewhere, &made.id, NOW).await),
            "not_found location"
        );
        let ids = [made.id.clone()];
        locations::check_all(db, tenant, &ids).await.unwrap();
        assert_eq!(
            code(locations::check_all(db, elsewhere, &ids).await),
            "location_ids[0]"
        );
        locations::archive(db, tenant, &made.id, NOW + 2)
            .await
            .unwrap();
        locations::archive(db, tenant, &made.id, NOW + 3)
            .await
            .unwrap();
        assert_eq!(
            locations::get(db, tenant, &made.id)
                .await
                .unwrap()
                .archived_at,
            Some(NOW + 2)
        );
        assert_eq!(
            code(locations::check_all(db, tenant, &ids).await),
            "location_ids[0]"
        );
        let page = Page {
            limit: 10,
            after: String::new(),
        };
        for (archived, count) in [(false, 0), (true, 1)] {
            let (listed, next) = locations::list(db, tenant, archived, &page).await.unwrap();
            assert_eq!((listed.len(), next), (count, None));
        }
        let back = LocationPatch {
            archived: Some(false),
            ..LocationPatch::default()
        };
        let back = locations::update(db, tenant, &made.id, back, Edit::of_any(NOW))
            .await
            .unwrap();
        assert_eq!(back.archived_at, None);
    }
}

#[tokio::test]
async fn a_tenant_is_changed() {
    for world in worlds().await {
        let (db, tenant) = (world.db(), &world.tenant);
        let before = tenants::get(db, tenant).await.unwrap();
        let patch = TenantPatch {
            name: Some("Riverside".into()),
            reply_to_email: Some(Some("replies@example.com".into())),
            daily_send_limit: Some(Some(500)),
            ..TenantPatch::default()
        };
        let after = tenants::update(db, tenant, patch, Edit::of_any(NOW))
            .await
            .unwrap();
        assert_eq!(
            (after.name.as_str(), after.daily_send_limit),
            ("Riverside", Some(500))
        );
        assert_eq!(after.reply_to_email.as_deref(), Some("replies@example.com"));
        assert_eq!(
            (after.slug, after.sender_email),
            (before.slug, before.sender_email)
        );
        let patch = TenantPatch {
            daily_send_limit: Some(None),
            ..TenantPatch::default()
        };
        let after = tenants::update(db, tenant, patch, Edit::of_any(NOW))
            .await
            .unwrap();
        assert_eq!(
            (after.daily_send_limit, after.name.as_str()),
            (None, "Riverside")
        );
        assert_eq!(
            tenants::get(db, &world.other_tenant).await.unwrap().name,
            "Test"
        );
    }
}
