//! `/webhooks/content`: what changed in the content database. Verified, stored once, queued, answered.

use axum::Router;
use axum::extract::Request;
use axum::routing::post;
use garde::Validate;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use super::schedule::LOST_AFTER;
use super::{consumer, store};
use crate::crm::checks::line;
use crate::edge::clock::{MINUTE, Millis, SECOND};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, FieldError, Result};
use crate::http::body::{parse, read_bytes};
use crate::http::{Answer, data};

/// How old a signature may be, or how far the sender's clock ahead.
const WINDOW: Millis = 5 * MINUTE;
const TIMESTAMP: &str = "x-content-timestamp";
const SIGNATURE: &str = "x-content-signature";

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/webhooks/content", post(receive))
}

/// What the content database tells.
#[derive(Deserialize, Validate)]
struct Delivery {
    /// Its own id of it; the same when it is sent again.
    #[garde(custom(line(255)))]
    id: String,
    /// What happened.
    #[serde(rename = "type")]
    #[garde(custom(line(100)))]
    kind: String,
    /// The record.
    #[garde(skip)]
    data: Value,
}

#[derive(Serialize)]
struct Received {
    received: bool,
}

async fn receive(platform: Platform, request: Request) -> Result<Answer<Received>> {
    let headers = request.headers().clone();
    let body = read_bytes(request).await?;
    let content = &platform.config.content;
    let now = platform.now();
    let Some(secret) = &content.webhook_secret else {
        log::error(
            "webhook refused",
            &[
                ("provider", "content"),
                ("error", "CONTENT_WEBHOOK_SECRET is not set"),
            ],
        );
        return Err(Error::Unauthorized);
    };
    if let Err(reason) = verify(secret, &headers, &body, now) {
        log::error(
            "webhook refused",
            &[("provider", "content"), ("error", reason)],
        );
        return Err(Error::Unauthorized);
    }
    let delivery: Delivery = parse(&body)?;
    delivery.validate().map_err(|report| {
        let complaints = report.iter();
        let complaint = |(path, error): &(garde::Path, garde::Error)| {
            FieldError::new(path.to_string(), error.to_string())
        };
        Error::Invalid(complaints.map(complaint).collect())
    })?;
    let (db, tenant) = (&platform.db, &content.tenant);
    let again_at = now.saturating_add(LOST_AFTER);
    let (id, kind) = (&delivery.id, &delivery.kind);
    let kept = store::keep_delivery(db, tenant, id, kind, &delivery.data, again_at, now).await?;
    if kept.applied_at.is_none() {
        consumer::send_deliveries(&platform, tenant, vec![kept.id]).await?;
    }
    Ok(data(&Received { received: true }))
}

/// Whether the sender has the secret and wrote this just now.
fn verify(
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Millis,
) -> std::result::Result<(), &'static str> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let timestamp = header(TIMESTAMP).ok_or("no timestamp")?;
    let sent: i64 = timestamp.parse().map_err(|_| "a timestamp that is none")?;
    if now.abs_diff(sent.saturating_mul(SECOND)) > WINDOW.unsigned_abs() {
        return Err("a timestamp of another time");
    }
    let signature = header(SIGNATURE).ok_or("no signature")?;
    let given = signature
        .strip_prefix("sha256=")
        .and_then(|digits| hex::decode(digits).ok())
        .ok_or("a signature that is none")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| "no secret")?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&given).map_err(|_| "a wrong signature")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const SECRET: &str = "a-secret-of-the-content-database";
    const NOW: Millis = 1_772_640_000_000;
    /// Made with OpenSSL: `printf '1772640000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac a-secret-of-the-content-database`
    const SIGNED: &str = "315fae053567fe1d557d1a503047db4656f5d45509d1734de62469ea4c5ac981";

    fn check(
        timestamp: &str,
        signature: &str,
        body: &str,
        now: Millis,
    ) -> std::result::Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, HeaderValue::from_str(timestamp).unwrap());
        headers.insert(SIGNATURE, HeaderValue::from_str(signature).unwrap());
        verify(SECRET, &headers, body.as_bytes(), now)
    }

    #[test]
    fn only_what_was_signed_just_now_is_believed() {
        let body = r#"{"id":"evt_1"}"#;
        let signature = format!("sha256={SIGNED}");
        for now in [NOW, NOW + WINDOW, NOW - WINDOW] {
            assert_eq!(check("1772640000", &signature, body, now), Ok(()));
        }
        for now in [NOW + WINDOW + 1, NOW - WINDOW - 1] {
            assert_eq!(
                check("1772640000", &signature, body, now),
                Err("a timestamp of another time")
            );
        }
        for (timestamp, signature, body) in [
            ("1772640001", signature.as_str(), body),
            ("1772640000", &signature, r#"{"id":"evt_2"}"#),
            ("1772640000", &format!("sha256={}", "0".repeat(64)), body),
            ("1772640000", SIGNED, body),
            ("1772640000", "sha256=", body),
            ("1772640000", "sha256=xyz", body),
            ("now", &signature, body),
            ("9223372036854775807", &signature, body),
        ] {
            assert!(
                check(timestamp, signature, body, NOW).is_err(),
                "{timestamp} {signature} {body}"
            );
        }
        assert!(verify(SECRET, &HeaderMap::new(), body.as_bytes(), NOW).is_err());
    }
}
