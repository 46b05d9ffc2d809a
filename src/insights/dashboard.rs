//! Putting the dashboard together.

use super::attention;
use super::model::{Compared, Dashboard, Day, Sending, Sends, Span, Today, Worth};
use crate::campaigns::counts::days::written;
use crate::campaigns::counts::{self, Counts, Days, OfDay, Period};
use crate::crm::figures;
use crate::crm::model::LeadStatus;
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Caller, Permission};

/// The dashboard as a caller may see it.
///
/// # Errors
/// The database's.
pub async fn show(platform: &Platform, caller: &Caller, period: Period) -> Result<Dashboard> {
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let days = counts::calendar(platform, tenant).await?;
    let (range, before) = (period.range(&days, now), period.before(&days, now));
    let (current, previous) = (span(&days, range), span(&days, before));
    let mut dashboard = Dashboard {
        period: period.as_str(),
        sends: None,
        engagement: None,
        new_leads: None,
        new_customers: None,
        open_deals: None,
        series: None,
        attention: attention::of(platform, caller).await?,
        current,
        previous,
    };
    if sees_all(caller, Permission::LedgerRead) {
        let all = counts::of_days(db, tenant, (before.0, range.1)).await?;
        let (of_current, of_previous) = (summed(&all, range), summed(&all, before));
        let due = counts::due(db, tenant, range.1).await?;
        let today = sends(&summed(&all, (range.1, range.1)));
        dashboard.sends = Some(Sending {
            today: Today { due, sends: today },
            compared: Compared {
                current: sends(&of_current),
                previous: sends(&of_previous),
            },
        });
        dashboard.engagement = Some(Compared {
            current: (&of_current).into(),
            previous: (&of_previous).into(),
        });
        dashboard.series = Some(series(&all, range));
    }
    let (since, until) = (dashboard.current.since, dashboard.current.until);
    let begun = dashboard.previous.since;
    if sees_all(caller, Permission::BusinessesRead) {
        let became = async |status: LeadStatus| -> Result<Compared<i64>> {
            Ok(Compared {
                current: figures::became(db, tenant, status, since, until).await?,
                previous: figures::became(db, tenant, status, begun, since).await?,
            })
        };
        dashboard.new_leads = Some(became(LeadStatus::Lead).await?);
        dashboard.new_customers = Some(became(LeadStatus::Customer).await?);
    }
    if sees_all(caller, Permission::DealsRead) {
        let open = async |at: Millis| -> Result<Vec<Worth>> {
            let worth = figures::open_deals(db, tenant, at).await?;
            Ok(worth
                .into_iter()
                .map(|of| Worth {
                    currency: of.currency,
                    amount: of.amount,
                    count: of.number,
                })
                .collect())
        };
        dashboard.open_deals = Some(Compared {
            current: open(now).await?,
            previous: open(since).await?,
        });
    }
    Ok(dashboard)
}

/// Whether a caller may see all of the organization's: counts are of all records.
pub fn sees_all(caller: &Caller, permission: Permission) -> bool {
    caller.permissions.has(permission) && caller.scope(permission).reach.is_whole()
}

fn span(days: &Days, (first, last): (i64, i64)) -> Span {
    Span {
        first_day: written(first),
        last_day: written(last),
        since: days.start(first),
        until: days.start(last + 1),
    }
}

fn summed(all: &[OfDay], (first, last): (i64, i64)) -> Counts {
    let mut sum = Counts::default();
    for of in all.iter().filter(|of| (first..=last).contains(&of.day)) {
        sum.add(&of.counts);
    }
    sum
}

fn sends(counts: &Counts) -> Sends {
    Sends {
        went_out: counts.went_out,
        outcomes: counts.into(),
    }
}

fn series(all: &[OfDay], (first, last): (i64, i64)) -> Vec<Day> {
    (first..=last)
        .map(|day| {
            let counts = summed(all, (day, day));
            Day {
                day: written(day),
                planned: counts.planned(),
                went_out: counts.went_out,
                delivered: counts.delivered,
                human_opened: counts.opened,
                human_clicked: counts.clicked,
                machine_opened: counts.machine_opened,
                machine_clicked: counts.machine_clicked,
                bounced: counts.bounced,
                complained: counts.complained,
                unsubscribed: counts.unsubscribed,
                replied: counts.replied,
                failed: counts.failed,
            }
        })
        .collect()
}
