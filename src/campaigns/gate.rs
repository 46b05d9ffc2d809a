//! The gate: the last question before a message is handed over. It is asked when the batch is leased, right before the
//! provider is called, because everything it asks about can have changed since the step was planned.

use jiff::tz::TimeZone;

use super::schedule;
use super::send_window::SendWindow;
use crate::edge::clock::{DAY, MINUTE, Millis};

/// What the gate is asked about one send.
pub struct Question<'a> {
    /// The tenant has not switched sending off.
    pub sending_is_on: bool,
    /// The sequence runs (is not paused or archived).
    pub sequence_active: bool,
    /// The enrolment has not been stopped.
    pub enrolment_stopped: bool,
    /// The address, if there is one that can be written to.
    pub has_address: bool,
    /// The person or the business is deleted.
    pub deleted: bool,
    /// The person asked for no email.
    pub do_not_email: bool,
    /// Why the address is suppressed, if it is.
    pub suppressed: Option<&'a str>,
    /// The step's window.
    pub window: &'a SendWindow,
    /// The recipient's zone.
    pub zone: &'a TimeZone,
    /// Sends left of today's quota; `None` without a quota.
    pub quota_left: Option<i64>,
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Hand it over.
    Send,
    /// Never: the ledger row ends as skipped with this reason.
    Skip(String),
    /// Not now: ask again at this time.
    Defer(Millis),
}

/// How long a held-back send rests before the gate is asked again while its sequence is paused. Resuming lets it go at once.
const PAUSED_RETRY: Millis = DAY;

/// How long a send rests that was held back because sending is switched off. While it is, the planner lets nothing go; so
/// this is how long it takes at most when it is on again, one tick aside.
const SWITCHED_OFF_RETRY: Millis = MINUTE;

/// Decides. What is final comes first, so that nobody who left is kept waiting for a window.
pub fn ask(question: &Question<'_>, now: Millis) -> Answer {
    if question.deleted {
        return Answer::Skip("deleted".into());
    }
    if let Some(reason) = question.suppressed {
        return Answer::Skip(format!("suppressed:{reason}"));
    }
    if question.do_not_email {
        return Answer::Skip("do_not_email".into());
    }
    if question.enrolment_stopped {
        return Answer::Skip("enrolment_stopped".into());
    }
    if !question.has_address {
        return Answer::Skip("no_address".into());
    }
    if !question.sequence_active {
        return Answer::Defer(now + PAUSED_RETRY);
    }
    if !question.sending_is_on {
        return Answer::Defer(now + SWITCHED_OFF_RETRY);
    }
    if !schedule::is_open(question.window, question.zone, now) {
        let opening = schedule::next_opening(question.window, question.zone, now);
        return Answer::Defer(opening.unwrap_or(now + DAY));
    }
    match question.quota_left {
        Some(left) if left <= 0 => Answer::Defer(next_utc_day(now)),
        _ => Answer::Send,
    }
}

/// Start of the next day in UTC, in which quotas are counted.
fn next_utc_day(now: Millis) -> Millis {
    (now.div_euclid(DAY) + 1) * DAY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::clock::HOUR;

    fn ask_with(change: impl FnOnce(&mut Question<'_>)) -> Answer {
        let window = serde_json::from_str(r#"{"start":"09:00","end":"17:00"}"#).unwrap();
        let zone = TimeZone::UTC;
        let mut question = Question {
            sending_is_on: true,
            sequence_active: true,
            enrolment_stopped: false,
            has_address: true,
            deleted: false,
            do_not_email: false,
            suppressed: None,
            window: &window,
            zone: &zone,
            quota_left: None,
        };
        change(&mut question);
        ask(&question, 10 * HOUR)
    }

    #[test]
    fn lets_through_what_nothing_holds() {
        assert_eq!(ask_with(|_| ()), Answer::Send);
        assert_eq!(ask_with(|q| q.quota_left = Some(1)), Answer::Send);
    }

    #[test]
    fn final_reasons_skip() {
        assert_eq!(
            ask_with(|q| q.suppressed = Some("unsubscribed")),
            Answer::Skip("suppressed:unsubscribed".into())
        );
        assert_eq!(
            ask_with(|q| q.do_not_email = true),
            Answer::Skip("do_not_email".into())
        );
        assert_eq!(
            ask_with(|q| q.enrolment_stopped = true),
            Answer::Skip("enrolment_stopped".into())
        );
        assert_eq!(
            ask_with(|q| q.has_address = false),
            Answer::Skip("no_address".into())
        );
        assert_eq!(
            ask_with(|q| q.deleted = true),
            Answer::Skip("deleted".into())
        );
    }

    #[test]
    fn passing_reasons_defer_and_final_ones_win_over_them() {
        assert_eq!(
            ask_with(|q| q.sequence_active = false),
            Answer::Defer(10 * HOUR + DAY)
        );
        assert_eq!(
            ask_with(|q| q.sending_is_on = false),
            Answer::Defer(10 * HOUR + MINUTE)
        );
        assert_eq!(ask_with(|q| q.quota_left = Some(0)), Answer::Defer(DAY));
        let evening: SendWindow =
            serde_json::from_str(r#"{"start":"18:00","end":"20:00"}"#).unwrap();
        let answer = ask_with(|q| {
            // The window outlives the question only within this closure's test.
            q.window = Box::leak(Box::new(evening));
        });
        assert_eq!(answer, Answer::Defer(18 * HOUR));
        assert_eq!(
            ask_with(|q| {
                q.sequence_active = false;
                q.sending_is_on = false;
                q.suppressed = Some("bounced");
            }),
            Answer::Skip("suppressed:bounced".into())
        );
    }
}
