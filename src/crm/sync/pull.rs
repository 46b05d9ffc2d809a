//! One step of a run: a page of records, or some of those that are no more over there.

use super::apply;
use super::model::{Resource, Run};
use super::remote::{self, Remote, Unusable};
use super::store::{self, Commit, Leased, Next, Waiting};
use crate::config::ContentApi;
use crate::crm::model::{RunKind, RunPhase};
use crate::edge::clock::{DAY, MINUTE, Millis, SECOND};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::ids::TenantId;
use crate::providers::content_api::{self, Question, Trouble};
use crate::time;

/// How long a run is held without a word.
pub const LEASE: Millis = 2 * MINUTE;
/// Attempts at a page before the run is given up.
const ATTEMPTS: i64 = 6;
/// The first wait after an attempt; it doubles each time.
const FIRST_WAIT: Millis = 30 * SECOND;
/// How long it waits when it is told to be patient and not for how long, and the most it lets itself be told.
const PATIENCE: Millis = MINUTE;
const MOST_PATIENCE: Millis = 60 * MINUTE;
/// A run that is older will not come to its end any more.
const LONGEST: Millis = 2 * DAY;
/// Records that are marked in one step.
const MARKED_AT_ONCE: i64 = 500;
/// So many may be gone whatever their part is.
const FEW: i64 = 10;

/// How far a run is in marking: in which kind of record, and behind which number.
#[derive(Default)]
struct Marked {
    kind: usize,
    number: i64,
}

impl Marked {
    fn read(cursor: Option<&str>) -> Option<Self> {
        let (kind, number) = cursor?.split_once(':')?;
        Some(Marked {
            kind: kind.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    fn write(&self) -> String {
        format!("{}:{}", self.kind, self.number)
    }
}

/// What came of a step.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// The run is over, waits, or is somebody else's: it is let go already.
    Ended,
}

/// A run that we hold, and with what we ask for its pages.
pub struct Pull<'a> {
    /// What it works with.
    pub platform: &'a Platform,
    /// Where its records come from.
    pub api: &'a ContentApi,
    /// Whose it is.
    pub tenant: &'a TenantId,
    /// By what we hold it.
    pub leased: Leased<'a>,
}

impl Pull<'_> {
    /// Does the next step of the run.
    ///
    /// # Errors
    /// The database's.
    pub async fn step(&self, run: &Run) -> Result<Step> {
        let now = self.platform.now();
        if now.saturating_sub(run.started_at) > LONGEST {
            let reason = "it was not through after two days";
            return self.give_up("took_too_long", reason).await;
        }
        match run.phase {
            RunPhase::Communities => self.page(run, Resource::Community).await,
            RunPhase::Businesses => self.page(run, Resource::Business).await,
            RunPhase::Vanished => self.mark(run).await,
        }
    }

    async fn page(&self, run: &Run, resource: Resource) -> Result<Step> {
        let question = Question {
            path: match resource {
                Resource::Community => "communities",
                Resource::Business => "listings",
            },
            cursor: run.remote_cursor.as_deref(),
            updated_since: run.updated_since.map(time::format),
        };
        let page = match content_api::page(self.platform, self.api, &question).await {
            Ok(page) => page,
            Err(trouble) => return self.bear(run, trouble).await,
        };
        let records: Vec<_> = page
            .records
            .iter()
            .map(|record| remote::read(resource, record))
            .collect();
        let next = match (page.next, resource, run.kind) {
            (Some(cursor), _, _) => Next {
                phase: run.phase,
                cursor: Some(cursor),
                is_done: false,
            },
            (None, Resource::Community, _) => at_beginning_of(RunPhase::Businesses),
            (None, Resource::Business, RunKind::Full) => at_beginning_of(RunPhase::Vanished),
            (None, Resource::Business, RunKind::Incremental) => Next {
                is_done: true,
                ..at_beginning_of(RunPhase::Businesses)
            },
        };
        self.write(run, resource, &records, next).await
    }

    async fn write(
        &self,
        run: &Run,
        resource: Resource,
        records: &[std::result::Result<Remote, Unusable>],
        next: Next,
    ) -> Result<Step> {
        let now = self.platform.now();
        let is_done = next.is_done;
        let commit = self.commit(run, next, now);
        let db = &self.platform.db;
        match apply::apply(db, self.tenant, resource, records, &commit, now).await? {
            Some(_) if !is_done => Ok(Step::More),
            Some(_) => Ok(Step::Ended),
            // Somebody else holds it by now; or what it is about is being changed all the time, and then it tries again.
            None => {
                let until = now.saturating_add(PATIENCE);
                let reason = "its records are being changed all the time";
                self.wait(until, reason, run.attempts).await
            }
        }
    }

