//! Amazon SES, API v2: up to fifty messages in one signed call.
//!
//! The call is `SendBulkEmail` with an inline template whose parts are nothing but placeholders: each entry brings its own
//! rendered subject, HTML and text. SES substitutes without escaping, so what we rendered arrives as it is. SES has no
//! idempotency key; the ledger is the only guard. It writes Message-ID, Date and the multipart structure itself.
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html>

use serde::{Deserialize, Serialize};

use super::aws_signature::Signing;
use super::email::{CarriesEmail, Email, HandOver, all_alike};
use crate::config::SesSettings;
use crate::edge::fetch::{IncomingResponse, OutgoingRequest};
use crate::edge::platform::Platform;
use crate::json;

const PATH: &str = "/v2/email/outbound-bulk-emails";
/// SES takes a megabyte per request with an inline template; the rest is room for addresses and headers.
const MOST_BYTES: usize = 900_000;

/// The provider.
pub struct Ses {
    settings: SesSettings,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BulkRequest<'a> {
    from_email_address: String,
    reply_to_addresses: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration_set_name: Option<&'a str>,
    default_content: DefaultContent,
    bulk_email_entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DefaultContent {
    template: Template,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    template_content: TemplateContent,
    template_data: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TemplateContent {
    subject: &'static str,
    html: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    destination: Destination<'a>,
    replacement_email_content: ReplacementContent,
    replacement_headers: Vec<NameValue<'a>>,
    replacement_tags: Vec<NameValue<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Destination<'a> {
    to_addresses: [&'a str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplacementContent {
    replacement_template: ReplacementTemplate,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplacementTemplate {
    replacement_template_data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NameValue<'a> {
    name: &'a str,
    value: String,
}

#[derive(Serialize)]
struct TemplateData<'a> {
    subject: &'a str,
    html: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BulkAnswer {
    #[serde(default)]
    bulk_email_entry_results: Vec<EntryResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntryResult {
    status: String,
    error: Option<String>,
    message_id: Option<String>,
}

impl Ses {
    /// A provider with these settings.
    pub fn new(settings: SesSettings) -> Self {
        Ses { settings }
    }

    async fn send_chunk(&self, platform: &Platform, emails: &[Email]) -> Vec<HandOver> {
        let Some(body) = self.body(emails) else {
            let reason = "the request does not serialise".to_string();
            return all_alike(emails, &HandOver::Refused { reason });
        };
        let host = self
            .settings
            .endpoint
            .split("://")
            .last()
            .unwrap_or_default();
        // AWS refuses a signature that is minutes off, so this is signed with the machine's time, wherever ours was moved.
        let signing = Signing {
            access_key_id: &self.settings.access_key_id,
            secret_access_key: &self.settings.secret_access_key,
            region: &self.settings.region,
            service: "ses",
            now: crate::edge::clock::machine_now(),
        };
        let request = OutgoingRequest {
            method: "POST",
            url: format!("{}{PATH}", self.settings.endpoint),
            headers: signing.headers(host, PATH, &body),
            body,
            timeout_seconds: platform.config.provider_timeout_seconds,
        };
        match platform.fetch.send(request).await {
            Ok(response) => read(emails, &response),
            Err(error) => all_alike(
                emails,
                &HandOver::Unknown {
                    reason: format!("no answer: {}", error.0),
                },
            ),
        }
    }

    fn body(&self, emails: &[Email]) -> Option<String> {
        let first = emails.first()?;
        let request = BulkRequest {
            from_email_address: format!("{} <{}>", quoted(&first.from_name), first.from_email),
            reply_to_addresses: [&first.reply_to],
            configuration_set_name: self.settings.configuration_set.as_deref(),
            default_content: DefaultContent {
                template: Template {
                    template_content: TemplateContent {
                        subject: "{{subject}}",
                        html: "{{html}}",
                        text: "{{text}}",
                    },
                    template_data: "{}",
                },
            },
            bulk_email_entries: emails.iter().map(entry).collect::<Option<_>>()?,
        };
        serde_json::to_string(&request).ok()
    }
}

fn entry(email: &Email) -> Option<Entry<'_>> {
    let data = TemplateData {
        subject: &email.subject,
        html: &email.html,
        text: &email.text,
    };
    let mut tags = vec![NameValue {
        name: "tenant_id",
        value: email.tenant.to_string(),
    }];
    tags.extend(email.send().map(|send| NameValue {
        name: "send_id",
        value: send.to_string(),
    }));
    Some(Entry {
        destination: Destination {
            to_addresses: [&email.to],
        },
        replacement_email_content: ReplacementContent {
            replacement_template: ReplacementTemplate {
                replacement_template_data: serde_json::to_string(&data).ok()?,
            },
        },
        replacement_headers: email
            .extra_headers()
            .into_iter()
            .map(|(name, value)| NameValue { name, value })
            .collect(),
        replacement_tags: tags,
    })
}

/// A display name as RFC 5322 writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

impl CarriesEmail for Ses {
    fn name(&self) -> &'static str {
        "ses"
    }

    async fn hand_over(&self, platform: &Platform, emails: &[Email]) -> Vec<HandOver> {
        let mut outcomes = Vec::with_capacity(emails.len());
        for chunk in chunks_of_bytes(emails) {
            outcomes.extend(self.send_chunk(platform, chunk).await);
        }
        outcomes
    }
}

/// Cuts messages into runs that fit into one request.
fn chunks_of_bytes(emails: &[Email]) -> Vec<&[Email]> {
    let mut chunks = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (index, email) in emails.iter().enumerate() {
        // JSON inside JSON: quotes and line ends cost more than a byte each.
        let size = (email.html.len() + email.text.len()) * 5 / 4 + 1_000;
        if index > start && bytes + size > MOST_BYTES {
            chunks.extend(emails.get(start..index));
            (start, bytes) = (index, 0);
        }
        bytes += size;
    }
    chunks.extend(emails.get(start..).filter(|rest| !rest.is_empty()));
    chunks
}

fn read(emails: &[Email], response: &IncomingResponse) -> Vec<HandOver> {
    if response.status == 200 {
        let unreadable = || HandOver::Unknown {
            reason: "the answer cannot be read".into(),
        };
        let Ok(answer) = json::read::<BulkAnswer>(&response.body) else {
            return all_alike(emails, &unreadable());
        };
        let mut results = answer.bulk_email_entry_results.into_iter();
        return emails
            .iter()
            .map(|_| results.next().map_or_else(unreadable, read_entry))
            .collect();
    }
    all_alike(emails, &read_error(response))
}

fn read_entry(result: EntryResult) -> HandOver {
    let reason = format!("{}: {}", result.status, result.error.unwrap_or_default());
    match (result.status.as_str(), result.message_id) {
        ("SUCCESS", Some(message_id)) => HandOver::Accepted { message_id },
        ("SUCCESS", None) => HandOver::Unknown { reason },
        (
            "TRANSIENT_FAILURE"
            | "ACCOUNT_THROTTLED"
            | "ACCOUNT_DAILY_QUOTA_EXCEEDED"
            | "ACCOUNT_SENDING_PAUSED"
            | "CONFIGURATION_SET_SENDING_PAUSED",
            _,
        ) => HandOver::TryLater {
            reason,
            retry_after: None,
        },
        ("FAILED", _) => HandOver::Unknown { reason },
        _ => HandOver::Refused { reason },
    }
}

/// A refusal is one that says so. A 500 is not: SES may have taken the messages before it failed.
fn read_error(response: &IncomingResponse) -> HandOver {
    let kind = response
        .header("x-amzn-errortype")
        .and_then(|kind| kind.split(':').next())
        .unwrap_or("no error type");
    let reason = format!("{} {kind}", response.status);
    let retry_after = response.retry_after_seconds();
    match response.status {
        // 521, 523, 525, 526 and 530 are the edge's own: it did not reach the service, so the service has taken nothing.
        429 | 503 | 521 | 523 | 525 | 526 | 530 => HandOver::TryLater {
            reason,
            retry_after,
        },
        // Wrong credentials, a paused account or a missing identity are mended by a person; the messages wait for that.
        400..=499 if kind != "BadRequestException" && kind != "MessageRejected" => {
            HandOver::TryLater {
                reason,
                retry_after,
            }
        }
        400..=499 => HandOver::Refused { reason },
        _ => HandOver::Unknown { reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LetterId;
    use crate::providers::email::Occasion;

    fn response(status: u16, headers: &[(&str, &str)], body: &str) -> IncomingResponse {
        IncomingResponse {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            body: body.into(),
        }
    }

    fn email(html: usize) -> Email {
        Email {
            tenant: crate::ids::TenantId::from_bytes([1; 16]),
            occasion: Occasion::Campaign {
                send: crate::ids::SendId::from_bytes([2; 16]),
                unsubscribe_url: "https://p.example/u/t".into(),
            },
            to: "a@b.example".into(),
            from_name: "Dana \"D\"".into(),
            from_email: "d@s.example".into(),
            reply_to: "r@s.example".into(),
            subject: "S".into(),
            html: "x".repeat(html),
            text: "t".into(),
        }
    }

    #[test]
    fn each_entry_has_its_own_outcome() {
        let body = r#"{"BulkEmailEntryResults":[
            {"Status":"SUCCESS","MessageId":"m1","Error":null},
            {"Status":"MESSAGE_REJECTED","Error":"no","MessageId":null},
            {"Status":"TRANSIENT_FAILURE"}, {"Status":"FAILED"}]}"#;
        let outcomes = read(&vec![email(1); 5], &response(200, &[], body));
        assert_eq!(
            outcomes[0],
            HandOver::Accepted {
                message_id: "m1".into()
            }
        );
        assert!(matches!(outcomes[1], HandOver::Refused { .. }));
        assert!(matches!(outcomes[2], HandOver::TryLater { .. }));
        assert!(matches!(outcomes[3], HandOver::Unknown { .. }));
        assert!(
            matches!(outcomes[4], HandOver::Unknown { .. }),
            "an entry that was left out"
        );
    }

    #[test]
    fn a_refusal_is_retried_and_a_failure_is_not() {
        let throttled = read_error(&response(
            429,
            &[
                ("Retry-After", "17"),
                ("x-amzn-ErrorType", "TooManyRequestsException:http"),
            ],
            "",
        ));
        assert_eq!(
            throttled,
            HandOver::TryLater {
                reason: "429 TooManyRequestsException".into(),
                retry_after: Some(17)
            }
        );
        assert!(matches!(
            read_error(&response(500, &[], "")),
            HandOver::Unknown { .. }
        ));
        assert!(matches!(
            read_error(&response(504, &[], "")),
            HandOver::Unknown { .. }
        ));
        for never_reached in [503, 521, 523, 525, 526, 530] {
            assert!(matches!(
                read_error(&response(never_reached, &[], "")),
                HandOver::TryLater { .. }
            ));
        }
        assert!(matches!(
            read_error(&response(
                400,
                &[("x-amzn-errortype", "BadRequestException")],
                ""
            )),
            HandOver::Refused { .. }
        ));
        assert!(matches!(
            read_error(&response(
                403,
                &[("x-amzn-errortype", "InvalidSignatureException")],
                ""
            )),
            HandOver::TryLater { .. }
        ));
    }

    #[test]
    fn requests_stay_under_the_services_size() {
        let emails = vec![email(300_000), email(300_000), email(300_000), email(10)];
        let lengths: Vec<_> = chunks_of_bytes(&emails)
            .iter()
            .map(|chunk| chunk.len())
            .collect();
        assert_eq!(lengths, [2, 2]);
        assert!(chunks_of_bytes(&[]).is_empty());
    }

    #[test]
    fn a_letter_to_a_user_has_nothing_of_a_campaigns() {
        let letter = Email {
            occasion: Occasion::Letter {
                id: LetterId::new(1),
            },
            ..email(1)
        };
        let entry = entry(&letter).unwrap();
        assert!(entry.replacement_headers.is_empty());
        let tags: Vec<_> = entry.replacement_tags.iter().map(|tag| tag.name).collect();
        assert_eq!(tags, ["tenant_id"]);
    }

    #[test]
    fn a_display_name_is_quoted() {
        assert_eq!(quoted("Dana \"D\""), "\"Dana \\\"D\\\"\"");
    }
}
