//! Pure: whose a message is, and what it is in words.

use serde_json::Value;

use super::model::Queue;
use crate::ids::TenantId;
use crate::json;

/// Where messages name their tenant.
const NAMED_AT: [&str; 3] = ["/tenant_id", "/event/tenant_id", "/0/tenant_id"];
/// Where an event of SES has our own tag.
const TAGGED_AT: &str = "/mail/tags/tenant_id/0";

/// What can be told of a message.
pub struct Read {
    /// Whose it is, if it says so.
    pub tenant: Option<TenantId>,
    /// What it is.
    pub what: String,
}

/// Reads a message.
pub fn read(queue: Queue, text: &str) -> Read {
    let message: Value = json::read(text).unwrap_or_default();
    Read {
        tenant: tenant(&message),
        what: what(queue, &message),
    }
}

fn tenant(message: &Value) -> Option<TenantId> {
    let at = |message: &Value, pointer: &str| {
        message
            .pointer(pointer)
            .and_then(Value::as_str)
            .and_then(TenantId::parse)
    };
    NAMED_AT
        .iter()
        .find_map(|pointer| at(message, pointer))
        .or_else(|| {
            let event: Value = json::read(word(message, "event")?).ok()?;
            at(&event, TAGGED_AT)
        })
}

fn word<'a>(message: &'a Value, field: &str) -> Option<&'a str> {
    message.get(field).and_then(Value::as_str)
}

fn what(queue: Queue, message: &Value) -> String {
    let of_type = word(message, "type").unwrap_or_default();
    match (queue, of_type) {
        (Queue::Sends, _) => {
            let sends = message.get("send_ids").and_then(Value::as_array);
            let count = sends.map_or(0, Vec::len);
            match count {
                1 => "1 email that was to be handed over".into(),
                count => format!("{count} emails that were to be handed over"),
            }
        }
        (Queue::Tracking, "engagement") => match word(message, "kind") {
            Some("click") => "A click in an email".into(),
            _ => "An open of an email".into(),
        },
        (Queue::Tracking, "ses_event") => "A report of the email provider".into(),
        (Queue::Tracking, _) => {
            let event = message.pointer("/event/name").and_then(Value::as_str);
            format!("Something that happened: {}", event.unwrap_or("unknown"))
        }
        (Queue::Audit, _) => {
            let count = message.as_array().map_or(0, Vec::len);
            format!("{count} entries of the audit log")
        }
        (Queue::Imports, _) if message.get("export_id").is_some() => "A step of an export".into(),
        (Queue::Imports, _) => "A step of an import".into(),
        (Queue::Content, "delivery") => "A change that the content database told of".into(),
        (Queue::Content, _) => "A page of the content database".into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_message_says_whose_it_is() {
        let tenant = TenantId::new(1);
        let tagged = json!({"mail": {"tags": {"tenant_id": [tenant]}}}).to_string();
        for (queue, message) in [
            (Queue::Sends, json!({"tenant_id": tenant})),
            (
                Queue::Tracking,
                json!({"type": "engagement", "tenant_id": tenant}),
            ),
            (
                Queue::Tracking,
                json!({"type": "event", "event": {"tenant_id": tenant}}),
            ),
            (
                Queue::Tracking,
                json!({"type": "ses_event", "event": tagged}),
            ),
            (Queue::Audit, json!([{"tenant_id": tenant}])),
        ] {
            let read = read(queue, &message.to_string());
            assert_eq!(read.tenant.as_ref(), Some(&tenant), "{message}");
        }
        for text in ["", "{}", "[]", r#"{"type": "ses_event", "event": "{"}"#] {
            assert_eq!(read(Queue::Tracking, text).tenant, None);
        }
    }
}
