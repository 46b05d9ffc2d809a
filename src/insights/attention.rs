//! What needs a person now.

use super::dashboard::sees_all;
use super::model::Attention;
use crate::campaigns::ledger::{self, SendStatus};
use crate::campaigns::sequences;
use crate::campaigns::tenants;
use crate::crm::{figures, sync};
use crate::dead_letters;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Caller, Permission};

/// Nobody needs to know of how many more than so many.
const MOST: i64 = 1_000;

/// What a caller may see of it, what hurts most first. What there is none of is left out.
///
/// # Errors
/// The database's.
pub async fn of(platform: &Platform, caller: &Caller) -> Result<Vec<Attention>> {
    let mut found = Found(Vec::new());
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let probe = MOST + 1;
    if sees_all(caller, Permission::FeatureFlagsRead)
        && tenants::find(db, tenant)
            .await?
            .is_some_and(|tenant| !tenant.is_sending.0)
    {
        found.add("sending_is_off", 1, "/api/v1/feature-flags", |_| {
            "Sending is switched off for all sequences.".into()
        });
    }
    if sees_all(caller, Permission::LedgerRead) {
        let unknown = ledger::unsettled_count(db, tenant, SendStatus::Unknown, probe).await?;
        let path = "/api/v1/sends?filter[status]=unknown";
        found.add("unknown_sends", unknown, path, |count| {
            counted(
                &count,
                "email of which nobody knows whether it went out",
                "emails of which nobody knows whether they went out",
            )
        });
    }
    if sees_all(caller, Permission::DeadLettersRead) {
        let dead = dead_letters::open_count(db, tenant, probe).await?;
        let path = "/api/v1/dead-letters?filter[status]=open";
        found.add("dead_letters", dead, path, |count| {
            counted(
                &count,
                "message that could not be processed",
                "messages that could not be processed",
            )
        });
    }
    if sees_all(caller, Permission::LedgerRead) {
        let failed = ledger::unsettled_count(db, tenant, SendStatus::Failed, probe).await?;
        let path = "/api/v1/sends?filter[status]=failed";
        found.add("failed_sends", failed, path, |count| {
            counted(
                &count,
                "email that was given up and can be sent again",
                "emails that were given up and can be sent again",
            )
        });
    }
    if sees_all(caller, Permission::SyncRead)
        && let Some(failure) = sync::failure(platform, tenant).await?
    {
        found.add("failing_sync", 1, "/api/v1/sync/runs", |_| {
            format!("The last pull from the content database failed. {failure}")
        });
    }
    if sees_all(caller, Permission::ImportsRead) {
        let failed = figures::failed_imports(db, tenant, now).await?;
        found.add("failed_imports", failed, "/api/v1/imports", |count| {
            counted(
                &count,
                "import that failed this week",
                "imports that failed this week",
            )
        });
    }
    if sees_all(caller, Permission::SequencesRead) {
        let paused = sequences::paused_count(db, tenant, probe).await?;
        let path = "/api/v1/sequences?status=paused";
        found.add("paused_sequences", paused, path, |count| {
            counted(
                &count,
                "sequence that is paused",
                "sequences that are paused",
            )
        });
    }
    if caller.permissions.has(Permission::TasksRead) {
        let scope = caller.scope(Permission::TasksRead);
        let overdue = figures::overdue_tasks(db, &scope, now, probe).await?;
        let path = "/api/v1/tasks?filter[overdue]=true";
        found.add("overdue_tasks", overdue, path, |count| {
            counted(&count, "task that is overdue", "tasks that are overdue")
        });
    }
    let pairs = [
        (
            Permission::BusinessesRead,
            "businesses",
            "duplicate_businesses",
            "/api/v1/duplicates?what=businesses",
        ),
        (
            Permission::PeopleRead,
            "people",
            "duplicate_people",
            "/api/v1/duplicates?what=people",
        ),
    ];
    for (permission, what, kind, path) in pairs {
        if sees_all(caller, permission) {
            let pending = figures::pending_duplicates(db, tenant, what, probe).await?;
            found.add(kind, pending, path, |count| {
                counted(
                    &count,
                    &format!("pair of {what} that may be the same"),
                    &format!("pairs of {what} that may be the same"),
                )
            });
        }
    }
    Ok(found.0)
}

struct Found(Vec<Attention>);

impl Found {
    fn add(
        &mut self,
        kind: &'static str,
        count: i64,
        path: &'static str,
        text: impl FnOnce(String) -> String,
    ) {
        if count <= 0 {
            return;
        }
        let or_more = count > MOST;
        let count = count.min(MOST);
        let number = match or_more {
            true => format!("More than {count}"),
            false => count.to_string(),
        };
        self.0.push(Attention {
            kind,
            count,
            or_more,
            text: text(number),
            path,
        });
    }
}

/// `1 task that is overdue.`, `3 tasks that are overdue.`
fn counted(count: &str, one: &str, many: &str) -> String {
    let what = if count == "1" { one } else { many };
    format!("{count} {what}.")
}
