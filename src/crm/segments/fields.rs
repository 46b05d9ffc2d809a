//! Pure: the fields that a segment can ask about, and how each kind of them is compared.

use schemars::JsonSchema;
use serde::Serialize;

use super::model::What;
use super::rule::Operator::{self, *};
use crate::crm::model::{LeadStatus, PersonRole, PreferredChannel};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SegmentFieldKind")]
pub enum Kind {
    /// Any text.
    Text,
    /// One of some words.
    Word,
    /// The id of another record.
    Id,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A moment.
    Time,
}

impl Kind {
    /// How it is compared.
    pub fn operators(self) -> &'static [Operator] {
        match self {
            Kind::Text => &[Is, IsNot, In, NotIn, Contains, StartsWith, IsSet, IsEmpty],
            Kind::Word => &[Is, IsNot, In, NotIn],
            Kind::Id => &[Is, IsNot, In, NotIn, IsSet, IsEmpty],
            Kind::Number => &[
                Is, IsNot, AtLeast, AtMost, MoreThan, LessThan, IsSet, IsEmpty,
            ],
            Kind::Flag => &[Is, IsNot],
            Kind::Time => &[Before, After, WithinDays, MoreThanDaysAgo, IsSet, IsEmpty],
        }
    }
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As a rule names it: of a person's business with `business.` before it.
    pub name: &'static str,
    /// As a query names it: businesses are `b`, people `p`.
    pub column: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The words it can be, when it is one of some.
    pub words: fn() -> Vec<&'static str>,
}

fn none() -> Vec<&'static str> {
    Vec::new()
}

macro_rules! fields {
    ($list:ident, $table:literal: $($name:ident $kind:ident $($words:ident)?,)*) => {
        const $list: &[Field] = &[$(Field {
            name: stringify!($name),
            column: concat!($table, ".", stringify!($name)),
            kind: Kind::$kind,
            words: fields!(@words $($words)?),
        },)*];
    };
    (@words) => { none };
    (@words $words:ident) => { || $words::ALL.iter().map(|word| word.as_str()).collect() };
}

fields! { BUSINESS, "b":
    name Text,
    lead_status Word LeadStatus,
    lead_score Number,
    health_score Number,
    warmness Number,
    community_id Id,
    industry_id Id,
    location_id Id,
    owner_id Id,
    address_city Text,
    address_state Text,
    address_zip Text,
    timezone Text,
    phone Text,
    email Text,
    website Text,
    employee_count_range Text,
    annual_revenue_range Text,
    year_established Number,
    google_business_id Text,
    facebook_url Text,
    instagram_handle Text,
    yelp_url Text,
    source Text,
    source_detail Text,
    created_at Time,
    updated_at Time,
}

fields! { PERSON, "p":
    first_name Text,
    last_name Text,
    email Text,
    phone Text,
    title Text,
    role Word PersonRole,
    is_primary_contact Flag,
    is_decision_maker Flag,
    preferred_channel Word PreferredChannel,
    do_not_email Flag,
    do_not_sms Flag,
    do_not_call Flag,
    total_emails_sent Number,
    total_emails_opened Number,
    total_clicks Number,
    last_engaged_at Time,
    replied_at Time,
    booked_at Time,
    ordered_at Time,
    unsubscribed_at Time,
    bounced_at Time,
    created_at Time,
    updated_at Time,
}

/// Before the name of a field of a person's business.
const OF_BUSINESS: &str = "business.";

/// The field that a rule about these names.
pub fn find(what: What, name: &str) -> Option<&'static Field> {
    let (list, name) = match (what, name.strip_prefix(OF_BUSINESS)) {
        (What::Businesses, _) => (BUSINESS, name),
        (What::People, Some(name)) => (BUSINESS, name),
        (What::People, None) => (PERSON, name),
    };
    list.iter().find(|field| field.name == name)
}

/// A field, as the API lists it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SegmentField")]
pub struct FieldOut {
    /// As a rule names it.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// How it is compared.
    pub operators: Vec<Operator>,
    /// The words it can be, when it is one of some.
    pub words: Vec<&'static str>,
}

/// All fields of businesses, or of people and their businesses.
pub fn all(what: What) -> Vec<FieldOut> {
    let out = |prefix: &'static str| {
        move |field: &Field| FieldOut {
            name: format!("{prefix}{}", field.name),
            kind: field.kind,
            operators: field.kind.operators().to_vec(),
            words: (field.words)(),
        }
    };
    match what {
        What::Businesses => BUSINESS.iter().map(out("")).collect(),
        What::People => {
            let own = PERSON.iter().map(out(""));
            own.chain(BUSINESS.iter().map(out(OF_BUSINESS))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_found_by_the_name_it_is_listed_under() {
        for what in What::ALL {
            for field in all(*what) {
                let found = find(*what, &field.name).unwrap();
                assert_eq!(found.kind, field.kind, "{}", field.name);
                assert_eq!(field.kind == Kind::Word, !field.words.is_empty());
            }
        }
        assert_eq!(
            find(What::People, "business.name").unwrap().column,
            "b.name"
        );
        assert_eq!(find(What::People, "email").unwrap().column, "p.email");
        assert!(find(What::Businesses, "business.name").is_none());
        assert!(find(What::Businesses, "b.name").is_none());
    }
}
