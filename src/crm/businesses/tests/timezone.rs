use serde_json::{Value, json};

use crate::crm::businesses::model::{BusinessPatch, Derived};
use crate::crm::businesses::store;
use crate::http::scope::Scope;
use crate::ids::BusinessId;
use crate::testing::{NOW, apis, id};

#[tokio::test]
async fn its_time_zone_follows_its_address() {
    for (api, _) in apis().await {
        let boise = api.community().await;
        let plain = id(&api
            .make("/communities", json!({"name": "Waco", "state": "TX"}))
            .await);
        let zone = async |body: Value| {
            let mut all = json!({"community_id": boise, "name": "A"});
            all.as_object_mut()
                .unwrap()
                .extend(body.as_object().unwrap().clone());
            api.make("/businesses", all).await["timezone"].clone()
        };
        assert_eq!(
            zone(json!({"address_zip": "89883", "address_state": "NV"})).await,
            "America/Denver"
        );
        assert_eq!(
            zone(json!({"address_zip": "89301"})).await,
            "America/Los_Angeles"
        );
        assert_eq!(
            zone(json!({"address_state": "TX"})).await,
            "America/Chicago"
        );
        assert_eq!(zone(json!({})).await, "America/Boise");
        assert_eq!(
            zone(json!({"address_zip": "89301", "timezone": "America/Chicago"})).await,
            "America/Chicago"
        );

        let path = format!("/businesses/{}", api.business("B").await);
        let change = async |body: Value| api.patch(&path, body).await.ok(200)["timezone"].clone();
        assert_eq!(
            change(json!({"address_state": "NV"})).await,
            "America/Los_Angeles"
        );
        assert_eq!(
            change(json!({"address_zip": "79901"})).await,
            "America/Denver"
        );
        assert_eq!(
            change(json!({"address_zip": null})).await,
            "America/Los_Angeles"
        );
        assert_eq!(
            change(json!({"address_state": null})).await,
            "America/Boise"
        );
        assert_eq!(
            change(json!({"community_id": plain})).await,
            "America/Chicago"
        );
        assert_eq!(
            change(json!({"address_zip": "89301", "timezone": "America/Phoenix"})).await,
            "America/Phoenix"
        );
        assert_eq!(change(json!({"name": "C"})).await, "America/Phoenix");
        assert_eq!(
            change(json!({"timezone": null})).await,
            "America/Los_Angeles"
        );
        let nowhere = api
            .patch(&format!("/communities/{plain}"), json!({"timezone": null}))
            .await;
        assert_eq!(nowhere.ok(200)["timezone"], Value::Null);
        assert_eq!(
            change(json!({"address_zip": null})).await,
            "America/New_York",
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn a_time_zone_worked_out_from_an_older_address_is_not_written() {
    for (api, _) in apis().await {
        let business = BusinessId::parse(&api.business("A").await).unwrap();
        let (db, tenant) = (&api.platform.db, &api.tenant);
        let place = store::place(db, tenant, &business).await.unwrap().unwrap();
        api.patch(
            &format!("/businesses/{business}"),
            json!({"address_zip": "89301"}),
        )
        .await
        .ok(200);
        let scope = Scope::whole(tenant);
        let derived = Derived {
            timezone: Some("America/Boise".into()),
            name_key: None,
        };
        let late = store::update(
            db,
            &scope,
            &business,
            BusinessPatch::default(),
            &derived,
            Some(&place),
            crate::http::Edit::of_any(NOW),
        );
        assert!(late.await.unwrap().is_none(), "{}", api.name);
    }
}
