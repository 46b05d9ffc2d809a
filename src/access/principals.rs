//! Who a credential stands for, and what they may do. Remembered for a moment, so that most requests ask the database
//! nothing: a change of permissions takes effect within [`REMEMBERED`], at once where it was made.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::allow_list::model::{Allowed, AllowedRange};
use super::allow_list::store as allow_list;
use super::api_keys::secret::{digest, looks_like_a_key};
use super::api_keys::store::{self as api_keys, KeyInUse};
use super::roles;
use crate::edge::clock::{MINUTE, Millis, SECOND};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::Permissions;
use crate::http::caller::Actor;
use crate::identity::memberships::model::OWNER;
use crate::identity::principal::{self, MembershipRow};
use crate::identity::sessions::access_token::{self, verify_access_token};
use crate::ids::TenantId;
use crate::permission::Permission;

/// How long a credential is believed without being looked up again.
pub const REMEMBERED: Millis = 15 * SECOND;
/// The most that one instance remembers.
const MOST: usize = 2_000;

/// Who a credential stands for.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Whose data they see.
    pub tenant: TenantId,
    /// Who they are.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
    /// Which of it with the records that they own only.
    pub own_records: Permissions,
    /// The locations whose records they may use; `None` means all of them.
    pub locations: Option<Arc<[String]>>,
    /// From where.
    pub allowed: Allowed,
    /// When the credential ends.
    pub ends_at: Option<Millis>,
}

impl Principal {
    fn holds_at(&self, now: Millis) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }
}

struct Known {
    until: Millis,
    principal: Arc<Principal>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<[u8; 32], Known>> = RefCell::new(HashMap::new());
    static FORGOTTEN: Cell<u64> = const { Cell::new(0) };
}

/// Forgets everybody: somebody's permissions have changed here.
pub fn forget() {
    KNOWN.with_borrow_mut(HashMap::clear);
    FORGOTTEN.set(times_forgotten().wrapping_add(1));
}

/// How often everybody was forgotten. What was read before the last time may be as it was before the change.
fn times_forgotten() -> u64 {
    FORGOTTEN.get()
}

/// Who holds this credential, when that was asked a moment ago: no look into the database.
pub fn remembered(platform: &Platform, credential: &str) -> Option<Arc<Principal>> {
    let now = platform.now();
    recall(&Sha256::digest(credential).into(), now).filter(|principal| principal.holds_at(now))
}

/// Who holds this credential; `None` when it is none, or over.
///
/// # Errors
/// The database's.
pub async fn of_credential(
    platform: &Platform,
    credential: &str,
) -> Result<Option<Arc<Principal>>> {
    let now = platform.now();
    let key: [u8; 32] = Sha256::digest(credential).into();
    let found = match recall(&key, now) {
        Some(principal) => Some(principal),
        None => {
            let since = times_forgotten();
            let loaded = load(platform, credential).await?.map(Arc::new);
            if let Some(principal) = &loaded {
                remember(key, principal, now, since);
            }
            loaded
        }
    };
    Ok(found.filter(|principal| principal.holds_at(now)))
}

fn recall(key: &[u8; 32], now: Millis) -> Option<Arc<Principal>> {
    KNOWN.with_borrow(|known| {
        known
            .get(key)
            // A clock that was moved back must not make anybody known for longer.
            .filter(|entry| now < entry.until && entry.until - now <= REMEMBERED)
            .map(|entry| Arc::clone(&entry.principal))
    })
}

/// Unless everybody was forgotten `since` it was begun to be read.
fn remember(key: [u8; 32], principal: &Arc<Principal>, now: Millis, since: u64) {
    if since != times_forgotten() {
        return;
    }
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST {
            known.clear();
        }
        let until = now + REMEMBERED;
        let principal = Arc::clone(principal);
        known.insert(key, Known { until, principal });
    });
}

async fn load(platform: &Platform, credential: &str) -> Result<Option<Principal>> {
    if is_setup_key(platform, credential) {
        return setup_key(platform).await.map(Some);
    }
    if credential.starts_with(access_token::PREFIX) {
        return session(platform, credential).await;
    }
    if looks_like_a_key(credential) {
        return api_key(platform, credential).await;
    }
    Ok(None)
}

fn is_setup_key(platform: &Platform, credential: &str) -> bool {
    // Digests have one length, so that the comparison tells nothing about the key's.
    let same = Sha256::digest(credential).ct_eq(&Sha256::digest(&platform.config.api_key));
    bool::from(same)
}

