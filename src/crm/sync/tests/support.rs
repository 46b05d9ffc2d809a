//! The Content API as the tests have it, and a platform that asks it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::app;
use crate::config::{Config, ContentApi, ContentSettings};
use crate::edge::clock::{Clock, Millis};
use crate::edge::fetch::{Fetch, IncomingResponse, NoAnswer, OutgoingRequest};
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueName};
use crate::testing::{Api, NOW, apis_alone, id};
use crate::time;

pub const SECRET: &str = "a-secret-of-the-content-database";

/// A status, headers, a body.
pub type Trouble = (u16, Vec<(String, String)>, String);

/// What the service has, and what is wrong with it.
#[derive(Default)]
pub struct Service {
    pub communities: Vec<Value>,
    pub listings: Vec<Value>,
    /// Records a page, whatever is asked for.
    pub page: usize,
    /// Answers that come before the real ones: a status, headers, a body; none for no answer.
    pub troubles: VecDeque<Option<Trouble>>,
    /// The URLs that were asked for.
    pub asked: Vec<String>,
}

pub type Shared = Arc<Mutex<Service>>;

impl Service {
    fn answer(&mut self, request: &OutgoingRequest) -> Result<IncomingResponse, NoAnswer> {
        self.asked.push(request.url.clone());
        let key = request
            .headers
            .iter()
            .find(|(name, _)| name == "authorization");
        assert_eq!(key.unwrap().1, "Bearer content-key");
        if let Some(trouble) = self.troubles.pop_front() {
            let (status, headers, body) = trouble.ok_or_else(|| NoAnswer("gone".into()))?;
            return Ok(IncomingResponse {
                status,
                headers,
                body,
            });
        }
        let url = url::Url::parse(&request.url).unwrap();
        let query = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.to_string())
        };
        let mut records = match url.path() {
            "/api/communities" => self.communities.clone(),
            "/api/listings" => self.listings.clone(),
            other => panic!("{other}"),
        };
        if let Some(since) = query("updated_since") {
            let since = time::parse(&since).unwrap();
            records.retain(|record| {
                record["updated_at"]
                    .as_str()
                    .and_then(time::parse)
                    .is_none_or(|at| at >= since)
            });
        }
        let from: usize = query("cursor").map_or(0, |cursor| cursor.parse().unwrap());
        let page: Vec<_> = records.iter().skip(from).take(self.page).cloned().collect();
        let to = from + page.len();
        let next = (to < records.len()).then(|| to.to_string());
        let body = json!({"data": page, "meta": {"next_cursor": next}}).to_string();
        Ok(IncomingResponse {
            status: 200,
            headers: Vec::new(),
            body,
        })
    }

    /// The service fails next time with this.
    pub fn fail(&mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        self.troubles
            .push_back(Some((status, headers.collect(), body.to_string())));
    }
}

/// For every engine: a tenant whose records come from a service of its own, and another tenant.
pub async fn synced() -> Vec<(Api, Shared, Api)> {
    let pairs = apis_alone().await.into_iter();
    pairs
        .map(|(mut api, other)| {
            let service: Shared = Arc::new(Mutex::new(Service {
                page: 50,
                ..Service::default()
            }));
            let asked = Arc::clone(&service);
            let answer = move |request: &OutgoingRequest| asked.lock().unwrap().answer(request);
            api.platform = Platform {
                fetch: Arc::new(Fetch::answered_by(Box::new(answer))),
                config: Arc::new(Config {
                    content: ContentSettings {
                        api: Some(ContentApi {
                            url: "https://content.example".into(),
                            key: "content-key".into(),
                        }),
                        missing: Vec::new(),
                        webhook_secret: Some(SECRET.into()),
                        tenant: api.tenant.clone(),
                        every_minutes: Some(15),
                    },
                    ..(*api.platform.config).clone()
                }),
                ..api.platform
            };
            (api, service, other)
        })
        .collect()
}

pub fn later(api: &mut Api, by: Millis) {
    api.platform.clock = Clock::fixed(api.platform.now() + by);
}

/// A time so many milliseconds after the usual now.
pub fn at(offset: Millis) -> String {
    time::format(NOW + offset)
}

pub fn community(number: i64, name: &str, updated_at: &str) -> Value {
    json!({"id": number, "updated_at": updated_at, "name": name, "state": "FL", "county": "Pinellas", "zip_codes": ["33755"], "population": 117_292})
}

pub fn listing(number: i64, name: &str, updated_at: &str) -> Value {
    json!({"id": number, "updated_at": updated_at, "community_id": 1, "name": name, "phone": "+17275550142", "address_state": "FL",
        "address_zip": "33755", "address_lat": 27.965, "hours_of_operation": {"mon": [["08:00", "17:00"]]}})
}

/// Does what is on the queue until nothing is.
pub async fn settle(api: &Api) {
    for _ in 0..1_000 {
        let sent = api.platform.queues.take().into_iter();
        let texts: Vec<_> = sent
            .filter(|(queue, _, _)| *queue == QueueName::Content)
            .map(|(_, text, _)| text)
            .collect();
        if texts.is_empty() {
            return;
        }
        let done = app::consume(&api.platform, "content", &texts).await;
        assert!(done.iter().all(|one| *one == Disposition::Acknowledge));
    }
    panic!("it never ends");
}

/// A run that is through, or waits.
pub async fn run(api: &Api, kind: &str) -> Value {
    let started = api.post("/sync/runs", json!({"kind": kind})).await.ok(202);
    settle(api).await;
    api.get(&format!("/sync/runs/{}", id(&started)))
        .await
        .ok(200)
}

pub async fn businesses(api: &Api) -> Vec<Value> {
    api.walk("/businesses", 100).await.0
}

/// The business that is this number over there.
pub async fn business(api: &Api, number: i64) -> Value {
    let all = businesses(api).await;
    all.into_iter()
        .find(|one| one["content_db_id"] == json!(number))
        .unwrap()
}
