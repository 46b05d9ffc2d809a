//! Pure: the fields of two records, and which of both the one that is left gets.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::model::{FieldOut, Side, Taken};
use crate::error::{Error, FieldError, Result};

/// A record's columns by their names.
pub type Row = Map<String, Value>;

/// What is decided on together.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As the API calls it.
    pub name: &'static str,
    /// Its columns. It is set when one of them is.
    pub columns: &'static [&'static str],
    /// What goes along with them.
    pub along: &'static [&'static str],
    /// Which of both it is.
    pub rule: Rule,
}

/// Which of two values is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The one that is chosen; else the kept record's, where it has one.
    Choice,
    /// The same, but `unsubscribed` before anything else.
    Standing,
    /// Both together.
    Sum,
    /// The later one.
    Latest,
    /// The earlier one.
    Earliest,
    /// Whether one of them holds: who asked not to be written to keeps being heard.
    Either,
}

const fn choice(name: &'static str, columns: &'static [&'static str]) -> Field {
    with(name, columns, &[])
}

const fn with(
    name: &'static str,
    columns: &'static [&'static str],
    along: &'static [&'static str],
) -> Field {
    Field {
        name,
        columns,
        along,
        rule: Rule::Choice,
    }
}

const fn ruled(name: &'static str, columns: &'static [&'static str], rule: Rule) -> Field {
    Field {
        name,
        columns,
        along: &[],
        rule,
    }
}

/// The fields of a business.
pub const OF_BUSINESSES: &[Field] = &[
    choice("name", &["name"]),
    choice("legal_name", &["legal_name"]),
    choice("description", &["description"]),
    choice("community_id", &["community_id"]),
    choice("industry_id", &["industry_id"]),
    // A street of one and a town of the other would be no address.
    with(
        "address",
        &[
            "address_street",
            "address_city",
            "address_state",
            "address_zip",
            "address_lat",
            "address_lng",
        ],
        &["timezone"],
    ),
    with("phone", &["phone"], &["phone_key"]),
    choice("email", &["email"]),
    with("website", &["website"], &["website_key"]),
    choice("hours_of_operation", &["hours_of_operation"]),
    choice("employee_count_range", &["employee_count_range"]),
    choice("year_established", &["year_established"]),
    choice("annual_revenue_range", &["annual_revenue_range"]),
    choice("google_business_id", &["google_business_id"]),
    choice("facebook_url", &["facebook_url"]),
    choice("instagram_handle", &["instagram_handle"]),
    choice("yelp_url", &["yelp_url"]),
    ruled("lead_status", &["lead_status"], Rule::Standing),
    choice("business_context", &["business_context"]),
    choice("metadata", &["metadata"]),
    choice("source", &["source", "source_detail"]),
    choice("external_id", &["external_id"]),
    choice("content_db_id", &["content_db_id", "synced_at"]),
    choice("location_id", &["location_id"]),
    choice("owner_id", &["owner_id"]),
];

/// The fields of a person.
pub const OF_PEOPLE: &[Field] = &[
    choice("name", &["first_name", "last_name"]),
    // Whether an address takes mail is the address's.
    with("email", &["email"], &["bounced_at"]),
    with("phone", &["phone"], &["phone_key"]),
    choice("title", &["title"]),
    choice("role", &["role"]),
    choice("external_id", &["external_id"]),
    choice("preferred_channel", &["preferred_channel"]),
    choice("best_time_to_contact", &["best_time_to_contact"]),
    ruled("is_decision_maker", &["is_decision_maker"], Rule::Either),
    ruled("do_not_email", &["do_not_email"], Rule::Either),
    ruled("do_not_sms", &["do_not_sms"], Rule::Either),
    ruled("do_not_call", &["do_not_call"], Rule::Either),
    ruled("total_emails_sent", &["total_emails_sent"], Rule::Sum),
    ruled("total_emails_opened", &["total_emails_opened"], Rule::Sum),
    ruled("total_clicks", &["total_clicks"], Rule::Sum),
    ruled("last_engaged_at", &["last_engaged_at"], Rule::Latest),
    ruled("replied_at", &["replied_at"], Rule::Latest),
    ruled("booked_at", &["booked_at"], Rule::Latest),
    ruled("ordered_at", &["ordered_at"], Rule::Latest),
    ruled("unsubscribed_at", &["unsubscribed_at"], Rule::Earliest),
];

/// The columns on which nothing is decided: what a record is and when, what is worked out of others, and, of a person, where
/// they are and whether they come first there (`plan.rs` sees to that).
#[cfg(test)]
pub const OUT_OF_THE_MERGE: &[&str] = &[
    "tenant_id",
    "id",
    "slug",
    "business_id",
    "is_primary_contact",
    "name_key",
    "created_at",
    "updated_at",
    "deleted_at",
    "merged_into_id",
    "compared_as",
    "deleted_with_business",
    "lead_score",
    "health_score",
    "warmness",
];

/// What was decided.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// Field by field.
    pub fields: Vec<FieldOut>,
    /// The columns of the kept record that become others, with what they become.
    pub written: Row,
}

