use serde_json::{Value, json};

use super::support::{at, business, businesses, community, later, listing, run, synced};
use crate::edge::clock::{HOUR, MINUTE};
use crate::testing::{Api, assert_has, id};

async fn edit(api: &Api, number: i64, body: Value) -> Value {
    let path = format!("/businesses/{}", id(&business(api, number).await));
    api.patch(&path, body).await.ok(200)
}

#[tokio::test]
async fn an_edit_here_survives_an_older_record_of_which_the_newer_name_is_taken() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR))];
        service.lock().unwrap().listings = vec![listing(1, "Bakery", &at(-HOUR))];
        run(&api, "full").await;
        later(&mut api, 10 * MINUTE);
        edit(&api, 1, json!({"phone": "+17275550199"})).await;
        // Changed over there before that, and heard of after it.
        let mut changed = listing(1, "Bakery & Co", &at(5 * MINUTE));
        changed["phone"] = json!("+17275550100");
        service.lock().unwrap().listings = vec![changed.clone()];
        later(&mut api, MINUTE);
        assert_has(&run(&api, "incremental").await, &json!({"updated": 1}));
        assert_has(
            &business(&api, 1).await,
            &json!({"name": "Bakery & Co", "phone": "+17275550199"}),
        );
        let record = api
            .get("/sync/records?filter[resource]=business")
            .await
            .ok(200);
        assert_eq!(record[0]["kept"], json!(["phone"]), "{}", api.name);

        // It is changed over there once more, later than here.
        changed["phone"] = json!("+17275550111");
        changed["updated_at"] = json!(at(20 * MINUTE));
        service.lock().unwrap().listings = vec![changed.clone()];
        later(&mut api, 20 * MINUTE);
        run(&api, "incremental").await;
        assert_has(
            &business(&api, 1).await,
            &json!({"name": "Bakery & Co", "phone": "+17275550111"}),
        );
        assert_eq!(
            api.get("/sync/records?filter[resource]=business")
                .await
                .ok(200)[0]["kept"],
            json!([])
        );

        // A record that says nothing new of the number takes no edit back, however new it is.
        edit(&api, 1, json!({"phone": "+17275550122"})).await;
        changed["updated_at"] = json!(at(HOUR));
        changed["website"] = json!("https://bakery.example");
        service.lock().unwrap().listings = vec![changed];
        later(&mut api, HOUR);
        run(&api, "incremental").await;
        assert_has(
            &business(&api, 1).await,
            &json!({"phone": "+17275550122", "website": "https://bakery.example"}),
        );
    }
}

#[tokio::test]
async fn only_what_was_really_changed_here_is_ours() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR))];
        service.lock().unwrap().listings = vec![listing(1, "Bakery", &at(-HOUR))];
        run(&api, "full").await;
        later(&mut api, 10 * MINUTE);
        // Named, and the same as before; and something that is only ours.
        edit(&api, 1, json!({"name": "Bakery", "phone": "+17275550142", "hours_of_operation": {"mon": [["08:00", "17:00"]]}, "lead_status": "lead"})).await;
        let mut changed = listing(1, "Bakery & Co", &at(5 * MINUTE));
        changed["phone"] = json!(null);
        changed["hours_of_operation"] = json!({"tue": [["09:00", "12:00"]], "mon": []});
        service.lock().unwrap().listings = vec![changed];
        run(&api, "incremental").await;
        assert_has(
            &business(&api, 1).await,
            &json!({"name": "Bakery & Co", "phone": null, "hours_of_operation": {"tue": [["09:00", "12:00"]], "mon": []}, "lead_status": "lead"}),
        );
        // An edit of what the sync wrote is one.
        edit(&api, 1, json!({"phone": "+17275550199"})).await;
        let mut again = listing(1, "Bakery & Co", &at(6 * MINUTE));
        again["phone"] = json!("+17275550100");
        service.lock().unwrap().listings = vec![again];
        later(&mut api, MINUTE);
        run(&api, "incremental").await;
        assert_eq!(
            business(&api, 1).await["phone"],
            json!("+17275550199"),
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn what_was_here_before_is_found_by_its_number() {
    for (mut api, service, _) in synced().await {
        let town = id(&api
            .make(
                "/communities",
                json!({"name": "Clear Water", "state": "FL", "content_db_id": 1}),
            )
            .await);
        let new = json!({"community_id": town, "name": "Ours", "content_db_id": 7, "email": "ours@bakery.example"});
        let ours = id(&api.make("/businesses", new).await);
        let mut twin = listing(7, "Theirs", &at(-HOUR));
        twin["email"] = json!("theirs@bakery.example");
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(HOUR))];
        service.lock().unwrap().listings = vec![twin.clone()];
        later(&mut api, 2 * HOUR);
        assert_has(
            &run(&api, "full").await,
            &json!({"created": 0, "updated": 1, "unchanged": 1}),
        );
        // Their town is newer than ours, their business older.
        assert_eq!(
            api.get(&format!("/communities/{town}")).await.ok(200)["name"],
            json!("Clearwater"),
            "{}",
            api.name
        );
        assert_has(
            &business(&api, 7).await,
            &json!({"id": ours, "name": "Ours", "email": "ours@bakery.example", "phone": null}),
        );
        twin["updated_at"] = json!(at(3 * HOUR));
        twin["name"] = json!("Theirs & Co");
        service.lock().unwrap().listings = vec![twin];
        later(&mut api, 2 * HOUR);
        run(&api, "full").await;
        assert_has(
            &business(&api, 7).await,
            &json!({"name": "Theirs & Co", "email": "ours@bakery.example"}),
        );

        // What is deleted here is not brought back.
        assert_eq!(api.delete(&format!("/businesses/{ours}")).await.status, 204);
        later(&mut api, MINUTE);
        assert_has(
            &run(&api, "full").await,
            &json!({"created": 0, "unchanged": 2}),
        );
        assert_eq!(businesses(&api).await.len(), 0);
    }
}

#[tokio::test]
async fn a_business_that_moves_over_there_moves_here_and_keeps_the_time_there() {
    for (mut api, service, _) in synced().await {
        let mut far = community(2, "Ely", &at(-HOUR));
        far["state"] = json!("NV");
        far["zip_codes"] = json!(["89301"]);
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR)), far];
        service.lock().unwrap().listings = vec![listing(1, "Bakery", &at(-HOUR))];
        run(&api, "full").await;
        assert_eq!(
            business(&api, 1).await["timezone"],
            json!("America/New_York")
        );
        let mut moved = listing(1, "Bakery", &at(0));
        moved["community_id"] = json!(2);
        moved["address_zip"] = json!(null);
        moved["address_state"] = json!("NV");
        service.lock().unwrap().listings = vec![moved];
        later(&mut api, MINUTE);
        run(&api, "full").await;
        let business = business(&api, 1).await;
        assert_has(
            &business,
            &json!({"timezone": "America/Los_Angeles", "address_zip": null}),
        );
        let town = api
            .get(&format!(
                "/communities/{}",
                business["community_id"].as_str().unwrap()
            ))
            .await
            .ok(200);
        assert_eq!(town["name"], json!("Ely"), "{}", api.name);
    }
}
