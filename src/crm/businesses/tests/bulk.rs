use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, id};

async fn kinds(api: &Api, business: &str) -> Vec<String> {
    let path = format!("/businesses/{business}/activities");
    let entries = api.get(&path).await.ok(200);
    let mut kinds: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap().to_string())
        .collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn each_one_that_changes_has_its_entry_and_is_counted() {
    for (api, _) in apis().await {
        let ids = [api.business("A").await, api.business("B").await];
        let (hot, cold) = (
            id(&api.make("/tags", json!({"name": "hot"})).await),
            id(&api.make("/tags", json!({"name": "cold"})).await),
        );
        api.put(&format!("/businesses/{}/tags/{hot}", ids[0])).await;
        let (user, _) = api.member("agent", &[]).await;
        let changed = async |more: Value| {
            let mut body = json!({"ids": ids});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            api.post("/businesses/bulk", body).await.ok(200)["changed"].clone()
        };
        let add = json!({"action": "add_tags", "tag_ids": [hot]});
        assert_eq!(
            (changed(add.clone()).await, changed(add).await),
            (json!(1), json!(0))
        );
        let both = json!({"action": "add_tags", "tag_ids": [cold, hot]});
        assert_eq!(changed(both).await, 2);
        let remove = json!({"action": "remove_tags", "tag_ids": [hot, cold]});
        assert_eq!(
            (changed(remove.clone()).await, changed(remove).await),
            (json!(2), json!(0))
        );
        let status = json!({"action": "change_lead_status", "lead_status": "qualified"});
        assert_eq!(
            (changed(status.clone()).await, changed(status).await),
            (json!(2), json!(0))
        );
        let assign = json!({"action": "assign", "owner_id": user});
        assert_eq!(
            (changed(assign.clone()).await, changed(assign).await),
            (json!(2), json!(0))
        );
        let both = json!({"action": "assign", "owner_id": null, "location_id": null});
        assert_eq!(changed(both).await, 2);
        let listed = api.get("/businesses?lead_status=qualified").await.ok(200);
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert_eq!(changed(json!({"action": "delete"})).await, 2);
        let gone = json!({"action": "change_lead_status", "lead_status": "lead"});
        assert_eq!(
            (
                changed(gone).await,
                changed(json!({"action": "delete"})).await
            ),
            (json!(0), json!(0))
        );
        assert_eq!(
            (
                changed(json!({"action": "restore"})).await,
                changed(json!({"action": "restore"})).await
            ),
            (json!(2), json!(0))
        );
        assert_eq!(
            kinds(&api, &ids[1]).await,
            [
                "assignment_changed",
                "assignment_changed",
                "business_deleted",
                "business_restored",
                "status_changed",
                "tag_added",
                "tag_added",
                "tag_removed"
            ],
            "{}",
            api.name
        );
        let entry = api
            .get(&format!(
                "/businesses/{}/activities?type=status_changed",
                ids[0]
            ))
            .await
            .ok(200);
        assert_eq!(entry[0]["subject"], "From prospect to qualified");
    }
}

#[tokio::test]
async fn what_a_filter_matches_is_changed_a_thousand_at_a_time() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let plain: Vec<_> = (0..1_003).map(|number| format!("N{number}")).collect();
        let statement = crate::edge::db::Statement::new(
            "INSERT INTO businesses (tenant_id, id, community_id, name, slug, created_at, updated_at)
             SELECT ?1, r.id, ?2, r.name, r.name, 0, 0 FROM {rows ?3 AS r (id TEXT, name TEXT)}",
        );
        let rows: Vec<_> = plain
            .iter()
            .map(|name| json!({"id": crate::ids::BusinessId::new(1), "name": name}))
            .collect();
        let statement = statement
            .bind(&api.tenant)
            .bind(community.as_str())
            .bind_json(&rows);
        api.platform.db.execute(statement).await.unwrap();
        let change = json!({"filter": {"community_id": community, "q": "n"}, "action": "change_lead_status", "lead_status": "lead"});
        let first = api.post("/businesses/bulk", change.clone()).await.ok(200);
        assert_eq!(
            (&first["matched"], &first["changed"]),
            (&json!(1_000), &json!(1_000)),
            "{}",
            api.name
        );
        let mut next = change;
        next["cursor"] = first["next_cursor"].clone();
        let second = api.post("/businesses/bulk", next).await.ok(200);
        assert_eq!(
            (&second["changed"], &second["next_cursor"]),
            (&json!(3), &Value::Null)
        );
        let ids: Vec<_> = rows
            .iter()
            .take(1_000)
            .map(|row| row["id"].clone())
            .collect();
        let delete = json!({"ids": ids, "action": "delete"});
        assert_eq!(
            api.post("/businesses/bulk", delete).await.ok(200)["changed"],
            1_000
        );
    }
}