async fn setup_key(platform: &Platform) -> Result<Principal> {
    let tenant = platform.config.api_key_tenant.clone();
    let ranges: Vec<AllowedRange> = platform.db.fetch_all(allow_list::all(&tenant)).await?;
    Ok(Principal {
        actor: Actor::SetupKey,
        permissions: Permissions::all(),
        own_records: Permissions::NONE,
        locations: None,
        allowed: Allowed::of(&ranges, &[]),
        ends_at: None,
        tenant,
    })
}

async fn api_key(platform: &Platform, credential: &str) -> Result<Option<Principal>> {
    let (digest, now) = (digest(credential), platform.now());
    let statements = vec![api_keys::by_digest(&digest), allow_list::of_key(&digest)];
    let mut outcomes = platform.db.batch(statements).await?.into_iter();
    let mut next = || {
        outcomes
            .next()
            .map(|outcome| outcome.rows)
            .unwrap_or_default()
    };
    let keys: Vec<KeyInUse> = next().decode()?;
    let ranges: Vec<AllowedRange> = next().decode()?;
    let Some(key) = keys.into_iter().next() else {
        return Ok(None);
    };
    if key.expires_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    if key.last_used_at.is_none_or(|moment| moment < now - MINUTE)
        && let Err(error) = api_keys::note_use(&platform.db, &key.tenant_id, &key.id, now).await
    {
        // The caller is who they are, whether this is noted or not.
        log::error("API key's use not noted", &[("error", &error.to_string())]);
    }
    Ok(Some(Principal {
        actor: Actor::ApiKey {
            id: key.id.as_str().into(),
            prefix: key.prefix.into(),
        },
        permissions: key.scopes.0.into_iter().collect(),
        own_records: Permissions::NONE,
        locations: None,
        allowed: Allowed::of(&ranges, &[]),
        ends_at: key.expires_at,
        tenant: key.tenant_id,
    }))
}

/// Somebody signed in, for as long as their session stands and they are a member.
async fn session(platform: &Platform, token: &str) -> Result<Option<Principal>> {
    let (db, now) = (&platform.db, platform.now());
    let Some(claims) = verify_access_token(&platform.config, now, token) else {
        return Ok(None);
    };
    let (tenant, user) = (&claims.tenant, &claims.user);
    let member = principal::load(db, tenant, user, &claims.session, now).await?;
    let Some(member) = member.filter(|member| member.session_alive.0) else {
        return Ok(None);
    };
    // A role that is gone allows nothing.
    let of_role = roles::allowance_of(db, tenant, &member.role)
        .await?
        .unwrap_or_default();
    let read = |words: &[String]| -> Permissions {
        words
            .iter()
            .filter_map(|word| Permission::parse(word))
            .collect()
    };
    let overrides = &member.overrides.0;
    let ranges: Vec<AllowedRange> = db.fetch_all(allow_list::all(tenant)).await?;
    Ok(Some(Principal {
        actor: Actor::User {
            id: claims.user.as_str().into(),
            session_id: claims.session.as_str().into(),
        },
        permissions: of_role
            .permissions
            .with(read(&overrides.grant))
            .without(read(&overrides.revoke)),
        // What is granted beside the role is not bound by its conditions.
        own_records: of_role.own_records.without(read(&overrides.grant)),
        locations: locations_of(&member),
        allowed: Allowed::of(&ranges, &member.location_ids.0),
        ends_at: Some(claims.expires_at),
        tenant: claims.tenant,
    }))
}

/// An owner works everywhere, whatever the list says.
fn locations_of(member: &MembershipRow) -> Option<Arc<[String]>> {
    let locations = &member.location_ids.0;
    if locations.is_empty() || member.role == OWNER {
        return None;
    }
    Some(locations.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn setup() -> Arc<Principal> {
        Arc::new(Principal {
            tenant: TenantId::new(NOW),
            actor: Actor::SetupKey,
            permissions: Permissions::all(),
            own_records: Permissions::NONE,
            locations: None,
            allowed: Allowed::Everywhere,
            ends_at: None,
        })
    }

    #[test]
    fn what_was_read_before_everybody_was_forgotten_is_not_remembered() {
        let (early, late) = ([1; 32], [2; 32]);
        let since = times_forgotten();
        forget();
        remember(early, &setup(), NOW, since);
        assert!(recall(&early, NOW).is_none());
        remember(late, &setup(), NOW, times_forgotten());
        assert!(recall(&late, NOW).is_some());
    }
}
