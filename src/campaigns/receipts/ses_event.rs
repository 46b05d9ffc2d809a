//! Reading SES's events, in both spellings (`eventType` of event publishing, `notificationType` of the older feed).
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Happening, Receipt};
use crate::ids::{SendId, TenantId};
use crate::json;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(alias = "notificationType")]
    event_type: String,
    mail: Mail,
    bounce: Option<Bounce>,
    complaint: Option<Timed>,
    delivery: Option<Timed>,
    reject: Option<Reject>,
    failure: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: String,
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounce_sub_type: Option<String>,
    timestamp: Option<String>,
    #[serde(default)]
    bounced_recipients: Vec<BouncedRecipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BouncedRecipient {
    diagnostic_code: Option<String>,
}

#[derive(Deserialize)]
struct Timed {
    timestamp: Option<String>,
}

#[derive(Deserialize)]
struct Reject {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    error_message: Option<String>,
}

/// Reads an event. `notification_id` is the SNS message's id; events without our tags belong to `default_tenant`. `None`
/// for what is no event (SNS also delivers plain announcements).
pub fn read(text: &str, notification_id: &str, default_tenant: &TenantId) -> Option<Receipt> {
    // A mailbox's words can have anything in them; a zero character is what Postgres does not keep.
    let text = text.replace(r"\u0000", r"\ufffd");
    let event: Event = json::read(&text).ok()?;
    let tag = |name: &str| event.mail.tags.get(name).and_then(|values| values.first());
    let time = |moment: Option<&String>| {
        moment
            .or(Some(&event.mail.timestamp))
            .and_then(|text| crate::time::parse(text))
            .unwrap_or_default()
    };
    let (happening, at) = match event.event_type.as_str() {
        "Send" => (Happening::Accepted, None),
        "Delivery" => (
            Happening::Delivered,
            event
                .delivery
                .as_ref()
                .and_then(|delivery| delivery.timestamp.as_ref()),
        ),
        "Bounce" => {
            let bounce = event.bounce.as_ref()?;
            (bounced(bounce), bounce.timestamp.as_ref())
        }
        "Complaint" => (
            Happening::Complained,
            event
                .complaint
                .as_ref()
                .and_then(|complaint| complaint.timestamp.as_ref()),
        ),
        "Reject" => {
            let reason = event
                .reject
                .as_ref()
                .and_then(|reject| reject.reason.clone());
            (dropped("rejected", reason), None)
        }
        "Rendering Failure" => {
            let reason = event
                .failure
                .as_ref()
                .and_then(|failure| failure.error_message.clone());
            (dropped("rendering failure", reason), None)
        }
        _ => (Happening::Other, None),
    };
    Some(Receipt {
        provider: "ses",
        event_id: notification_id.to_string(),
        tenant: tag("tenant_id")
            .and_then(|id| TenantId::parse(id))
            .unwrap_or_else(|| default_tenant.clone()),
        send: tag("send_id").and_then(|id| SendId::parse(id)),
        message_id: Some(event.mail.message_id.clone()),
        recipient: event.mail.destination.first().cloned(),
        happening,
        occurred_at: time(at),
        payload: text,
    })
}

fn bounced(bounce: &Bounce) -> Happening {
    let said = bounce
        .bounced_recipients
        .first()
        .and_then(|recipient| recipient.diagnostic_code.clone());
    let kind = bounce.bounce_sub_type.as_deref().unwrap_or("General");
    Happening::Bounced {
        permanent: bounce.bounce_type == "Permanent",
        reason: said.unwrap_or_else(|| format!("{}/{kind}", bounce.bounce_type)),
    }
}

fn dropped(what: &str, reason: Option<String>) -> Happening {
    Happening::Dropped {
        reason: format!("{what}: {}", reason.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_event(event: &serde_json::Value) -> Receipt {
        let tenant = TenantId::from_bytes([1; 16]);
        read(&event.to_string(), "sns-1", &tenant).unwrap()
    }

    #[test]
    fn both_spellings_are_read() {
        let mut event = serde_json::json!({
            "eventType": "Bounce",
            "mail": {"timestamp": "2026-03-04T16:00:00.000Z", "messageId": "m1", "destination": ["a@b.example"],
                     "tags": {"send_id": ["01900000-0000-7000-8000-000000000009"], "tenant_id": ["01900000-0000-7000-8000-000000000001"]}},
            "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-03-04T16:00:05.000Z",
                       "bouncedRecipients": [{"emailAddress": "a@b.example", "diagnosticCode": "smtp; 550 no such user"}]}
        });
        let receipt = read_event(&event);
        assert_eq!(
            receipt.happening,
            Happening::Bounced {
                permanent: true,
                reason: "smtp; 550 no such user".into()
            }
        );
        assert_eq!(receipt.occurred_at, 1_772_640_005_000);
        assert_eq!(
            receipt.send.unwrap().as_str(),
            "01900000-0000-7000-8000-000000000009"
        );
        let map = event.as_object_mut().unwrap();
        let kind = map.remove("eventType").unwrap();
        map.insert("notificationType".into(), kind);
        map["mail"].as_object_mut().unwrap().remove("tags");
        map["bounce"]["bounceType"] = "Transient".into();
        let older = read_event(&event);
        assert!(matches!(
            older.happening,
            Happening::Bounced {
                permanent: false,
                ..
            }
        ));
        assert_eq!(
            (older.send, older.message_id.as_deref()),
            (None, Some("m1"))
        );
        assert_eq!(older.tenant, TenantId::from_bytes([1; 16]));
    }

    #[test]
    fn a_zero_character_in_a_mailbox_s_words_does_not_stop_the_receipt() {
        let receipt = read_event(&serde_json::json!({
            "eventType": "Bounce",
            "mail": {"timestamp": "2026-03-04T16:00:00.000Z", "messageId": "m1"},
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"diagnosticCode": "550 \0 no"}]}
        }));
        assert_eq!(
            receipt.happening,
            Happening::Bounced {
                permanent: true,
                reason: "550 \u{fffd} no".into()
            }
        );
        assert!(!receipt.payload.contains(r"\u0000"));
    }

    #[test]
    fn an_announcement_is_no_event() {
        let tenant = TenantId::from_bytes([1; 16]);
        assert!(
            read(
                "Successfully validated SNS topic for Amazon SES event publishing.",
                "x",
                &tenant
            )
            .is_none()
        );
    }
}