/// Decides on each field.
///
/// # Errors
/// Names the choices of what cannot be chosen.
pub fn decide(
    fields: &[Field],
    kept: &Row,
    other: &Row,
    chosen: &BTreeMap<String, Side>,
) -> Result<Decision> {
    let choosable = |field: &&Field| matches!(field.rule, Rule::Choice | Rule::Standing);
    let wrong: Vec<_> = chosen
        .keys()
        .filter(|name| {
            !fields
                .iter()
                .filter(choosable)
                .any(|field| field.name == name.as_str())
        })
        .map(|name| {
            let names: Vec<_> = fields
                .iter()
                .filter(choosable)
                .map(|field| field.name)
                .collect();
            FieldError::new(
                format!("fields.{name}"),
                format!("cannot be chosen; these can: {}", names.join(", ")),
            )
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let mut decision = Decision::default();
    for field in fields {
        let side = chosen.get(field.name).copied();
        let taken = taken(field, kept, other, side);
        for column in field.columns.iter().chain(field.along) {
            let (ours, theirs) = (at(kept, column), at(other, column));
            let after = match taken {
                Taken::Kept => ours.clone(),
                Taken::Other => theirs.clone(),
                Taken::Both => both(field.rule, ours, theirs),
            };
            if after != *ours {
                decision.written.insert((*column).to_string(), after);
            }
        }
        decision.fields.push(FieldOut {
            field: field.name.to_string(),
            kept: shown(field, kept),
            other: shown(field, other),
            taken,
        });
    }
    Ok(decision)
}

fn taken(field: &Field, kept: &Row, other: &Row, chosen: Option<Side>) -> Taken {
    let is_set = |row: &Row| {
        field
            .columns
            .iter()
            .any(|column| !at(row, column).is_null())
    };
    match (field.rule, chosen) {
        (Rule::Choice | Rule::Standing, Some(Side::Kept)) => Taken::Kept,
        (Rule::Choice | Rule::Standing, Some(Side::Other)) => Taken::Other,
        (Rule::Standing, None) => match shown(field, other) == "unsubscribed" {
            true => Taken::Other,
            false => Taken::Kept,
        },
        (Rule::Choice, None) => match !is_set(kept) && is_set(other) {
            true => Taken::Other,
            false => Taken::Kept,
        },
        _ => Taken::Both,
    }
}

fn both(rule: Rule, ours: &Value, theirs: &Value) -> Value {
    let numbers = (ours.as_i64(), theirs.as_i64());
    match (rule, numbers) {
        (Rule::Sum, _) => numbers
            .0
            .unwrap_or(0)
            .saturating_add(numbers.1.unwrap_or(0))
            .into(),
        (Rule::Earliest, (Some(ours), Some(theirs))) => ours.min(theirs).into(),
        (_, (Some(ours), Some(theirs))) => ours.max(theirs).into(),
        (_, (None, _)) => theirs.clone(),
        _ => ours.clone(),
    }
}

/// The earlier of two moments that may not have come.
pub fn earlier(one: &Value, other: &Value) -> Value {
    both(Rule::Earliest, one, other)
}

/// A column's value; null when there is none.
pub fn at<'a>(row: &'a Row, column: &str) -> &'a Value {
    row.get(column).unwrap_or(&Value::Null)
}

/// Whether a column holds a JSON document.
pub fn is_document(column: &str) -> bool {
    matches!(
        column,
        "hours_of_operation" | "business_context" | "metadata"
    )
}

/// A column's text.
pub fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    at(row, column).as_str()
}

