//! What decides whether a step is sent: its conditions, and the facts they ask about.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::model::LeadStatus;
use crate::edge::clock::Millis;
use crate::error::FieldError;

/// A step's conditions. All are optional; a step without any is always sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// Skip when an earlier step (its `campaign_id`), or `any`, was opened by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_if_opened: Option<String>,
    /// Skip when an earlier step, or `any`, was clicked by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_if_clicked: Option<String>,
    /// Skip when an earlier step, or `any`, was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_if_replied: Option<String>,
    /// `skip_if_opened` counts opens by privacy proxies too. Off by default: such a proxy opens everything.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub count_privacy_opens: bool,
    /// Skip when the business carries one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_if_tag: Vec<String>,
    /// Skip unless the business carries one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_unless_tag: Vec<String>,
    /// Skip when the business has one of these lead statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_if_lead_status: Vec<LeadStatus>,
    /// End the enrolment when one of these has happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop_if: Vec<StopEvent>,
}

/// What can end an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopEvent {
    /// The person answered since the enrolment started.
    Replied,
    /// The person booked since the enrolment started.
    Booked,
    /// The business ordered since the enrolment started.
    Ordered,
    /// The person does not want our mail.
    Unsubscribed,
    /// The person's address does not take mail.
    Bounced,
}

/// The word that stands for every earlier step.
pub const ANY_STEP: &str = "any";

/// What became of an earlier send of the same enrolment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Engagement {
    /// Opened by a person.
    pub opened: bool,
    /// Opened by a privacy proxy.
    pub machine_opened: bool,
    /// Clicked by a person.
    pub clicked: bool,
    /// Answered.
    pub replied: bool,
}

/// The facts about a person and business that conditions ask for.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// When the enrolment started.
    pub started_at: Millis,
    /// Last reply.
    pub replied_at: Option<Millis>,
    /// Last booking.
    pub booked_at: Option<Millis>,
    /// Last order.
    pub ordered_at: Option<Millis>,
    /// Does not want mail.
    pub unsubscribed: bool,
    /// Mail does not arrive.
    pub bounced: bool,
    /// The business's lead status.
    pub lead_status: Option<LeadStatus>,
    /// The business's tags.
    pub tags: Vec<String>,
    /// Earlier sends of this enrolment by `campaign_id`.
    pub earlier: BTreeMap<String, Engagement>,
}

/// What the conditions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Send the step.
    Send,
    /// Leave this step out, for this reason.
    Skip(String),
    /// End the enrolment, for this reason.
    Stop(&'static str),
}

impl Conditions {
    /// Whether deciding needs what became of earlier sends.
    pub fn ask_for_engagement(&self) -> bool {
        self.engagement_rules().any(|(_, step)| step.is_some())
    }

    /// Whether deciding needs the business's tags.
    pub fn ask_for_tags(&self) -> bool {
        !self.skip_if_tag.is_empty() || !self.skip_unless_tag.is_empty()
    }

    /// The steps (by `campaign_id`) these conditions name, with the field that names each.
    pub fn named_steps(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.engagement_rules()
            .filter_map(|(field, step)| step.map(|step| (field, step)))
            .filter(|(_, step)| *step != ANY_STEP)
    }

    fn engagement_rules(&self) -> impl Iterator<Item = (&'static str, Option<&str>)> {
        [
            ("skip_if_opened", self.skip_if_opened.as_deref()),
            ("skip_if_clicked", self.skip_if_clicked.as_deref()),
            ("skip_if_replied", self.skip_if_replied.as_deref()),
        ]
        .into_iter()
    }

    /// Decides. Stops come before skips: who has left must not be kept by a step that would be skipped anyway.
    pub fn decide(&self, facts: &Facts) -> Verdict {
        for event in &self.stop_if {
            if let Some(reason) = event.happened(facts) {
                return Verdict::Stop(reason);
            }
        }
        if let Some(reason) = self.skip_by_engagement(facts) {
            return Verdict::Skip(reason);
        }
        if let Some(tag) = self.skip_if_tag.iter().find(|tag| facts.tags.contains(tag)) {
            return Verdict::Skip(format!("has_tag:{tag}"));
        }
        if !self.skip_unless_tag.is_empty()
            && !self
                .skip_unless_tag
                .iter()
                .any(|tag| facts.tags.contains(tag))
        {
            return Verdict::Skip(format!("lacks_tag:{}", self.skip_unless_tag.join(",")));
        }
        match facts.lead_status {
            Some(status) if self.skip_if_lead_status.contains(&status) => {
                Verdict::Skip(format!("lead_status:{}", status.as_str()))
            }
            _ => Verdict::Send,
        }
    }

