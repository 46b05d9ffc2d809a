//! Pure: counts as people read them: people and machines apart, and what is of what.

use schemars::JsonSchema;
use serde::Serialize;

use super::kinds::Counts;

/// What was planned and what became of it. `planned` is always sent + skipped + failed + unknown + pending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SendOutcomes")]
pub struct Outcomes {
    /// All that was decided.
    pub planned: i64,
    /// Still under way.
    pub pending: i64,
    /// Of those planned: taken by the provider.
    pub sent: i64,
    /// Of those planned: given up; can be replayed.
    pub failed: i64,
    /// Of those planned: nobody knows.
    pub unknown: i64,
    /// Of those planned: left out.
    pub skipped: i64,
    /// Why those were left out.
    pub skipped_because: Skipped,
}

/// Why sends were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SkippedSends")]
pub struct Skipped {
    /// A condition of the step.
    pub condition: i64,
    /// The recipient wants none or takes none.
    pub unwanted: i64,
    /// The enrolment or the person's record had ended.
    pub ended: i64,
    /// There was no address.
    pub no_address: i64,
    /// The template or the step could not be used.
    pub faulty: i64,
}

/// What somebody did with emails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Engaged {
    /// Emails opened, each once.
    pub opened: i64,
    /// Emails with a link followed, each once.
    pub clicked: i64,
    /// All opens.
    pub opens: i64,
    /// All clicks.
    pub clicks: i64,
}

/// What happened to emails that went out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Engagement {
    /// Taken by the provider.
    pub went_out: i64,
    /// Reached the mailbox.
    pub delivered: i64,
    /// Refused for good.
    pub bounced: i64,
    /// Reported as spam.
    pub complained: i64,
    /// Answered.
    pub replied: i64,
    /// Led to an unsubscription.
    pub unsubscribed: i64,
    /// What people did.
    pub human: Engaged,
    /// What privacy proxies and scanners did.
    pub machine: Engaged,
    /// Of those that went out; null when none did.
    pub rates: Option<Rates>,
}

/// Of the emails that went out, from 0 to 1. Of what went out on a day some is opened on another, so that the rates of a short
/// time can be above 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Rates {
    /// Reached the mailbox.
    pub delivered: f64,
    /// Refused for good.
    pub bounced: f64,
    /// Reported as spam.
    pub complained: f64,
    /// Answered.
    pub replied: f64,
    /// Led to an unsubscription.
    pub unsubscribed: f64,
    /// Opened by a person.
    pub opened: f64,
    /// Clicked by a person.
    pub clicked: f64,
    /// Opened by a machine.
    pub machine_opened: f64,
    /// Clicked by a machine.
    pub machine_clicked: f64,
}

impl From<&Counts> for Outcomes {
    fn from(counts: &Counts) -> Self {
        Outcomes {
            planned: counts.planned(),
            pending: counts.pending,
            sent: counts.sent,
            failed: counts.failed,
            unknown: counts.unknown,
            skipped: counts.skipped(),
            skipped_because: Skipped {
                condition: counts.skipped_by_condition,
                unwanted: counts.skipped_unwanted,
                ended: counts.skipped_ended,
                no_address: counts.skipped_no_address,
                faulty: counts.skipped_faulty,
            },
        }
    }
}

impl From<&Counts> for Engagement {
    fn from(counts: &Counts) -> Self {
        Engagement {
            went_out: counts.went_out,
            delivered: counts.delivered,
            bounced: counts.bounced,
            complained: counts.complained,
            replied: counts.replied,
            unsubscribed: counts.unsubscribed,
            human: Engaged {
                opened: counts.opened,
                clicked: counts.clicked,
                opens: counts.human_opens,
                clicks: counts.human_clicks,
            },
            machine: Engaged {
                opened: counts.machine_opened,
                clicked: counts.machine_clicked,
                opens: counts.machine_opens,
                clicks: counts.machine_clicks,
            },
            rates: (counts.went_out > 0).then(|| rates(counts)),
        }
    }
}

fn rates(counts: &Counts) -> Rates {
    let of = |part: i64| {
        // Counts stay far below 2^53. Four digits are more than anybody reads.
        #[allow(clippy::cast_precision_loss)]
        let rate = part as f64 / counts.went_out as f64;
        (rate * 10_000.0).round() / 10_000.0
    };
    Rates {
        delivered: of(counts.delivered),
        bounced: of(counts.bounced),
        complained: of(counts.complained),
        replied: of(counts.replied),
        unsubscribed: of(counts.unsubscribed),
        opened: of(counts.opened),
        clicked: of(counts.clicked),
        machine_opened: of(counts.machine_opened),
        machine_clicked: of(counts.machine_clicked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_of_what_went_out() {
        let counts = Counts {
            went_out: 3,
            opened: 1,
            ..Counts::default()
        };
        let rates = Engagement::from(&counts).rates.unwrap();
        assert_eq!((rates.opened, rates.clicked), (0.3333, 0.0));
        assert_eq!(Engagement::from(&Counts::default()).rates, None);
    }

    #[test]
    fn the_sum_holds() {
        let counts = Counts {
            sent: 1,
            pending: 2,
            skipped_unwanted: 4,
            skipped_faulty: 8,
            failed: 16,
            unknown: 32,
            went_out: 64,
            ..Counts::default()
        };
        let outcomes = Outcomes::from(&counts);
        assert_eq!((outcomes.planned, outcomes.skipped), (63, 12));
    }
}
