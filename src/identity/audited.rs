//! What signing in and out leaves in the audit log. Who signs in is known before the guard knows anybody, so it is told from
//! here. A person belongs to no tenant: what happens to their account before a tenant is chosen is told to each they are in.

use crate::audit::{self, ActorKind, Entry, Outcome};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::identity::client::Client;
use crate::identity::memberships;
use crate::identity::sessions::SignedIn;
use crate::ids::UserId;

/// Somebody signed in.
pub async fn signed_in(platform: &Platform, signed_in: &SignedIn, client: &Client) {
    let tenant = signed_in.tenant.tenant_id.clone();
    let mut entry = Entry::new(tenant, platform.now(), "sign_in.succeeded");
    entry.actor_label = Some(signed_in.method.as_str().to_string());
    entry.record_type = Some("sessions".into());
    entry.record_id = Some(signed_in.session.to_string());
    audit::record(platform, about(entry, &signed_in.user.id, client)).await;
}

/// Something happened to somebody's account: `sign_in.failed`, `sign_out`, `session.refresh_reused`.
pub async fn event(
    platform: &Platform,
    user: &UserId,
    client: &Client,
    action: &'static str,
    outcome: Outcome,
) {
    let places = match memberships::places(&platform.db, user).await {
        Ok(places) => places,
        Err(error) => {
            let error = error.to_string();
            log::error(
                "sign-in event not audited",
                &[("action", action), ("error", &error)],
            );
            return;
        }
    };
    let entries = places
        .into_iter()
        .map(|place| {
            let mut entry = Entry::new(place.tenant_id, platform.now(), action);
            entry.outcome = outcome;
            about(entry, user, client)
        })
        .collect();
    audit::record_all(platform, entries).await;
}

fn about(mut entry: Entry, user: &UserId, client: &Client) -> Entry {
    entry.actor_kind = ActorKind::User;
    entry.actor_id = Some(user.to_string());
    entry.address.clone_from(&client.address);
    entry.user_agent.clone_from(&client.user_agent);
    entry
}
