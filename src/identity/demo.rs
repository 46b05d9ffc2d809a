//! Somebody to sign in as on a developer's machine: an owner of the tenant of the settings' key. Production never gets here.

use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::client::Client;
use crate::identity::memberships::store as memberships;
use crate::identity::sessions::{self, Method, SignedIn};
use crate::identity::users::store as users;
use crate::ids::UserId;

const EMAIL: &str = "dana.demo@example.com";
const NAME: &str = "Dana Demo";

/// Signs Dana Demo in, who is made when she is not there.
///
/// # Errors
/// In production; [`Error::Refused`] with `no_membership` when somebody suspended her; the database's.
pub async fn sign_in(platform: &Platform, client: &Client) -> Result<SignedIn> {
    let (db, now, config) = (&platform.db, platform.now(), &platform.config);
    // The route is not there in production; this holds whoever calls.
    if config.is_production() {
        return Err(Error::NotFound("page"));
    }
    let tenant = &config.api_key_tenant;
    let dana = users::add(&UserId::new(now), EMAIL, NAME, None, now);
    db.execute(dana).await?;
    let user = users::by_email(db, EMAIL)
        .await?
        .ok_or(Error::NotFound("user"))?;
    let owner = memberships::add(tenant, &user.id, "owner", &[], now);
    db.execute(owner).await?;
    sessions::start(platform, user, Some(tenant), Method::Link, client).await
}
