//! `/webhooks/ses`: SES's events through SNS. Verified, queued, answered; the work is the queue's.

use axum::Router;
use axum::extract::Request;
use axum::routing::post;
use serde::Serialize;

use super::tracking::consumer::Message;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, Result};
use crate::http::body::{parse, read_bytes};
use crate::http::{Answer, data};
use crate::providers::sns::{self, Envelope};

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/webhooks/ses", post(ses))
}

#[derive(Serialize)]
struct Received {
    received: bool,
}

async fn ses(platform: Platform, request: Request) -> Result<Answer<Received>> {
    let envelope: Envelope = parse(&read_bytes(request).await?)?;
    if let Err(error) = sns::verify(&platform, &envelope).await {
        log::error(
            "webhook refused",
            &[("provider", "ses"), ("error", &error.0)],
        );
        return Err(Error::Unauthorized);
    }
    match envelope.r#type.as_str() {
        "Notification" => {
            let message = Message::SesEvent {
                notification_id: envelope.message_id,
                event: envelope.message,
            };
            let text = serde_json::to_string(&message)
                .map_err(|error| Error::Internal(error.to_string()))?;
            platform
                .queues
                .send(QueueName::Tracking, vec![(text, 0)])
                .await?;
        }
        "SubscriptionConfirmation" => sns::confirm(&platform, &envelope)
            .await
            .map_err(|error| Error::Internal(format!("SNS subscription: {}", error.0)))?,
        _ => {}
    }
    Ok(data(&Received { received: true }))
}
