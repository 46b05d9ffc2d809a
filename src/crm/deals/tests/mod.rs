mod board;
mod conversion;
mod moving;
mod reach;

use serde_json::{Value, json};

use crate::edge::clock::{Clock, Millis};
use crate::testing::{Api, NOW, Reply, id};

/// A pipeline with two open stages, a won and a lost one, and a business to go through it.
pub struct Sales {
    pub pipeline: String,
    pub stages: Vec<String>,
    pub business: String,
}

pub async fn sales(api: &Api) -> Sales {
    let body = json!({"name": "Sales", "stages": [
        {"name": "First"}, {"name": "Second", "stale_after_days": 2},
        {"name": "Won", "kind": "won"}, {"name": "Lost", "kind": "lost"},
    ]});
    let made = api.make("/pipelines", body).await;
    Sales {
        pipeline: id(&made),
        stages: made["stages"].as_array().unwrap().iter().map(id).collect(),
        business: api.business("Bakery").await,
    }
}

impl Sales {
    pub async fn deal(&self, api: &Api, name: &str) -> String {
        id(&self.deal_with(api, json!({"name": name})).await)
    }

    pub async fn deal_with(&self, api: &Api, more: Value) -> Value {
        let mut body = json!({"pipeline_id": self.pipeline, "business_id": self.business});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        api.make("/deals", body).await
    }

    pub async fn bring(&self, api: &Api, deal: &str, stage: usize) -> Reply {
        let body = json!({"stage_id": self.stages[stage]});
        api.post(&format!("/deals/{deal}/move"), body).await
    }

    /// The names of a stage's deals, from the top.
    pub async fn column(&self, api: &Api, stage: usize) -> Vec<String> {
        let path = format!("/stages/{}/deals", self.stages[stage]);
        let (deals, _) = api.walk(&path, 2).await;
        let name = |deal: &Value| deal["name"].as_str().unwrap().to_string();
        deals.iter().map(name).collect()
    }
}

/// So long after the usual now.
pub fn later(api: &mut Api, by: Millis) {
    api.platform.clock = Clock::fixed(NOW + by);
}
