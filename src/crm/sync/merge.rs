//! Pure: which of a record's fields are taken from over there. Whatever was changed last stays, field by field.
//!
//! A record comes with one time for all of it, and says more of a field than was changed: a name that changed today brings
//! along the telephone number of last year. So we remember what each field was over there. One that still is what it was
//! was not changed; one that became something else was changed at the record's time, or at its own if the service says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::remote::{Fields, Remote};
use crate::edge::clock::Millis;

/// What is known of a field over there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// When it became what it is.
    pub at: Millis,
    /// A hash of what it is.
    pub hash: String,
}

/// What is known of a record here and over there.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What its fields are here.
    pub ours: Fields,
    /// When they were last changed here.
    pub changed_at: BTreeMap<String, Millis>,
    /// When those were that were never changed here.
    pub since: Millis,
    /// What they were over there when we last heard of them.
    pub theirs: BTreeMap<String, Theirs>,
    /// When the record over there had been changed by then.
    pub remote_updated_at: Millis,
}

/// What becomes of a record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// The fields that are taken from over there.
    pub taken: Fields,
    /// The fields in which theirs is another, and ours newer.
    pub kept: Vec<String>,
    /// What is known of the fields over there now.
    pub theirs: BTreeMap<String, Theirs>,
}

/// Decides field by field.
pub fn merge(known: &Known, remote: &Remote, now: Millis) -> Merged {
    let mut merged = Merged {
        theirs: known.theirs.clone(),
        ..Merged::default()
    };
    // A record that is older than what we heard knows nothing new, but of fields that have a time of their own.
    let is_old = remote.updated_at < known.remote_updated_at;
    for (field, value) in &remote.fields {
        let own_time = remote.changed_at.get(field).copied();
        if is_old && own_time.is_none() {
            continue;
        }
        // A clock that is ahead over there wins nothing by it.
        let at = own_time.unwrap_or(remote.updated_at).min(now);
        let hash = hash_of(value);
        let heard = merged.theirs.get(field);
        if heard.is_some_and(|heard| heard.hash == hash || heard.at > at) {
            continue;
        }
        merged.theirs.insert(field.clone(), Theirs { at, hash });
        let ours = known.ours.get(field).unwrap_or(&Value::Null);
        if !is_same(ours, value) {
            let ours_at = known.changed_at.get(field).copied();
            if at > ours_at.unwrap_or(known.since) {
                merged.taken.insert(field.clone(), value.clone());
            }
        }
    }
    let differs = |(field, theirs): (&String, &Theirs)| {
        let ours = known.ours.get(field).unwrap_or(&Value::Null);
        let is_kept = !merged.taken.contains_key(field) && hash_of(ours) != theirs.hash;
        is_kept.then(|| field.clone())
    };
    merged.kept = merged.theirs.iter().filter_map(differs).collect();
    merged
}

