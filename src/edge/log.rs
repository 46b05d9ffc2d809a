//! Structured log lines: one JSON object a line. Callers pass no personal data and no secrets.

/// Something to look at.
pub fn error(event: &str, fields: &[(&str, &str)]) {
    write("error", event, fields);
}

/// Something worth counting.
pub fn info(event: &str, fields: &[(&str, &str)]) {
    write("info", event, fields);
}

fn write(level: &str, event: &str, fields: &[(&str, &str)]) {
    let mut line = serde_json::Map::new();
    line.insert("level".into(), level.into());
    line.insert("event".into(), event.into());
    for (key, value) in fields {
        line.insert((*key).into(), (*value).into());
    }
    let line = serde_json::Value::Object(line).to_string();
    #[cfg(target_arch = "wasm32")]
    match level {
        "error" => worker::console_error!("{line}"),
        _ => worker::console_log!("{line}"),
    }
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("{line}");
}
