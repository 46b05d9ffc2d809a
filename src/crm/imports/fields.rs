//! Pure: what a column of a file can be.

use super::model::What;

/// How a cell becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Text,
    /// A word of ours, in whatever case.
    Word,
    /// A ZIP code, whose leading zeros a spreadsheet may have taken.
    Zip,
    /// A web address, perhaps without `https://`.
    Website,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// A community's id, or its slug or name.
    Community,
    /// An industry's id, or its slug or name.
    Industry,
}

/// A field of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// As in the API.
    pub name: &'static str,
    /// How it is read.
    pub kind: Kind,
    /// How it is called elsewhere: letters and digits in lower case.
    pub also: &'static [&'static str],
}

const fn field(name: &'static str, kind: Kind, also: &'static [&'static str]) -> Field {
    Field { name, kind, also }
}

/// What a business's column can be.
pub const BUSINESS: [Field; 29] = [
    field(
        "external_id",
        Kind::Text,
        &["id", "recordid", "accountid", "companyid", "sourceid"],
    ),
    field("content_db_id", Kind::Whole, &["contentid"]),
    field(
        "name",
        Kind::Text,
        &[
            "businessname",
            "company",
            "companyname",
            "business",
            "account",
            "accountname",
            "organization",
            "organisation",
            "dba",
        ],
    ),
    field("legal_name", Kind::Text, &["legalbusinessname"]),
    field("description", Kind::Text, &["about", "notes"]),
    field("community_id", Kind::Community, &["community", "town"]),
    field(
        "industry_id",
        Kind::Industry,
        &["industry", "category", "vertical"],
    ),
    field(
        "address_street",
        Kind::Text,
        &[
            "street",
            "address",
            "address1",
            "streetaddress",
            "addressline1",
        ],
    ),
    field("address_city", Kind::Text, &["city"]),
    field(
        "address_state",
        Kind::Text,
        &["state", "stateprovince", "region"],
    ),
    field(
        "address_zip",
        Kind::Zip,
        &["zip", "zipcode", "postalcode", "postcode"],
    ),
    field("address_lat", Kind::Number, &["lat", "latitude"]),
    field(
        "address_lng",
        Kind::Number,
        &["lng", "lon", "long", "longitude"],
    ),
    field("timezone", Kind::Text, &[]),
    field(
        "phone",
        Kind::Text,
        &[
            "telephone",
            "tel",
            "phonenumber",
            "businessphone",
            "companyphone",
            "mainphone",
        ],
    ),
    field(
        "email",
        Kind::Text,
        &["emailaddress", "businessemail", "companyemail", "mail"],
    ),
    field(
        "website",
        Kind::Website,
        &[
            "url",
            "web",
            "site",
            "homepage",
            "websiteurl",
            "domain",
            "webaddress",
        ],
    ),
    field(
        "employee_count_range",
        Kind::Text,
        &["employees", "employeecount", "size"],
    ),
    field("year_established", Kind::Whole, &["founded", "yearfounded"]),
    field("annual_revenue_range", Kind::Text, &["revenue"]),
    field("google_business_id", Kind::Text, &["googleid", "placeid"]),
    field("facebook_url", Kind::Website, &["facebook"]),
    field("instagram_handle", Kind::Text, &["instagram"]),
    field("yelp_url", Kind::Website, &["yelp"]),
    field(
        "lead_status",
        Kind::Word,
        &["status", "stage", "leadstage", "lifecyclestage"],
    ),
    field("lead_score", Kind::Whole, &["score"]),
    field("health_score", Kind::Whole, &[]),
    field("source", Kind::Text, &["leadsource"]),
    field("source_detail", Kind::Text, &[]),
];

/// What a person's column can be.
pub const PERSON: [Field; 14] = [
    field("external_id", Kind::Text, &["contactid", "personid"]),
    field(
        "first_name",
        Kind::Text,
        &["firstname", "first", "givenname", "contactfirstname"],
    ),
    field(
        "last_name",
        Kind::Text,
        &[
            "lastname",
            "last",
            "surname",
            "familyname",
            "contactlastname",
        ],
    ),
    field(
        "email",
        Kind::Text,
        &["contactemail", "contactemailaddress", "owneremail"],
    ),
    field(
        "phone",
        Kind::Text,
        &["contactphone", "mobile", "cell", "ownerphone", "direct"],
    ),
    field("title", Kind::Text, &["jobtitle", "contacttitle"]),
    field("role", Kind::Word, &["contactrole"]),
    field("is_primary_contact", Kind::YesNo, &["primarycontact"]),
    field("is_decision_maker", Kind::YesNo, &["decisionmaker"]),
    field("preferred_channel", Kind::Word, &[]),
    field("best_time_to_contact", Kind::Text, &[]),
    field("do_not_email", Kind::YesNo, &["emailoptout", "optout"]),
    field("do_not_sms", Kind::YesNo, &["smsoptout"]),
    field("do_not_call", Kind::YesNo, &["donotcontact"]),
];

/// What tells of a person whose business it is.
const REFERENCE: [&str; 11] = [
    "external_id",
    "content_db_id",
    "phone",
    "email",
    "website",
    "name",
    "community_id",
    "address_street",
    "address_city",
    "address_state",
    "address_zip",
];

/// What a column of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A field of the business; of a file of people, what tells whose business it is.
    Business(&'static Field),
    /// A field of the person; of a file of businesses, of the contact.
    Person(&'static Field),
    /// The id of the business that a person is at.
    BusinessId,
}

static BUSINESS_FIELDS: [Field; 29] = BUSINESS;
static PERSON_FIELDS: [Field; 14] = PERSON;

impl Target {
    /// Every one that a file can have.
    pub fn all(what: What) -> Vec<Target> {
        let business = BUSINESS_FIELDS.iter().map(Target::Business);
        let person = PERSON_FIELDS.iter().map(Target::Person);
        match what {
            What::Businesses => business.chain(person).collect(),
            What::People => person
                .chain([Target::BusinessId])
                .chain(business.filter(|target| target.is_reference()))
                .collect(),
        }
    }

    /// The one of this name.
    pub fn parse(what: What, name: &str) -> Option<Target> {
        Target::all(what)
            .into_iter()
            .find(|target| target.name(what) == name)
    }

    /// Its name in a mapping, such as `contact.email`.
    pub fn name(self, what: What) -> String {
        match (self, what) {
            (Target::Business(field), What::Businesses) | (Target::Person(field), What::People) => {
                field.name.to_string()
            }
            (Target::Person(field), What::Businesses) => format!("contact.{}", field.name),
            (Target::Business(field), What::People) => format!("business.{}", field.name),
            (Target::BusinessId, _) => "business_id".into(),
        }
    }

    fn is_reference(&self) -> bool {
        matches!(self, Target::Business(field) if REFERENCE.contains(&field.name))
    }

    /// Whether a column of this name (see [`plain`]) is likely to be it.
    fn is_called(self, what: What, plain_name: &str) -> bool {
        let (field, prefix) = match (self, what) {
            (Target::BusinessId, _) => return plain_name == "businessid",
            (Target::Business(field), What::Businesses) | (Target::Person(field), What::People) => {
                (field, None)
            }
            (Target::Person(field), _) => (field, Some("contact")),
            (Target::Business(field), _) => (field, Some("business")),
        };
        let own = plain(field.name);
        let prefixed = prefix.is_some_and(|prefix| {
            plain_name
                .strip_prefix(prefix)
                .is_some_and(|rest| rest == own || field.also.contains(&rest))
        });
        // A second telephone number is not the contact's only because the first is the business's.
        let theirs: &[Field] = match what {
            What::Businesses => &BUSINESS_FIELDS,
            What::People => &PERSON_FIELDS,
        };
        let is_the_others =
            prefix.is_some() && theirs.iter().any(|other| plain(other.name) == plain_name);
        prefixed || (!is_the_others && (plain_name == own || field.also.contains(&plain_name)))
    }
}

/// What each column is likely to be. None is guessed twice.
pub fn guess(what: What, columns: &[String]) -> Vec<Option<Target>> {
    let all = Target::all(what);
    let mut taken: Vec<Target> = Vec::new();
    columns
        .iter()
        .map(|column| {
            let name = plain(column);
            let found = all
                .iter()
                .copied()
                .find(|target| !taken.contains(target) && target.is_called(what, &name))?;
            taken.push(found);
            Some(found)
        })
        .collect()
}

/// Letters and digits, in lower case.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(what: What, columns: &[&str]) -> Vec<Option<String>> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_string()).collect();
        guess(what, &columns)
            .into_iter()
            .map(|target| target.map(|target| target.name(what)))
            .collect()
    }

    #[test]
    fn names_lead_back() {
        for what in [What::Businesses, What::People] {
            for target in Target::all(what) {
                assert_eq!(Target::parse(what, &target.name(what)), Some(target));
            }
            assert_eq!(Target::parse(what, "created_at"), None);
        }
        assert_eq!(Target::parse(What::People, "business.lead_score"), None);
    }

    #[test]
    fn columns_are_known_by_what_people_call_them() {
        let some = |names: &[&str]| {
            names
                .iter()
                .map(|name| (!name.is_empty()).then(|| (*name).to_string()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            guessed(
                What::Businesses,
                &[
                    "Company",
                    "Street Address",
                    "ZIP",
                    "Phone",
                    "E-mail",
                    "First Name",
                    "Contact Email",
                    "Colour",
                    "phone"
                ]
            ),
            some(&[
                "name",
                "address_street",
                "address_zip",
                "phone",
                "email",
                "contact.first_name",
                "contact.email",
                "",
                ""
            ])
        );
        assert_eq!(
            guessed(
                What::People,
                &[
                    "First",
                    "Last",
                    "Email",
                    "Business Name",
                    "business.phone",
                    "Business ID"
                ]
            ),
            some(&[
                "first_name",
                "last_name",
                "email",
                "business.name",
                "business.phone",
                "business_id"
            ])
        );
        // What an export is called is what an import takes it for.
        let own: Vec<&str> = BUSINESS.iter().map(|field| field.name).collect();
        assert_eq!(guessed(What::Businesses, &own), some(&own));
        let own: Vec<&str> = PERSON.iter().map(|field| field.name).collect();
        assert_eq!(guessed(What::People, &own), some(&own));
    }
}