/// A hash that is the same for what is the same here.
fn hash_of(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    Sha256::digest(text)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// One text for each value: an engine may read a whole number as a float, and keep an object's fields in an order of its own.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) => text.push_str(&float.to_string()),
            None => text.push_str(&number.to_string()),
        },
        Value::Array(values) => {
            text.push('[');
            for value in values {
                write(value, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            text.push('{');
            for (name, value) in fields {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn is_same(ours: &Value, theirs: &Value) -> bool {
    hash_of(ours) == hash_of(theirs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    fn remote(updated_at: Millis, said: Value) -> Remote {
        Remote {
            id: 7,
            updated_at,
            changed_at: BTreeMap::new(),
            is_deleted: false,
            community: None,
            fields: fields(said),
        }
    }

    /// What we know after the sync made a record of this.
    fn made(updated_at: Millis, said: Value) -> Known {
        let nothing = Known {
            since: -1,
            ..Known::default()
        };
        let merged = merge(&nothing, &remote(updated_at, said.clone()), 1_000);
        Known {
            ours: fields(said),
            theirs: merged.theirs,
            remote_updated_at: updated_at,
            since: 0,
            ..Known::default()
        }
    }

    fn edited(mut known: Known, field: &str, value: Value, at: Millis) -> Known {
        known.ours.insert(field.into(), value);
        known.changed_at.insert(field.into(), at);
        known
    }

    #[test]
    fn what_was_only_changed_over_there_is_taken() {
        let known = made(10, json!({"name": "Bakery", "phone": "1"}));
        let merged = merge(
            &known,
            &remote(20, json!({"name": "Bakery & Co", "phone": "1"})),
            1_000,
        );
        assert_eq!(Value::Object(merged.taken), json!({"name": "Bakery & Co"}));
        assert_eq!(
            (merged.theirs["name"].at, merged.theirs["phone"].at),
            (20, 10)
        );
        assert!(merged.kept.is_empty());
    }

    #[test]
    fn an_edit_of_ours_survives_a_newer_record_that_says_nothing_new_of_the_field() {
        let known = made(10, json!({"name": "Bakery", "phone": "1"}));
        let known = edited(known, "phone", json!("2"), 15);
        let merged = merge(
            &known,
            &remote(20, json!({"name": "Bakery & Co", "phone": "1"})),
            1_000,
        );
        assert_eq!(Value::Object(merged.taken), json!({"name": "Bakery & Co"}));
        assert_eq!(merged.kept, ["phone"]);
    }

    #[test]
    fn the_newer_change_of_a_field_wins_on_either_side() {
        let known = made(10, json!({"name": "Bakery", "phone": "1"}));
        let known = edited(known, "phone", json!("2"), 30);
        let older = merge(
            &known,
            &remote(20, json!({"name": "B", "phone": "3"})),
            1_000,
        );
        assert_eq!(Value::Object(older.taken), json!({"name": "B"}));
        assert_eq!(older.kept, ["phone"]);
        let newer = merge(
            &known,
            &remote(40, json!({"name": "B", "phone": "3"})),
            1_000,
        );
        assert_eq!(
            Value::Object(newer.taken),
            json!({"name": "B", "phone": "3"})
        );
        assert!(newer.kept.is_empty());
        // At the very same time it is a person's that stays.
        let same = merge(&known, &remote(30, json!({"phone": "3"})), 1_000);
        assert_eq!(same.kept, ["phone"]);
    }

    #[test]
    fn a_field_can_have_a_time_of_its_own() {
        let known = made(10, json!({"name": "Bakery", "phone": "1"}));
        let known = edited(known, "phone", json!("2"), 30);
        let mut said = remote(50, json!({"name": "B", "phone": "3"}));
        said.changed_at.insert("phone".into(), 20);
        let merged = merge(&known, &said, 1_000);
        assert_eq!(Value::Object(merged.taken), json!({"name": "B"}));
        assert_eq!(merged.theirs["phone"].at, 20);
    }

    #[test]
    fn records_may_come_in_any_order_and_again() {
        let known = made(10, json!({"phone": "1"}));
        let back = remote(30, json!({"phone": "1"}));
        let merged = merge(&known, &back, 1_000);
        let known = Known {
            theirs: merged.theirs,
            remote_updated_at: 30,
            ..known
        };
        let late = merge(&known, &remote(20, json!({"phone": "2"})), 1_000);
        assert_eq!((late.taken, &late.theirs), (Fields::new(), &known.theirs));
        assert_eq!(merge(&known, &back, 1_000).taken, Fields::new());
    }

    #[test]
    fn null_is_a_value_and_silence_is_none() {
        let known = made(10, json!({"name": "Bakery", "phone": "1"}));
        let merged = merge(&known, &remote(20, json!({"phone": null})), 1_000);
        assert_eq!(Value::Object(merged.taken), json!({"phone": null}));
        let never_there = merge(&known, &remote(20, json!({"email": null})), 1_000);
        assert!(never_there.taken.is_empty() && never_there.kept.is_empty());
    }

    #[test]
    fn a_record_of_ours_that_is_found_over_there_stands_by_when_it_was_made() {
        let known = Known {
            ours: fields(json!({"name": "Bakery", "phone": "2"})),
            since: 20,
            ..Known::default()
        };
        let older = merge(
            &known,
            &remote(10, json!({"name": "Old", "phone": "2"})),
            1_000,
        );
        assert_eq!(
            (older.taken, older.kept),
            (Fields::new(), vec!["name".to_string()])
        );
        let newer = merge(
            &known,
            &remote(30, json!({"name": "New", "phone": "2"})),
            1_000,
        );
        assert_eq!(Value::Object(newer.taken), json!({"name": "New"}));
    }

    #[test]
    fn a_clock_that_is_ahead_wins_nothing() {
        let known = edited(made(10, json!({"phone": "1"})), "phone", json!("2"), 100);
        let merged = merge(&known, &remote(9_999, json!({"phone": "3"})), 100);
        assert_eq!(merged.kept, ["phone"]);
    }

    #[test]
    fn the_same_is_the_same_however_an_engine_reads_it() {
        assert!(is_same(&json!(27), &json!(27.0)));
        let hours = [
            r#"{"mon": [["08:00", "17:00"]], "a": 1}"#,
            r#"{"a": 1.0, "mon": [["08:00", "17:00"]]}"#,
        ];
        let [one, other] = hours.map(|text| serde_json::from_str::<Value>(text).unwrap());
        assert!(is_same(&one, &other));
        assert!(!is_same(&json!([["a"], "b"]), &json!([["a", "b"]])));
        assert!(!is_same(&json!(27), &json!("27")));
        assert!(!is_same(&Value::Null, &json!("")));
    }
}
