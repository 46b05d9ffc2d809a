//! What an entry says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::http::caller::Actor;
use crate::ids::{AuditEntryId, TenantId};

/// The longest user agent that is kept.
const USER_AGENT: usize = 200;
/// The longest path that is kept.
const PATH: usize = 300;
/// The longest of every other text.
const TEXT: usize = 100;

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Somebody who signed in.
    User,
    /// A program with a key.
    ApiKey,
    /// The platform itself.
    System,
    /// Nobody knows: a sign-in that failed, a wrong key.
    Anonymous,
}

impl ActorKind {
    /// Every kind.
    pub const ALL: [ActorKind; 4] = [
        ActorKind::User,
        ActorKind::ApiKey,
        ActorKind::System,
        ActorKind::Anonymous,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            ActorKind::User => "user",
            ActorKind::ApiKey => "api_key",
            ActorKind::System => "system",
            ActorKind::Anonymous => "anonymous",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was not allowed.
    Denied,
    /// It was not done for another reason.
    Failure,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 3] = [Outcome::Success, Outcome::Denied, Outcome::Failure];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Denied => "denied",
            Outcome::Failure => "failure",
        }
    }

    /// What an HTTP status says about a request.
    pub fn of_status(status: u16) -> Self {
        match status {
            ..=399 => Outcome::Success,
            401 | 403 => Outcome::Denied,
            _ => Outcome::Failure,
        }
    }
}

/// One entry, as it travels on the queue `audit` (`queues/audit.md`) and as it is stored. Identifiers only: nothing in it may be a
/// person's data beyond who acted from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id, given when it is recorded, so that a message delivered twice counts once. Ordered by time.
    pub id: AuditEntryId,
    /// Whose log it belongs to.
    pub tenant_id: TenantId,
    /// When.
    pub occurred_at: Millis,
    /// What kind of actor.
    pub actor_kind: ActorKind,
    /// Which one: a user's or a key's id.
    pub actor_id: Option<String>,
    /// What tells people which one, such as the prefix of a key. Never an email address.
    pub actor_label: Option<String>,
    /// What was done: the operation's id, such as `createTag`, or an event such as `sign_in.succeeded`.
    pub action: String,
    /// The request's method; empty when there was no request.
    pub method: String,
    /// The route's path with its placeholders, as in `/api/v1/tags/{id}`; empty when there was no request.
    pub path_template: String,
    /// What kind of record it was about.
    pub record_type: Option<String>,
    /// Which record.
    pub record_id: Option<String>,
    /// The IP address the request came from.
    pub address: Option<String>,
    /// The request's user agent, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The request's id; empty when there was no request.
    pub request_id: String,
    /// The answer's HTTP status; 0 when there was no request.
    pub status: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// What tells whether a request was this one, without holding any of it: see [`super::request_hash`].
    pub request_hash: Option<String>,
}

impl Entry {
    /// A successful act of the platform itself at this moment. Whoever serves a request fills in the rest.
    pub fn new(tenant: TenantId, now: Millis, action: &str) -> Self {
        Entry {
            id: AuditEntryId::new(now),
            tenant_id: tenant,
            occurred_at: now,
            actor_kind: ActorKind::System,
            actor_id: None,
            actor_label: None,
            action: action.to_string(),
            method: String::new(),
            path_template: String::new(),
            record_type: None,
            record_id: None,
            address: None,
            user_agent: None,
            request_id: String::new(),
            status: 0,
            outcome: Outcome::Success,
            request_hash: None,
        }
    }

    /// Somebody's act.
    #[must_use]
    pub fn by(mut self, actor: &Actor) -> Self {
        (self.actor_kind, self.actor_id, self.actor_label) = match actor {
            Actor::User { id, .. } => (ActorKind::User, Some(id.to_string()), None),
            Actor::ApiKey { id, prefix } => (
                ActorKind::ApiKey,
                Some(id.to_string()),
                Some(prefix.to_string()),
            ),
            Actor::SetupKey => (ActorKind::ApiKey, None, Some("setup key".into())),
        };
        self
    }

