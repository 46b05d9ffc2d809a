//! Who may use their own records, or those of their own locations, only.

use http::Method;
use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, Reply, apis, id};

struct Caller<'a>(&'a Api, String);

impl Caller<'_> {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        self.0.call_as(&self.1, method, path, body, &[]).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    async fn names(&self, path: &str) -> Vec<String> {
        let found = self.get(path).await.ok(200);
        let name = |row: &Value| row["name"].as_str().unwrap().to_string();
        let mut names: Vec<_> = found.as_array().unwrap().iter().map(name).collect();
        names.sort();
        names
    }
}

async fn location(api: &Api, name: &str) -> String {
    let body = json!({"name": name, "timezone": "America/New_York"});
    id(&api.make("/locations", body).await)
}

async fn business(api: &Api, name: &str, more: Value) -> String {
    let mut body = json!({"community_id": api.community().await, "name": name});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    id(&api.make("/businesses", body).await)
}

#[tokio::test]
async fn a_member_of_some_locations_uses_their_records_only() {
    for (api, _) in apis().await {
        let (here, there) = (
            location(&api, "Clearwater").await,
            location(&api, "Ely").await,
        );
        let (_, token) = api.member("manager", &[&here]).await;
        let me = Caller(&api, token);
        let mine = business(&api, "Mine", json!({"location_id": here})).await;
        let theirs = business(&api, "Theirs", json!({"location_id": there})).await;
        let nobodys = business(&api, "Nobody's", json!({})).await;
        let (my_person, their_person) = (api.person(&mine).await, api.person(&theirs).await);

        assert_eq!(me.names("/businesses").await, ["Mine"], "{}", api.name);
        let people = me.get("/people").await.ok(200);
        assert_eq!(people.as_array().unwrap().len(), 1);
        assert_eq!(people[0]["id"], json!(my_person));
        me.get(&format!("/businesses/{mine}/activities"))
            .await
            .ok(200);
        me.get(&format!("/businesses/{mine}/people")).await.ok(200);

        let tag = id(&api.make("/tags", json!({"name": "Family owned"})).await);
        let note = json!({"type": "note_added", "subject": "Called"});
        for beyond in [&theirs, &nobodys] {
            for (method, path, body) in [
                (Method::GET, format!("/businesses/{beyond}"), None),
                (
                    Method::PATCH,
                    format!("/businesses/{beyond}"),
                    Some(json!({"name": "Taken"})),
                ),
                (
                    Method::PATCH,
                    format!("/businesses/{beyond}"),
                    Some(json!({"address_zip": "33755"})),
                ),
                (
                    Method::PATCH,
                    format!("/businesses/{beyond}"),
                    Some(json!({"location_id": here})),
                ),
                (Method::DELETE, format!("/businesses/{beyond}"), None),
                (
                    Method::PUT,
                    format!("/businesses/{beyond}/tags/{tag}"),
                    None,
                ),
                (
                    Method::DELETE,
                    format!("/businesses/{beyond}/tags/{tag}"),
                    None,
                ),
                (Method::GET, format!("/businesses/{beyond}/people"), None),
                (
                    Method::GET,
                    format!("/businesses/{beyond}/activities"),
                    None,
                ),
                (
                    Method::POST,
                    format!("/businesses/{beyond}/activities"),
                    Some(note.clone()),
                ),
            ] {
                let reply = me.call(method.clone(), &path, body).await;
                assert_eq!(reply.status, 404, "{method} {path} {}", api.name);
            }
            let person = json!({"business_id": beyond, "email": "x@example.com"});
            let refused = me.call(Method::POST, "/people", Some(person)).await;
            assert_eq!(refused.wrong_fields(), ["business_id"]);
        }
        for (method, body) in [
            (Method::GET, None),
            (Method::PATCH, Some(json!({"title": "Owner"}))),
            (Method::DELETE, None),
        ] {
            let path = format!("/people/{their_person}");
            assert_eq!(me.call(method, &path, body).await.status, 404);
        }
        for (path, body) in [
            (
                format!("/sequences/{NOBODY}/enrolments"),
                json!({"filter": {}}),
            ),
            (format!("/sequences/{NOBODY}/replay"), json!({})),
            (
                format!("/communities/{NOBODY}/deploy"),
                json!({"sequence_id": NOBODY}),
            ),
        ] {
            let refused = me.call(Method::POST, &path, Some(body)).await;
            assert_eq!(
                (refused.status, &refused.body["error"]["code"]),
                (403, &json!("limited_reach")),
                "{path}"
            );
        }
        let left = api.get(&format!("/businesses/{theirs}")).await.ok(200);
        assert_eq!(
            (&left["name"], &left["address_zip"]),
            (&json!("Theirs"), &Value::Null)
        );
    }
}

