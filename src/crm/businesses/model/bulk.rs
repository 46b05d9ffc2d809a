//! A change of many businesses at once.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::BusinessFilter;
use crate::crm::bulk::{self, some};
use crate::crm::model::LeadStatus;
use crate::error::{Error, FieldError, Result};
use crate::http::patch::nullable;
use crate::ids::{BusinessId, LocationId, TagId, UserId};

/// The most tags at once.
const MOST_TAGS: usize = 20;

/// What is done to many businesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Puts `tag_ids` on them.
    AddTags,
    /// Takes `tag_ids` off them.
    RemoveTags,
    /// Gives them to `owner_id`, to `location_id`, or both.
    Assign,
    /// Moves them to `lead_status`.
    ChangeLeadStatus,
    /// Deletes them.
    Delete,
    /// Brings them back.
    Restore,
}

/// What a client sends to change many businesses.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessesBulk {
    /// These, up to 1,000; or a `filter`.
    #[garde(inner(custom(bulk::ids)))]
    pub ids: Option<Vec<BusinessId>>,
    /// All that it matches, 1,000 at a time; or `ids`.
    #[garde(dive)]
    pub filter: Option<BusinessFilter>,
    /// With a filter: the last answer's `next_cursor`.
    #[garde(skip)]
    pub cursor: Option<BusinessId>,
    /// What is done.
    #[garde(skip)]
    pub action: Action,
    /// The tags that are put on or taken off.
    #[garde(inner(custom(some(MOST_TAGS))))]
    pub tag_ids: Option<Vec<TagId>>,
    /// The member of the team who looks after them; null for nobody.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub owner_id: Option<Option<UserId>>,
    /// The location of ours that looks after them; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub location_id: Option<Option<LocationId>>,
    /// Where they stand with us from now on.
    #[garde(skip)]
    pub lead_status: Option<LeadStatus>,
}

/// Which businesses are changed.
#[derive(Debug, Clone)]
pub enum Which {
    /// These.
    These(Vec<BusinessId>),
    /// Those that a filter matches, after an id.
    Matching(Box<BusinessFilter>, Option<BusinessId>),
}

/// What is changed.
#[derive(Debug, Clone)]
pub enum Change {
    /// Tags are put on.
    AddTags(Vec<TagId>),
    /// Tags are taken off.
    RemoveTags(Vec<TagId>),
    /// Somebody else looks after them: an owner, a location.
    Assign(Option<Option<UserId>>, Option<Option<LocationId>>),
    /// They stand elsewhere.
    LeadStatus(LeadStatus),
    /// They are deleted.
    Delete,
    /// They are back.
    Restore,
}

impl BusinessesBulk {
    /// Which businesses, and what.
    ///
    /// # Errors
    /// Names what is missing, and what does not belong to the action.
    pub fn read(self) -> Result<(Which, Change)> {
        let mut wrong = Vec::new();
        let which = match (self.ids, self.filter) {
            (Some(ids), None) if self.cursor.is_none() => Some(Which::These(ids)),
            (None, Some(filter)) => Some(Which::Matching(Box::new(filter), self.cursor)),
            (Some(_), None) => {
                wrong.push(FieldError::new("cursor", "belongs to a filter"));
                None
            }
            _ => {
                let message = "say which: either ids or a filter";
                wrong.push(FieldError::new("ids", message));
                None
            }
        };
        use Action::{AddTags, Assign, ChangeLeadStatus, RemoveTags};
        let tags = matches!(self.action, AddTags | RemoveTags);
        for (field, is_there, belongs, needed) in [
            ("tag_ids", self.tag_ids.is_some(), tags, tags),
            (
                "owner_id",
                self.owner_id.is_some(),
                self.action == Assign,
                false,
            ),
            (
                "location_id",
                self.location_id.is_some(),
                self.action == Assign,
                false,
            ),
            (
                "lead_status",
                self.lead_status.is_some(),
                self.action == ChangeLeadStatus,
                self.action == ChangeLeadStatus,
            ),
        ] {
            if is_there && !belongs {
                wrong.push(FieldError::new(field, "does not belong to this action"));
            } else if needed && !is_there {
                wrong.push(FieldError::new(field, "is needed for this action"));
            }
        }
        if self.action == Assign && self.owner_id.is_none() && self.location_id.is_none() {
            wrong.push(FieldError::new(
                "owner_id",
                "assign needs an owner_id, a location_id, or both",
            ));
        }
        let change = match (self.action, self.tag_ids, self.lead_status) {
            (Action::AddTags, Some(tags), _) => Some(Change::AddTags(tags)),
            (Action::RemoveTags, Some(tags), _) => Some(Change::RemoveTags(tags)),
            (Action::Assign, ..) => Some(Change::Assign(self.owner_id, self.location_id)),
            (Action::ChangeLeadStatus, _, Some(status)) => Some(Change::LeadStatus(status)),
            (Action::Delete, ..) => Some(Change::Delete),
            (Action::Restore, ..) => Some(Change::Restore),
            _ => None,
        };
        match (which, change) {
            (Some(which), Some(change)) if wrong.is_empty() => Ok((which, change)),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}
