mod files;
mod known;
mod people;
mod pieces;
mod rows;

use serde_json::{Value, json};

use crate::testing::{Api, id};

/// Sends a file of businesses in a community, and gives the import.
async fn send(api: &Api, file: &str) -> Value {
    api.upload("/imports?name=List", file.to_string())
        .await
        .ok(201)
}

/// Maps as guessed, with a community and more, and starts it; gives the import when it is through.
async fn run(api: &Api, file: &str, mapping: Value) -> Value {
    let import = send(api, file).await;
    finish(api, import, mapping).await
}

async fn finish(api: &Api, import: Value, more: Value) -> Value {
    start(api, &import, more).await;
    api.work_off().await;
    api.get(&format!("/imports/{}", id(&import))).await.ok(200)
}

/// Maps as guessed, and more, and starts it; nothing of it is done yet.
async fn start(api: &Api, import: &Value, more: Value) {
    let path = format!("/imports/{}", id(import));
    let mut mapping = import["mapping"].clone();
    for (name, value) in more.as_object().unwrap() {
        mapping[name] = value.clone();
    }
    put(api, &format!("{path}/mapping"), mapping).await.ok(200);
    api.post(&format!("{path}/start"), json!({})).await.ok(202);
}

async fn put(api: &Api, path: &str, body: Value) -> crate::testing::Reply {
    let key = api.platform.config.api_key.clone();
    api.call_as(&key, http::Method::PUT, path, Some(body), &[])
        .await
}

/// What an import counted: done, created, updated, unchanged, refused.
fn counts(import: &Value) -> [i64; 5] {
    ["rows_done", "created", "updated", "unchanged", "refused"]
        .map(|name| import[name].as_i64().unwrap())
}

async fn businesses(api: &Api) -> Vec<Value> {
    api.get("/businesses?limit=500")
        .await
        .ok(200)
        .as_array()
        .unwrap()
        .clone()
}

async fn people(api: &Api) -> Vec<Value> {
    api.get("/people?limit=500")
        .await
        .ok(200)
        .as_array()
        .unwrap()
        .clone()
}
