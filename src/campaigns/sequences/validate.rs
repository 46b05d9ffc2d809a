//! What a list of steps must hold together.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Channel, StepIn};
use crate::campaigns::conditions::{self, Conditions};
use crate::campaigns::templates::compile;
use crate::campaigns::templates::{Layout, Purpose, Template};
use crate::error::FieldError;

/// The most steps a version has.
const MOST_STEPS: usize = 200;

/// Checks steps against each other and against the templates they name (by id).
pub fn check_steps(steps: &[StepIn], templates: &BTreeMap<String, Template>) -> Vec<FieldError> {
    if steps.is_empty() || steps.len() > MOST_STEPS {
        let message = format!("must have 1 to {MOST_STEPS} steps");
        return vec![FieldError::new("steps", message)];
    }
    let mut errors = Vec::new();
    let mut campaigns = BTreeSet::new();
    let mut day_before = 1;
    for ((index, step), expected_number) in steps.iter().enumerate().zip(1..) {
        let mut complain = |field: &str, message: String| {
            errors.push(FieldError::new(format!("steps[{index}].{field}"), message));
        };
        if step.step_number != expected_number {
            complain(
                "step_number",
                format!("must count up from 1; {expected_number} is expected here"),
            );
        }
        if step.day_offset < day_before {
            complain(
                "day_offset",
                format!("must not go back; the step before is on day {day_before}"),
            );
        }
        day_before = step.day_offset;
        if !campaigns.insert(step.campaign_id.as_str()) {
            complain(
                "campaign_id",
                format!("`{}` is used by an earlier step", step.campaign_id),
            );
        }
        if step.channel != Channel::Email {
            complain("channel", "only `email` can be sent so far".into());
        }
        match templates.get(&step.template_id) {
            None => complain("template_id", format!("no template `{}`", step.template_id)),
            Some(template) if !template.is_active.0 => {
                complain(
                    "template_id",
                    format!("template `{}` is inactive", step.template_id),
                );
            }
            Some(_) => {}
        }
        for error in header_complaints(step) {
            complain(&error.field, error.message);
        }
    }
    let none = Conditions::default();
    let references: Vec<_> = steps
        .iter()
        .map(|step| {
            (
                step.campaign_id.as_str(),
                step.conditions.as_ref().unwrap_or(&none),
            )
        })
        .collect();
    errors.extend(conditions::check_references(&references));
    errors
}

/// A step's own subject and preview are templates like the template's.
fn header_complaints(step: &StepIn) -> Vec<FieldError> {
    if step.subject.is_none() && step.preview_text.is_none() {
        return Vec::new();
    }
    compile::check(&compile::Source {
        subject: step.subject.as_deref().unwrap_or_default(),
        preview_text: step.preview_text.as_deref().unwrap_or_default(),
        body_html: "",
        body_text: None,
        layout: Layout::Base,
        purpose: Purpose::Transactional,
    })
    .err()
    .unwrap_or_default()
}
