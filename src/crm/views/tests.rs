use http::Method;
use serde_json::{Value, json};

use crate::testing::{Api, Reply, apis, assert_has, id};

/// A request of somebody of the team.
async fn ask(api: &Api, who: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
    api.call_as(who, method, path, body, &[]).await
}

fn view(name: &str) -> Value {
    json!({"name": name, "page": "businesses", "query": {"sort": "-lead_score"}})
}

async fn names(api: &Api, who: &str, path: &str) -> Vec<String> {
    let list = ask(api, who, Method::GET, path, None).await.ok(200);
    let views = list.as_array().unwrap().iter();
    views
        .map(|view| view["name"].as_str().unwrap().to_string())
        .collect()
}

#[tokio::test]
async fn a_view_is_its_makers_until_it_is_shared() {
    for (api, other) in apis().await {
        let (dana, dana_key) = api.member("agent", &[]).await;
        let (_, sam) = api.member("agent", &[]).await;
        let (_, boss) = api.member("admin", &[]).await;
        let (_, stranger) = other.member("owner", &[]).await;
        let post = |body| ask(&api, &dana_key, Method::POST, "/views", Some(body));
        let made = post(view("Mine")).await.ok(201);
        let expected = json!({"owner_id": dana, "page": "businesses", "query": {"sort": "-lead_score"},
            "is_shared": false, "is_mine": true, "may_change": true, "position": 0});
        assert_has(&made, &expected);
        let mut body = view("Ours");
        body["is_shared"] = json!(true);
        let shared = post(body).await.ok(201);
        assert_eq!(shared["position"], 1, "behind the first");

        let (mine, ours) = (
            format!("/views/{}", id(&made)),
            format!("/views/{}", id(&shared)),
        );
        assert_eq!(names(&api, &dana_key, "/views").await, ["Mine", "Ours"]);
        assert_eq!(names(&api, &sam, "/views").await, ["Ours"]);
        assert!(names(&other, &stranger, "/views").await.is_empty());
        let seen = ask(&api, &sam, Method::GET, &ours, None).await.ok(200);
        assert_has(&seen, &json!({"is_mine": false, "may_change": false}));

        let rename = || Some(json!({"name": "Theirs"}));
        for (who, path, status) in [
            (&sam, &mine, 404),
            (&boss, &mine, 404),
            (&sam, &ours, 403),
            (&boss, &ours, 200),
            (&dana_key, &ours, 200),
        ] {
            let reply = ask(&api, who, Method::PATCH, path, rename()).await;
            assert_eq!(reply.status, status, "{}", reply.body);
        }
        let theirs = ask(&other, &stranger, Method::PATCH, &ours, rename()).await;
        assert_eq!(theirs.status, 404);
        // Nobody takes back what somebody else shares.
        let take_back = Some(json!({"is_shared": false}));
        let reply = ask(&api, &boss, Method::PATCH, &ours, take_back.clone()).await;
        assert_eq!(reply.body["error"]["code"], "not_your_view");
        assert_eq!(
            ask(&api, &sam, Method::DELETE, &ours, None).await.status,
            403
        );
        let reply = ask(&api, &dana_key, Method::PATCH, &ours, take_back).await;
        assert_eq!(reply.status, 200);
        assert!(names(&api, &sam, "/views").await.is_empty());
        assert_eq!(
            ask(&api, &boss, Method::DELETE, &ours, None).await.status,
            404
        );
        for status in [204, 404] {
            let gone = ask(&api, &dana_key, Method::DELETE, &ours, None).await;
            assert_eq!(gone.status, status);
        }
        // A key is nobody.
        assert_eq!(api.get("/views").await.status, 403);
    }
}

#[tokio::test]
async fn views_come_by_page_and_position() {
    for (api, _) in apis().await {
        let (_, dana) = api.member("viewer", &[]).await;
        for (name, page, position) in [
            ("c", "tasks", Some(0)),
            ("b", "businesses", Some(7)),
            ("a", "businesses", Some(3)),
            ("d", "businesses", None),
        ] {
            let body = json!({"name": name, "page": page, "query": {}, "position": position});
            let made = ask(&api, &dana, Method::POST, "/views", Some(body)).await;
            assert_eq!(made.status, 201, "{}", made.body);
        }
        assert_eq!(names(&api, &dana, "/views").await, ["a", "b", "d", "c"]);
        let of_page = names(&api, &dana, "/views?filter[page]=businesses").await;
        assert_eq!(of_page, ["a", "b", "d"]);
        let wrong = ask(&api, &dana, Method::GET, "/views?filter[page]=A%20B", None).await;
        assert_eq!(wrong.wrong_fields(), ["page"]);
        let unknown = ask(&api, &dana, Method::GET, "/views?filter[name]=a", None).await;
        assert_eq!(unknown.status, 422);
    }
}

#[tokio::test]
async fn wrong_fields_are_named_and_an_older_version_is_refused() {
    for (api, _) in apis().await {
        let (_, dana) = api.member("agent", &[]).await;
        let many: Value = (0..41)
            .map(|n| (format!("filter[{n}]"), json!("x")))
            .collect::<serde_json::Map<_, _>>()
            .into();
        for (query, field) in [
            (many, "query"),
            (json!({"": "x"}), "query"),
            (json!({"a": "x".repeat(1_001)}), "query"),
            (json!({"a": 1}), "query.a"),
            (json!([]), "query"),
        ] {
            let body = json!({"name": "a", "page": "tasks", "query": query});
            let reply = ask(&api, &dana, Method::POST, "/views", Some(body)).await;
            assert_eq!(reply.wrong_fields(), [field], "{}", api.name);
        }
        let body = json!({"name": "", "page": "Tasks", "query": {}, "position": -1});
        let reply = ask(&api, &dana, Method::POST, "/views", Some(body)).await;
        assert_eq!(reply.wrong_fields(), ["name", "page", "position"]);

        let made = ask(&api, &dana, Method::POST, "/views", Some(view("a"))).await;
        let path = format!("/views/{}", id(&made.ok(201)));
        let read = ask(&api, &dana, Method::GET, &path, None).await;
        let tag = read.tag.unwrap();
        let patch = async |name: &str| {
            let headers = [("if-match", tag.as_str())];
            let body = Some(json!({"name": name, "query": {"sort": "name"}}));
            api.call_as(&dana, Method::PATCH, &path, body, &headers)
                .await
        };
        let changed = patch("b").await.ok(200);
        assert_has(&changed, &json!({"name": "b", "query": {"sort": "name"}}));
        assert_eq!(patch("c").await.status, 412);
    }
}

#[tokio::test]
async fn a_person_has_a_hundred_at_most() {
    for (api, _) in apis().await {
        let (_, dana) = api.member("agent", &[]).await;
        let (_, sam) = api.member("agent", &[]).await;
        for n in 0..100 {
            let made = ask(
                &api,
                &dana,
                Method::POST,
                "/views",
                Some(view(&n.to_string())),
            )
            .await;
            assert_eq!(made.status, 201);
        }
        let one_more = ask(&api, &dana, Method::POST, "/views", Some(view("x"))).await;
        assert_eq!(one_more.body["error"]["code"], "too_many_views");
        assert_eq!(names(&api, &dana, "/views").await.len(), 100);
        let sams = ask(&api, &sam, Method::POST, "/views", Some(view("x"))).await;
        assert_eq!(sams.status, 201, "others have room");
    }
}
