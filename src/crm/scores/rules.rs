//! Pure: what counts for a score and how much, as a tenant sets it.

use std::collections::BTreeSet;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{BY_HAND, STATUS};
use crate::crm::model::{ActivityType, LeadStatus, Score};
use crate::edge::clock::Millis;
use crate::http::checks::{between, hold};

/// Rules that a score has at most: more than there are activities.
const MOST_RULES: usize = 64;
/// The longest half-life: ten years.
const LONGEST: i64 = 3_650;

/// What counts for each score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoringRules {
    /// How promising a business is.
    #[garde(dive)]
    pub lead: ScoreRules,
    /// How well a customer does with us.
    #[garde(dive)]
    pub health: ScoreRules,
    /// How close in touch we are.
    #[garde(dive)]
    pub warmness: ScoreRules,
    /// Days in which a score that is set by hand goes half the way back to what happened.
    #[garde(custom(between(1, LONGEST)))]
    pub by_hand_half_life_days: i64,
}

/// What counts for a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreRules {
    /// What every business starts with, 0 to 100.
    #[garde(custom(between(0, 100)))]
    pub base: i64,
    /// What happens.
    #[garde(custom(each_once), length(max = MOST_RULES), dive)]
    pub events: Vec<EventRule>,
    /// Where the business stands with us, as long as it stands there.
    #[garde(custom(each_status_once), length(max = MOST_RULES), dive)]
    pub statuses: Vec<StatusRule>,
}

/// What an activity counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// The activity. What we sent ourselves counts for nothing.
    #[garde(custom(is_theirs))]
    pub on: ActivityType,
    /// Points, -100 to 100.
    #[garde(custom(between(-100, 100)))]
    pub points: i64,
    /// Days in which they halve; null when they stay.
    #[garde(inner(custom(between(1, LONGEST))))]
    pub half_life_days: Option<i64>,
    /// What all such activities together count at most, either way; null for no limit.
    #[garde(inner(custom(between(1, 100))))]
    pub cap: Option<i64>,
}

/// What a status counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusRule {
    /// The status.
    #[garde(skip)]
    pub status: LeadStatus,
    /// Points, -100 to 100.
    #[garde(custom(between(-100, 100)))]
    pub points: i64,
}

/// A tenant's rules, as the API answers them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoringRulesOut {
    /// One more with every change; 0 for the rules that come with the platform.
    pub version: i64,
    /// What counts.
    #[serde(flatten)]
    pub rules: ScoringRules,
    /// When they were last changed.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub updated_at: Option<Millis>,
}

fn each_once(rules: &[EventRule], _: &()) -> garde::Result {
    let activities: BTreeSet<_> = rules.iter().map(|rule| rule.on.as_str()).collect();
    hold(
        activities.len() == rules.len(),
        "must name each activity once",
    )
}

fn each_status_once(rules: &[StatusRule], _: &()) -> garde::Result {
    let statuses: BTreeSet<_> = rules.iter().map(|rule| rule.status.as_str()).collect();
    hold(statuses.len() == rules.len(), "must name each status once")
}

/// What the database does not mark (0011_scores) can have no rule.
fn is_theirs(activity: &ActivityType, _: &()) -> garde::Result {
    let ours = [
        ActivityType::EmailSent,
        ActivityType::SmsSent,
        ActivityType::SmsDelivered,
    ];
    hold(
        !ours.contains(activity),
        "must be something that they did, and not what we sent",
    )
}

impl ScoringRules {
    /// Those of a score.
    pub fn of(&self, score: Score) -> &ScoreRules {
        match score {
            Score::Lead => &self.lead,
            Score::Health => &self.health,
            Score::Warmness => &self.warmness,
        }
    }
}

impl ScoreRules {
    /// What an activity of this type counts.
    pub fn on(&self, activity: &str) -> Option<&EventRule> {
        self.events
            .iter()
            .find(|rule| rule.on.as_str() == activity && rule.points != 0)
    }

    /// What a status counts.
    pub fn status(&self, status: LeadStatus) -> i64 {
        let rule = self.statuses.iter().find(|rule| rule.status == status);
        rule.map_or(0, |rule| rule.points)
    }

    /// What contributions of a reason count together at most.
    pub fn cap(&self, reason: &str) -> Option<i64> {
        match reason {
            BY_HAND | STATUS => None,
            activity => self.on(activity)?.cap,
        }
    }
}

fn events(rules: &[(ActivityType, i64, i64, i64)]) -> Vec<EventRule> {
    let rule = |(on, points, half_life, cap): &(ActivityType, i64, i64, i64)| EventRule {
        on: *on,
        points: *points,
        half_life_days: Some(*half_life),
        cap: Some(*cap),
    };
    rules.iter().map(rule).collect()
}

