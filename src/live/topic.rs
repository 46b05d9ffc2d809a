//! What pages can be told of, and who may hear it: whoever may read it from the API.

use crate::permission::Permission;

macro_rules! topics {
    ($($(#[$meaning:meta])* $name:ident = $word:literal, $permission:ident;)*) => {
        /// A topic of the feed. Those of records are called as their path of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Topic {
            $(#[doc = concat!("`", $word, "`")] $(#[$meaning])* $name,)*
        }

        impl Topic {
            /// All of them.
            pub const ALL: &'static [Topic] = &[$(Topic::$name),*];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Topic::$name => $word,)*
                }
            }

            /// What one needs to hear of it.
            pub const fn permission(self) -> Permission {
                match self {
                    $(Topic::$name => Permission::$permission,)*
                }
            }
        }
    };
}

topics! {
    ApiKeys = "api-keys", ApiKeysRead;
    Businesses = "businesses", BusinessesRead;
    Communities = "communities", CommunitiesRead;
    DeadLetters = "dead-letters", DeadLettersRead;
    Deals = "deals", DealsRead;
    Duplicates = "duplicates", BusinessesRead;
    /// Opens and clicks that have come in.
    Engagement = "engagement", LedgerRead;
    Enrolments = "enrolments", EnrolmentsRead;
    Exports = "exports", ExportsRead;
    FeatureFlags = "feature-flags", FeatureFlagsRead;
    Imports = "imports", ImportsRead;
    Industries = "industries", IndustriesRead;
    Invitations = "invitations", MembersRead;
    IpAllowList = "ip-allow-list", IpAllowListRead;
    Locations = "locations", LocationsRead;
    Members = "members", MembersRead;
    Merges = "merges", RecordsMerge;
    Notes = "notes", NotesRead;
    Objections = "objections", NeedsRead;
    PainPoints = "pain-points", NeedsRead;
    People = "people", PeopleRead;
    Pipelines = "pipelines", PipelinesRead;
    ProductInterests = "product-interests", NeedsRead;
    Roles = "roles", RolesRead;
    /// Scores that were calculated anew.
    Scores = "scores", BusinessesRead;
    ScoringRules = "scoring-rules", ScoringRead;
    Segments = "segments", SegmentsRead;
    /// Messages that were sent, or were not.
    Sends = "sends", LedgerRead;
    Sequences = "sequences", SequencesRead;
    Stages = "stages", PipelinesRead;
    Suppressions = "suppressions", SuppressionsRead;
    Sync = "sync", SyncRead;
    Tags = "tags", TagsRead;
    Tasks = "tasks", TasksRead;
    Templates = "templates", TemplatesRead;
    Tenant = "tenant", TenantRead;
}

impl Topic {
    /// The topic of a path's records; `None` for what no page shows.
    pub fn of_path(segment: &str) -> Option<Self> {
        Topic::ALL
            .iter()
            .copied()
            .find(|topic| topic.as_str() == segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_one_topics() {
        for topic in Topic::ALL {
            assert_eq!(Topic::of_path(topic.as_str()), Some(*topic));
        }
        assert_eq!(Topic::of_path("sessions"), None);
    }
}
