//! The hours and days at which a recipient may be written to, in the recipient's own local time.

use jiff::civil::Weekday;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Minutes of a whole day.
const DAY_MINUTES: u16 = 24 * 60;

/// From `start` (inclusive) to `end` (exclusive) on the given weekdays. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "SendWindowText", into = "SendWindowText")]
pub struct SendWindow {
    start_minute: u16,
    end_minute: u16,
    days: Vec<Weekday>,
}

/// The window as the API and the database write it: `{"start":"09:00","end":"17:00","days":["mon","tue"]}`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SendWindowText {
    start: String,
    end: String,
    #[serde(default = "every_weekday_name")]
    days: Vec<String>,
}

const DAY_NAMES: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn every_weekday_name() -> Vec<String> {
    DAY_NAMES
        .iter()
        .map(|(name, _)| (*name).to_string())
        .collect()
}

impl SendWindow {
    /// Nine to five, Monday to Friday: when nothing else is said.
    pub fn office_hours() -> Self {
        SendWindow {
            start_minute: 9 * 60,
            end_minute: 17 * 60,
            days: DAY_NAMES.iter().take(5).map(|(_, day)| *day).collect(),
        }
    }

    /// First minute of the day inside the window.
    pub fn start_minute(&self) -> u16 {
        self.start_minute
    }

    /// First minute of the day after the window; 1440 is midnight.
    pub fn end_minute(&self) -> u16 {
        self.end_minute
    }

    /// Whether the window opens on that day of the week.
    pub fn opens_on(&self, day: Weekday) -> bool {
        self.days.contains(&day)
    }
}

impl TryFrom<SendWindowText> for SendWindow {
    type Error = String;

    fn try_from(text: SendWindowText) -> Result<Self, String> {
        let minute = |field: &str, text: &str| {
            parse_minute(text).ok_or_else(|| {
                format!("send window: `{field}` must be a time like 09:30, up to 24:00")
            })
        };
        let (start_minute, end_minute) = (minute("start", &text.start)?, minute("end", &text.end)?);
        if start_minute >= end_minute {
            return Err("send window: `start` must be before `end`".into());
        }
        if text.days.is_empty() {
            return Err("send window: `days` must name at least one day".into());
        }
        let day = |name: &String| {
            DAY_NAMES
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, day)| *day)
                .ok_or_else(|| {
                    format!(
                        "send window: `{name}` is not a day; use mon, tue, wed, thu, fri, sat, sun"
                    )
                })
        };
        Ok(SendWindow {
            start_minute,
            end_minute,
            days: text.days.iter().map(day).collect::<Result<_, _>>()?,
        })
    }
}

impl From<SendWindow> for SendWindowText {
    fn from(window: SendWindow) -> Self {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        SendWindowText {
            start: time(window.start_minute),
            end: time(window.end_minute),
            days: DAY_NAMES
                .iter()
                .filter(|(_, day)| window.days.contains(day))
                .map(|(name, _)| (*name).to_string())
                .collect(),
        }
    }
}

fn parse_minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_same_text() {
        let text = r#"{"start":"09:30","end":"24:00","days":["mon","sun"]}"#;
        let window: SendWindow = serde_json::from_str(text).unwrap();
        assert_eq!((window.start_minute(), window.end_minute()), (570, 1440));
        assert_eq!(serde_json::to_string(&window).unwrap(), text);
    }

    #[test]
    fn refuses_what_is_no_window() {
        for text in [
            r#"{"start":"17:00","end":"09:00"}"#,
            r#"{"start":"9:00","end":"17:00"}"#,
            r#"{"start":"09:00","end":"24:01"}"#,
            r#"{"start":"09:60","end":"17:00"}"#,
            r#"{"start":"09:00","end":"17:00","days":[]}"#,
            r#"{"start":"09:00","end":"17:00","days":["monday"]}"#,
            r#"{"start":"09:00","end":"17:00","zone":"x"}"#,
        ] {
            assert!(serde_json::from_str::<SendWindow>(text).is_err(), "{text}");
        }
    }
}
