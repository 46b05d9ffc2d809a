//! Tracking tokens: what a pixel, a link or an unsubscribe page is about, signed.
//!
//! Layout, before base64url without padding:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | id of the key that signed |
//! | 1 | kind: open, click, unsubscribe |
//! | 16 | tenant |
//! | 16 | send |
//! | rest | the link's target (click only) |
//! | 12 | HMAC-SHA256 over all before, its first 96 bits |
//!
//! A click's target is inside the signed part, so a link of ours leads only where a mail of ours meant it to. A key is
//! rotated by putting a new one first in the settings: it signs, the older ones go on verifying old mail.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::config::NumberedKey;
use crate::ids::{SendId, TenantId};

/// Bytes of the signature kept: 96 bits cannot be guessed and keep links short.
const SIGNATURE_LENGTH: usize = 12;
/// Key id, kind, tenant, send.
const HEADER_LENGTH: usize = 2 + 16 + 16;
/// The longest token looked at; links are shorter by far.
const LONGEST: usize = 4_096;

/// What a token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The pixel of a message.
    Open,
    /// A link of a message, and where it leads.
    Click(String),
    /// The unsubscribe link of a message.
    Unsubscribe,
}

/// A verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Whose message.
    pub tenant: TenantId,
    /// Which message.
    pub send: SendId,
    /// What the request means.
    pub purpose: Purpose,
}

/// Signs and verifies.
#[derive(Clone)]
pub struct Signer {
    keys: Vec<(u8, Hmac<Sha256>)>,
}

impl Signer {
    /// A signer with the settings' keys; the first signs.
    pub fn new(keys: &[NumberedKey]) -> Self {
        Signer {
            keys: keys
                .iter()
                .filter_map(|key| {
                    // Any length is a valid HMAC key.
                    let mac = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
                    Some((key.id, mac))
                })
                .collect(),
        }
    }

    /// The token's text. `None` only without a key or with an id that is none.
    pub fn sign(&self, tenant: &TenantId, send: &SendId, purpose: &Purpose) -> Option<String> {
        let (key_id, mac) = self.keys.first()?;
        let (kind, target) = match purpose {
            Purpose::Open => (1, ""),
            Purpose::Click(target) => (2, target.as_str()),
            Purpose::Unsubscribe => (3, ""),
        };
        let mut bytes = Vec::with_capacity(HEADER_LENGTH + target.len() + SIGNATURE_LENGTH);
        bytes.extend([*key_id, kind]);
        bytes.extend(tenant.to_bytes()?);
        bytes.extend(send.to_bytes()?);
        bytes.extend(target.as_bytes());
        let signature = signature(mac, &bytes);
        bytes.extend(signature.iter().take(SIGNATURE_LENGTH));
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token; `None` when it was not signed by one of our keys, whatever else may be wrong with it.
    pub fn verify(&self, text: &str) -> Option<Token> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, given) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE_LENGTH)?)?;
        let (header, target) = signed.split_at_checked(HEADER_LENGTH)?;
        let (key_id, header) = header.split_first()?;
        let (_, mac) = self.keys.iter().find(|(id, _)| id == key_id)?;
        let expected = signature(mac, signed);
        if !bool::from(expected.get(..SIGNATURE_LENGTH)?.ct_eq(given)) {
            return None;
        }
        let (kind, ids) = header.split_first()?;
        let (tenant, send) = ids.split_at_checked(16)?;
        Some(Token {
            tenant: TenantId::from_bytes(tenant.try_into().ok()?),
            send: SendId::from_bytes(send.try_into().ok()?),
            purpose: match kind {
                1 => Purpose::Open,
                2 => Purpose::Click(String::from_utf8(target.to_vec()).ok()?),
                3 => Purpose::Unsubscribe,
                _ => return None,
            },
        })
    }
}

fn signature(mac: &Hmac<Sha256>, bytes: &[u8]) -> [u8; 32] {
    // The keyed state is copied, which saves hashing the key again for each token.
    let mut mac = mac.clone();
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(id: u8) -> NumberedKey {
        NumberedKey {
            id,
            secret: [id; 32],
        }
    }

    fn ids() -> (TenantId, SendId) {
        let tenant = TenantId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        (tenant, SendId::from_bytes([9; 16]))
    }

    #[test]
    fn what_was_signed_comes_back() {
        let (tenant, send) = ids();
        let signer = Signer::new(&[key(1)]);
        for purpose in [
            Purpose::Open,
            Purpose::Unsubscribe,
            Purpose::Click("https://learn.example/claim?c=HOOK-001".into()),
        ] {
            let text = signer.sign(&tenant, &send, &purpose).unwrap();
            let token = signer.verify(&text).unwrap();
            assert_eq!(
                (token.tenant, token.send, token.purpose),
                (tenant.clone(), send.clone(), purpose)
            );
        }
        assert_eq!(
            signer.sign(&tenant, &send, &Purpose::Open).unwrap().len(),
            62
        );
    }

    #[test]
    fn a_rotated_key_still_verifies_and_a_removed_one_does_not() {
        let (tenant, send) = ids();
        let old = Signer::new(&[key(1)])
            .sign(&tenant, &send, &Purpose::Open)
            .unwrap();
        let rotated = Signer::new(&[key(2), key(1)]);
        assert!(rotated.verify(&old).is_some());
        assert_ne!(rotated.sign(&tenant, &send, &Purpose::Open).unwrap(), old);
        assert!(Signer::new(&[key(2)]).verify(&old).is_none());
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let (tenant, send) = ids();
        let signer = Signer::new(&[key(1)]);
        let purpose = Purpose::Click("https://a.example/".into());
        let bytes = URL_SAFE_NO_PAD
            .decode(signer.sign(&tenant, &send, &purpose).unwrap())
            .unwrap();
        for index in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[index / 8] ^= 1 << (index % 8);
            assert!(
                signer.verify(&URL_SAFE_NO_PAD.encode(changed)).is_none(),
                "bit {index}"
            );
        }
    }

    proptest! {
        #[test]
        fn anything_else_is_no_token(text in ".{0,200}") {
            prop_assert!(Signer::new(&[key(1)]).verify(&text).is_none());
        }
    }
}