    fn commit<'a>(&'a self, run: &'a Run, next: Next, now: Millis) -> Commit<'a> {
        Commit::Page {
            run,
            lease: self.leased.token,
            until: now.saturating_add(LEASE),
            next,
        }
    }

    /// Marks what a full run has not seen: it is no more over there, or it is hidden. Here it stays.
    async fn mark(&self, run: &Run) -> Result<Step> {
        let (db, tenant, now) = (&self.platform.db, self.tenant, self.platform.now());
        let place = Marked::read(run.remote_cursor.as_deref());
        if place.is_none()
            && let Some(reason) = self.too_much(run).await?
        {
            return self.give_up("too_much_vanished", &reason).await;
        }
        let place = place.unwrap_or_default();
        let kinds = Resource::ALL.iter().enumerate().skip(place.kind);
        for (kind, resource) in kinds {
            let behind = if kind == place.kind { place.number } else { 0 };
            let (since, most) = (run.started_at, MARKED_AT_ONCE);
            let unseen = store::unseen(db, tenant, *resource, behind, since, most).await?;
            let Some((number, _)) = unseen.last_key_value() else {
                continue;
            };
            let place = Marked {
                kind,
                number: *number,
            };
            let next = Next {
                cursor: Some(place.write()),
                ..at_beginning_of(RunPhase::Vanished)
            };
            let commit = self.commit(run, next, now);
            let token = hex::encode(crate::edge::random::bytes::<16>());
            return match store::vanish(db, tenant, *resource, &commit, &unseen, &token, now).await?
            {
                true => Ok(Step::More),
                // One of them was heard of in between, or somebody else holds the run.
                false => {
                    store::release(db, tenant, &self.leased).await?;
                    Ok(Step::Ended)
                }
            };
        }
        let next = Next {
            is_done: true,
            ..at_beginning_of(RunPhase::Vanished)
        };
        self.write(run, Resource::Business, &[], next).await
    }

    /// Why nothing is to be marked, if so much is gone that it is rather a fault over there.
    async fn too_much(&self, run: &Run) -> Result<Option<String>> {
        for resource in Resource::ALL {
            let db = &self.platform.db;
            let (known, unseen) =
                store::balance(db, self.tenant, *resource, run.started_at).await?;
            if unseen > FEW && unseen > known / 2 {
                return Ok(Some(format!(
                    "{unseen} of {known} records ({}) were not among those that came: nothing was marked, as that is more likely a fault over there",
                    resource.as_str()
                )));
            }
        }
        Ok(None)
    }

    async fn bear(&self, run: &Run, trouble: Trouble) -> Result<Step> {
        let now = self.platform.now();
        match trouble {
            Trouble::Never(code, reason) => self.give_up(code, &reason).await,
            Trouble::Busy(seconds) => {
                let wait = seconds.map_or(PATIENCE, |seconds| i64::from(seconds) * SECOND);
                let until = now.saturating_add(wait.clamp(SECOND, MOST_PATIENCE));
                let reason = "the Content API wants to be left alone (429)";
                self.wait(until, reason, run.attempts).await
            }
            Trouble::NotNow(reason) => {
                let attempts = run.attempts.saturating_add(1);
                if attempts >= ATTEMPTS {
                    return self.give_up("content_api_unavailable", &reason).await;
                }
                let doubled = 1_i64 << run.attempts.clamp(0, 16);
                let until = now.saturating_add(FIRST_WAIT.saturating_mul(doubled));
                self.wait(until, &reason, attempts).await
            }
        }
    }

    async fn wait(&self, until: Millis, reason: &str, attempts: i64) -> Result<Step> {
        let waiting = Waiting {
            until,
            reason,
            attempts,
        };
        store::wait(&self.platform.db, self.tenant, &self.leased, &waiting).await?;
        Ok(Step::Ended)
    }

    async fn give_up(&self, code: &str, reason: &str) -> Result<Step> {
        let (db, now) = (&self.platform.db, self.platform.now());
        store::fail(db, self.tenant, &self.leased, code, reason, now).await?;
        Ok(Step::Ended)
    }
}

fn at_beginning_of(phase: RunPhase) -> Next {
    Next {
        phase,
        cursor: None,
        is_done: false,
    }
}
