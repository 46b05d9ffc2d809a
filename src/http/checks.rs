//! Pure: what values have to be that more than one domain takes, for garde's `custom`.

use email_address::EmailAddress;

/// The longest email address, in bytes (RFC 5321's limit of a path, less its brackets).
const LONGEST_EMAIL: usize = 254;

/// An email address at a domain that can receive mail from the outside.
///
/// # Errors
/// When it is none.
pub fn email(text: &str, _context: &()) -> garde::Result {
    let domain = text.rsplit_once('@').map_or("", |(_, domain)| domain);
    let holds = text.len() <= LONGEST_EMAIL
        && EmailAddress::is_valid(text)
        && domain.contains('.')
        && !domain.starts_with('[');
    if holds {
        return Ok(());
    }
    Err(garde::Error::new(
        "must be an email address such as dana@example.com",
    ))
}

/// One line of text. A line break in what becomes a header would let it write headers of its own.
///
/// # Errors
/// When there is a line break in it.
pub fn one_line(text: &str, _context: &()) -> garde::Result {
    if text.contains(['\r', '\n']) {
        return Err(garde::Error::new("must be one line"));
    }
    Ok(())
}
