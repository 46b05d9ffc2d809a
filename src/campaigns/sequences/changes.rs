//! Pure: what one version of a sequence does otherwise than another.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Step, Version};
use crate::ids::StepId;

/// What a version does otherwise than the one before it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionChanges {
    /// The version.
    pub version: i64,
    /// The one that it is compared with; null when there is none, and then all its steps are added.
    pub since: Option<i64>,
    /// What is different about the version itself, field by field.
    pub changed: Vec<FieldChange>,
    /// Steps that the other one has not, in order.
    pub added: Vec<Step>,
    /// Steps that only the other one has, in its order. A step that got another `campaign_id` is removed and added.
    pub removed: Vec<Step>,
    /// Steps that both have and that come elsewhere among those, or say something else.
    pub steps: Vec<StepChange>,
}

/// What is different about a step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepChange {
    /// Its id, in all versions.
    pub id: StepId,
    /// Its own name.
    pub campaign_id: String,
    /// Its number in the other version.
    pub step_number_before: i64,
    /// Its number in this one.
    pub step_number: i64,
    /// Whether it was moved among the steps that both have. One that only got another number, because steps before it came
    /// or went, was not.
    pub is_moved: bool,
    /// What is different about it, field by field.
    pub changed: Vec<FieldChange>,
}

/// A field that is different.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldChange {
    /// Its name, as in a step.
    pub field: &'static str,
    /// Its value in the other version.
    pub before: serde_json::Value,
    /// Its value in this one.
    pub after: serde_json::Value,
}

/// Compares two versions.
pub fn between(
    before: Option<(&Version, &[Step])>,
    (version, steps): (&Version, &[Step]),
) -> VersionChanges {
    let (old_version, old_steps) = before.map_or((None, &[][..]), |(v, steps)| (Some(v), steps));
    let old: BTreeMap<&StepId, &Step> = old_steps.iter().map(|step| (&step.id, step)).collect();
    let is_new = |step: &&Step| !old.contains_key(&step.id);
    let is_kept = |step: &&Step| steps.iter().any(|other| other.id == step.id);
    let pairs: Vec<(&Step, &Step)> = steps
        .iter()
        .filter_map(|step| Some((*old.get(&step.id)?, step)))
        .collect();
    let numbers: Vec<i64> = pairs.iter().map(|(old, _)| old.step_number).collect();
    let changes = pairs.iter().zip(out_of_order(&numbers));
    VersionChanges {
        version: version.version,
        since: old_version.map(|version| version.version),
        changed: old_version.map_or_else(Vec::new, |old| version_fields(old, version)),
        added: steps.iter().filter(is_new).cloned().collect(),
        removed: old_steps
            .iter()
            .filter(|step| !is_kept(step))
            .cloned()
            .collect(),
        steps: changes
            .map(|((old, new), is_moved)| StepChange {
                id: new.id.clone(),
                campaign_id: new.campaign_id.clone(),
                step_number_before: old.step_number,
                step_number: new.step_number,
                is_moved,
                changed: step_fields(old, new),
            })
            .filter(|change| change.is_moved || !change.changed.is_empty())
            .collect(),
    }
}

