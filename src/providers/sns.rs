//! Amazon SNS: the envelope in which SES's events arrive, and whether it is genuine.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

use crate::config::Config;
use crate::edge::fetch::OutgoingRequest;
use crate::edge::platform::Platform;
use crate::edge::rsa::{self, Hash};

/// An SNS message as posted to a webhook.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Envelope {
    /// `Notification`, `SubscriptionConfirmation` or `UnsubscribeConfirmation`.
    pub r#type: String,
    /// The message's own id, the same when it is delivered again.
    pub message_id: String,
    /// The topic.
    pub topic_arn: String,
    /// Only on some notifications.
    pub subject: Option<String>,
    /// What it carries.
    pub message: String,
    /// As written by SNS; part of what is signed.
    pub timestamp: String,
    /// `1` (SHA-1) or `2` (SHA-256).
    pub signature_version: String,
    /// Base64.
    pub signature: String,
    /// Where the certificate is.
    #[serde(rename = "SigningCertURL")]
    pub signing_cert_url: String,
    /// Where a subscription is confirmed.
    #[serde(rename = "SubscribeURL")]
    pub subscribe_url: Option<String>,
    /// On confirmations.
    pub token: Option<String>,
}

/// Why an envelope is not believed; for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotGenuine(pub String);

impl Envelope {
    /// The text that SNS signed: some fields in a fixed order, a line for each name and value.
    pub fn string_to_sign(&self) -> Option<String> {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            for part in [name, value] {
                text.push_str(part);
                text.push('\n');
            }
        };
        line("Message", &self.message);
        line("MessageId", &self.message_id);
        match self.r#type.as_str() {
            "Notification" => {
                if let Some(subject) = &self.subject {
                    line("Subject", subject);
                }
                line("Timestamp", &self.timestamp);
            }
            "SubscriptionConfirmation" | "UnsubscribeConfirmation" => {
                line("SubscribeURL", self.subscribe_url.as_ref()?);
                line("Timestamp", &self.timestamp);
                line("Token", self.token.as_ref()?);
            }
            _ => return None,
        }
        line("TopicArn", &self.topic_arn);
        line("Type", &self.r#type);
        Some(text)
    }
}

/// Whether a URL is one of SNS's own: https, the service's host, and nothing before or after it.
pub fn is_sns_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let Some(host) = url.host_str() else {
        return false;
    };
    let region = host.strip_prefix("sns.").and_then(|rest| {
        rest.strip_suffix(".amazonaws.com")
            .or_else(|| rest.strip_suffix(".amazonaws.com.cn"))
    });
    let region_ok = region.is_some_and(|region| {
        region.len() >= 3
            && region
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    url.scheme() == "https"
        && region_ok
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

/// Checks topic, certificate and signature.
///
/// # Errors
/// What is wrong, for the log.
pub async fn verify(platform: &Platform, envelope: &Envelope) -> Result<(), NotGenuine> {
    let fail = |text: &str| NotGenuine(text.to_string());
    if !platform.config.sns_topic_arns.contains(&envelope.topic_arn) {
        return Err(fail("a topic that is not in SNS_TOPIC_ARNS"));
    }
    let hash = match envelope.signature_version.as_str() {
        "1" => Hash::Sha1,
        "2" => Hash::Sha256,
        _ => return Err(fail("an unknown signature version")),
    };
    let url = certificate_url(&platform.config, &envelope.signing_cert_url)
        .ok_or_else(|| fail("a certificate that is not SNS's"))?;
    let signed = envelope
        .string_to_sign()
        .ok_or_else(|| fail("an unknown type"))?;
    let signature = STANDARD
        .decode(&envelope.signature)
        .map_err(|_| fail("a signature that is no base64"))?;
    let certificate = fetch(platform, url).await?;
    let genuine = rsa::verify_with_certificate(&certificate, hash, signed.as_bytes(), &signature)
        .await
        .map_err(NotGenuine)?;
    if genuine {
        Ok(())
    } else {
        Err(fail("a wrong signature"))
    }
}

/// Visits the URL that confirms a subscription. The envelope must have been verified.
///
/// # Errors
/// When the URL is not SNS's, or does not answer.
pub async fn confirm(platform: &Platform, envelope: &Envelope) -> Result<(), NotGenuine> {
    let url = envelope
        .subscribe_url
        .as_deref()
        .filter(|url| is_sns_url(url))
        .and_then(|url| at_origin(&platform.config, url))
        .ok_or_else(|| NotGenuine("a subscribe URL that is not SNS's".into()))?;
    fetch(platform, url).await.map(drop)
}

fn certificate_url(config: &Config, text: &str) -> Option<String> {
    let is_pem = Url::parse(text).is_ok_and(|url| url.path().ends_with(".pem"));
    (is_pem && is_sns_url(text)).then(|| at_origin(config, text))?
}

/// The URL, or outside production its like at the origin that the settings name.
fn at_origin(config: &Config, text: &str) -> Option<String> {
    match &config.sns_certificate_origin {
        Some(origin) if !config.is_production() => {
            let url = Url::parse(text).ok()?;
            let query = url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            Some(format!(
                "{}{}{query}",
                origin.trim_end_matches('/'),
                url.path()
            ))
        }
        _ => Some(text.to_string()),
    }
}

async fn fetch(platform: &Platform, url: String) -> Result<String, NotGenuine> {
    let request = OutgoingRequest {
        method: "GET",
        url,
        headers: Vec::new(),
        body: String::new(),
        timeout_seconds: 10,
    };
    let response = platform
        .fetch
        .send(request)
        .await
        .map_err(|error| NotGenuine(error.0))?;
    if response.status == 200 {
        Ok(response.body)
    } else {
        Err(NotGenuine(format!("SNS answered {}", response.status)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_services_own_urls_are_believed() {
        for good in [
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
            "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
        ] {
            assert!(is_sns_url(good), "{good}");
        }
        for bad in [
            "http://sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com.evil.example/x.pem",
            "https://evil.example/sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com@evil.example/x.pem",
            "https://user@sns.us-east-1.amazonaws.com/x.pem",
            "https://sns.us-east-1.amazonaws.com:444/x.pem",
            "https://sns.a.b.amazonaws.com/x.pem",
            "https://s3.us-east-1.amazonaws.com/x.pem",
            "nonsense",
        ] {
            assert!(!is_sns_url(bad), "{bad}");
        }
    }

    #[test]
    fn signs_the_fields_in_their_order() {
        let envelope: Envelope = serde_json::from_value(serde_json::json!({
            "Type": "Notification", "MessageId": "id", "TopicArn": "arn", "Subject": "s", "Message": "m",
            "Timestamp": "t", "SignatureVersion": "1", "Signature": "", "SigningCertURL": "u"
        }))
        .unwrap();
        assert_eq!(
            envelope.string_to_sign().unwrap(),
            "Message\nm\nMessageId\nid\nSubject\ns\nTimestamp\nt\nTopicArn\narn\nType\nNotification\n"
        );
    }
}