impl Default for ScoringRules {
    /// Those that come with the platform: what takes somebody more effort counts more, and for longer.
    fn default() -> Self {
        use ActivityType::*;
        let status = |(status, points): (LeadStatus, i64)| StatusRule { status, points };
        ScoringRules {
            lead: ScoreRules {
                base: 0,
                events: events(&[
                    (EmailOpened, 2, 14, 10),
                    (EmailClicked, 6, 21, 24),
                    (EmailReplied, 20, 45, 40),
                    (SmsReplied, 15, 45, 30),
                    (CallInbound, 15, 30, 30),
                    (CallAnswered, 8, 30, 16),
                    (PageVisited, 2, 14, 10),
                    (PresentationWatched, 5, 21, 10),
                    (PresentationCompleted, 12, 30, 24),
                    (FormSubmitted, 20, 45, 40),
                    (DocumentDownloaded, 6, 30, 18),
                    (ChatStarted, 8, 21, 16),
                    (AppointmentBooked, 30, 60, 60),
                    (OrderCreated, 15, 60, 30),
                    (OrderPaid, 30, 120, 60),
                    (EmailBounced, -10, 90, 20),
                    (EmailUnsubscribed, -30, 180, 30),
                    (EmailComplained, -50, 365, 50),
                ]),
                statuses: [
                    (LeadStatus::Lead, 5),
                    (LeadStatus::Qualified, 20),
                    (LeadStatus::Trial, 25),
                    (LeadStatus::Customer, 30),
                    (LeadStatus::Churned, -10),
                    (LeadStatus::Unsubscribed, -50),
                ]
                .map(status)
                .into(),
            },
            health: ScoreRules {
                base: 70,
                events: events(&[
                    (OrderPaid, 8, 90, 24),
                    (SubscriptionStarted, 10, 120, 10),
                    (SubscriptionRenewed, 15, 180, 30),
                    (SubscriptionCancelled, -50, 180, 50),
                    (SupportTicketCreated, -6, 30, 24),
                    (SupportTicketResolved, 5, 30, 20),
                    (EmailReplied, 4, 45, 12),
                    (AppointmentBooked, 6, 60, 18),
                    (EmailComplained, -20, 180, 20),
                    (EmailUnsubscribed, -10, 180, 10),
                ]),
                statuses: Vec::new(),
            },
            warmness: ScoreRules {
                base: 0,
                events: events(&[
                    (EmailOpened, 4, 5, 16),
                    (EmailClicked, 12, 7, 36),
                    (EmailReplied, 35, 10, 60),
                    (SmsReplied, 35, 10, 60),
                    (CallInbound, 35, 10, 60),
                    (CallAnswered, 20, 10, 40),
                    (PageVisited, 5, 5, 20),
                    (PresentationWatched, 8, 7, 16),
                    (PresentationCompleted, 18, 10, 36),
                    (FormSubmitted, 35, 10, 50),
                    (DocumentDownloaded, 10, 7, 20),
                    (ChatStarted, 18, 7, 36),
                    (AppointmentBooked, 50, 21, 70),
                    (OrderCreated, 30, 21, 50),
                    (OrderPaid, 40, 30, 60),
                    (EmailUnsubscribed, -40, 90, 40),
                    (EmailComplained, -60, 180, 60),
                ]),
                statuses: Vec::new(),
            },
            by_hand_half_life_days: 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_come_with_the_platform_hold() {
        let rules = ScoringRules::default();
        rules.validate().unwrap();
        let text = serde_json::to_string(&rules).unwrap();
        assert_eq!(crate::json::read::<ScoringRules>(&text).unwrap(), rules);
        for score in Score::ALL {
            for rule in &rules.of(*score).events {
                assert!(
                    rule.cap.is_none_or(|cap| cap >= rule.points.abs()),
                    "{rule:?}"
                );
            }
        }
    }

    #[test]
    fn a_rule_that_cannot_be_is_refused() {
        let wrong = |change: fn(&mut ScoringRules)| {
            let mut rules = ScoringRules::default();
            change(&mut rules);
            rules.validate().is_err()
        };
        assert!(wrong(|rules| rules.lead.base = 101));
        assert!(wrong(|rules| rules.lead.events[0].points = 101));
        assert!(wrong(|rules| rules.lead.events[0].half_life_days = Some(0)));
        assert!(wrong(|rules| rules.lead.events[0].cap = Some(0)));
        assert!(wrong(
            |rules| rules.lead.events[0].on = ActivityType::EmailSent
        ));
        assert!(wrong(
            |rules| rules.lead.events[0].on = ActivityType::EmailClicked
        ));
        assert!(wrong(
            |rules| rules.lead.statuses[0].status = LeadStatus::Trial
        ));
        assert!(wrong(|rules| rules.by_hand_half_life_days = 0));
    }
}
