use axum::body::Body;
use http::{Request, Response};
use tower_service::Service;

use crate::testing::{Api, apis};
use crate::{app, config};

async fn visit(api: &Api, is_production: bool, path: &str) -> Response<Body> {
    let mut request = Request::builder().uri(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(api.platform.clone());
    let mut router = app::router(is_production);
    router.call(request).await.unwrap()
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn a_browser_is_signed_in_as_the_same_owner_each_time() {
    for (api, _) in apis().await {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let response = visit(&api, false, "/dev/sign-in?to=%2Fapp%3Fa%3Db").await;
            assert_eq!(response.status(), 303);
            assert_eq!(header(&response, "location"), "/app?a=b");
            assert_eq!(header(&response, "cache-control"), "no-store");
            let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
            let cookies: Vec<_> = cookies.iter().map(|one| one.to_str().unwrap()).collect();
            assert_eq!(cookies.len(), 2, "{cookies:?}");
            assert!(
                cookies
                    .iter()
                    .all(|cookie| cookie.contains("HttpOnly; SameSite=Lax"))
            );
            let session = cookies[0].split(';').next().unwrap();
            let (_, token) = session.split_once('=').unwrap();
            let me = api
                .call_as(token, http::Method::GET, "/me", None, &[])
                .await;
            seen.push(me.ok(200));
        }
        assert_eq!(seen[0]["user"]["name"], "Dana Demo", "{}", seen[0]);
        assert_eq!(seen[0]["user"]["id"], seen[1]["user"]["id"]);
        let members = api.get("/members").await.ok(200);
        assert_eq!(members.as_array().unwrap().len(), 1, "{}", api.name);
        assert_eq!(members[0]["role"], "owner");
    }
}

#[tokio::test]
async fn it_leads_nowhere_else() {
    for (api, _) in apis().await {
        for to in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
        ] {
            let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
            let response = visit(&api, false, &format!("/dev/sign-in?to={to}")).await;
            assert_eq!(response.status(), 422, "{to}");
            assert!(response.headers().get("set-cookie").is_none());
        }
    }
}

#[tokio::test]
async fn production_does_not_know_it() {
    for (mut api, _) in apis().await {
        assert_eq!(visit(&api, true, "/dev/sign-in").await.status(), 404);
        // Not even when the route were there.
        let mut settings = config::Config::clone(&api.platform.config);
        settings.environment = config::Environment::Production;
        api.platform.config = std::sync::Arc::new(settings);
        assert_eq!(visit(&api, false, "/dev/sign-in").await.status(), 404);
        assert_eq!(api.get("/members").await.ok(200), serde_json::json!([]));
    }
}
