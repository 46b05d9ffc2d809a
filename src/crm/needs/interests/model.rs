//! Types of product interests.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{LINE, line};
use crate::crm::model::InterestLevel;
use crate::edge::clock::Millis;
use crate::http::Sort;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, ProductInterestId};

/// The longest id of a product.
const PRODUCT: usize = 50;
/// The longest name of a source.
const SOURCE: usize = 100;

/// A product interest as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InterestOut {
    /// Its id.
    pub id: ProductInterestId,
    /// Who is interested.
    pub business_id: BusinessId,
    /// In what, as the catalogue names it.
    pub product_id: String,
    /// How much.
    pub interest_level: InterestLevel,
    /// Where it was last seen.
    pub source: Option<String>,
    /// More about that.
    pub source_detail: Option<String>,
    /// When it was first seen.
    #[serde(with = "crate::time::Rfc3339")]
    pub first_shown_at: Millis,
    /// When it was last seen.
    #[serde(with = "crate::time::Rfc3339")]
    pub last_shown_at: Millis,
    /// How often it was seen.
    pub view_count: i64,
    /// When the row was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of product interests sorts by.
pub const SORTS: &[Sort<InterestOut>] = &[
    Sort::made(),
    Sort::number("last_shown_at", |row| row.last_shown_at.into()),
];

/// What a client sends when a business shows interest in a product.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestIn {
    /// Who.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// In what, as the catalogue names it.
    #[garde(custom(line(PRODUCT)))]
    pub product_id: Text,
    /// How much.
    #[serde(default)]
    #[garde(skip)]
    pub interest_level: InterestLevel,
    /// Where it was seen.
    #[garde(inner(custom(line(SOURCE))))]
    pub source: Option<Text>,
    /// More about that.
    #[garde(inner(custom(line(LINE))))]
    pub source_detail: Option<Text>,
}

/// What a client changes of a product interest; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestPatch {
    /// How much, whatever it was.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "InterestLevel")]
    pub interest_level: Option<InterestLevel>,
    /// Where it was last seen.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(SOURCE)))))]
    pub source: Option<Option<Text>>,
    /// More about that.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub source_detail: Option<Option<Text>>,
}

/// Which product interests a list has.
#[derive(Debug, Clone, Default)]
pub struct InterestFilter {
    /// Of this business.
    pub business_id: Option<BusinessId>,
    /// In this product.
    pub product_id: Option<String>,
    /// This much.
    pub interest_level: Option<InterestLevel>,
}
