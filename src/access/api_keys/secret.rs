//! The key itself. `fib_live_` and 40 characters, of which the first eight may be seen.

use sha2::{Digest, Sha256};

use crate::edge::random;

/// What every key begins with, so that scanners for leaked secrets know one.
const MARK: &str = "fib_live_";
/// How much of a key may be seen.
const VISIBLE: usize = MARK.len() + 8;
/// Its random characters.
const RANDOM: usize = 40;
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A new key.
pub struct Secret(String);

impl Secret {
    /// A random one, of 238 bits.
    pub fn new() -> Self {
        let mut key = String::from(MARK);
        while key.len() < MARK.len() + RANDOM {
            let bytes: [u8; 64] = random::bytes();
            // 248 is the largest multiple of 62 in a byte: beyond it some characters would come more often.
            let characters = bytes
                .iter()
                .filter(|byte| **byte < 248)
                .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
            key.extend(
                characters
                    .map(|character| char::from(*character))
                    .take(MARK.len() + RANDOM - key.len()),
            );
        }
        Secret(key)
    }

    /// The whole key.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What of it may be seen.
    pub fn prefix(&self) -> &str {
        self.0.get(..VISIBLE).unwrap_or_default()
    }
}

impl Default for Secret {
    fn default() -> Self {
        Secret::new()
    }
}

/// Whether a text is in the form of a key.
pub fn looks_like_a_key(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The digest under which a key is kept. A key is random enough that a fast one will do.
pub fn digest(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_and_never_the_same() {
        let (one, other) = (Secret::new(), Secret::new());
        assert_eq!(one.reveal().len(), 49);
        assert_ne!(one.reveal(), other.reveal());
        assert!(one.reveal().starts_with(one.prefix()));
        assert_eq!(one.prefix().len(), 17);
        assert!(looks_like_a_key(one.reveal()) && !looks_like_a_key("eyJ"));
        assert_ne!(digest(one.reveal()), digest(other.reveal()));
    }
}
