//! Pure: which of a business's people a row is about.

use super::entry::{Entry, Row};
use super::rows::Values;
use crate::crm::keys;
use crate::crm::people::model::{PersonIn, PersonPatch};

/// The one of `there` that the values mean: by their id, their email address, their number, or their name.
pub fn matching(people: &[Entry], there: &[usize], values: &Values<'_>) -> Option<usize> {
    let by = |matches: &dyn Fn(&Entry) -> bool| {
        there
            .iter()
            .copied()
            .find(|place| people.get(*place).is_some_and(matches))
    };
    let external_id = values.get("external_id");
    let email = values.get("email").map(str::to_lowercase);
    let other = |entry: &Entry, column: &str, said: Option<&str>| {
        entry
            .text(column)
            .zip(said)
            .is_some_and(|(one, other)| one != other)
    };
    if let Some(id) = external_id
        && let Some(place) = by(&|entry| entry.text("external_id") == Some(id))
    {
        return Some(place);
    }
    if let Some(email) = &email
        && let Some(place) = by(&|entry| {
            entry.text("email") == Some(email) && !other(entry, "external_id", external_id)
        })
    {
        return Some(place);
    }
    // Two who share a number, or a name, are two when they have an address or an id each.
    let can_be = |entry: &Entry| {
        !other(entry, "external_id", external_id) && !other(entry, "email", email.as_deref())
    };
    let name = full_name(values.get("first_name"), values.get("last_name"));
    let name_of = |entry: &Entry| full_name(entry.text("first_name"), entry.text("last_name"));
    if let Some(phone) = values.get("phone").and_then(keys::phone)
        && let Some(place) = by(&|entry| {
            let other_name = name.is_some() && name_of(entry).is_some() && name != name_of(entry);
            entry.text("phone_key") == Some(&phone) && can_be(entry) && !other_name
        })
    {
        return Some(place);
    }
    let name = name?;
    by(&|entry| name_of(entry).as_ref() == Some(&name) && can_be(entry))
}

fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let name = format!("{} {}", first.unwrap_or_default(), last.unwrap_or_default());
    let name = name.trim().to_lowercase();
    (!name.is_empty()).then_some(name)
}

/// A new person's columns.
pub fn columns_of(input: PersonIn) -> Row {
    crate::crm::people::columns_of(input).into_row()
}

/// What a row changes of a person.
pub fn changes_of(patch: PersonPatch) -> Row {
    crate::crm::people::changes_of(patch).into_row()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::crm::imports::model::{MappingIn, What};
    use crate::crm::imports::rows::Plan;

    #[test]
    fn somebody_is_known_by_id_address_number_or_name() {
        let entry = |row: Value| Entry::known("x".into(), row.as_object().unwrap().clone());
        let people = [
            entry(
                json!({"external_id": "1", "email": "a@x.example", "first_name": "Ann", "last_name": "Lee"}),
            ),
            entry(json!({"phone_key": "+17275550142", "first_name": "Bo"})),
        ];
        let header: Vec<String> = ["external_id", "first_name", "last_name", "email", "phone"]
            .map(str::to_string)
            .to_vec();
        let mapping = MappingIn {
            columns: header
                .iter()
                .map(|name| (name.clone(), name.clone()))
                .collect(),
            ..MappingIn::default()
        };
        let Ok(plan) = Plan::new(What::People, &header, &mapping) else {
            panic!("the mapping holds")
        };
        let find = |cells: [&str; 5]| {
            let cells = cells.map(str::to_string);
            matching(&people, &[0, 1], &plan.read(&cells).unwrap().person)
        };
        assert_eq!(find(["1", "", "", "", ""]), Some(0));
        assert_eq!(find(["", "", "", "A@x.example", ""]), Some(0));
        assert_eq!(find(["2", "", "", "a@x.example", ""]), None);
        assert_eq!(find(["", "", "", "", "727 555 0142"]), Some(1));
        assert_eq!(find(["", "Cy", "", "", "727 555 0142"]), None);
        assert_eq!(find(["", "ann", "LEE", "", ""]), Some(0));
        assert_eq!(find(["", "Ann", "Lee", "other@x.example", ""]), None);
        assert_eq!(find(["", "", "", "", ""]), None);
    }
}
