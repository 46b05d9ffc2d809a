//! What open pages are told, and how what comes at about the same time becomes one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Records of one topic that are named one by one; of more it is only said that there were some.
const MOST_NAMED: usize = 50;

/// Something that open pages show has changed. A hint: what it is now, the API says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// What it is about, as `businesses` or `sends`.
    pub topic: String,
    /// Which one of it; empty when it is several.
    pub key: String,
    /// How many of what have been added, as `sent`: since the event before, so that they can be summed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, i64>,
}

impl LiveEvent {
    /// One without counts.
    pub fn new(topic: impl Into<String>, key: impl Into<String>) -> Self {
        LiveEvent {
            topic: topic.into(),
            key: key.into(),
            counts: BTreeMap::new(),
        }
    }

    /// With so many of this; none are not mentioned.
    #[must_use]
    pub fn count(mut self, what: &str, number: usize) -> Self {
        if number > 0 {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            let sum = self.counts.entry(what.to_string()).or_default();
            *sum = sum.saturating_add(number);
        }
        self
    }
}

/// Who listens, as the API has found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Who it is: of one person's or key's sockets there are only so many.
    pub who: String,
    /// What they are told of.
    pub topics: BTreeSet<String>,
    /// Whether they may use all records: else they are told that something has changed, and neither what nor how much.
    pub sees_all: bool,
    /// Until when they may listen before they have to ask again, in milliseconds since 1970.
    pub until: i64,
}

impl Listener {
    /// What of these is for them.
    pub fn of<'a>(&self, events: impl IntoIterator<Item = &'a LiveEvent>) -> Vec<LiveEvent> {
        let mut told = Gathered::default();
        for event in events {
            if self.topics.contains(&event.topic) {
                told.add(match self.sees_all {
                    true => event.clone(),
                    false => LiveEvent::new(&event.topic, ""),
                });
            }
        }
        told.take()
    }
}

/// Events that wait to be told together, each topic and key once.
#[derive(Debug, Default)]
pub struct Gathered(BTreeMap<String, BTreeMap<String, BTreeMap<String, i64>>>);

impl Gathered {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an event to those that wait.
    pub fn add(&mut self, event: LiveEvent) {
        let keys = self.0.entry(event.topic).or_default();
        add(keys.entry(event.key).or_default(), event.counts);
        if keys.len() > MOST_NAMED {
            let mut several = BTreeMap::new();
            for counts in std::mem::take(keys).into_values() {
                add(&mut several, counts);
            }
            keys.insert(String::new(), several);
        }
    }

    /// What waits, which then waits no more.
    pub fn take(&mut self) -> Vec<LiveEvent> {
        let topics = std::mem::take(&mut self.0).into_iter();
        topics
            .flat_map(|(topic, keys)| {
                keys.into_iter().map(move |(key, counts)| LiveEvent {
                    topic: topic.clone(),
                    key,
                    counts,
                })
            })
            .collect()
    }
}

fn add(sums: &mut BTreeMap<String, i64>, counts: BTreeMap<String, i64>) {
    for (what, number) in counts {
        let sum = sums.entry(what).or_default();
        *sum = sum.saturating_add(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(topics: &[&str], sees_all: bool) -> Listener {
        Listener {
            who: "somebody".into(),
            topics: topics.iter().map(|topic| topic.to_string()).collect(),
            sees_all,
            until: 0,
        }
    }

    #[test]
    fn what_is_about_the_same_is_told_once_and_summed() {
        let mut gathered = Gathered::default();
        assert!(gathered.is_empty());
        gathered.add(LiveEvent::new("sends", "a").count("sent", 2));
        gathered.add(LiveEvent::new("sends", "b").count("sent", 0));
        gathered.add(
            LiveEvent::new("sends", "a")
                .count("sent", 3)
                .count("failed", 1),
        );
        assert_eq!(
            gathered.take(),
            [
                LiveEvent::new("sends", "a")
                    .count("failed", 1)
                    .count("sent", 5),
                LiveEvent::new("sends", "b"),
            ]
        );
        assert!(gathered.is_empty());
    }

    #[test]
    fn many_are_several() {
        let mut gathered = Gathered::default();
        for number in 0..=MOST_NAMED {
            gathered.add(LiveEvent::new("people", number.to_string()).count("changed", 1));
        }
        gathered.add(LiveEvent::new("tasks", "1"));
        gathered.add(LiveEvent::new("people", "7").count("changed", 1));
        assert_eq!(
            gathered.take(),
            [
                LiveEvent::new("people", "").count("changed", MOST_NAMED + 1),
                LiveEvent::new("people", "7").count("changed", 1),
                LiveEvent::new("tasks", "1"),
            ]
        );
    }

    #[test]
    fn one_is_told_of_what_one_may_see() {
        let events = [
            LiveEvent::new("businesses", "1"),
            LiveEvent::new("businesses", "2").count("changed", 1),
            LiveEvent::new("audit_log", "3"),
        ];
        assert_eq!(listener(&["businesses"], true).of(&events), events[..2]);
        assert_eq!(
            listener(&["businesses", "tasks"], false).of(&events),
            [LiveEvent::new("businesses", "")]
        );
        assert_eq!(listener(&[], true).of(&events), []);
    }
}
