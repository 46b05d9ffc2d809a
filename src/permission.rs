//! What a caller may be allowed to do: one `resource:action` word for each kind of thing the API does.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! permissions {
    ($($name:ident = $word:literal, $meaning:literal;)*) => {
        /// A permission. Roles hold them, API keys are scoped by them, every operation of the API asks for one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $(#[doc = $meaning] $name,)*
        }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Permission] = &[$(Permission::$name),*];

            /// The word, as roles and keys hold it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Permission::$name => $word,)*
                }
            }

            /// What it allows, for people.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Permission::$name => $meaning,)*
                }
            }
        }
    };
}

permissions! {
    ActivitiesRead = "activities:read", "See what happened with a business";
    ActivitiesWrite = "activities:write", "Record what happened with a business";
    ApiKeysRead = "api_keys:read", "See API keys, never their secrets";
    ApiKeysWrite = "api_keys:write", "Make, rotate and revoke API keys";
    AuditLogExport = "audit_log:export", "Take the audit log away as a file";
    AuditLogRead = "audit_log:read", "See who did what";
    AuditLogVerify = "audit_log:verify", "Check that nobody changed the audit log";
    BusinessesDelete = "businesses:delete", "Delete and restore businesses";
    BusinessesRead = "businesses:read", "See businesses";
    BusinessesWrite = "businesses:write", "Create and change businesses and the tags on them";
    CommunitiesDeploy = "communities:deploy", "Start a campaign in a whole community";
    CommunitiesRead = "communities:read", "See communities";
    CommunitiesWrite = "communities:write", "Create and change communities";
    DeadLettersRead = "dead_letters:read", "See messages that could not be processed";
    DeadLettersReplay = "dead_letters:replay", "Process such messages again, or let them go";
    DealsRead = "deals:read", "See deals and where they are in their pipeline";
    DealsWrite = "deals:write", "Add, change, move and remove deals";
    EnrolmentsRead = "enrolments:read", "See who is in a sequence";
    EnrolmentsWrite = "enrolments:write", "Enrol people in a sequence and take them out";
    ExportsRead = "exports:read", "See exports and take their files away";
    ExportsWrite = "exports:write", "Export businesses and people into files";
    FeatureFlagsRead = "feature_flags:read", "See feature flags";
    FeatureFlagsWrite = "feature_flags:write", "Switch features on and off";
    ImportsRead = "imports:read", "See imports and the rows they refused";
    ImportsWrite = "imports:write", "Take businesses and people in from files";
    IndustriesRead = "industries:read", "See industries";
    IndustriesWrite = "industries:write", "Create and change industries";
    IpAllowListRead = "ip_allow_list:read", "See from which addresses the platform may be used";
    IpAllowListWrite = "ip_allow_list:write", "Change from which addresses the platform may be used";
    LedgerRead = "ledger:read", "See every send with its outcome";
    LedgerReplay = "ledger:replay", "Send failed messages again and settle unknown outcomes";
    LocationsRead = "locations:read", "See locations";
    LocationsWrite = "locations:write", "Create and change locations";
    MembersRead = "members:read", "See the team and its invitations";
    MembersWrite = "members:write", "Invite, change and remove members of the team";
    NeedsRead = "needs:read", "See what a business is interested in, what troubles it and what it objects to";
    NeedsWrite = "needs:write", "Record what a business is interested in, what troubles it and what it objects to";
    NotesDelete = "notes:delete", "Delete and restore notes";
    NotesRead = "notes:read", "See notes";
    NotesWrite = "notes:write", "Write and change notes";
    PeopleDelete = "people:delete", "Delete and restore people";
    PeopleRead = "people:read", "See people and how to reach them";
    PeopleWrite = "people:write", "Create and change people";
    PipelinesRead = "pipelines:read", "See pipelines and their stages";
    PipelinesWrite = "pipelines:write", "Create and change pipelines and their stages";
    RecordsMerge = "records:merge", "Make two records one, and undo it";
    RolesRead = "roles:read", "See roles and what they may do";
    RolesWrite = "roles:write", "Make and change own roles";
    ScoringRead = "scoring:read", "See what counts for scores";
    ScoringWrite = "scoring:write", "Change what counts for scores";
    SearchRead = "search:read", "Search; finds what one may see";
    SegmentsRead = "segments:read", "See segments, and of their members what one may see anyway";
    SegmentsWrite = "segments:write", "Make and change segments";
    SequencesLaunch = "sequences:launch", "Activate, pause, resume and archive sequences";
    SequencesRead = "sequences:read", "See sequences and their steps";
    SequencesWrite = "sequences:write", "Create and change sequences";
    SuppressionsRead = "suppressions:read", "See who is never written to";
    SuppressionsWrite = "suppressions:write", "Enter who is never written to";
    SyncRead = "sync:read", "See what is brought over from the content database";
    SyncWrite = "sync:write", "Start pulling from the content database";
    TagsDelete = "tags:delete", "Delete tags";
    TagsRead = "tags:read", "See tags";
    TagsWrite = "tags:write", "Create and change tags";
    TasksDelete = "tasks:delete", "Delete and restore tasks";
    TasksRead = "tasks:read", "See tasks";
    TasksWrite = "tasks:write", "Create, change, snooze and complete tasks";
    TemplatesRead = "templates:read", "See email templates";
    TemplatesWrite = "templates:write", "Create and change email templates";
    TenantRead = "tenant:read", "See the organization's settings";
    TenantWrite = "tenant:write", "Change the organization's settings";
    ViewsWrite = "views:write", "Change and delete the views that others share";
}

