//! Pure: what is counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($name:ident = $column:ident, $counted:ident, $meaning:literal;)*) => {
        /// What a send can be counted as.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $meaning] $name,)*
        }

        impl Kind {
            /// All of them, in the order of their columns.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// Its column in `send_counts` and `send_count_deltas`.
            pub const fn column(self) -> &'static str {
                match self {
                    $(Kind::$name => stringify!($column),)*
                }
            }

            /// On which day it is counted.
            pub const fn counted(self) -> Counted {
                match self {
                    $(Kind::$name => Counted::$counted,)*
                }
            }
        }

        /// How many sends there are of each kind.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct Counts {
            $(#[doc = $meaning] pub $column: i64,)*
        }

        impl Counts {
            /// Adds others to these.
            pub fn add(&mut self, others: &Counts) {
                $(self.$column += others.$column;)*
            }

            /// How many of a kind.
            pub fn of(&self, kind: Kind) -> i64 {
                match kind {
                    $(Kind::$name => self.$column,)*
                }
            }
        }
    };
}

/// On which day a send is counted as something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// On the day it was planned.
    WhenPlanned,
    /// On the day that happened.
    WhenItHappened,
}

kinds! {
    Pending = pending, WhenPlanned, "Planned on the day and still under way.";
    Sent = sent, WhenPlanned, "Planned on the day and taken by the provider, whenever that was.";
    Failed = failed, WhenPlanned, "Planned on the day and given up; can be replayed.";
    Unknown = unknown, WhenPlanned, "Planned on the day, handed over, and nobody knows whether the provider took it.";
    SkippedByCondition = skipped_by_condition, WhenPlanned, "Planned on the day and left out by a condition of the step.";
    SkippedUnwanted = skipped_unwanted, WhenPlanned, "Planned on the day and left out because the recipient wants none or takes none.";
    SkippedEnded = skipped_ended, WhenPlanned, "Planned on the day and left out because the enrolment or the person's record had ended.";
    SkippedNoAddress = skipped_no_address, WhenPlanned, "Planned on the day and left out for want of an address.";
    SkippedFaulty = skipped_faulty, WhenPlanned, "Planned on the day and left out because its template or step could not be used.";
    WentOut = went_out, WhenItHappened, "Taken by the provider on the day, whenever it was planned.";
    Delivered = delivered, WhenItHappened, "Reached the mailbox.";
    Bounced = bounced, WhenItHappened, "Refused for good by the mailbox, or dropped by the provider.";
    Complained = complained, WhenItHappened, "Reported as spam.";
    Replied = replied, WhenItHappened, "Answered.";
    Unsubscribed = unsubscribed, WhenItHappened, "Led to the recipient's unsubscribing.";
    Opened = opened, WhenItHappened, "Opened by a person, for the first time.";
    MachineOpened = machine_opened, WhenItHappened, "Opened by a privacy proxy, for the first time.";
    Clicked = clicked, WhenItHappened, "Clicked by a person, for the first time.";
    MachineClicked = machine_clicked, WhenItHappened, "Clicked by a machine, for the first time.";
    HumanOpens = human_opens, WhenItHappened, "All opens by people.";
    MachineOpens = machine_opens, WhenItHappened, "All opens by machines.";
    HumanClicks = human_clicks, WhenItHappened, "All clicks by people.";
    MachineClicks = machine_clicks, WhenItHappened, "All clicks by machines.";
}

impl Kind {
    /// What a send counts as that is skipped for this reason.
    pub fn of_skip(reason: &str) -> Kind {
        match reason.split(':').next().unwrap_or_default() {
            "suppressed" | "do_not_email" => Kind::SkippedUnwanted,
            "enrolment_stopped" | "deleted" => Kind::SkippedEnded,
            "no_address" => Kind::SkippedNoAddress,
            "template_error" | "template_not_found" | "step_not_found" => Kind::SkippedFaulty,
            _ => Kind::SkippedByCondition,
        }
    }

    /// The columns of those that are counted so.
    pub fn columns(counted: Counted) -> impl Iterator<Item = &'static str> {
        Kind::ALL
            .iter()
            .filter(move |kind| kind.counted() == counted)
            .map(|kind| kind.column())
    }
}

impl Counts {
    /// All that were skipped.
    pub fn skipped(&self) -> i64 {
        self.skipped_by_condition
            + self.skipped_unwanted
            + self.skipped_ended
            + self.skipped_no_address
            + self.skipped_faulty
    }

    /// All that were planned: always sent + skipped + failed + unknown + pending.
    pub fn planned(&self) -> i64 {
        self.sent + self.skipped() + self.failed + self.unknown + self.pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_column_in_both_tables_of_both_folders() {
        for migration in [
            include_str!("../../../d1/0018_counts.sql"),
            include_str!("../../../migrations/0018_counts.sql"),
        ] {
            for table in ["send_counts", "send_count_deltas"] {
                let (_, after) = migration
                    .split_once(&format!("CREATE TABLE {table} ("))
                    .unwrap();
                let (table, _) = after.split_once("PRIMARY KEY").unwrap();
                let columns: Vec<_> = table
                    .lines()
                    .filter(|line| line.contains("DEFAULT 0"))
                    .map(|line| line.split_whitespace().next().unwrap())
                    .collect();
                let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.column()).collect();
                assert_eq!(columns, kinds);
            }
        }
    }

    #[test]
    fn reasons_have_their_kinds() {
        for (reason, kind) in [
            ("opened:C-1", Kind::SkippedByCondition),
            ("has_tag:Family owned", Kind::SkippedByCondition),
            ("suppressed:bounced", Kind::SkippedUnwanted),
            ("do_not_email", Kind::SkippedUnwanted),
            ("deleted", Kind::SkippedEnded),
            ("no_address", Kind::SkippedNoAddress),
            ("template_error: line 3", Kind::SkippedFaulty),
        ] {
            assert_eq!(Kind::of_skip(reason), kind, "{reason}");
        }
    }
}
