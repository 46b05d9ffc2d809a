//! Pure: records as the content database tells them.

use std::collections::BTreeMap;

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::Resource;
use crate::crm::checks::{self, LINE, between, entries, line, prose};
use crate::edge::clock::Millis;
use crate::http::input::{Email, Moment, State, Text};
use crate::http::patch::{nullable, present};
use crate::json::{self, Node};

/// The values of a record, by the names they have here.
pub type Fields = Map<String, Value>;

/// A record over there.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Its number there.
    pub id: i64,
    /// When it was last changed there.
    pub updated_at: Millis,
    /// When single fields were, if the service says so.
    pub changed_at: BTreeMap<String, Millis>,
    /// Whether it is deleted there.
    pub is_deleted: bool,
    /// The number of the community it is in; of businesses.
    pub community: Option<i64>,
    /// What it says of the fields it speaks of.
    pub fields: Fields,
}

/// A record that cannot be taken, with its number if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Its number there.
    pub id: Option<i64>,
    /// What is wrong with it.
    pub reason: String,
}

/// What every record has.
#[derive(Deserialize)]
struct Head {
    id: i64,
    updated_at: Moment,
    deleted_at: Option<Moment>,
    #[serde(default)]
    changed_at: BTreeMap<String, Moment>,
    community_id: Option<i64>,
}

/// What is brought over of a business; the names and bounds are those of our own records.
#[derive(Deserialize, Serialize, Validate)]
struct BusinessFields {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(custom(line(LINE))))]
    name: Option<Text>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(LINE)))))]
    legal_name: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(prose(5_000)))))]
    description: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(LINE)))))]
    address_street: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(LINE)))))]
    address_city: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::state))))]
    address_state: Option<Option<State>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::zip))))]
    address_zip: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(between(-90.0, 90.0)))))]
    address_lat: Option<Option<f64>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(between(-180.0, 180.0)))))]
    address_lng: Option<Option<f64>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::phone))))]
    phone: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::email))))]
    email: Option<Option<Email>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::web_address))))]
    website: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::object(5_000)))))]
    hours_of_operation: Option<Option<Fields>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(20)))))]
    employee_count_range: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(between(1600, 2100)))))]
    year_established: Option<Option<i64>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(20)))))]
    annual_revenue_range: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(100)))))]
    google_business_id: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::web_address))))]
    facebook_url: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(100)))))]
    instagram_handle: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(checks::web_address))))]
    yelp_url: Option<Option<Text>>,
}

/// What is brought over of a community.
#[derive(Deserialize, Serialize, Validate)]
struct CommunityFields {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(custom(line(LINE))))]
    name: Option<Text>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(custom(checks::state)))]
    state: Option<State>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(line(LINE)))))]
    county: Option<Option<Text>>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(entries(1_000)), inner(custom(checks::zip5)))))]
    zip_codes: Option<Option<Vec<Text>>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(custom(checks::timezone)))]
    timezone: Option<Text>,
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(inner(custom(between(0, 100_000_000)))))]
    population: Option<Option<i64>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[garde(inner(custom(between(0, 100_000_000))))]
    business_count: Option<i64>,
}

/// Reads a record. Fields that are not known here are left alone.
///
/// # Errors
/// What is wrong with it, with the field's name.
pub fn read(resource: Resource, record: &Value) -> Result<Remote, Unusable> {
    let id = record.get("id").and_then(Value::as_i64);
    let unusable = |reason: String| Unusable { id, reason };
    let text = record.to_string();
    let head: Head = shaped(&text).map_err(unusable)?;
    checks::row_number(&head.id, &()).map_err(|error| unusable(format!("id: {error}")))?;
    if head.updated_at.0 < 0 {
        return Err(unusable("updated_at: must be since 1970".into()));
    }
    let mut remote = Remote {
        id: head.id,
        updated_at: head.updated_at.0,
        changed_at: head
            .changed_at
            .into_iter()
            .map(|(field, at)| (field, at.0))
            .collect(),
        is_deleted: head.deleted_at.is_some(),
        community: head.community_id,
        fields: Fields::new(),
    };
    if remote.is_deleted {
        return Ok(remote);
    }
    remote.fields = match resource {
        Resource::Business => fields::<BusinessFields>(&text),
        Resource::Community => fields::<CommunityFields>(&text),
    }
    .map_err(unusable)?;
    Ok(remote)
}

fn fields<T>(text: &str) -> Result<Fields, String>
where
    T: serde::de::DeserializeOwned + Serialize + Validate<Context = ()>,
{
    let read: T = shaped(text)?;
    read.validate().map_err(|report| {
        let complaints = report
            .iter()
            .map(|(path, error)| format!("{path}: {error}"));
        complaints.collect::<Vec<_>>().join("; ")
    })?;
    match serde_json::to_value(read) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err("does not serialise".into()),
    }
}

fn shaped<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let node = Node::parse(text).map_err(|error| error.to_string())?;
    json::shape(node).map_err(|fault| match fault.path() {
        path if path.is_empty() => fault.message().to_string(),
        path => format!("{path}: {}", fault.message()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn business(more: Value) -> Result<Remote, Unusable> {
        let mut record = json!({"id": 7, "updated_at": "2026-03-04T16:00:00Z", "community_id": 3, "name": "Bakery"});
        record
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        read(Resource::Business, &record)
    }

    #[test]
    fn a_record_is_brought_into_our_form() {
        let read = business(json!({
            "email": " Owner@Bakery.example ", "address_state": "fl", "phone": null, "address_lat": 27.5,
            "colour": "blue", "changed_at": {"email": "2026-03-01T00:00:00Z"},
        }))
        .unwrap();
        assert_eq!((read.id, read.community), (7, Some(3)));
        let expected = json!({"name": "Bakery", "email": "owner@bakery.example", "address_state": "FL", "phone": null, "address_lat": 27.5});
        assert_eq!(Value::Object(read.fields), expected);
        assert_eq!(read.changed_at["email"], 1_772_323_200_000);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (more, complaint) in [
            (json!({"name": null}), "name"),
            (json!({"name": ""}), "name: must be one line"),
            (json!({"name": 5}), "name"),
            (
                json!({"phone": "call me"}),
                "phone: must be a telephone number",
            ),
            (json!({"address_zip": "1"}), "address_zip"),
            (json!({"website": "javascript:alert(1)"}), "website"),
            (json!({"hours_of_operation": [1]}), "hours_of_operation"),
            (json!({"description": "a\u{0}b"}), "description"),
            (json!({"updated_at": "yesterday"}), "updated_at"),
            (json!({"updated_at": null}), "updated_at"),
            (json!({"id": 0}), "id: must be from 1"),
            (json!({"id": "seven"}), "id"),
            (json!({"changed_at": {"name": 5}}), "changed_at.name"),
        ] {
            let unusable = business(more.clone()).unwrap_err();
            assert!(
                unusable.reason.starts_with(complaint),
                "{more}: {}",
                unusable.reason
            );
        }
        assert_eq!(business(json!({"name": 5})).unwrap_err().id, Some(7));
        let nothing = read(Resource::Business, &json!("Bakery")).unwrap_err();
        assert_eq!(nothing.id, None);
    }

    #[test]
    fn what_is_deleted_says_no_more() {
        let record = json!({"id": 7, "updated_at": "2026-03-04T16:00:00Z", "deleted_at": "2026-03-04T16:00:00Z"});
        let read = read(Resource::Community, &record).unwrap();
        assert!(read.is_deleted && read.fields.is_empty());
    }
}
