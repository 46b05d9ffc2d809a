//! Pure: what a row says, as the API would be told it. The values are read and checked by the API's own types.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use garde::Validate;
use serde::de::DeserializeOwned;

use super::fields::{Field, Kind, Target};
use super::model::{MappingIn, What};
use crate::http::csv::without_mark;
use crate::json::{self, Node};

/// What one may write for yes and for no.
const YES: [&str; 6] = ["yes", "y", "true", "t", "1", "x"];
const NO: [&str; 5] = ["no", "n", "false", "f", "0"];

/// Which cell is which field, as the rows of a file are read.
pub struct Plan {
    what: What,
    columns: usize,
    /// By the cell's place.
    targets: Vec<Option<Target>>,
    defaults: Vec<(Target, String)>,
}

/// What a row says.
#[derive(Debug, Default)]
pub struct Given<'a> {
    /// Of the business.
    pub business: Values<'a>,
    /// Of the person.
    pub person: Values<'a>,
    /// The id of the person's business.
    pub business_id: Option<&'a str>,
}

/// Values of a record by their fields.
#[derive(Debug, Default, Clone)]
pub struct Values<'a>(Vec<(&'static Field, Cow<'a, str>)>);

/// What communities and industries are called.
#[derive(Debug, Default)]
pub struct Places {
    /// The id of each, by its id and by its slug.
    pub communities: HashMap<String, String>,
    /// The time zone of each community, by its id.
    pub timezones: HashMap<String, String>,
    /// The id of each, by its id and by its slug.
    pub industries: HashMap<String, String>,
}

impl Plan {
    /// Of a file with this header.
    ///
    /// # Errors
    /// Names the entry of the mapping that is wrong, and says what would be right.
    pub fn new(
        what: What,
        header: &[String],
        mapping: &MappingIn,
    ) -> Result<Self, (String, String)> {
        let target = |place: String, name: &str| {
            Target::parse(what, name).ok_or_else(|| {
                let names: Vec<_> = Target::all(what)
                    .into_iter()
                    .map(|target| target.name(what))
                    .collect();
                (place, format!("must be one of {}", names.join(", ")))
            })
        };
        let mut targets = vec![None; header.len()];
        for (column, name) in &mapping.columns {
            let place = format!("columns.{column}");
            let index = header.iter().position(|known| known == column);
            let slot = index.and_then(|index| targets.get_mut(index));
            let Some(slot) = slot else {
                return Err((place, "is no column of the file".into()));
            };
            *slot = Some(target(place, name)?);
        }
        let named: Vec<Target> = targets.iter().flatten().copied().collect();
        for (index, target) in named.iter().enumerate() {
            if named.iter().take(index).any(|other| other == target) {
                let message = format!("{} stands for two columns", target.name(what));
                return Err(("columns".into(), message));
            }
        }
        if named.is_empty() {
            return Err(("columns".into(), "must name at least one column".into()));
        }
        let mut defaults = Vec::new();
        for (name, value) in &mapping.defaults {
            let target = target(format!("defaults.{name}"), name)?;
            defaults.push((target, value.trim().to_string()));
        }
        Ok(Plan {
            what,
            columns: header.len(),
            targets,
            defaults,
        })
    }

    /// What a row says. Empty cells say nothing.
    ///
    /// # Errors
    /// When it has more cells than the header.
    pub fn read<'a>(&self, cells: &'a [String]) -> Result<Given<'a>, String> {
        let beyond = cells.get(self.columns..).unwrap_or_default();
        if beyond.iter().any(|cell| !cell.trim().is_empty()) {
            return Err(format!(
                "the row has {} cells, the header {}",
                cells.len(),
                self.columns
            ));
        }
        if cells.iter().any(|cell| cell.contains('\0')) {
            return Err("the row contains a zero character".into());
        }
        let mut given = Given::default();
        for (cell, target) in cells.iter().zip(&self.targets) {
            let cell = without_mark(cell.trim());
            if let (Some(target), false) = (target, cell.is_empty()) {
                given.add(*target, cell);
            }
        }
        Ok(given)
    }

    /// What holds for a new record where the row says nothing.
    pub fn defaults(&self) -> Given<'_> {
        let mut given = Given::default();
        for (target, value) in &self.defaults {
            given.add(*target, value);
        }
        given
    }

    /// A field's name in complaints, as the mapping has it.
    pub fn name_of_person_field(&self, path: &str) -> String {
        match self.what {
            What::Businesses => format!("contact.{path}"),
            What::People => path.to_string(),
        }
    }
}