fn version_fields(old: &Version, new: &Version) -> Vec<FieldChange> {
    [
        change("send_window", &old.send_window, &new.send_window),
        change(
            "enrolments_under_way",
            &old.enrolments_under_way,
            &new.enrolments_under_way,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn step_fields(old: &Step, new: &Step) -> Vec<FieldChange> {
    [
        change("day_offset", &old.day_offset, &new.day_offset),
        change("template_id", &old.template_id, &new.template_id),
        change("landing_page", &old.landing_page, &new.landing_page),
        change("subject", &old.subject, &new.subject),
        change("preview_text", &old.preview_text, &new.preview_text),
        change("channel", &old.channel, &new.channel),
        change("send_window", &old.send_window, &new.send_window),
        change("conditions", &old.conditions, &new.conditions),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn change<T: Serialize>(field: &'static str, old: &T, new: &T) -> Option<FieldChange> {
    let value = |value: &T| serde_json::to_value(value).unwrap_or_default();
    let (before, after) = (value(old), value(new));
    (before != after).then_some(FieldChange {
        field,
        before,
        after,
    })
}

/// For each number whether it stands outside of one longest stretch of rising ones: the fewest that were moved.
fn out_of_order(numbers: &[i64]) -> Vec<bool> {
    // Of each place: how many rise up to it, and which comes before it.
    let mut rising: Vec<(usize, Option<usize>)> = Vec::with_capacity(numbers.len());
    for number in numbers {
        let best = rising
            .iter()
            .zip(numbers)
            .enumerate()
            .filter(|(_, (_, earlier))| *earlier < number)
            .map(|(place, ((length, _), _))| (*length, std::cmp::Reverse(place)))
            .max();
        rising.push(match best {
            Some((length, std::cmp::Reverse(place))) => (length + 1, Some(place)),
            None => (1, None),
        });
    }
    let mut moved = vec![true; numbers.len()];
    let longest = rising
        .iter()
        .enumerate()
        .max_by_key(|(_, (length, _))| *length);
    let mut place = longest.map(|(place, _)| place);
    while let Some(at) = place {
        if let Some(slot) = moved.get_mut(at) {
            *slot = false;
        }
        place = rising.get(at).and_then(|(_, before)| *before);
    }
    moved
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn version(number: i64, opens_at: &str) -> Version {
        let window = json!({"start": opens_at, "end": "17:00"}).to_string();
        serde_json::from_value(json!({
            "version": number, "send_window": window, "enrolments_under_way": "finish", "moved_at": null,
            "published_at": null, "created_at": 0
        }))
        .unwrap()
    }

    /// Steps named by letters, on the days of their places.
    fn steps(letters: &str) -> Vec<Step> {
        letters
            .chars()
            .enumerate()
            .map(|(index, letter)| {
                let id = format!("01900000-0000-7000-8000-0000000000{:02x}", u32::from(letter));
                serde_json::from_value(json!({
                    "id": id, "step_number": index + 1, "day_offset": 1, "campaign_id": letter.to_string(),
                    "template_id": "hello", "landing_page": "hello", "channel": "email"
                }))
                .unwrap()
            })
            .collect()
    }

    /// What was added, removed and moved.
    fn told(before: &str, after: &str) -> (String, String, String) {
        let (old, new) = (steps(before), steps(after));
        let changes = between(
            Some((&version(1, "09:00"), &old)),
            (&version(2, "09:00"), &new),
        );
        let names = |steps: &[Step]| steps.iter().map(|step| step.campaign_id.as_str()).collect();
        let moved = changes.steps.iter().filter(|step| step.is_moved);
        (
            names(&changes.added),
            names(&changes.removed),
            moved.map(|step| step.campaign_id.as_str()).collect(),
        )
    }

    #[test]
    fn what_came_went_and_was_moved() {
        let expect = |added: &str, removed: &str, moved: &str| {
            (added.to_string(), removed.to_string(), moved.to_string())
        };
        assert_eq!(told("abc", "abc"), expect("", "", ""));
        // Another number alone is no move.
        assert_eq!(told("abc", "xabc"), expect("x", "", ""));
        assert_eq!(told("abcd", "acd"), expect("", "b", ""));
        assert_eq!(told("abcd", "bcda"), expect("", "", "a"));
        assert_eq!(told("abcd", "dabc"), expect("", "", "d"));
        assert_eq!(told("abcd", "xcb"), expect("x", "ad", "c"));
    }

    #[test]
    fn fields_are_told_with_both_values() {
        let (old, mut new) = (steps("ab"), steps("ab"));
        new[1].day_offset = 4;
        new[1].subject = Some("Hello".into());
        let later = version(2, "10:00");
        let changes = between(Some((&version(1, "09:00"), &old)), (&later, &new));
        let told: Vec<_> = changes.steps[0]
            .changed
            .iter()
            .map(|change| (change.field, change.before.clone(), change.after.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("day_offset", json!(1), json!(4)),
                ("subject", json!(null), json!("Hello"))
            ]
        );
        assert_eq!(changes.steps.len(), 1);
        assert_eq!(changes.changed[0].field, "send_window");
        let first = between(None, (&version(1, "09:00"), &old));
        assert_eq!(
            (first.since, first.added.len(), first.removed.len()),
            (None, 2, 0)
        );
    }
}