    fn skip_by_engagement(&self, facts: &Facts) -> Option<String> {
        let opened = |earlier: &Engagement| {
            earlier.opened || (self.count_privacy_opens && earlier.machine_opened)
        };
        skip_after("opened", self.skip_if_opened.as_deref(), facts, opened)
            .or_else(|| {
                skip_after(
                    "clicked",
                    self.skip_if_clicked.as_deref(),
                    facts,
                    |earlier| earlier.clicked,
                )
            })
            .or_else(|| {
                skip_after(
                    "replied",
                    self.skip_if_replied.as_deref(),
                    facts,
                    |earlier| earlier.replied,
                )
            })
    }
}

/// The reason to skip when the named step, or any, had this engagement.
fn skip_after(
    word: &str,
    step: Option<&str>,
    facts: &Facts,
    holds: impl Fn(&Engagement) -> bool,
) -> Option<String> {
    let step = step?;
    let (campaign, _) = facts
        .earlier
        .iter()
        .filter(|(campaign, _)| step == ANY_STEP || campaign.as_str() == step)
        .find(|(_, engagement)| holds(engagement))?;
    Some(format!("{word}:{campaign}"))
}

impl StopEvent {
    fn happened(self, facts: &Facts) -> Option<&'static str> {
        let since = |moment: Option<Millis>| moment.is_some_and(|at| at >= facts.started_at);
        let (holds, reason) = match self {
            StopEvent::Replied => (since(facts.replied_at), "replied"),
            StopEvent::Booked => (since(facts.booked_at), "booked"),
            StopEvent::Ordered => (since(facts.ordered_at), "ordered"),
            StopEvent::Unsubscribed => (facts.unsubscribed, "unsubscribed"),
            StopEvent::Bounced => (facts.bounced, "bounced"),
        };
        holds.then_some(reason)
    }
}

/// Checks that every step's conditions name earlier steps only. Steps that ask about each other in a circle are reported
/// as what they are.
pub fn check_references(steps: &[(&str, &Conditions)]) -> Vec<FieldError> {
    let position: BTreeMap<&str, usize> = steps
        .iter()
        .enumerate()
        .map(|(index, (campaign, _))| (*campaign, index))
        .collect();
    let mut errors = Vec::new();
    for (index, (campaign, conditions)) in steps.iter().enumerate() {
        for (field, named) in conditions.named_steps() {
            let path = format!("steps[{index}].conditions.{field}");
            let complaint = match position.get(named) {
                None => Some(format!(
                    "`{named}` is not a step of this sequence; name an earlier step's campaign_id, or `any`"
                )),
                Some(at) if *at < index => None,
                Some(_) if reaches(steps, &position, named, campaign) => Some(format!(
                    "`{campaign}` and `{named}` ask about each other in a circle; a condition may only name an earlier step"
                )),
                Some(_) => Some(format!(
                    "`{named}` comes later; a condition may only name an earlier step"
                )),
            };
            errors.extend(complaint.map(|message| FieldError::new(path, message)));
        }
    }
    errors
}

