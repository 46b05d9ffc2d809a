//! The API under test: called as over HTTP, on every engine.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower_service::Service;

use crate::config::Config;
use crate::config::tests::test_config;
use crate::edge::bucket::Bucket;
use crate::edge::clock::{Clock, Millis};
use crate::edge::db::testing::{TestDb, databases, databases_alone};
use crate::edge::deferred::Deferred;
use crate::edge::fetch::{Fetch, NoAnswer};
use crate::edge::limiter::Limiter;
use crate::edge::live::Live;
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueName, Queues};
use crate::identity::client::Client;
use crate::identity::memberships::store as memberships;
use crate::identity::sessions;
use crate::identity::users::store as users;
use crate::ids::{LocationId, TenantId, UserId};
use crate::{access, app};

/// 2026-03-04T16:00:00Z.
pub const NOW: Millis = 1_772_640_000_000;

/// An id that nothing has.
pub const NOBODY: &str = "01900000-0000-7000-8000-00000000dead";

/// The API as one tenant sees it.
pub struct Api {
    /// The engine, for messages of failing tests.
    pub name: &'static str,
    /// What the routes run on.
    pub platform: Platform,
    /// Whose data it shows.
    pub tenant: TenantId,
}

/// What the API answered.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The whole body; null when there is none.
    pub body: Value,
    /// Which version it shows.
    pub tag: Option<String>,
}

/// For every engine: the API of a tenant, and that of another who must see nothing of it.
pub async fn apis() -> Vec<(Api, Api)> {
    apis_of(databases().await)
}

/// The same with a database of their own: for tests that tick.
pub async fn apis_alone() -> Vec<(Api, Api)> {
    apis_of(databases_alone().await)
}

fn apis_of(databases: Vec<TestDb>) -> Vec<(Api, Api)> {
    let api = |name, db: &Arc<_>, tenant: TenantId| Api {
        name,
        platform: Platform {
            db: Arc::clone(db),
            bucket: Arc::new(Bucket::in_memory()),
            clock: Clock::fixed(NOW),
            queues: Arc::new(Queues::in_memory()),
            deferred: Arc::new(Deferred::default()),
            limiter: Arc::new(Limiter::refusing(Vec::new())),
            live: Arc::new(Live::in_memory()),
            fetch: Arc::new(Fetch::answered_by(Box::new(|_| {
                Err(NoAnswer("none here".into()))
            }))),
            config: Arc::new(Config {
                api_key: format!("test_key_of_{tenant}"),
                api_key_tenant: tenant.clone(),
                ..test_config()
            }),
        },
        tenant,
    };
    databases
        .into_iter()
        .map(|test| {
            let db = Arc::new(test.db);
            (
                api(test.name, &db, test.tenant),
                api(test.name, &db, test.other_tenant),
            )
        })
        .collect()
}

impl Api {
    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// PUT.
    pub async fn put(&self, path: &str) -> Reply {
        self.call(Method::PUT, path, None).await
    }

    /// PUT with a body.
    pub async fn put_body(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        self.call_as(&self.platform.config.api_key, method, path, body, &[])
            .await
    }

    /// A request with this credential and these headers.
    pub async fn call_as(
        &self,
        credential: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {credential}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .unwrap();
        self.send(request).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let mut router = access::guarded(app::api());
        let mut request = request;
        request.extensions_mut().insert(self.platform.clone());
        let response = router.call(request).await.unwrap();
        let status = response.status().as_u16();
        let tag = response.headers().get("etag").cloned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Reply {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            tag: tag.map(|tag| tag.to_str().unwrap().to_string()),
        }
    }

    /// Sends a file.
    pub async fn upload(&self, path: &str, file: impl Into<Body>) -> Reply {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{path}"))
            .header(
                "authorization",
                format!("Bearer {}", self.platform.config.api_key),
            )
            .body(file.into())
            .unwrap();
        self.send(request).await
    }

    /// Has the consumers handle what is on the queue of imports, until nothing is there any more.
    pub async fn work_off(&self) {
        loop {
            let sent = self.platform.queues.take().into_iter();
            let messages: Vec<_> = sent
                .filter(|(queue, _, _)| *queue == QueueName::Imports)
                .map(|(_, text, _)| text)
                .collect();
            if messages.is_empty() {
                return;
            }
            for disposition in app::consume(&self.platform, "imports", &messages).await {
                assert_eq!(disposition, Disposition::Acknowledge);
            }
        }
    }

