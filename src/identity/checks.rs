//! Pure: what values of this domain have to be, for garde's `custom`.

use crate::http::checks::hold;

/// A time zone that we know.
///
/// # Errors
/// When it is none.
pub fn timezone(text: &str, _: &()) -> garde::Result {
    hold(
        jiff::tz::TimeZone::get(text).is_ok(),
        "must be an IANA time zone such as America/New_York",
    )
}
