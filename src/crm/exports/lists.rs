//! The lists that can be exported, with their columns. An export reads them through the lists' own handlers, so that their filters,
//! their order and whose records one sees are the same there and here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::crm::model::words;
use crate::crm::needs::{interests, objections, pain_points};
use crate::crm::{businesses, communities, deals, industries, notes, people, tags, tasks};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::query::{self, Query};
use crate::http::{Caller, Permission};
use crate::json;

words! {
    /// A list of the API.
    ExportedList {
        /// Businesses.
        Businesses = "businesses",
        /// People at businesses.
        People = "people",
        /// Communities.
        Communities = "communities",
        /// Lines of business.
        Industries = "industries",
        /// Tags.
        Tags = "tags",
        /// Notes.
        Notes = "notes",
        /// Tasks.
        Tasks = "tasks",
        /// Deals.
        Deals = "deals",
        /// What businesses are interested in.
        ProductInterests = "product-interests",
        /// What troubles businesses.
        PainPoints = "pain-points",
        /// What people object to.
        Objections = "objections",
    }
}

impl ExportedList {
    /// What one needs to read it.
    pub const fn permission(self) -> Permission {
        match self {
            ExportedList::Businesses => Permission::BusinessesRead,
            ExportedList::People => Permission::PeopleRead,
            ExportedList::Communities => Permission::CommunitiesRead,
            ExportedList::Industries => Permission::IndustriesRead,
            ExportedList::Tags => Permission::TagsRead,
            ExportedList::Notes => Permission::NotesRead,
            ExportedList::Tasks => Permission::TasksRead,
            ExportedList::Deals => Permission::DealsRead,
            ExportedList::ProductInterests
            | ExportedList::PainPoints
            | ExportedList::Objections => Permission::NeedsRead,
        }
    }

    /// Its columns: the fields of its records, as the API calls them.
    pub fn columns(self) -> Vec<&'static str> {
        self.column_text().split_whitespace().collect()
    }

    const fn column_text(self) -> &'static str {
        match self {
            ExportedList::Businesses => {
                "id external_id content_db_id name legal_name description community_id industry_id location_id owner_id
                 address_street address_city address_state address_zip address_lat address_lng timezone phone email website
                 employee_count_range year_established annual_revenue_range google_business_id facebook_url instagram_handle yelp_url
                 lead_status lead_score health_score warmness source source_detail tags slug hours_of_operation business_context
                 metadata synced_at created_at updated_at deleted_at"
            }
            ExportedList::People => {
                "id business_id external_id first_name last_name email phone title role is_primary_contact is_decision_maker
                 preferred_channel best_time_to_contact do_not_email do_not_sms do_not_call total_emails_sent total_emails_opened
                 total_clicks last_engaged_at replied_at booked_at ordered_at unsubscribed_at bounced_at created_at updated_at
                 deleted_at"
            }
            ExportedList::Communities => {
                "id content_db_id name slug state county zip_codes timezone population business_count status deployed_at synced_at
                 created_at updated_at"
            }
            ExportedList::Industries => {
                "id name slug icon terminology common_pain_points common_services common_objections display_order created_at
                 updated_at"
            }
            ExportedList::Tags => "id name color category created_at updated_at",
            ExportedList::Notes => {
                "id business_id person_id content is_pinned created_by created_by_type created_at updated_at deleted_at"
            }
            ExportedList::Tasks => {
                "id business_id person_id title description type assigned_to assigned_type due_at completed_at snoozed_until status
                 priority outcome source sourceable_type sourceable_id created_at updated_at deleted_at"
            }
            ExportedList::Deals => {
                "id pipeline_id stage_id business_id person_id name amount currency owner_id expected_close_on status lost_reason
                 entered_stage_at is_stale closed_at created_at updated_at"
            }
            ExportedList::ProductInterests => {
                "id business_id product_id interest_level source source_detail first_shown_at last_shown_at view_count created_at
                 updated_at"
            }
            ExportedList::PainPoints => {
                "id business_id conversation_id category description severity source captured_at created_at updated_at"
            }
            ExportedList::Objections => {
                "id business_id person_id conversation_id objection_type objection_text response_given resolved resolved_at source
                 captured_at created_at updated_at"
            }
        }
    }

    /// A page of it: what `GET /api/v1/<list>` with this query answers this caller.
    ///
    /// # Errors
    /// The list's own.
    pub async fn page(self, platform: &Platform, caller: Caller, text: &str) -> Result<Page> {
        macro_rules! ask {
            ($module:path) => {{
                use $module as list;
                let query = Query(query::read(text)?);
                list::list(platform.clone(), caller, query)
                    .await?
                    .into_body()?
            }};
        }
        let body = match self {
            ExportedList::Businesses => ask!(businesses::routes),
            ExportedList::People => ask!(people::routes),
            ExportedList::Communities => ask!(communities::routes),
            ExportedList::Industries => ask!(industries::routes),
            ExportedList::Tags => ask!(tags::routes),
            ExportedList::Notes => ask!(notes::routes),
            ExportedList::Tasks => ask!(tasks::routes),
            ExportedList::Deals => ask!(deals::routes),
            ExportedList::ProductInterests => ask!(interests::routes),
            ExportedList::PainPoints => ask!(pain_points::routes),
            ExportedList::Objections => ask!(objections::routes),
        };
        let answer: Answer = json::read_bytes(&body)
            .map_err(|error| crate::error::Error::Internal(error.to_string()))?;
        Ok(Page {
            rows: answer.data,
            next: answer.meta.pagination.next_cursor,
        })
    }
}

/// A page of a list.
pub struct Page {
    /// Its records.
    pub rows: Vec<Map<String, Value>>,
    /// Where the next one begins, if there is one.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Map<String, Value>>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    pagination: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What is put into a record when it is asked for, and what only the board needs.
    const LEFT_OUT: &[&str] = &[
        "business",
        "person",
        "people",
        "community",
        "industry",
        "rank",
        "last_move_id",
    ];

    #[test]
    fn every_field_of_a_list_is_a_column() {
        let contract: Value =
            serde_json::from_str(include_str!("../../../pages/api/openapi.json")).unwrap();
        for list in ExportedList::ALL {
            let path = format!("/api/v1/{}", list.as_str());
            let answer = &contract["paths"][&path]["get"]["responses"]["200"]["content"]["application/json"]
                ["schema"];
            let of = answer["properties"]["data"]["items"]["$ref"]
                .as_str()
                .unwrap();
            let schema = contract.pointer(of.strip_prefix('#').unwrap()).unwrap();
            let fields: BTreeSet<_> = schema["properties"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .filter(|name| !LEFT_OUT.contains(name))
                .collect();
            let columns: BTreeSet<_> = list.columns().into_iter().collect();
            assert_eq!(columns, fields, "{path}");
            assert_eq!(
                columns.len(),
                list.columns().len(),
                "a column of {path} is there twice"
            );
        }
    }

    #[test]
    fn every_list_stands_in_its_check() {
        let words: Vec<_> = ExportedList::ALL
            .iter()
            .map(|list| format!("'{}'", list.as_str()))
            .collect();
        let check = format!("CHECK (what IN ({}))", words.join(", "));
        for migration in [
            include_str!("../../../d1/0009_imports.sql"),
            include_str!("../../../migrations/0009_imports.sql"),
        ] {
            assert!(migration.contains(&check));
        }
    }
}