#[tokio::test]
async fn nothing_is_done_when_something_is_wrong() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let foreign = id(&other.make("/tags", json!({"name": "hot"})).await);
        let stranger = other.member("agent", &[]).await.0;
        let lead = json!({"action": "change_lead_status", "lead_status": "lead"});
        for (more, fields) in [
            (json!({"action": "delete"}), vec!["ids"]),
            (
                json!({"ids": [business], "filter": {}, "action": "delete"}),
                vec!["ids"],
            ),
            (
                json!({"ids": [business], "cursor": NOBODY, "action": "delete"}),
                vec!["cursor"],
            ),
            (json!({"ids": [business], "action": "nap"}), vec!["action"]),
            (
                json!({"ids": [business], "action": "add_tags"}),
                vec!["tag_ids"],
            ),
            (
                json!({"ids": [business], "action": "add_tags", "tag_ids": []}),
                vec!["tag_ids"],
            ),
            (
                json!({"ids": [business], "action": "add_tags", "tag_ids": [foreign]}),
                vec!["tag_ids[0]"],
            ),
            (
                json!({"ids": [business], "action": "assign"}),
                vec!["owner_id"],
            ),
            (
                json!({"ids": [business], "action": "assign", "owner_id": stranger}),
                vec!["owner_id"],
            ),
            (
                json!({"ids": [business], "action": "delete", "lead_status": "lead"}),
                vec!["lead_status"],
            ),
            (
                json!({"ids": [business, NOBODY, NOBODY], "action": "delete"}),
                vec!["ids[1]", "ids[2]"],
            ),
            (
                json!({"filter": {"nope": 1}, "action": "delete"}),
                vec!["filter.nope"],
            ),
            (
                json!({"filter": {"min_lead_score": 101}, "action": "delete"}),
                vec!["filter.min_lead_score"],
            ),
        ] {
            let refused = api.post("/businesses/bulk", more).await;
            assert_eq!(refused.wrong_fields(), fields, "{}", api.name);
        }
        let mut theirs = lead;
        theirs["ids"] = json!([business]);
        let refused = other.post("/businesses/bulk", theirs).await;
        assert_eq!(refused.wrong_fields(), ["ids[0]"]);
        let kept = api.get(&format!("/businesses/{business}")).await.ok(200);
        assert_eq!(kept["lead_status"], "prospect");
        assert_eq!(kinds(&api, &business).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_change_of_one_has_its_entry_too() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let path = format!("/businesses/{business}");
        let (user, _) = api.member("agent", &[]).await;
        for body in [
            json!({"lead_status": "prospect"}),
            json!({"lead_status": "lead", "owner_id": user}),
            json!({"lead_status": "lead", "owner_id": user, "name": "B"}),
        ] {
            api.patch(&path, body).await.ok(200);
        }
        let key = &api.platform.config.api_key;
        let body = Some(json!({"lead_status": "customer"}));
        let stale = api
            .call_as(
                key,
                http::Method::PATCH,
                &path,
                body,
                &[("if-match", "\"1\"")],
            )
            .await;
        assert_eq!(stale.status, 412);
        let tag = id(&api.make("/tags", json!({"name": "hot"})).await);
        for _ in 0..2 {
            assert_eq!(api.put(&format!("{path}/tags/{tag}")).await.status, 204);
        }
        assert_eq!(api.delete(&format!("{path}/tags/{tag}")).await.status, 204);
        assert_eq!(
            kinds(&api, &business).await,
            [
                "assignment_changed",
                "status_changed",
                "tag_added",
                "tag_removed"
            ],
            "{}",
            api.name
        );
        let entries = api
            .get(&format!("{path}/activities?type=tag_added"))
            .await
            .ok(200);
        assert_eq!(entries[0]["subject"], "hot");
        assert_eq!(entries[0]["metadata"], json!({"tag_ids": [tag]}));
    }
}
