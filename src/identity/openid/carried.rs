//! What a browser carries to the provider and back, in a cookie that we signed. The state, the nonce and the PKCE secret are
//! worked out from its random part with our key, so the browser knows none of them before we tell it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::edge::clock::{MINUTE, Millis};
use crate::json;

/// How long somebody may take at the provider's.
pub const LIFETIME: Millis = 10 * MINUTE;
/// The longest cookie that is looked at.
const LONGEST: usize = 4_000;

/// What the cookie says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// At which provider.
    pub provider: String,
    /// Where to go afterwards, checked.
    pub return_to: String,
    /// Random, in base64url.
    pub seed: String,
    /// Until when.
    pub expires_at: Millis,
}

impl Carried {
    /// The cookie's value.
    pub fn sign(&self, key: &[u8; 32]) -> Option<String> {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        let signature = URL_SAFE_NO_PAD.encode(mac(key, "openid-cookie", &body)?);
        Some(format!("{body}.{signature}"))
    }

    /// Reads a cookie of ours whose time is not over.
    pub fn verify(key: &[u8; 32], now: Millis, text: &str) -> Option<Self> {
        let (body, given) = text.split_once('.').filter(|_| text.len() <= LONGEST)?;
        let given = URL_SAFE_NO_PAD.decode(given).ok()?;
        if !bool::from(mac(key, "openid-cookie", body)?.ct_eq(&given)) {
            return None;
        }
        let carried: Carried = json::read_bytes(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        (now < carried.expires_at).then_some(carried)
    }

    /// Comes back with the browser: the way back is the one that we sent it on.
    pub fn state(&self, key: &[u8; 32]) -> Option<String> {
        self.derive(key, "openid-state")
    }

    /// Comes back inside the ID token: it was made for this sign-in.
    pub fn nonce(&self, key: &[u8; 32]) -> Option<String> {
        self.derive(key, "openid-nonce")
    }

    /// Shown when the code is exchanged: whoever stole a code has not got it.
    pub fn code_verifier(&self, key: &[u8; 32]) -> Option<String> {
        self.derive(key, "openid-code-verifier")
    }

    /// Whether the state that came back is the one that we gave.
    pub fn has_state(&self, key: &[u8; 32], given: &str) -> bool {
        self.state(key)
            .is_some_and(|state| bool::from(state.as_bytes().ct_eq(given.as_bytes())))
    }

    fn derive(&self, key: &[u8; 32], label: &str) -> Option<String> {
        let text = format!("{}/{}", self.provider, self.seed);
        Some(URL_SAFE_NO_PAD.encode(mac(key, label, &text)?))
    }
}

/// What the provider is told of the PKCE secret at first.
pub fn challenge(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(code_verifier))
}

fn mac(key: &[u8; 32], label: &str, text: &str) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(label.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn carried(seed: &str) -> Carried {
        Carried {
            provider: "google".into(),
            return_to: "/".into(),
            seed: seed.into(),
            expires_at: 1_000,
        }
    }

    #[test]
    fn what_was_signed_comes_back_until_its_end() {
        let cookie = carried("a").sign(&KEY).unwrap();
        assert_eq!(Carried::verify(&KEY, 999, &cookie), Some(carried("a")));
        assert_eq!(Carried::verify(&KEY, 1_000, &cookie), None);
        assert_eq!(Carried::verify(&[8; 32], 999, &cookie), None);
        let (body, _) = cookie.split_once('.').unwrap();
        let (_, other) = carried("b")
            .sign(&KEY)
            .map(|text| {
                text.split_once('.')
                    .map(|(a, b)| (a.to_string(), b.to_string()))
                    .unwrap()
            })
            .unwrap();
        assert_eq!(Carried::verify(&KEY, 999, &format!("{body}.{other}")), None);
        for nonsense in ["", ".", "a.b", &"x".repeat(5_000)] {
            assert_eq!(Carried::verify(&KEY, 0, nonsense), None);
        }
    }

    #[test]
    fn each_secret_is_its_own() {
        let (one, other) = (carried("a"), carried("b"));
        let all = [
            one.state(&KEY),
            one.nonce(&KEY),
            one.code_verifier(&KEY),
            other.state(&KEY),
            one.state(&[8; 32]),
        ];
        for (index, secret) in all.iter().enumerate() {
            assert_eq!(secret.as_ref().unwrap().len(), 43);
            assert!(all.iter().skip(index + 1).all(|next| next != secret));
        }
        assert!(one.has_state(&KEY, &one.state(&KEY).unwrap()));
        assert!(!one.has_state(&KEY, ""));
    }

    #[test]
    fn the_challenge_is_the_standards() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
