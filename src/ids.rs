//! Ids: UUIDv7 as text behind one type per kind, so that a person's id cannot be passed where a business's is meant.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::edge::clock::Millis;
use crate::edge::db::Value;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id, ordered by time.
            pub fn new(now: Millis) -> Self {
                $name(uuid_v7(now, crate::edge::random::bytes()))
            }

            /// Reads an id; `None` when the text is not a UUID in its canonical form.
            pub fn parse(text: &str) -> Option<Self> {
                is_canonical_uuid(text).then(|| $name(text.to_string()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $name::parse(&text).ok_or_else(|| {
                    serde::de::Error::custom("must be an id such as 01900000-0000-7000-8000-000000000001")
                })
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid", "examples": ["01900000-0000-7000-8000-000000000001"] })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                Value::Text(id.0.clone())
            }
        }

        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Value::Text(id.0)
            }
        }
    )*};
}

ids! {
    /// An organization that uses the platform.
    TenantId,
    /// A town or neighbourhood.
    CommunityId,
    /// A line of business.
    IndustryId,
    /// A business.
    BusinessId,
    /// A contact at a business.
    PersonId,
    /// A label on businesses.
    TagId,
    /// Businesses or people of whom some rules hold.
    SegmentId,
    /// What somebody wrote down about a business.
    NoteId,
    /// Something to be done for a business.
    TaskId,
    /// A business's interest in a product.
    ProductInterestId,
    /// Something that troubles a business.
    PainPointId,
    /// Something a business says against an offer.
    ObjectionId,
    /// A drip sequence.
    SequenceId,
    /// A step, the same through all versions of its sequence.
    StepId,
    /// One person's way through a sequence.
    EnrolmentId,
    /// A bulk enrolment with its progress.
    EnrolmentJobId,
    /// A ledger row.
    SendId,
    /// What one queue message stands for.
    BatchId,
    /// An entry of the timeline.
    ActivityId,
    /// A role of a tenant's own.
    RoleId,
    /// An API key.
    ApiKeyId,
    /// A range of addresses from which the platform may be used.
    AllowedRangeId,
    /// Somebody who signs in.
    UserId,
    /// One signing-in and what follows from it.
    SessionId,
    /// Somebody asked to join a tenant.
    InvitationId,
    /// A place a tenant works at.
    LocationId,
    /// An email to one of our own users.
    LetterId,
    /// An open or a click as it came in.
    TrackingEventId,
    /// An entry of the audit log.
    AuditEntryId,
    /// A way that deals take, stage by stage.
    PipelineId,
    /// A stage of a pipeline.
    StageId,
    /// A business on its way through a pipeline.
    DealId,
    /// An entry of a deal's history.
    MoveId,
    /// A file that is taken in.
    ImportId,
    /// A list that is written into a file.
    ExportId,
    /// A pull from the content database.
    SyncRunId,
    /// A record that a run did not take.
    RefusalId,
    /// A record of the content database and the one it is here.
    ContentRecordId,
    /// What the content database's webhook brought.
    DeliveryId,
    /// Two records that may be the same.
    DuplicateId,
    /// Two records made one.
    MergeId,
    /// How somebody looks at a list.
    ViewId,
    /// What a change of the ledger or of enrolments changes in their counts.
    CountDeltaId,
    /// A round of the planner that wrote into the ledger.
    RoundId,
    /// A message that its consumer failed on again and again.
    DeadLetterId,
}

impl SendId {
    /// The one id that a step of an enrolment on a channel can have: the enrolment's first eighty bits, then a hash of all
    /// three. So the row cannot be written twice, an enrolment's sends are one range of ids, and the id tells its month.
    pub fn derive(enrolment: &EnrolmentId, step: &StepId, channel: &str) -> Self {
        let hash = Sha256::digest(format!("{enrolment}/{step}/{channel}"));
        let prefix: String = enrolment.as_str().chars().take(24).collect();
        let tail: String = hash
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        SendId(prefix + &tail)
    }
}

macro_rules! sixteen_bytes {
    ($($name:ident),*) => {$(
        impl $name {
            /// The sixteen bytes of the id, for tokens.
            pub fn to_bytes(&self) -> Option<[u8; 16]> {
                uuid::Uuid::parse_str(&self.0)
                    .ok()
                    .map(uuid::Uuid::into_bytes)
            }

            /// The id of these sixteen bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                $name(uuid::Uuid::from_bytes(bytes).to_string())
            }
        }
    )*};
}

sixteen_bytes!(SendId, TenantId, UserId, SessionId, ExportId);

macro_rules! derived {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        impl $name {
            $(#[$doc])*
            pub fn derive(moment: Millis, fact: &str) -> Self {
                $name(derived(moment, fact))
            }
        }
    )*};
}

