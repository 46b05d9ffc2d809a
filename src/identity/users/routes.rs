//! `/api/v1/me`: who calls, as they see themselves.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{User, UserOut};
use super::store;
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::checks::line;
use crate::http::input::Text;
use crate::http::patch::present;
use crate::http::{Answer, Body, Caller, NoContent, Operation, Routes, data};
use crate::identity::caller::Me;
use crate::identity::memberships::{self, MembershipOut, Place};
use crate::identity::sessions::{self, SessionOut};
use crate::identity::sign_in::password;
use crate::identity::tenants;
use crate::identity::tenants::model::TenantOut;
use crate::permission::Permission;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Me")
        .get(
            "/api/v1/me",
            read,
            Operation::signed_in("getMe", "Get who is signed in")
                .error(403, "not_a_user", "a key calls"),
        )
        .patch(
            "/api/v1/me",
            update,
            Operation::signed_in("updateMe", "Change what one is called")
                .error(403, "not_a_user", "a key calls")
                .example(r#"{"name": "Dana Whitfield"}"#),
        )
        .put(
            "/api/v1/me/password",
            set_password,
            Operation::signed_in("setPassword", "Set another password")
                .description("Ends every other session of the user. Who has no password yet leaves `current_password` out.")
                .limited_as(Limit::SignIn)
                .error(401, "wrong_credentials", "`current_password` is wrong")
                .error(403, "not_a_user", "a key calls")
                .error(429, "too_many_attempts", "too many wrong passwords")
                .example(r#"{"current_password": "correct horse battery", "new_password": "another good phrase"}"#),
        )
}

/// Who is signed in, where, as what.
#[derive(Serialize, JsonSchema)]
struct MeOut {
    /// The user.
    user: UserOut,
    /// The tenant that the session works in.
    tenant: TenantOut,
    /// What they are there.
    membership: MembershipOut,
    /// What they may do there.
    permissions: Vec<Permission>,
    /// Where they could work.
    tenants: Vec<Place>,
    /// The session.
    session: SessionOut,
}

async fn read(platform: Platform, caller: Caller, me: Me) -> Result<Answer<MeOut>> {
    let db = &platform.db;
    let session = sessions::store::find(db, &me.user, &me.session, platform.now()).await?;
    Ok(data(&MeOut {
        user: UserOut::from(&user(&platform, &me).await?),
        tenant: tenants::store::get(db, &me.tenant).await?,
        membership: memberships::change::find(db, &me.tenant, &me.user).await?,
        permissions: caller.permissions.iter().collect(),
        tenants: memberships::places(db, &me.user).await?,
        session: session.ok_or(Error::Unauthorized)?,
    }))
}

/// What is changed of oneself.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MePatch {
    /// What one is called.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(120))))]
    #[schemars(with = "Text")]
    name: Option<Text>,
}

async fn update(platform: Platform, me: Me, Body(patch): Body<MePatch>) -> Result<Answer<UserOut>> {
    if let Some(name) = &patch.name {
        store::rename(&platform.db, &me.user, name, platform.now()).await?;
    }
    Ok(data(&UserOut::from(&user(&platform, &me).await?)))
}

/// Another password.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one that holds until now.
    #[garde(skip)]
    current_password: Option<String>,
    /// The one that holds from now on: 12 to 200 characters.
    #[garde(skip)]
    new_password: String,
}

async fn set_password(
    platform: Platform,
    me: Me,
    Body(input): Body<NewPassword>,
) -> Result<NoContent> {
    let user = user(&platform, &me).await?;
    let current = input.current_password.as_deref();
    password::change(&platform, &user, &me.session, current, &input.new_password).await?;
    Ok(NoContent)
}

async fn user(platform: &Platform, me: &Me) -> Result<User> {
    store::by_id(&platform.db, &me.user)
        .await?
        .ok_or(Error::Unauthorized)
}