impl<'a> Given<'a> {
    fn add(&mut self, target: Target, cell: &'a str) {
        match target {
            Target::Business(field) => self.business.add(field, cell),
            Target::Person(field) => self.person.add(field, cell),
            Target::BusinessId => self.business_id = Some(cell),
        }
    }
}

impl<'a> Values<'a> {
    fn add(&mut self, field: &'static Field, cell: &'a str) {
        let text = match field.kind {
            Kind::Zip => zip(cell),
            Kind::Website => website(cell),
            _ => Cow::Borrowed(cell),
        };
        self.0.push((field, text));
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field.name == name);
        found.map(|(_, text)| text.as_ref())
    }

    /// These, and those where these say nothing.
    #[must_use]
    pub fn or(mut self, others: &Values<'a>) -> Self {
        for (field, text) in &others.0 {
            if self.get(field.name).is_none() {
                self.0.push((field, text.clone()));
            }
        }
        self
    }

    /// What the API would be told; `further` are fields with their values.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn parse<T>(
        &self,
        places: &Places,
        further: &[(&'static str, &str)],
    ) -> Result<T, BTreeMap<String, String>>
    where
        T: DeserializeOwned + Validate<Context = ()>,
    {
        let mut faults = BTreeMap::new();
        let mut fields = Vec::with_capacity(self.0.len() + further.len());
        for (field, text) in &self.0 {
            match node(field.kind, text, places) {
                Ok(value) => fields.push((Cow::Borrowed(field.name), value)),
                Err(complaint) => drop(faults.insert(field.name.to_string(), complaint)),
            }
        }
        for (name, value) in further {
            fields.push((Cow::Borrowed(*name), Node::Text(Cow::Borrowed(value))));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let value: T = json::shape(Node::Object(fields))
            .map_err(|fault| BTreeMap::from([(fault.path(), fault.message().to_string())]))?;
        match value.validate() {
            Ok(()) => Ok(value),
            Err(report) => Err(report
                .iter()
                .map(|(path, error)| (path.to_string(), error.to_string()))
                .collect()),
        }
    }
}

fn node<'a>(kind: Kind, text: &'a str, places: &'a Places) -> Result<Node<'a>, String> {
    let id = |known: &'a HashMap<String, String>, what: &str| {
        known
            .get(&place(text))
            .map(|id| Node::Text(Cow::Borrowed(id)))
            .ok_or_else(|| format!("must be the id, slug or name of an existing {what}"))
    };
    match kind {
        Kind::Text | Kind::Zip | Kind::Website => Ok(Node::Text(Cow::Borrowed(text))),
        Kind::Word => Ok(Node::Text(Cow::Owned(text.to_lowercase()))),
        Kind::Whole => whole(text)
            .map(|number| Node::Number(number.into()))
            .ok_or_else(|| "must be a whole number such as 42".into()),
        Kind::Number => text
            .parse()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Node::Number)
            .ok_or_else(|| "must be a number such as 27.98".into()),
        Kind::YesNo => {
            let word = text.to_lowercase();
            match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
                (false, false) => Err("must be yes or no".into()),
                (yes, _) => Ok(Node::Bool(yes)),
            }
        }
        Kind::Community => id(&places.communities, "community"),
        Kind::Industry => id(&places.industries, "industry"),
    }
}

/// Under what a community or industry is found: its id, or the slug of its name.
pub fn place(text: &str) -> String {
    crate::tables::slug::from_name(text, "")
}

/// A spreadsheet writes whole numbers with a decimal point now and then.
fn whole(text: &str) -> Option<i64> {
    let digits = text
        .split_once('.')
        .filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'))
        .map_or(text, |(whole, _)| whole);
    digits.parse().ok()
}

/// A spreadsheet takes the leading zeros of what looks like a number.
fn zip(cell: &str) -> Cow<'_, str> {
    let is_short = (3..5).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit());
    match is_short {
        true => Cow::Owned(format!("{cell:0>5}")),
        false => Cow::Borrowed(cell),
    }
}

