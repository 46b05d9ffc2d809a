//! Who was it: a person, a privacy proxy that loads every image, or a scanner that follows every link?

use serde::{Deserialize, Serialize};

use crate::edge::clock::{Millis, SECOND};

/// Who is behind an open or a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A person, or nothing says otherwise.
    Human,
    /// A mail service that loads images on the reader's behalf: it was delivered, perhaps read.
    PrivacyProxy,
    /// A security scanner or crawler.
    Scanner,
}

impl Verdict {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Human => "human",
            Verdict::PrivacyProxy => "privacy_proxy",
            Verdict::Scanner => "scanner",
        }
    }
}

/// An open or a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The pixel was fetched.
    Open,
    /// A link was followed.
    Click,
}

impl Kind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Open => "open",
            Kind::Click => "click",
        }
    }
}

/// What is known about a request for a pixel or link.
#[derive(Debug, Clone)]
pub struct Sighting<'a> {
    /// Open or click.
    pub kind: Kind,
    /// When.
    pub occurred_at: Millis,
    /// The request's method.
    pub method: &'a str,
    /// The request's user agent.
    pub user_agent: &'a str,
    /// The link's target, for clicks.
    pub target_url: Option<&'a str>,
}

/// An open or click sooner than this after the send is a machine's: no person is that quick.
const TOO_SOON: Millis = 2 * SECOND;
/// Different links followed within this time are followed by a machine.
const BURST: Millis = 3 * SECOND;
/// This many different links in a burst.
const BURST_LINKS: usize = 3;

/// What mail services' image proxies call themselves.
const PROXY_AGENTS: [&str; 3] = ["GoogleImageProxy", "YahooMailProxy", "DuckDuckGo-Email"];
/// Apple's mail privacy protection sends exactly this and nothing more.
const APPLE_PROXY_AGENT: &str = "Mozilla/5.0";
/// Words in the user agents of scanners, link previews and programs.
const SCANNER_WORDS: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "barracuda",
    "proofpoint",
    "mimecast",
    "safelinks",
    "symantec",
    "forcepoint",
    "trendmicro",
    "sophos",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "headless",
    "facebookexternalhit",
    "slack",
];

/// Judges each sighting of one send, in the order given. All that is known of the send goes in, because a burst of clicks
/// shows only when its last one has come.
pub fn judge(sightings: &[Sighting<'_>], sent_at: Option<Millis>) -> Vec<(Verdict, &'static str)> {
    sightings
        .iter()
        .map(|sighting| judge_one(sighting, sightings, sent_at))
        .collect()
}

fn judge_one(
    sighting: &Sighting<'_>,
    all: &[Sighting<'_>],
    sent_at: Option<Millis>,
) -> (Verdict, &'static str) {
    if sighting.method.eq_ignore_ascii_case("HEAD") {
        return (Verdict::Scanner, "head_request");
    }
    let agent = sighting.user_agent.trim();
    if agent.is_empty() {
        return (Verdict::Scanner, "no_user_agent");
    }
    let lower = agent.to_ascii_lowercase();
    if SCANNER_WORDS.iter().any(|word| lower.contains(word)) {
        return (Verdict::Scanner, "user_agent");
    }
    if sighting.kind == Kind::Click && in_a_burst(sighting, all) {
        return (Verdict::Scanner, "many_links_at_once");
    }
    let too_soon = sent_at.is_some_and(|sent| sighting.occurred_at - sent < TOO_SOON);
    match sighting.kind {
        Kind::Open if agent == APPLE_PROXY_AGENT => (Verdict::PrivacyProxy, "apple_mail_privacy"),
        Kind::Open if PROXY_AGENTS.iter().any(|name| agent.contains(name)) => {
            (Verdict::PrivacyProxy, "image_proxy")
        }
        _ if too_soon => (Verdict::Scanner, "too_soon_after_send"),
        _ => (Verdict::Human, "nothing_unusual"),
    }
}

fn in_a_burst(sighting: &Sighting<'_>, all: &[Sighting<'_>]) -> bool {
    // A burst is any stretch of `BURST` that holds this click, so both sides of it are looked at.
    let clicks: Vec<_> = all
        .iter()
        .filter(|other| {
            other.kind == Kind::Click && (other.occurred_at - sighting.occurred_at).abs() <= BURST
        })
        .collect();
    clicks.iter().any(|first| {
        let mut targets: Vec<_> = clicks
            .iter()
            .filter(|other| (0..=BURST).contains(&(other.occurred_at - first.occurred_at)))
            .filter_map(|other| other.target_url)
            .collect();
        targets.sort_unstable();
        targets.dedup();
        (0..=BURST).contains(&(sighting.occurred_at - first.occurred_at))
            && targets.len() >= BURST_LINKS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFARI: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15";

    fn open(at: Millis, agent: &str) -> Sighting<'_> {
        Sighting {
            kind: Kind::Open,
            occurred_at: at,
            method: "GET",
            user_agent: agent,
            target_url: None,
        }
    }

    fn click(at: Millis, target: &str) -> Sighting<'_> {
        Sighting {
            kind: Kind::Click,
            occurred_at: at,
            method: "GET",
            user_agent: SAFARI,
            target_url: Some(target),
        }
    }

    fn verdict(sighting: Sighting<'_>) -> Verdict {
        judge(&[sighting], Some(0))[0].0
    }

    #[test]
    fn people_proxies_and_scanners() {
        assert_eq!(verdict(open(60_000, SAFARI)), Verdict::Human);
        assert_eq!(verdict(open(60_000, "Mozilla/5.0")), Verdict::PrivacyProxy);
        assert_eq!(
            verdict(open(
                60_000,
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
            )),
            Verdict::PrivacyProxy
        );
        assert_eq!(
            verdict(open(60_000, "BarracudaCentral/1.0")),
            Verdict::Scanner
        );
        assert_eq!(verdict(open(60_000, "")), Verdict::Scanner);
        assert_eq!(verdict(open(1_000, SAFARI)), Verdict::Scanner);
        assert_eq!(verdict(click(60_000, "a")), Verdict::Human);
        assert_eq!(verdict(click(1_000, "a")), Verdict::Scanner);
        let head = Sighting {
            method: "HEAD",
            ..click(60_000, "a")
        };
        assert_eq!(verdict(head), Verdict::Scanner);
    }

    #[test]
    fn many_links_at_once_are_a_machine_also_the_first_of_them() {
        let burst = [
            click(60_000, "a"),
            click(60_900, "b"),
            click(62_000, "c"),
            click(90_000, "a"),
        ];
        let verdicts: Vec<_> = judge(&burst, Some(0))
            .into_iter()
            .map(|(verdict, _)| verdict)
            .collect();
        assert_eq!(
            verdicts,
            [
                Verdict::Scanner,
                Verdict::Scanner,
                Verdict::Scanner,
                Verdict::Human
            ]
        );
        let same_link = [click(60_000, "a"), click(60_500, "a"), click(61_000, "a")];
        assert!(
            judge(&same_link, Some(0))
                .iter()
                .all(|(verdict, _)| *verdict == Verdict::Human)
        );
    }

    #[test]
    fn without_a_send_time_nothing_is_too_soon() {
        assert_eq!(judge(&[open(1, SAFARI)], None)[0].0, Verdict::Human);
    }
}
