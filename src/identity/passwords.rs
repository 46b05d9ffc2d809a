//! Passwords: which are taken, and how they are kept (argon2id, as PHC strings).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::edge::random;
use crate::error::{Error, FieldError, Result};

/// The fewest characters.
const LEAST: usize = 12;
/// The most characters: enough for any phrase, and no work for us to speak of.
const MOST: usize = 200;
/// The most common ones that are long enough, in lower case, one a line.
const COMMON: &str = include_str!("common_passwords.txt");
/// Memory in KiB, passes, lanes: OWASP's choice. A Worker has 128 MB and one thread.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// The hash of a password that nobody has, for the work of looking at somebody whom we do not know.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3NzYWx0ISEhIQ$Zi3XWHdm2n5sEj5Oe2qWmJm1mVbP3l3Vd0q4QmJbXkA";

/// Checks a password that somebody chose.
///
/// # Errors
/// A complaint that names `field`.
pub fn check(field: &str, password: &str, email: &str) -> Result<()> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let first = password.chars().next();
    let complaint = if !(LEAST..=MOST).contains(&length) {
        "must have 12 to 200 characters; a few unrelated words do well"
    } else if lower.trim() == email.trim().to_lowercase() {
        "must not be the email address"
    } else if COMMON.lines().any(|common| common == lower) {
        "is one of those that are tried first; choose another"
    } else if password.chars().all(|character| Some(character) == first) {
        "must be more than one character again and again"
    } else {
        return Ok(());
    };
    Err(Error::Invalid(vec![FieldError::new(field, complaint)]))
}

/// What is kept of a password.
///
/// # Errors
/// When there is no randomness for the salt.
pub fn hash(password: &str) -> Result<String> {
    let salt =
        random::secret::<16>().ok_or_else(|| Error::Internal("no randomness for a salt".into()))?;
    hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|error| Error::Internal(format!("argon2: {error}")))
}

/// Whether this is the password. Without a hash it takes the same time and is false.
///
/// # Errors
/// A hash that cannot be read.
pub fn verify(password: &str, kept: Option<&str>) -> Result<bool> {
    // Nothing longer was ever taken.
    let password = if password.chars().count() > MOST {
        ""
    } else {
        password
    };
    let hash = PasswordHash::new(kept.unwrap_or(NOBODYS))
        .map_err(|error| Error::Internal(format!("a password's hash: {error}")))?;
    let same = hasher()?
        .verify_password(password.as_bytes(), &hash)
        .is_ok();
    Ok(same && kept.is_some())
}

fn hasher() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None)
        .map_err(|error| Error::Internal(format!("argon2: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_tells_its_own_password_from_others() {
        let kept = hash("correct horse battery").unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert_ne!(kept, hash("correct horse battery").unwrap());
        assert!(verify("correct horse battery", Some(&kept)).unwrap());
        assert!(!verify("Correct horse battery", Some(&kept)).unwrap());
        assert!(!verify("", Some(&kept)).unwrap());
    }

    #[test]
    fn nobodys_hash_costs_as_much_and_fits_nothing() {
        let nobody = PasswordHash::new(NOBODYS).unwrap();
        let somebody = hash("correct horse battery").unwrap();
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(32));
        assert!(!verify("correct horse battery", None).unwrap());
    }

    #[test]
    fn weak_ones_are_refused() {
        let email = "dana.whitfield@example.com";
        for good in [
            "correct horse battery",
            "päßwörter sind so lang",
            &"ab".repeat(100),
        ] {
            assert!(check("password", good, email).is_ok(), "{good}");
        }
        for bad in [
            "elevenchars",
            "Dana.Whitfield@example.com",
            "Password1234",
            "123456789012",
            "aaaaaaaaaaaaaaaa",
            &"ab".repeat(101),
        ] {
            assert!(check("password", bad, email).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_list_holds_what_would_else_be_taken() {
        for line in COMMON.lines() {
            assert!(
                line.chars().count() >= LEAST && line == line.to_lowercase(),
                "{line}"
            );
        }
    }
}