    /// The entry with every text short, and without zero characters, which Postgres refuses. Much of an entry is what a client
    /// sent, and no client may make an entry that cannot be stored.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for text in [&mut self.action, &mut self.method, &mut self.request_id] {
            tidy(text, TEXT);
        }
        tidy(&mut self.path_template, PATH);
        let optional = [
            &mut self.actor_id,
            &mut self.actor_label,
            &mut self.record_type,
            &mut self.record_id,
            &mut self.address,
            &mut self.request_hash,
        ];
        for text in optional.into_iter().flatten() {
            tidy(text, TEXT);
        }
        if let Some(text) = &mut self.user_agent {
            tidy(text, USER_AGENT);
        }
        self
    }
}

fn tidy(text: &mut String, most: usize) {
    if text.len() > most || text.contains('\0') {
        *text = text
            .chars()
            .filter(|character| *character != '\0')
            .take(most)
            .collect();
    }
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chained {
    /// Its number in its tenant's log, from 1 on, without gaps.
    pub sequence: i64,
    /// The hash of the entry before it.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
}

/// An entry as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub struct EntryOut {
    /// Its id.
    pub id: AuditEntryId,
    /// Its number in the log, from 1 on.
    pub sequence: i64,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub occurred_at: Millis,
    /// What kind of actor.
    pub actor_kind: ActorKind,
    /// Which one: a user's or a key's id.
    pub actor_id: Option<String>,
    /// What tells people which one, such as the prefix of a key.
    pub actor_label: Option<String>,
    /// The operation's id, such as `createTag`, or an event such as `sign_in.succeeded`.
    pub action: String,
    /// The request's method; empty when there was no request.
    pub method: String,
    /// The route's path with its placeholders.
    pub path_template: String,
    /// What kind of record it was about.
    pub record_type: Option<String>,
    /// Which record.
    pub record_id: Option<String>,
    /// The IP address the request came from.
    pub address: Option<String>,
    /// The request's user agent, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// The answer's HTTP status; 0 when there was no request.
    pub status: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// A keyed hash of the request's method, path and body.
    pub request_hash: Option<String>,
    /// The hash of the entry before.
    pub previous_hash: String,
    /// The entry's own hash, which covers the one before.
    pub hash: String,
}

/// Where a tenant's chain begins and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last entry's number; one less than the first's when there is none.
    pub sequence: i64,
    /// The last entry's hash.
    pub hash: String,
    /// The oldest entry's number that is still kept.
    pub first_sequence: i64,
    /// The hash of the entry before that one.
    pub first_previous_hash: String,
    /// A hash over all of these, under the tenant's key: else an intruder could cut the log at either end and say that it
    /// begins or ends there.
    pub seal: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed<'a>(migration: &'a str, column: &str) -> Vec<&'a str> {
        let list = migration
            .split_once(&format!("CHECK ({column} IN ("))
            .unwrap()
            .1;
        let list = list.split_once("))").unwrap().0;
        list.split(", ")
            .map(|word| word.trim_matches('\''))
            .collect()
    }

    #[test]
    fn every_word_stands_in_its_check_and_none_besides() {
        for migration in [
            include_str!("../../d1/0005_audit.sql"),
            include_str!("../../migrations/0005_audit.sql"),
        ] {
            assert_eq!(
                allowed(migration, "actor_kind"),
                ActorKind::ALL.map(ActorKind::as_str)
            );
            assert_eq!(
                allowed(migration, "outcome"),
                Outcome::ALL.map(Outcome::as_str)
            );
        }
        for kind in ActorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn what_a_client_sent_is_cut_and_has_no_zero_character() {
        let mut entry = Entry::new(TenantId::new(1), 1, "createTag");
        entry.user_agent = Some("é\0".repeat(300));
        entry.request_id = "x".repeat(101);
        entry.record_id = Some("as it is".into());
        let tidied = entry.clone().tidied();
        assert_eq!(tidied.user_agent, Some("é".repeat(200)));
        assert_eq!(tidied.request_id.len(), 100);
        assert_eq!(tidied.record_id, entry.record_id);
        assert_eq!(tidied.clone().tidied(), tidied);
    }
}
