//! `/api/v1/invitations`, and accepting one.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{InvitationIn, InvitationOut};
use super::{accept, invite, store};
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::checks::line;
use crate::http::input::Text;
use crate::http::{
    Answer, Body, Caller, Created, Listing, NoContent, Operation, PageParams, PathId, Permission,
    Query, Routes, created, data, listing,
};
use crate::identity::acting::Acting;
use crate::identity::answer::SignedInAnswer;
use crate::identity::caller::Browser;
use crate::identity::client::Client;
use crate::ids::InvitationId;

/// The routes.
pub fn routes() -> Routes {
    let closed = "it was accepted or taken back already";
    Routes::new("Team")
        .get(
            "/api/v1/invitations",
            list,
            Operation::new("listInvitations", Permission::MembersRead, "List invitations, newest first").personal_data(),
        )
        .post(
            "/api/v1/invitations",
            create,
            Operation::new("createInvitation", Permission::MembersWrite, "Invite somebody")
                .description("They get an email with a link that works for seven days. An older invitation of the same address ends.")
                .conflict("already_a_member", "somebody with this address is a member")
                .error(403, "owners_only", "only an owner invites owners")
                .example(r#"{"email": "sam@example.com", "role": "agent"}"#),
        )
        .delete(
            "/api/v1/invitations/{id}",
            revoke,
            Operation::new("revokeInvitation", Permission::MembersWrite, "Take an invitation back")
                .conflict("invitation_is_closed", closed),
        )
        .post(
            "/api/v1/invitations/{id}/resend",
            resend,
            Operation::new("resendInvitation", Permission::MembersWrite, "Send an invitation again")
                .description("With another link, and seven days from now. The older link ends.")
                .conflict("invitation_is_closed", closed)
                .error(403, "owners_only", "only an owner invites owners"),
        )
        .post(
            "/api/v1/auth/accept-invitation",
            accept_invitation,
            Operation::public("acceptInvitation", "Accept an invitation and sign in")
                .description("Somebody new says what they are called, and may choose a password. Who is a user already leaves both out.")
                .limited_as(Limit::SignIn)
                .error(401, "invitation_over", "it was accepted or taken back, or its time is over")
                .error(403, "no_membership", "the user is a suspended member of this tenant")
                .error(403, "cross_site_request", "a browser is to be signed in by a page that is not ours")
                .example(r#"{"token": "invitation_…", "name": "Sam Ortiz", "password": "correct horse battery"}"#),
        )
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(params): Query<PageParams>,
) -> Result<Listing<InvitationOut>> {
    let page = params.page()?;
    let mut rows = store::list(&platform.db, &caller.tenant, &page.after, page.probe()).await?;
    let next = page.cut(&mut rows, |row| row.id.to_string());
    Ok(listing(&rows, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<InvitationIn>,
) -> Result<Created<InvitationOut>> {
    let acting = Acting::of(&platform.db, &caller).await?;
    Ok(created(
        &invite::invite(&platform, &caller.tenant, &acting, input).await?,
    ))
}

async fn revoke(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<InvitationId>,
) -> Result<NoContent> {
    invite::revoke(&platform, &caller.tenant, &id).await?;
    Ok(NoContent)
}

async fn resend(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<InvitationId>,
) -> Result<Answer<InvitationOut>> {
    let acting = Acting::of(&platform.db, &caller).await?;
    Ok(data(
        &invite::resend(&platform, &caller.tenant, &acting, &id).await?,
    ))
}

/// An invitation's token, and who accepts it.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AcceptIn {
    /// The last part of the link.
    #[garde(skip)]
    token: String,
    /// What somebody new is called.
    #[garde(inner(custom(line(120))))]
    name: Option<Text>,
    /// The password of somebody new: 12 to 200 characters. Without one they sign in by link or elsewhere.
    #[garde(skip)]
    password: Option<String>,
    /// For browsers: the tokens are set as cookies.
    #[serde(default)]
    #[garde(skip)]
    cookie: bool,
}

async fn accept_invitation(
    platform: Platform,
    browser: Browser,
    client: Client,
    Body(input): Body<AcceptIn>,
) -> Result<SignedInAnswer> {
    if input.cookie {
        browser.is_ours(&platform)?;
    }
    let (name, password) = (input.name.as_deref(), input.password.as_deref());
    let signed_in = accept::accept(&platform, &input.token, name, password, &client).await?;
    Ok(SignedInAnswer::new(&platform, &signed_in, input.cookie))
}
