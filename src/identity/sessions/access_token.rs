//! Access tokens: who calls, signed.
//!
//! `access_` and, in base64url without padding:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version, 1 |
//! | 16 | session |
//! | 16 | user |
//! | 16 | tenant |
//! | 8 | the millisecond after which it is void, big-endian |
//! | 32 | HMAC-SHA256 over a label and all before |
//!
//! There is one key. Another one voids every access token, and a refresh gives a new one: rotating needs no second key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::config::Config;
use crate::edge::clock::Millis;
use crate::ids::{SessionId, TenantId, UserId};

/// What an access token begins with; an API key begins otherwise.
pub const PREFIX: &str = "access_";
const VERSION: u8 = 1;
/// Version, three ids, the end.
const SIGNED_LENGTH: usize = 1 + 3 * 16 + 8;
/// The key signs other things too, each under a label of its own.
const LABEL: &[u8] = b"access-token\0";

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// In which session.
    pub session: SessionId,
    /// Who.
    pub user: UserId,
    /// In which tenant.
    pub tenant: TenantId,
    /// Until when this is known.
    pub expires_at: Millis,
}

/// Signs a token. `None` only for an id that is none.
pub fn sign(config: &Config, claims: &AccessClaims) -> Option<String> {
    let mut bytes = Vec::with_capacity(SIGNED_LENGTH + 32);
    bytes.push(VERSION);
    bytes.extend(claims.session.to_bytes()?);
    bytes.extend(claims.user.to_bytes()?);
    bytes.extend(claims.tenant.to_bytes()?);
    bytes.extend(claims.expires_at.to_be_bytes());
    let signature = signature(&config.session_key, &bytes)?;
    bytes.extend(signature);
    Some(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Reads a token; `None` when we did not sign it, or its time is over. It takes no query: whether the session still stands,
/// [`crate::identity::principal::load`] tells.
pub fn verify_access_token(config: &Config, now: Millis, token: &str) -> Option<AccessClaims> {
    let text = token
        .strip_prefix(PREFIX)
        .filter(|text| text.len() <= 200)?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (signed, given) = bytes.split_at_checked(SIGNED_LENGTH)?;
    let expected = signature(&config.session_key, signed)?;
    if !bool::from(expected.ct_eq(given)) {
        return None;
    }
    let (version, rest) = signed.split_first()?;
    let (session, rest) = rest.split_first_chunk::<16>()?;
    let (user, rest) = rest.split_first_chunk::<16>()?;
    let (tenant, rest) = rest.split_first_chunk::<16>()?;
    let expires_at = Millis::from_be_bytes(rest.try_into().ok()?);
    (*version == VERSION && now < expires_at).then(|| AccessClaims {
        session: SessionId::from_bytes(*session),
        user: UserId::from_bytes(*user),
        tenant: TenantId::from_bytes(*tenant),
        expires_at,
    })
}

fn signature(key: &[u8; 32], bytes: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(LABEL);
    mac.update(bytes);
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::tests::test_config;

    fn claims() -> AccessClaims {
        AccessClaims {
            session: SessionId::new(1_700_000_000_000),
            user: UserId::new(1_700_000_000_000),
            tenant: TenantId::new(1_700_000_000_000),
            expires_at: 1_000,
        }
    }

    #[test]
    fn what_was_signed_comes_back_until_its_end() {
        let (config, claims) = (test_config(), claims());
        let token = sign(&config, &claims).unwrap();
        assert_eq!(verify_access_token(&config, 999, &token), Some(claims));
        assert_eq!(verify_access_token(&config, 1_000, &token), None);
        let other = Config {
            session_key: [9; 32],
            ..config
        };
        assert_eq!(verify_access_token(&other, 999, &token), None);
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let config = test_config();
        let token = sign(&config, &claims()).unwrap();
        let bytes = URL_SAFE_NO_PAD
            .decode(token.strip_prefix(PREFIX).unwrap())
            .unwrap();
        for index in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[index / 8] ^= 1 << (index % 8);
            let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(changed));
            assert_eq!(verify_access_token(&config, 0, &token), None, "bit {index}");
        }
    }

    proptest! {
        #[test]
        fn anything_else_is_no_token(text in ".{0,200}") {
            let token = format!("{PREFIX}{text}");
            prop_assert!(verify_access_token(&test_config(), 0, &token).is_none());
        }
    }
}