/// Whether following the conditions from `start` leads to `goal`.
fn reaches(
    steps: &[(&str, &Conditions)],
    position: &BTreeMap<&str, usize>,
    start: &str,
    goal: &str,
) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![start];
    while let Some(current) = open.pop() {
        if current == goal {
            return true;
        }
        if !seen.insert(current) {
            continue;
        }
        let conditions = position.get(current).and_then(|index| steps.get(*index));
        if let Some((_, conditions)) = conditions {
            open.extend(conditions.named_steps().map(|(_, named)| named));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(json: serde_json::Value) -> Conditions {
        serde_json::from_value(json).unwrap()
    }

    fn facts(earlier: &[(&str, Engagement)]) -> Facts {
        Facts {
            started_at: 1_000,
            earlier: earlier
                .iter()
                .map(|(campaign, engagement)| ((*campaign).to_string(), *engagement))
                .collect(),
            ..Facts::default()
        }
    }

    const OPENED: Engagement = Engagement {
        opened: true,
        machine_opened: false,
        clicked: false,
        replied: false,
    };
    const PROXY_OPENED: Engagement = Engagement {
        opened: false,
        machine_opened: true,
        clicked: false,
        replied: false,
    };

    #[test]
    fn a_named_step_counts_alone_and_any_counts_all() {
        let named = conditions(serde_json::json!({"skip_if_opened": "HOOK-001"}));
        let any = conditions(serde_json::json!({"skip_if_opened": "any"}));
        let other_opened = facts(&[("EDU-001", OPENED)]);
        assert_eq!(named.decide(&other_opened), Verdict::Send);
        assert_eq!(
            any.decide(&other_opened),
            Verdict::Skip("opened:EDU-001".into())
        );
        assert_eq!(
            named.decide(&facts(&[("HOOK-001", OPENED)])),
            Verdict::Skip("opened:HOOK-001".into())
        );
    }

    #[test]
    fn a_privacy_proxy_counts_only_when_the_step_says_so() {
        let plain = conditions(serde_json::json!({"skip_if_opened": "any"}));
        let proxies =
            conditions(serde_json::json!({"skip_if_opened": "any", "count_privacy_opens": true}));
        let by_proxy = facts(&[("HOOK-001", PROXY_OPENED)]);
        assert_eq!(plain.decide(&by_proxy), Verdict::Send);
        assert!(matches!(proxies.decide(&by_proxy), Verdict::Skip(_)));
    }

    #[test]
    fn stops_come_before_skips_and_count_from_the_start() {
        let rule = conditions(
            serde_json::json!({"skip_if_tag": ["a"], "stop_if": ["ordered", "unsubscribed"]}),
        );
        let mut person = facts(&[]);
        person.tags = vec!["a".into()];
        assert_eq!(rule.decide(&person), Verdict::Skip("has_tag:a".into()));
        person.ordered_at = Some(999);
        assert_eq!(rule.decide(&person), Verdict::Skip("has_tag:a".into()));
        person.ordered_at = Some(1_000);
        assert_eq!(rule.decide(&person), Verdict::Stop("ordered"));
        person.ordered_at = None;
        person.unsubscribed = true;
        assert_eq!(rule.decide(&person), Verdict::Stop("unsubscribed"));
    }

    #[test]
    fn tags_and_lead_status() {
        let rule = conditions(
            serde_json::json!({"skip_unless_tag": ["a", "b"], "skip_if_lead_status": ["customer"]}),
        );
        let mut person = facts(&[]);
        assert_eq!(rule.decide(&person), Verdict::Skip("lacks_tag:a,b".into()));
        person.tags = vec!["b".into()];
        assert_eq!(rule.decide(&person), Verdict::Send);
        person.lead_status = Some(LeadStatus::Customer);
        assert_eq!(
            rule.decide(&person),
            Verdict::Skip("lead_status:customer".into())
        );
    }

    #[test]
    fn references_must_go_back() {
        let none = Conditions::default();
        let names = |step: &str| conditions(serde_json::json!({ "skip_if_clicked": step }));
        assert!(check_references(&[("A", &none), ("B", &names("A"))]).is_empty());
        let later = check_references(&[("A", &names("B")), ("B", &none)]);
        assert_eq!(later.len(), 1);
        assert_eq!(later[0].field, "steps[0].conditions.skip_if_clicked");
        assert!(later[0].message.contains("comes later"));
        let circle = check_references(&[("A", &names("B")), ("B", &names("A"))]);
        assert!(circle[0].message.contains("circle"));
        assert!(
            check_references(&[("A", &names("A"))])[0]
                .message
                .contains("circle")
        );
        assert!(
            check_references(&[("A", &names("X"))])[0]
                .message
                .contains("not a step")
        );
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<Conditions>(r#"{"skip_if_openned":"any"}"#).is_err());
    }
}