    /// Takes a file away.
    pub async fn download(&self, path: &str) -> (u16, String) {
        let request = Request::builder()
            .uri(path)
            .header(
                "authorization",
                format!("Bearer {}", self.platform.config.api_key),
            )
            .body(Body::empty())
            .unwrap();
        let mut router = access::guarded(app::api()).merge(crate::crm::exports::public_routes());
        let mut request = request;
        request.extensions_mut().insert(self.platform.clone());
        let response = router.call(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Makes what this body says, and answers with it.
    pub async fn make(&self, path: &str, body: Value) -> Value {
        self.post(path, body).await.ok(201)
    }

    /// A community in Nevada that keeps Boise's time, so that its zone is told from its state's.
    pub async fn community(&self) -> String {
        id(&self
            .make(
                "/communities",
                json!({"name": "Ely", "state": "NV", "timezone": "America/Boise"}),
            )
            .await)
    }

    /// A business without an address in such a community.
    pub async fn business(&self, name: &str) -> String {
        let community = self.community().await;
        id(&self
            .make(
                "/businesses",
                json!({"community_id": community, "name": name}),
            )
            .await)
    }

    /// Somebody at a business.
    pub async fn person(&self, business: &str) -> String {
        id(&self
            .make(
                "/people",
                json!({"business_id": business, "email": "dana@example.com"}),
            )
            .await)
    }

    /// A new member of the team who works at these locations (all when there are none): their id and access token.
    pub async fn member(&self, role: &str, locations: &[&str]) -> (String, String) {
        let (db, user) = (&self.platform.db, UserId::new(NOW));
        let email = format!("dana-{user}@example.com");
        let locations: Vec<_> = locations
            .iter()
            .map(|location| LocationId::parse(location).unwrap())
            .collect();
        for statement in [
            users::add(&user, &email, "Dana", None, NOW),
            memberships::add(&self.tenant, &user, role, &locations, NOW),
        ] {
            db.run(statement).await.unwrap();
        }
        let found = users::by_email(db, &email).await.unwrap().unwrap();
        let (method, client) = (sessions::Method::Link, Client::default());
        let signed_in = sessions::start(&self.platform, found, None, method, &client)
            .await
            .unwrap();
        (user.to_string(), signed_in.access_token)
    }

    /// All entries of a list, page by page, and how many pages it took.
    pub async fn walk(&self, path: &str, limit: usize) -> (Vec<Value>, usize) {
        self.walk_from(&format!("{path}?limit={limit}")).await
    }

    /// The same of a sorted list.
    pub async fn walk_sorted(&self, path: &str, sort: &str, limit: usize) -> (Vec<Value>, usize) {
        let path = format!("{path}?sort={sort}&limit={limit}");
        self.walk_from(&path).await
    }

    async fn walk_from(&self, path: &str) -> (Vec<Value>, usize) {
        let (mut entries, mut pages, mut cursor) = (Vec::new(), 0, String::new());
        loop {
            let reply = self.get(&format!("{path}{cursor}")).await;
            entries.extend(reply.ok(200).as_array().unwrap().clone());
            pages += 1;
            match reply.body["meta"]["pagination"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return (entries, pages),
            }
        }
    }
}

impl Reply {
    /// The data of an answer with this status.
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body["data"].clone()
    }

    /// The fields that were complained about, sorted.
    pub fn wrong_fields(&self) -> Vec<&str> {
        assert_eq!(self.status, 422, "{}", self.body);
        let details = self.body["error"]["details"].as_array().unwrap();
        let mut fields: Vec<_> = details
            .iter()
            .map(|detail| detail["field"].as_str().unwrap())
            .collect();
        fields.sort_unstable();
        fields
    }
}

/// The id of what the API answered.
pub fn id(data: &Value) -> String {
    data["id"].as_str().unwrap().to_string()
}

/// Whether `data` has all of these fields with these values.
pub fn assert_has(data: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&data[field], value, "{field}");
    }
}
