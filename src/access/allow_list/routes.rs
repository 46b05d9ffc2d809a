//! `/api/v1/ip-allow-list`.

use super::model::{AllowedRange, AllowedRangeIn, lets_in, read};
use super::store;
use crate::access::principals;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, NoContent, Operation, PathId, Permission, Routes, created, data,
};
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
            .description("With the first entry every other address is shut out.")
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
    let new = read(&input.address_range)
        .map(|range| range.to_string())
        .ok_or_else(|| Error::field("address_range", "must be a range of addresses"))?;
    let texts = all(&platform, &caller)
        .await?
        .into_iter()
        .map(|range| range.address_range)
        .chain([new.clone()]);
    stay_inside(&caller, texts)?;
    let (tenant, note) = (&caller.tenant, input.note.as_deref());
    let range = store::add(&platform.db, tenant, &new, note, platform.now()).await?;
    principals::forget();
    Ok(created(&range))
}

async fn remove(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<AllowedRangeId>,
) -> Result<NoContent> {
    let left = all(&platform, &caller)
        .await?
        .into_iter()
        .filter(|range| range.id != id)
        .map(|range| range.address_range);
    stay_inside(&caller, left)?;
    if !store::remove(&platform.db, &caller.tenant, &id).await? {
        return Err(Error::NotFound("entry of the allow-list"));
    }
    principals::forget();
    Ok(NoContent)
}

/// A list that shuts out whoever makes it is a mistake.
fn stay_inside(caller: &Caller, ranges: impl Iterator<Item = String>) -> Result<()> {
    let ranges: Vec<_> = ranges.filter_map(|text| read(&text)).collect();
    match lets_in(&ranges, caller.address.as_deref()) {
        true => Ok(()),
        false => Err(Error::conflict(
            "would_lock_you_out",
            "Your own address would be shut out. Allow a range that holds it first.",
        )),
    }
}