#[tokio::test]
async fn nothing_is_moved_out_of_ones_own_reach() {
    for (api, _) in apis().await {
        let (here, there) = (
            location(&api, "Clearwater").await,
            location(&api, "Ely").await,
        );
        let (_, token) = api.member("agent", &[&here]).await;
        let me = Caller(&api, token);
        let community = api.community().await;
        let new = json!({"community_id": community, "name": "New"});
        let made = me
            .call(Method::POST, "/businesses", Some(new))
            .await
            .ok(201);
        assert_eq!(made["location_id"], json!(here), "{}", api.name);
        let path = format!("/businesses/{}", id(&made));
        for location in [json!(there), Value::Null] {
            let body = json!({"location_id": location});
            let refused = me.call(Method::PATCH, &path, Some(body)).await;
            assert_eq!(refused.wrong_fields(), ["location_id"]);
        }
        let elsewhere = json!({"community_id": community, "name": "X", "location_id": there});
        let refused = me.call(Method::POST, "/businesses", Some(elsewhere)).await;
        assert_eq!(refused.wrong_fields(), ["location_id"]);
        me.call(
            Method::PATCH,
            &path,
            Some(json!({"name": "Newer", "location_id": here})),
        )
        .await
        .ok(200);

        let two = api.member("agent", &[&here, &there]).await.1;
        let undecided = json!({"community_id": community, "name": "X"});
        let refused = Caller(&api, two)
            .call(Method::POST, "/businesses", Some(undecided))
            .await;
        assert_eq!(refused.wrong_fields(), ["location_id"]);
    }
}

#[tokio::test]
async fn a_role_can_be_bound_to_ones_own_records() {
    for (api, other) in apis().await {
        let role = json!({
            "name": "Seller",
            "permissions": ["businesses:read", "businesses:write", "people:read", "tags:read"],
            "own_records": ["businesses:write", "people:read"],
        });
        let role = id(&api.make("/roles", role).await);
        let (user, token) = api.member(&role, &[]).await;
        let me = Caller(&api, token);
        let mine = business(&api, "Mine", json!({"owner_id": user})).await;
        let other_business = business(&api, "Other", json!({})).await;
        api.person(&mine).await;
        api.person(&other_business).await;

        // Reading businesses is not bound, changing them and seeing people is.
        assert_eq!(
            me.names("/businesses").await,
            ["Mine", "Other"],
            "{}",
            api.name
        );
        let filtered = format!("/businesses?filter[owner_id]={user}");
        assert_eq!(me.names(&filtered).await, ["Mine"]);
        assert_eq!(me.get("/people").await.ok(200).as_array().unwrap().len(), 1);
        let change = json!({"name": "Changed"});
        let path = |business: &str| format!("/businesses/{business}");
        me.call(Method::PATCH, &path(&mine), Some(change.clone()))
            .await
            .ok(200);
        let refused = me
            .call(Method::PATCH, &path(&other_business), Some(change))
            .await;
        assert_eq!(refused.status, 404);
        let given_away = json!({"owner_id": null});
        let refused = me.call(Method::PATCH, &path(&mine), Some(given_away)).await;
        assert_eq!(refused.wrong_fields(), ["owner_id"]);
        let new = json!({"community_id": api.community().await, "name": "New"});
        let made = me.call(Method::POST, "/businesses", Some(new)).await;
        assert_eq!(made.ok(201)["owner_id"], json!(user));

        let strangers = other.member("agent", &[]).await.0;
        let body = json!({"owner_id": strangers});
        let refused = api.patch(&path(&mine), body).await;
        assert_eq!(refused.wrong_fields(), ["owner_id"]);
    }
}

