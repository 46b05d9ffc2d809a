//! Secrets that are handed out once. Only their hash is kept: who reads the database cannot use them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::edge::random;
use crate::error::{Error, Result};

/// The longest text that is looked at; ours are shorter.
const LONGEST: usize = 200;

/// A new secret.
pub struct Secret {
    /// What is handed out.
    pub text: String,
    /// What is kept.
    pub hash: String,
}

impl Secret {
    /// 256 random bits behind a word that tells people, and scanners of source code, what was found.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(kind: &str) -> Result<Self> {
        let bytes = random::secret::<32>()
            .ok_or_else(|| Error::Internal("no randomness for a secret".into()))?;
        let text = format!("{kind}_{}", URL_SAFE_NO_PAD.encode(bytes));
        let hash = hash(&text);
        Ok(Secret { text, hash })
    }
}

/// What is kept of a secret. It is random and long, so a plain hash is as good as a slow one.
pub fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// What is kept of a secret that somebody gives; `None` for what cannot be one.
pub fn hash_given(kind: &str, text: &str) -> Option<String> {
    let rest = text.strip_prefix(kind)?.strip_prefix('_')?;
    (!rest.is_empty() && text.len() <= LONGEST).then(|| hash(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_out_is_found_by_its_hash() {
        let (one, other) = (
            Secret::new("refresh").unwrap(),
            Secret::new("refresh").unwrap(),
        );
        assert_ne!(one.text, other.text);
        assert_eq!(one.text.len(), "refresh_".len() + 43);
        assert_eq!(hash_given("refresh", &one.text), Some(one.hash));
        for other in [
            "",
            "refresh_",
            "link_x",
            &format!("refresh_{}", "x".repeat(200)),
        ] {
            assert_eq!(hash_given("refresh", other), None, "{other}");
        }
    }
}
