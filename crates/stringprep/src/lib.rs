//! Stands in for the crate of this name, which Postgres's client asks to prepare passwords (RFC 4013). That crate brings the
//! tables by which all of Unicode is normalised, to a module that meets one password: the one that Hyperdrive makes up, which is
//! ASCII. ASCII is prepared already, so long as nothing in it is a control character. Any other password is handed over as it is,
//! which is what the client does with one that cannot be prepared: right for all that preparing would not change.

#![no_std]

extern crate alloc;

use alloc::borrow::Cow;

/// The text cannot be prepared.
#[derive(Debug)]
pub struct Error;

/// Prepares a password.
///
/// # Errors
/// When it has anything but printable ASCII: the client then takes it as it is.
pub fn saslprep(password: &str) -> Result<Cow<'_, str>, Error> {
    let printable = |byte: u8| (b' '..=b'~').contains(&byte);
    match password.bytes().all(printable) {
        true => Ok(Cow::Borrowed(password)),
        false => Err(Error),
    }
}
