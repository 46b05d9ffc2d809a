//! `/api/v1/ip-allow-list`.

use super::model::{Allowed, AllowedRange, AllowedRangeIn, read};
use super::store;
use crate::access::principals;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, NoContent, Operation, PathId, Permission, Routes, created, data,
};
use crate::identity::{locations, memberships};
use crate::ids::AllowedRangeId;

/// The routes of the allow-list.
pub fn routes() -> Routes {
    Routes::new("IP allow-list")
        .get(
            "/api/v1/ip-allow-list",
            list,
            Operation::new(
                "listAllowedRanges",
                Permission::IpAllowListRead,
                "List the addresses from which the platform may be used",
            )
            .description("An empty list means from everywhere."),
        )
        .post(
            "/api/v1/ip-allow-list",
            add,
            Operation::new(
                "addAllowedRange",
                Permission::IpAllowListWrite,
                "Allow a range of addresses",
            )
            .description("With the first entry every other address is shut out. An entry with a location lets in only those who work there; a key works everywhere.")
            .conflict(
                "would_lock_you_out",
                "your own address would not be on the list",
            )
            .example(r#"{"address_range": "0.0.0.0/0", "note": "Everywhere, over IPv4"}"#),
        )
        .delete(
            "/api/v1/ip-allow-list/{id}",
            remove,
            Operation::new(
                "removeAllowedRange",
                Permission::IpAllowListWrite,
                "Take a range of addresses off the list",
            )
            .conflict(
                "would_lock_you_out",
                "your own address would not be on the list",
            ),
        )
}

async fn list(platform: Platform, caller: Caller) -> Result<Answer<Vec<AllowedRange>>> {
    Ok(data(&all(&platform, &caller).await?))
}

async fn all(platform: &Platform, caller: &Caller) -> Result<Vec<AllowedRange>> {
    Ok(platform.db.fetch_all(store::all(&caller.tenant)).await?)
}

async fn add(
    platform: Platform,
    caller: Caller,
    Body(input): Body<AllowedRangeIn>,
) -> Result<Created<AllowedRange>> {
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let address_range = read(&input.address_range)
        .map(|range| range.to_string())
        .ok_or_else(|| Error::field("address_range", "must be a range of addresses"))?;
    if let Some(location) = &input.location_id {
        locations::check("location_id", db, tenant, location).await?;
    }
    let range = AllowedRange {
        id: AllowedRangeId::new(now),
        address_range,
        location_id: input.location_id,
        note: input.note.map(|note| note.to_string()),
        created_at: now,
    };
    let mut list = all(&platform, &caller).await?;
    list.push(range.clone());
    stay_inside(&platform, &caller, &list).await?;
    store::add(db, tenant, &range).await?;
    principals::forget();
    Ok(created(&range))
}

async fn remove(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<AllowedRangeId>,
) -> Result<NoContent> {
    let mut list = all(&platform, &caller).await?;
    list.retain(|range| range.id != id);
    stay_inside(&platform, &caller, &list).await?;
    if !store::remove(&platform.db, &caller.tenant, &id).await? {
        return Err(Error::NotFound("entry of the allow-list"));
    }
    principals::forget();
    Ok(NoContent)
}

/// A list that shuts out whoever makes it is a mistake.
async fn stay_inside(platform: &Platform, caller: &Caller, list: &[AllowedRange]) -> Result<()> {
    let locations = memberships::locations_of(&platform.db, caller).await?;
    match Allowed::of(list, &locations).lets_in(caller.address.as_deref()) {
        true => Ok(()),
        false => Err(Error::conflict(
            "would_lock_you_out",
            "Your own address would be shut out. Allow a range that holds it first, for your locations or for everybody.",
        )),
    }
}
