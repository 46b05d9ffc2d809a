//! Pure: what values have to be that more than one domain takes, for garde's `custom`.

use std::fmt::Display;

use email_address::EmailAddress;

/// The longest line unless a field says otherwise.
pub const LINE: usize = 255;
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

/// What garde hears.
///
/// # Errors
/// The complaint, when it does not hold.
pub fn hold(holds: bool, otherwise: impl Display) -> garde::Result {
    if holds {
        Ok(())
    } else {
        Err(garde::Error::new(otherwise.to_string()))
    }
}

/// Text on one line.
pub fn line(longest: usize) -> impl FnOnce(&str, &()) -> garde::Result {
    move |text, _| {
        let length = text.chars().count();
        let holds = (1..=longest).contains(&length) && !text.contains(char::is_control);
        hold(
            holds,
            format!("must be one line of 1 to {longest} characters"),
        )
    }
}

/// Text with as many lines as it likes.
pub fn prose(longest: usize) -> impl FnOnce(&str, &()) -> garde::Result {
    move |text, _| {
        let length = text.chars().count();
        let holds = (1..=longest).contains(&length) && !text.contains(is_unprintable);
        hold(holds, format!("must be text of 1 to {longest} characters"))
    }
}

fn is_unprintable(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

/// A number within bounds.
pub fn between<T: PartialOrd + Display>(
    least: T,
    most: T,
) -> impl FnOnce(&T, &()) -> garde::Result {
    move |number, _| {
        hold(
            (&least..=&most).contains(&number),
            format!("must be from {least} to {most}"),
        )
    }
}
