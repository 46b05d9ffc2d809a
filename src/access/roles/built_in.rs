//! Pure: the roles that every tenant has.

use crate::permission::Permission::{self, *};
use crate::permission::Permissions;

/// A role that every tenant has.
pub struct BuiltIn {
    /// Its name, by which memberships hold it.
    pub name: &'static str,
    /// For people.
    pub description: &'static str,
    /// What it may do.
    pub permissions: Permissions,
}

const VIEWER: Permissions = Permissions::of(&[
    ActivitiesRead,
    BusinessesRead,
    CommunitiesRead,
    DealsRead,
    EnrolmentsRead,
    IndustriesRead,
    LedgerRead,
    LocationsRead,
    NeedsRead,
    NotesRead,
    PeopleRead,
    PipelinesRead,
    ScoringRead,
    SearchRead,
    SegmentsRead,
    SequencesRead,
    SuppressionsRead,
    TagsRead,
    TasksRead,
    TemplatesRead,
    TenantRead,
]);

const AGENT: Permissions = VIEWER.with(Permissions::of(&[
    ActivitiesWrite,
    BusinessesWrite,
    DealsWrite,
    EnrolmentsWrite,
    NeedsWrite,
    NotesWrite,
    PeopleWrite,
    SuppressionsWrite,
    TasksWrite,
]));

const MANAGER: Permissions = AGENT.with(Permissions::of(&[
    BusinessesDelete,
    CommunitiesDeploy,
    CommunitiesWrite,
    DeadLettersRead,
    DeadLettersReplay,
    ExportsRead,
    ExportsWrite,
    FeatureFlagsRead,
    ImportsRead,
    ImportsWrite,
    IndustriesWrite,
    LedgerReplay,
    MembersRead,
    NotesDelete,
    PeopleDelete,
    PipelinesWrite,
    RecordsMerge,
    RolesRead,
    ScoringWrite,
    SegmentsWrite,
    SequencesLaunch,
    SequencesWrite,
    SyncRead,
    TagsDelete,
    TagsWrite,
    TasksDelete,
    TemplatesWrite,
]));

/// All of them, from the most to the least.
pub const ALL: [BuiltIn; 5] = [
    BuiltIn {
        name: "owner",
        description: "May do everything, also name other owners.",
        permissions: Permissions::all(),
    },
    BuiltIn {
        name: "admin",
        description: "May do everything but change the organization itself.",
        permissions: Permissions::all().without(Permissions::of(&[TenantWrite])),
    },
    BuiltIn {
        name: "manager",
        description: "Runs campaigns and keeps the records.",
        permissions: MANAGER,
    },
    BuiltIn {
        name: "agent",
        description: "Works with businesses and people.",
        permissions: AGENT,
    },
    BuiltIn {
        name: "viewer",
        description: "Looks, and changes nothing.",
        permissions: VIEWER,
    },
];

/// The built-in role of this name.
pub fn find(name: &str) -> Option<&'static BuiltIn> {
    static ROLES: [BuiltIn; 5] = ALL;
    ROLES.iter().find(|role| role.name == name)
}

/// What a role may do by itself, as a list.
pub fn list(role: &BuiltIn) -> Vec<Permission> {
    role.permissions.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_next_may_and_more() {
        for pair in ALL.windows(2) {
            let (more, less) = (&pair[0], &pair[1]);
            assert!(less.permissions.within(more.permissions), "{}", less.name);
            assert_ne!(less.permissions, more.permissions);
        }
        assert!(find("owner").is_some() && find("root").is_none());
    }

    #[test]
    fn a_viewer_only_reads() {
        let viewer = find("viewer").unwrap();
        assert!(
            list(viewer)
                .iter()
                .all(|permission| permission.as_str().ends_with(":read"))
        );
        for secret in [ApiKeysRead, AuditLogRead, MembersRead] {
            assert!(!viewer.permissions.has(secret));
        }
    }
}