/// What a client is shown of a field: its value, or its columns' when it has more.
fn shown(field: &Field, row: &Row) -> Value {
    let value = |column: &str| match column {
        column if is_document(column) => text(row, column)
            .and_then(|document| crate::json::read(document).ok())
            .unwrap_or(Value::Null),
        column if column.ends_with("_at") => at(row, column)
            .as_i64()
            .map_or(Value::Null, |moment| crate::time::format(moment).into()),
        column if column.starts_with("do_not_") || column.starts_with("is_") => {
            (at(row, column).as_i64() == Some(1)).into()
        }
        _ => at(row, column).clone(),
    };
    match field.columns {
        [column] => value(column),
        columns => columns
            .iter()
            .map(|column| ((*column).to_string(), value(column)))
            .collect::<Row>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: Value) -> Row {
        value.as_object().unwrap().clone()
    }

    fn decided(fields: &[Field], kept: Value, other: Value, chosen: &[(&str, Side)]) -> Value {
        let chosen = chosen
            .iter()
            .map(|(name, side)| ((*name).to_string(), *side))
            .collect();
        let decision = decide(fields, &row(kept), &row(other), &chosen).unwrap();
        decision.written.into()
    }

    #[test]
    fn ours_stays_where_it_is_set_and_a_choice_overrides() {
        let ours = json!({"name": "A", "phone": null, "email": "a@b.example"});
        let theirs = json!({"name": "B", "phone": "1", "phone_key": "+1", "email": null});
        assert_eq!(
            decided(OF_BUSINESSES, ours.clone(), theirs.clone(), &[]),
            json!({"phone": "1", "phone_key": "+1"})
        );
        let chosen = [
            ("name", Side::Other),
            ("phone", Side::Kept),
            ("email", Side::Other),
        ];
        assert_eq!(
            decided(OF_BUSINESSES, ours, theirs, &chosen),
            json!({"name": "B", "email": null})
        );
    }

    #[test]
    fn an_address_is_one_thing() {
        let ours = json!({"address_zip": "33755", "timezone": "America/New_York"});
        let theirs = json!({"address_street": "1 Main St", "address_zip": "89301", "timezone": "America/Los_Angeles"});
        assert_eq!(
            decided(OF_BUSINESSES, ours.clone(), theirs.clone(), &[]),
            json!({})
        );
        assert_eq!(
            decided(
                OF_BUSINESSES,
                ours,
                theirs.clone(),
                &[("address", Side::Other)]
            ),
            theirs
        );
        let nowhere = json!({"timezone": "America/New_York"});
        assert_eq!(decided(OF_BUSINESSES, nowhere, theirs.clone(), &[]), theirs);
    }

    #[test]
    fn who_wants_nothing_keeps_being_heard() {
        let ours = json!({"lead_status": "customer"});
        let theirs = json!({"lead_status": "unsubscribed"});
        assert_eq!(
            decided(OF_BUSINESSES, ours.clone(), theirs.clone(), &[]),
            theirs
        );
        assert_eq!(decided(OF_BUSINESSES, theirs.clone(), ours, &[]), json!({}));
        let ours = json!({"do_not_email": 0, "do_not_call": 1, "unsubscribed_at": null});
        let theirs = json!({"do_not_email": 1, "do_not_call": 0, "unsubscribed_at": 7});
        assert_eq!(
            decided(OF_PEOPLE, ours, theirs, &[]),
            json!({"do_not_email": 1, "unsubscribed_at": 7, "total_emails_sent": 0, "total_emails_opened": 0, "total_clicks": 0})
        );
    }

    #[test]
    fn totals_add_up_and_moments_are_the_latest() {
        let ours = json!({"total_emails_sent": 3, "total_emails_opened": 0, "total_clicks": 1, "replied_at": 5, "unsubscribed_at": 9});
        let theirs = json!({"total_emails_sent": 4, "total_emails_opened": 2, "total_clicks": 0, "replied_at": 4, "booked_at": 6, "unsubscribed_at": 8});
        assert_eq!(
            decided(OF_PEOPLE, ours, theirs, &[]),
            json!({"total_emails_sent": 7, "total_emails_opened": 2, "booked_at": 6, "unsubscribed_at": 8})
        );
    }

    #[test]
    fn what_cannot_be_chosen_is_named() {
        let chosen = [
            ("do_not_email".to_string(), Side::Kept),
            ("phon".to_string(), Side::Other),
        ];
        let refused = decide(OF_PEOPLE, &Row::new(), &Row::new(), &chosen.into()).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.contains("fields.do_not_email") && text.contains("fields.phon:"),
            "{text}"
        );
    }
}
