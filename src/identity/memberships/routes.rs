//! `/api/v1/members`: the team.

use super::change;
use super::model::{MembershipOut, MembershipPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{
    Answer, Body, Caller, Edit, Listing, NoContent, Operation, PageParams, PathId, Permission,
    Query, Routes, data, listing,
};
use crate::identity::acting::Acting;
use crate::ids::UserId;

/// The routes. A member's id is the user's.
pub fn routes() -> Routes {
    let (last, owners) = ("a tenant keeps an owner", "only an owner changes owners");
    Routes::new("Team")
        .get(
            "/api/v1/members",
            list,
            Operation::new("listMembers", Permission::MembersRead, "List the team").personal_data(),
        )
        .get(
            "/api/v1/members/{id}",
            read,
            Operation::new("getMember", Permission::MembersRead, "Get a member of the team").personal_data(),
        )
        .patch(
            "/api/v1/members/{id}",
            update,
            Operation::new("updateMember", Permission::MembersWrite, "Change a member's role, locations or permissions, or suspend them")
                .description("It holds at the member's next request. Nobody grants what they have not got, and nobody but an owner changes their own membership.")
                .conflict("last_owner", last)
                .error(403, "owners_only", owners)
                .error(403, "your_own_membership", "somebody but an owner would change their own")
                .example(r#"{"role": "manager", "permission_overrides": {"grant": ["ledger:read"], "revoke": []}}"#),
        )
        .delete(
            "/api/v1/members/{id}",
            remove,
            Operation::new("removeMember", Permission::MembersWrite, "Remove a member from the team")
                .conflict("last_owner", last)
                .error(403, "owners_only", owners),
        )
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(params): Query<PageParams>,
) -> Result<Listing<MembershipOut>> {
    let page = params.page()?;
    let mut rows = store::list(&platform.db, &caller.tenant, &page.after, page.probe()).await?;
    let next = page.cut(&mut rows, |row| row.user_id.to_string());
    Ok(listing(&rows, page.limit, next))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Result<Answer<MembershipOut>> {
    let member = change::find(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&member).version(member.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<UserId>,
    edit: Edit,
    Body(patch): Body<MembershipPatch>,
) -> Result<Answer<MembershipOut>> {
    let (db, tenant) = (&platform.db, &caller.tenant);
    let acting = Acting::of(db, &caller).await?;
    let member = change::update(db, tenant, &id, &patch, &acting, edit).await?;
    Ok(data(&member).version(member.updated_at))
}

async fn remove(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Result<NoContent> {
    let acting = Acting::of(&platform.db, &caller).await?;
    change::remove(&platform.db, &caller.tenant, &id, &acting).await?;
    Ok(NoContent)
}