/// People write addresses as they say them.
fn website(cell: &str) -> Cow<'_, str> {
    match cell.contains("://") || !cell.contains('.') {
        true => Cow::Borrowed(cell),
        false => Cow::Owned(format!("https://{cell}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::businesses::model::{BusinessIn, BusinessPatch};
    use crate::crm::people::model::PersonPatch;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_string()).collect()
    }

    fn plan(columns: &[(&str, &str)]) -> Plan {
        let mapping = MappingIn {
            columns: columns
                .iter()
                .map(|(column, field)| ((*column).to_string(), (*field).to_string()))
                .collect(),
            defaults: BTreeMap::from([("community_id".to_string(), "Ely".to_string())]),
            ..MappingIn::default()
        };
        let names: Vec<_> = columns.iter().map(|(column, _)| *column).collect();
        Plan::new(What::Businesses, &header(&names), &mapping)
            .map_err(|(place, _)| place)
            .unwrap()
    }

    fn places() -> Places {
        let id = "01900000-0000-7000-8000-000000000001";
        Places {
            communities: HashMap::from([("ely".to_string(), id.to_string())]),
            ..Places::default()
        }
    }

    #[test]
    fn a_row_is_what_the_api_would_be_told() {
        let plan = plan(&[
            ("Company", "name"),
            ("ZIP", "address_zip"),
            ("Web", "website"),
            ("Score", "lead_score"),
            ("Status", "lead_status"),
            ("Mail", "contact.email"),
            ("DNC", "contact.do_not_call"),
        ]);
        let cells = header(&[
            " Harbor Bakery ",
            "2134",
            "harbor.example",
            "42.0",
            "Lead",
            "ANN@harbor.example",
            "Yes",
            "",
        ]);
        let given = plan.read(&cells).unwrap();
        let values = given.business.or(&plan.defaults().business);
        let input: BusinessIn = values.parse(&places(), &[]).unwrap();
        assert_eq!(&*input.name, "Harbor Bakery");
        assert_eq!(input.address_zip.as_deref(), Some("02134"));
        assert_eq!(input.website.as_deref(), Some("https://harbor.example"));
        assert_eq!(
            (input.lead_score, input.lead_status.as_str()),
            (Some(42), "lead")
        );
        let person: PersonPatch = given.person.parse(&places(), &[]).unwrap();
        assert_eq!(
            person.email.flatten().as_deref(),
            Some("ann@harbor.example")
        );
        assert_eq!(person.do_not_call, Some(true));
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let plan = plan(&[
            ("a", "lead_score"),
            ("b", "phone"),
            ("c", "community_id"),
            ("d", "lead_status"),
        ]);
        let faults = |cells: &[&str]| {
            let cells = header(cells);
            let given = plan.read(&cells).unwrap();
            let parsed: Result<BusinessPatch, _> = given.business.parse(&places(), &[]);
            parsed.map(drop).unwrap_err()
        };
        let wrong = faults(&["many", "", "Atlantis"]);
        assert_eq!(
            wrong.keys().collect::<Vec<_>>(),
            ["community_id", "lead_score"]
        );
        assert!(faults(&["", "12"])["phone"].contains("telephone number"));
        assert!(faults(&["", "", "", "boss"])["lead_status"].contains("prospect"));
        let cells = header(&["1", "2", "3", "4", "5"]);
        assert_eq!(
            plan.read(&cells).unwrap_err(),
            "the row has 5 cells, the header 4"
        );
        let new: Result<BusinessIn, _> = Values::default().parse(&places(), &[]);
        assert_eq!(
            new.map(drop).unwrap_err().values().collect::<Vec<_>>(),
            ["is missing"]
        );
    }

    #[test]
    fn a_mapping_that_does_not_hold_says_where() {
        let new = |columns: &[(&str, &str)], defaults: &[(&str, &str)]| {
            let own = |pairs: &[(&str, &str)]| {
                pairs
                    .iter()
                    .map(|(a, b)| ((*a).to_string(), (*b).to_string()))
                    .collect()
            };
            let mapping = MappingIn {
                columns: own(columns),
                defaults: own(defaults),
                ..MappingIn::default()
            };
            Plan::new(What::Businesses, &header(&["a", "b"]), &mapping)
                .map(drop)
                .map_err(|(place, _)| place)
        };
        assert_eq!(new(&[("a", "name")], &[]), Ok(()));
        assert_eq!(new(&[], &[]), Err("columns".into()));
        assert_eq!(new(&[("c", "name")], &[]), Err("columns.c".into()));
        assert_eq!(new(&[("a", "nmae")], &[]), Err("columns.a".into()));
        assert_eq!(
            new(&[("a", "name"), ("b", "name")], &[]),
            Err("columns".into())
        );
        assert_eq!(
            new(&[("a", "name")], &[("x", "1")]),
            Err("defaults.x".into())
        );
    }

    #[test]
    fn a_formula_that_was_marked_is_the_text_it_was() {
        let plan = plan(&[("a", "name")]);
        let cells = header(&["'=1+1"]);
        assert_eq!(
            plan.read(&cells).unwrap().business.get("name"),
            Some("=1+1")
        );
    }
}
