//! `/api/v1/customers`: businesses under the name by which an AI and the older clients know them, over the same records; and what an
//! AI has to know of one before it talks to them.

pub mod context;
#[cfg(test)]
mod tests;

use axum::extract::FromRequestParts;
use axum::extract::Path;
use garde::Validate;
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use self::context::AiContext;
use super::businesses::model::{BusinessIn, BusinessOut, BusinessPatch, INCLUDES, SORTS};
use super::businesses::routes::{create, delete, list, show};
use super::businesses::{self, store};
use super::checks;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::description::Input;
use crate::http::{
    Answer, Body, Caller, Edit, IncludeParams, Operation, PathId, Permission, Query, Routes, data,
};
use crate::ids::BusinessId;

/// The routes of customers.
pub fn routes() -> Routes {
    Routes::new("Customers")
        .get(
            "/api/v1/customers",
            list,
            Operation::new("listCustomers", Permission::BusinessesRead, "List customers")
                .description("The same records as businesses, wherever they stand with us; `filter[lead_status]=customer` has those who pay.")
                .sorted_by(SORTS)
                .including(INCLUDES)
                .personal_data(),
        )
        .post(
            "/api/v1/customers",
            create,
            Operation::new("createCustomer", Permission::BusinessesWrite, "Create a customer")
                .description("The same as creating a business.")
                .example(r#"{"community_id": "01900000-0000-7000-8000-000000000001", "name": "Harbor Street Bakery", "email": "hello@harborstreetbakery.example"}"#),
        )
        .get(
            "/api/v1/customers/{id}",
            read,
            Operation::new("getCustomer", Permission::BusinessesRead, "Get a customer")
                .including(INCLUDES)
                .personal_data(),
        )
        .get(
            "/api/v1/customers/slug/{slug}",
            read_by_slug,
            Operation::new("getCustomerBySlug", Permission::BusinessesRead, "Get a customer by the slug")
                .shows_version()
                .including(INCLUDES)
                .personal_data(),
        )
        .put(
            "/api/v1/customers/{id}",
            replace,
            Operation::new("replaceCustomer", Permission::BusinessesWrite, "Replace a customer")
                .description("What is not named is emptied. Only the slug stays unless one is given.")
                .conflict("business_is_changing", "somebody else changes the same business at this moment")
                .example(r#"{"community_id": "01900000-0000-7000-8000-000000000001", "name": "Harbor Street Bakery", "lead_status": "customer"}"#),
        )
        .delete(
            "/api/v1/customers/{id}",
            delete,
            Operation::new("deleteCustomer", Permission::BusinessesDelete, "Delete a customer")
                .description("The same as deleting the business: it can be restored."),
        )
        .put(
            "/api/v1/customers/{id}/business-context",
            replace_context,
            Operation::new("replaceBusinessContext", Permission::BusinessesWrite, "Say what an AI should know of a customer")
                .shows_version()
                .description("Beside the fields of the record, which it knows anyway. The whole document is replaced.")
                .conflict("business_is_changing", "somebody else changes the same business at this moment")
                .example(r#"{"business_context": {"specialties": ["Wedding cakes"], "tone": "warm", "never_say": ["cheap"]}}"#),
        )
        .get(
            "/api/v1/customers/{id}/ai-context",
            ai_context,
            Operation::new("getAiContext", Permission::BusinessesRead, "What an AI has to know before it talks to a customer")
                .description("What the caller may not see is null: people, tasks, notes, activities and needs have permissions of their own.")
                .personal_data(),
        )
}

/// What an AI should know of a business beside its fields.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessContextIn {
    /// The document; null for none.
    #[garde(inner(custom(checks::object(20_000))))]
    pub business_context: Option<Map<String, Value>>,
}

/// The slug in a path.
struct Slug(String);

impl Input for Slug {}

impl<S: Send + Sync> FromRequestParts<S> for Slug {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let slug = Path::<String>::from_request_parts(parts, state).await;
        // What cannot be a slug is nobody's.
        match slug {
            Ok(Path(slug)) if checks::slug(&slug, &()).is_ok() => Ok(Slug(slug)),
            _ => Err(Error::NotFound("business")),
        }
    }
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<IncludeParams>,
) -> Result<Answer<BusinessOut>> {
    show(&platform, &caller, &id, &query.read(INCLUDES)?).await
}

async fn read_by_slug(
    platform: Platform,
    caller: Caller,
    Slug(slug): Slug,
    Query(query): Query<IncludeParams>,
) -> Result<Answer<BusinessOut>> {
    let included = query.read(INCLUDES)?;
    let scope = caller.scope(Permission::BusinessesRead);
    let id = store::by_slug(&platform.db, &scope, &slug).await?;
    show(&platform, &caller, &id, &included).await
}

async fn replace(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    edit: Edit,
    Body(mut input): Body<BusinessIn>,
) -> Result<Answer<BusinessOut>> {
    let scope = caller.scope(Permission::BusinessesWrite);
    businesses::assigned(&mut input, &scope.reach);
    let patch = BusinessPatch::replacing(input);
    let business = businesses::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&business).version(business.updated_at))
}

async fn replace_context(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(input): Body<BusinessContextIn>,
) -> Result<Answer<BusinessOut>> {
    let scope = caller.scope(Permission::BusinessesWrite);
    let patch = BusinessPatch {
        business_context: Some(input.business_context),
        ..BusinessPatch::default()
    };
    let edit = Edit::of_any(platform.now());
    let business = businesses::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&business).version(business.updated_at))
}

async fn ai_context(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer<AiContext>> {
    Ok(data(&context::of(&platform, &caller, &id).await?))
}