impl Permission {
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Permission::ALL
            .iter()
            .copied()
            .find(|permission| permission.as_str() == word)
    }

    /// Whether it is about businesses, or what hangs on them: records that have an owner and a location.
    pub const fn is_about_records(self) -> bool {
        matches!(
            self,
            Permission::ActivitiesRead
                | Permission::ActivitiesWrite
                | Permission::BusinessesDelete
                | Permission::BusinessesRead
                | Permission::BusinessesWrite
                | Permission::DealsRead
                | Permission::DealsWrite
                | Permission::EnrolmentsRead
                | Permission::EnrolmentsWrite
                | Permission::LedgerRead
                | Permission::LedgerReplay
                | Permission::NeedsRead
                | Permission::NeedsWrite
                | Permission::NotesDelete
                | Permission::NotesRead
                | Permission::NotesWrite
                | Permission::PeopleDelete
                | Permission::PeopleRead
                | Permission::PeopleWrite
                | Permission::TasksDelete
                | Permission::TasksRead
                | Permission::TasksWrite
                | Permission::RecordsMerge
        )
    }

    const fn bit(self) -> u128 {
        1 << (self as u8)
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Permission::parse(&word).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{word}` is no permission; GET /api/v1/permissions lists them"
            ))
        })
    }
}

impl JsonSchema for Permission {
    fn schema_name() -> Cow<'static, str> {
        "Permission".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = Permission::ALL
            .iter()
            .map(|permission| permission.as_str())
            .collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

/// What somebody may do, and which of it with the records that they own only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// All of it.
    pub permissions: Permissions,
    /// What is bound to their own records.
    pub own_records: Permissions,
}

impl Allowance {
    /// These, with whatever record.
    pub const fn of(permissions: Permissions) -> Self {
        Allowance {
            permissions,
            own_records: Permissions::NONE,
        }
    }

    /// What of this goes beyond another: what the other has not, or has for their own records only.
    pub const fn beyond(self, other: Allowance) -> Permissions {
        let unbound = self.permissions.without(self.own_records);
        self.permissions
            .without(other.permissions)
            .with(unbound.both(other.own_records))
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u128);

impl Permissions {
    /// None.
    pub const NONE: Permissions = Permissions(0);

    /// These.
    pub const fn of(list: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = list;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Permissions(bits)
    }

    /// All there are.
    pub const fn all() -> Self {
        Permissions::of(Permission::ALL)
    }

    /// Whether this one is among them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Those of either.
    pub const fn with(self, others: Permissions) -> Self {
        Permissions(self.0 | others.0)
    }

    /// These, but not the others.
    pub const fn without(self, others: Permissions) -> Self {
        Permissions(self.0 & !others.0)
    }

    /// Those in both.
    pub const fn both(self, others: Permissions) -> Self {
        Permissions(self.0 & others.0)
    }

    /// Whether all of these are among the others.
    pub const fn within(self, others: Permissions) -> bool {
        self.0 & !others.0 == 0
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(list: I) -> Self {
        list.into_iter().fold(Permissions::NONE, |set, permission| {
            set.with(Permissions(permission.bit()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_resource_and_action_in_order_and_fit_the_set() {
        let words: Vec<_> = Permission::ALL
            .iter()
            .map(|permission| permission.as_str())
            .collect();
        assert!(words.is_sorted());
        assert!(words.len() <= 128);
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
            assert_eq!(permission.as_str().split(':').count(), 2);
        }
    }

    #[test]
    fn sets() {
        let read = Permissions::of(&[Permission::TagsRead, Permission::PeopleRead]);
        let tags = Permissions::of(&[Permission::TagsRead, Permission::TagsWrite]);
        assert!(read.has(Permission::TagsRead) && !read.has(Permission::TagsWrite));
        assert_eq!(
            read.both(tags).iter().collect::<Vec<_>>(),
            [Permission::TagsRead]
        );
        assert_eq!(
            read.without(tags),
            Permissions::of(&[Permission::PeopleRead])
        );
        assert!(read.within(Permissions::all()) && !read.within(tags));
    }

    #[test]
    fn what_is_bound_to_own_records_is_less() {
        let read = Permissions::of(&[Permission::PeopleRead]);
        let bound = Allowance {
            permissions: read,
            own_records: read,
        };
        assert_eq!(Allowance::of(read).beyond(bound), read);
        assert_eq!(bound.beyond(Allowance::of(read)), Permissions::NONE);
        assert_eq!(bound.beyond(bound), Permissions::NONE);
        assert_eq!(bound.beyond(Allowance::default()), read);
    }
}