#[tokio::test]
async fn what_is_bound_is_not_handed_on_unbound() {
    for (api, _) in apis().await {
        let of = |own: Value| {
            json!({
                "name": format!("Role {own}"),
                "permissions": ["people:read", "roles:read", "roles:write", "members:write", "members:read"],
                "own_records": own,
            })
        };
        let role = id(&api.make("/roles", of(json!(["people:read"]))).await);
        let here = location(&api, "Clearwater").await;
        let (_, token) = api.member(&role, &[&here]).await;
        let me = Caller(&api, token);
        let refused = me.call(Method::POST, "/roles", Some(of(json!([])))).await;
        assert_eq!(refused.wrong_fields(), ["own_records"], "{}", api.name);
        let invitation = |locations: Value| json!({"email": "new@example.com", "role": role, "location_ids": locations});
        let refused = me
            .call(Method::POST, "/invitations", Some(invitation(json!([]))))
            .await;
        assert_eq!(refused.wrong_fields(), ["location_ids"]);
        me.call(
            Method::POST,
            "/invitations",
            Some(invitation(json!([here]))),
        )
        .await
        .ok(201);
        let wrong =
            json!({"name": "X", "permissions": ["tags:read"], "own_records": ["tags:read"]});
        assert_eq!(
            api.post("/roles", wrong).await.wrong_fields(),
            ["own_records[0]"]
        );
    }
}

#[tokio::test]
async fn what_hangs_on_a_business_is_used_by_whoever_may_use_that() {
    for (api, _) in apis().await {
        let (here, there) = (
            location(&api, "Clearwater").await,
            location(&api, "Ely").await,
        );
        let (_, token) = api.member("manager", &[&here]).await;
        let me = Caller(&api, token);
        let mine = business(&api, "Mine", json!({"location_id": here})).await;
        let theirs = business(&api, "Theirs", json!({"location_id": there})).await;
        let bodies = |business: &str| {
            [
                ("/notes", json!({"business_id": business, "content": "X"})),
                ("/tasks", json!({"business_id": business, "title": "X"})),
                (
                    "/product-interests",
                    json!({"business_id": business, "product_id": "X"}),
                ),
                (
                    "/pain-points",
                    json!({"business_id": business, "category": "X", "description": "X"}),
                ),
                (
                    "/objections",
                    json!({"business_id": business, "objection_type": "X", "objection_text": "X"}),
                ),
            ]
        };
        for (path, body) in bodies(&theirs) {
            let refused = me.call(Method::POST, path, Some(body.clone())).await;
            assert_eq!(refused.wrong_fields(), ["business_id"], "{path}");
            let one = format!("{path}/{}", id(&api.make(path, body).await));
            assert_eq!(me.get(path).await.ok(200), json!([]), "{path} {}", api.name);
            let change = match path {
                "/notes" => json!({"content": "Y"}),
                "/tasks" => json!({"title": "Y"}),
                _ => json!({"source": "Y"}),
            };
            for (method, body) in [
                (Method::GET, None),
                (Method::PATCH, Some(change)),
                (Method::DELETE, None),
            ] {
                let reply = me.call(method.clone(), &one, body).await;
                assert_eq!(reply.status, 404, "{method} {path}");
            }
            if ["/notes", "/tasks"].contains(&path) {
                let restore = format!("{one}/restore");
                assert_eq!(me.call(Method::POST, &restore, None).await.status, 404);
                let of_business = format!("/businesses/{theirs}{path}");
                assert_eq!(me.get(&of_business).await.status, 404);
            }
        }
        for (path, body) in bodies(&mine) {
            let one = me.call(Method::POST, path, Some(body)).await.ok(201);
            assert_eq!(me.get(path).await.ok(200).as_array().unwrap().len(), 1);
            me.get(&format!("{path}/{}", id(&one))).await.ok(200);
        }

        let all = json!({"filter": {}, "action": "change_lead_status", "lead_status": "lead"});
        let changed = me.call(Method::POST, "/businesses/bulk", Some(all)).await;
        assert_eq!(changed.ok(200)["changed"], 1, "{}", api.name);
        for action in ["delete", "restore"] {
            let body = json!({"ids": [theirs], "action": action});
            let refused = me.call(Method::POST, "/businesses/bulk", Some(body)).await;
            assert_eq!(refused.wrong_fields(), ["ids[0]"]);
        }
        let away = json!({"ids": [mine], "action": "assign", "location_id": there});
        let refused = me.call(Method::POST, "/businesses/bulk", Some(away)).await;
        assert_eq!(refused.wrong_fields(), ["location_id"]);
        let task = api.get(&format!("/businesses/{theirs}/tasks")).await;
        let body = json!({"ids": [id(&task.ok(200)[0])], "action": "complete"});
        let refused = me.call(Method::POST, "/tasks/bulk", Some(body)).await;
        assert_eq!(refused.wrong_fields(), ["ids[0]"]);
        for path in [
            format!("/customers/{theirs}"),
            format!("/customers/{theirs}/ai-context"),
            "/customers/slug/theirs".to_string(),
        ] {
            assert_eq!(me.get(&path).await.status, 404, "{path}");
        }
        me.get(&format!("/customers/{mine}/ai-context"))
            .await
            .ok(200);
    }
}

