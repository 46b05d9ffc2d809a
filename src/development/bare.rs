//! `/dev/bare/people/{id}`: the read of a person with nobody before it, which the guard's price is measured against.

use axum::Router;
use axum::routing::get;

use crate::crm::people;
use crate::crm::people::model::PersonOut;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::scope::Scope;
use crate::http::{Answer, PathId, data};
use crate::ids::PersonId;

pub(super) fn routes() -> Router {
    Router::new().route("/dev/bare/people/{id}", get(read))
}

async fn read(platform: Platform, PathId(id): PathId<PersonId>) -> Result<Answer<PersonOut>> {
    let scope = Scope::whole(&platform.config.api_key_tenant);
    let person = people::find(&platform.db, &scope, &id).await?;
    Ok(data(&person).version(person.updated_at))
}