derived! {
    /// The id of the entry that a fact makes, ordered by when it happened: the same fact cannot be entered twice.
    ActivityId,
    /// The id of a pipeline that every tenant has: it cannot be made twice.
    PipelineId,
    /// The id of a stage of such a pipeline.
    StageId,
}

fn derived(moment: Millis, fact: &str) -> String {
    let hash = Sha256::digest(fact);
    let mut random = [0; 10];
    random
        .iter_mut()
        .zip(hash.iter())
        .for_each(|(to, from)| *to = *from);
    uuid_v7(moment, random)
}

impl MoveId {
    /// The lowest id that a move of this moment can have: a time is a range of ids.
    pub fn floor(moment: Millis) -> Self {
        MoveId(lowest_uuid(moment))
    }
}

impl DuplicateId {
    /// The one id that a pair can have, whichever way round it is named: the time of the younger record, then a hash of both.
    pub fn of_pair(one: &str, other: &str) -> Self {
        let (older, younger) = (one.min(other), one.max(other));
        let hash = Sha256::digest(format!("{older}/{younger}"));
        let millis: String = younger.chars().filter(|c| *c != '-').take(12).collect();
        let mut random = [0; 10];
        random
            .iter_mut()
            .zip(hash.iter())
            .for_each(|(to, from)| *to = *from);
        DuplicateId(uuid_v7(
            i64::from_str_radix(&millis, 16).unwrap_or(0),
            random,
        ))
    }
}

impl AuditEntryId {
    /// The lowest id that an entry of this moment can have: a time is a range of ids.
    pub fn floor(moment: Millis) -> Self {
        AuditEntryId(lowest_uuid(moment))
    }
}

impl ActivityId {
    /// The lowest id that an activity of this moment can have: a time is a range of ids.
    pub fn floor(moment: Millis) -> Self {
        ActivityId(lowest_uuid(moment))
    }
}

fn lowest_uuid(moment: Millis) -> String {
    let millis = u64::try_from(moment).unwrap_or(0);
    let time: String = format!("{millis:012x}").chars().take(12).collect();
    let (high, low) = time.split_at_checked(8).unwrap_or((&time, ""));
    format!("{high}-{low}-0000-0000-000000000000")
}

impl TrackingEventId {
    /// The id of these sixteen bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        TrackingEventId(uuid::Uuid::from_bytes(bytes).to_string())
    }
}

fn uuid_v7(now: Millis, random: [u8; 10]) -> String {
    let millis = u64::try_from(now).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .to_string()
}

/// Ids are compared as text, so only one spelling is an id: lower case, with hyphens.
fn is_canonical_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_time_and_canonical() {
        let (early, late) = (
            PersonId::new(1_700_000_000_000),
            PersonId::new(1_700_000_000_001),
        );
        assert!(early < late);
        assert_eq!(PersonId::parse(early.as_str()), Some(early));
        assert_eq!(PersonId::parse("01900000-0000-7000-8000-00000000000"), None);
        assert_eq!(
            PersonId::parse("01900000-0000-7000-8000-00000000000A"),
            None
        );
        assert_eq!(PersonId::parse("' OR 1=1 --"), None);
    }

    #[test]
    fn a_moment_is_a_range_of_audit_entries() {
        for moment in [0, 1_700_000_000_000] {
            let id = AuditEntryId::new(moment);
            assert!(AuditEntryId::floor(moment) <= id);
            assert!(id < AuditEntryId::floor(moment + 1));
            let floor = AuditEntryId::floor(moment);
            assert_eq!(AuditEntryId::parse(floor.as_str()), Some(floor));
        }
    }

    #[test]
    fn a_pair_has_one_id_whichever_way_round() {
        let (older, younger) = (
            PersonId::new(1_700_000_000_000),
            PersonId::new(1_700_000_000_001),
        );
        let id = DuplicateId::of_pair(older.as_str(), younger.as_str());
        assert_eq!(id, DuplicateId::of_pair(younger.as_str(), older.as_str()));
        assert_eq!(id.as_str().get(..13), younger.as_str().get(..13));
        assert_ne!(id, DuplicateId::of_pair(older.as_str(), older.as_str()));
    }

    #[test]
    fn a_send_has_one_id_within_its_enrolments_range() {
        let enrolment = EnrolmentId::new(1_700_000_000_000);
        let (first, second) = (StepId::new(1), StepId::new(2));
        let id = SendId::derive(&enrolment, &first, "email");
        assert_eq!(id, SendId::derive(&enrolment, &first, "email"));
        assert_ne!(id, SendId::derive(&enrolment, &second, "email"));
        assert_ne!(id, SendId::derive(&enrolment, &first, "sms"));
        assert_eq!(id.as_str().get(..24), enrolment.as_str().get(..24));
        assert_eq!(SendId::from_bytes(id.to_bytes().unwrap()), id);
    }
}