#[tokio::test]
async fn what_is_put_into_an_entry_needs_its_own_permission() {
    for (api, _) in apis().await {
        let role = json!({
            "name": "Reader",
            "permissions": ["businesses:read", "people:read", "tasks:read"],
            "own_records": ["people:read"],
        });
        let role = id(&api.make("/roles", role).await);
        let (user, token) = api.member(&role, &[]).await;
        let me = Caller(&api, token);
        let mine = business(&api, "Mine", json!({"owner_id": user})).await;
        let other = business(&api, "Other", json!({})).await;
        api.person(&mine).await;
        let person = api.person(&other).await;
        let rows = me.get("/businesses?include=people&sort=name").await.ok(200);
        let count = |row: usize| rows[row]["people"].as_array().unwrap().len();
        assert_eq!((count(0), count(1)), (1, 0), "{}", api.name);
        let refused = me.get("/businesses?include=industry").await;
        assert_eq!(refused.status, 403);
        let task = json!({"business_id": other, "person_id": person, "title": "X"});
        api.make("/tasks", task).await;
        let tasks = me.get("/tasks?include=person,business").await.ok(200);
        assert_eq!(tasks[0]["business"]["name"], "Other");
        assert_eq!(tasks[0].get("person"), None);
    }
}

/// The list would else be read as a whole for each page.
#[tokio::test]
async fn there_is_an_index_behind_everything_that_is_sorted_by() {
    use super::needs::{interests, objections, pain_points};
    use crate::edge::db::{Db, Statement};
    use crate::http::Sort;

    fn columns<T>(sorts: &'static [Sort<T>]) -> Vec<&'static str> {
        sorts.iter().map(Sort::column).collect()
    }

    #[derive(serde::Deserialize)]
    struct Step {
        detail: String,
    }

    let db = Db::sqlite_in_memory().unwrap();
    for (table, sorts) in [
        ("businesses", columns(super::businesses::model::SORTS)),
        ("people", columns(super::people::model::SORTS)),
        ("communities", columns(super::communities::model::SORTS)),
        ("industries", columns(super::industries::model::SORTS)),
        ("tags", columns(super::tags::model::SORTS)),
        ("notes", columns(super::notes::model::SORTS)),
        ("tasks", columns(super::tasks::model::SORTS)),
        ("product_interests", columns(interests::model::SORTS)),
        ("pain_points", columns(pain_points::model::SORTS)),
        ("objections", columns(objections::model::SORTS)),
    ] {
        for column in sorts {
            let condition = match column {
                "id" => "id > 'x'".to_string(),
                _ => format!("({column}, id) > (1, 'x')"),
            };
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE tenant_id = 'a' AND {condition} ORDER BY {column}, id LIMIT 5"
            );
            let steps: Vec<Step> = db.fetch_all(Statement::assembled(sql)).await.unwrap();
            let plan: Vec<_> = steps.iter().map(|step| step.detail.as_str()).collect();
            let plan = plan.join("; ");
            assert!(plan.starts_with("SEARCH"), "{table} by {column}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{table} by {column}: {plan}");
            let walked = column == "id" || plan.contains(&format!("{column},id)>"));
            assert!(walked, "{table} by {column}: {plan}");
        }
    }
}
