//! Pure: what became of a stretch of the log, judged by its links.
//!
//! Entries are strung together by their hashes as far as they hold together. In each such string most entries stand where they
//! should; one that does not was moved. Between the strings, places are left over: an entry that is there and not ours was
//! altered, where none is, one is missing. Strings that meet without a link were cut: a short one between two others was put
//! there, else an entry was taken out and the rest renumbered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::AuditEntryId;

/// The most problems that are reported; after so many, what is wrong is the log.
const MOST_PROBLEMS: usize = 100;
/// How many entries between two cuts count as put there.
const SHORT: usize = 10;

/// What is wrong at a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "AuditProblemKind")]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The entry does not say what we wrote, or we did not write it.
    Altered,
    /// There was an entry.
    Missing,
    /// The entry is ours and belongs elsewhere.
    Reordered,
    /// The record of where the log begins and ends is not ours.
    Head,
}

/// Something that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AuditProblem")]
pub struct Problem {
    /// The place.
    pub sequence: i64,
    /// What is wrong there.
    pub kind: ProblemKind,
    /// The entry that stands there.
    pub entry_id: Option<AuditEntryId>,
    /// How many entries in a row are missing; 1 for every other kind.
    pub count: i64,
}

/// An entry as far as its links go.
pub struct Link {
    /// Where it stands.
    pub sequence: i64,
    /// Its id, if it has one.
    pub id: Option<AuditEntryId>,
    /// The hash of the entry it follows.
    pub previous_hash: String,
    /// Its own.
    pub hash: String,
    /// Whether we wrote it as it is.
    pub is_ours: bool,
}

/// Which stretch is judged.
pub struct Stretch<'a> {
    /// The first place.
    pub first: i64,
    /// The last place.
    pub last: i64,
    /// The hash of the entry before the first place, when it is known.
    pub before: Option<&'a str>,
    /// The hash of the entry at the last place, when it is known.
    pub end: Option<&'a str>,
}

/// What is wrong, in order of place. `links` are all entries that stand in the stretch, in that order.
pub fn judge(stretch: &Stretch<'_>, links: &[Link]) -> Vec<Problem> {
    let mut judge = Judge {
        links,
        places: BTreeMap::new(),
        problems: BTreeMap::new(),
    };
    for string in strings(links) {
        judge.place(&string, stretch);
    }
    judge.fill(stretch);
    judge.cut(stretch);
    judge.problems.into_values().take(MOST_PROBLEMS).collect()
}

struct Judge<'a> {
    links: &'a [Link],
    /// Which entry (its index) belongs where.
    places: BTreeMap<i64, usize>,
    problems: BTreeMap<(i64, ProblemKind), Problem>,
}

impl Judge<'_> {
    fn report(&mut self, sequence: i64, kind: ProblemKind, link: Option<&Link>, count: i64) {
        let problem = Problem {
            sequence,
            kind,
            entry_id: link.and_then(|link| link.id.clone()),
            count,
        };
        self.problems.entry((sequence, kind)).or_insert(problem);
    }

    /// Gives a string's entries their places: behind the stretch before, if they follow from it, else where most of them
    /// stand already.
    fn place(&mut self, string: &[usize], stretch: &Stretch<'_>) {
        let first = string.first().and_then(|index| self.links.get(*index));
        let follows = first.is_some_and(|link| Some(link.previous_hash.as_str()) == stretch.before);
        let start_by = |(offset, index): (i64, &usize)| {
            self.links
                .get(*index)
                .map(|link| link.sequence.saturating_sub(offset))
        };
        let mut votes = HashMap::<i64, usize>::new();
        for start in (0..).zip(string).filter_map(start_by) {
            *votes.entry(start).or_default() += 1;
        }
        let most = votes
            .into_iter()
            .max_by_key(|(start, votes)| (*votes, std::cmp::Reverse(*start)))
            .map(|(start, _)| start);
        let Some(start) = follows.then_some(stretch.first).or(most) else {
            return;
        };
        for (place, index) in (start..).zip(string) {
            let Some(link) = self.links.get(*index) else {
                continue;
            };
            // A copy, say: the place is another's.
            let is_taken = self.places.contains_key(&place);
            if !is_taken {
                self.places.insert(place, *index);
            }
            if !link.is_ours {
                self.report(link.sequence, ProblemKind::Altered, Some(link), 1);
            } else if is_taken || place != link.sequence {
                self.report(link.sequence, ProblemKind::Reordered, Some(link), 1);
            }
        }
    }

    /// Places that are nobody's are missing, each run of them once.
    fn fill(&mut self, stretch: &Stretch<'_>) {
        let mut next = stretch.first;
        let taken: Vec<i64> = self
            .places
            .range(stretch.first..=stretch.last.max(stretch.first))
            .map(|(place, _)| *place)
            .chain([stretch.last.saturating_add(1)])
            .collect();
        for place in taken {
            if place > next {
                self.report(next, ProblemKind::Missing, None, place.saturating_sub(next));
            }
            next = place.saturating_add(1);
        }
    }

    /// Neighbours that do not follow from each other, though both are ours.
    fn cut(&mut self, stretch: &Stretch<'_>) {
        let cuts = self.cuts(stretch);
        let mut put_there = BTreeSet::<i64>::new();
        for (index, cut) in cuts.iter().enumerate() {
            let run: Vec<usize> = match cuts.get(index + 1) {
                Some(end) => self.places.range(cut..end).map(|(_, at)| *at).collect(),
                None => Vec::new(),
            };
            // The end of such a run is a cut too, which it explains.
            if put_there.contains(cut) && run.len() > SHORT {
                continue;
            }
            let has_gap = cuts
                .get(index + 1)
                .is_some_and(|end| i64::try_from(run.len()).ok() != Some(end - cut));
            if (1..=SHORT).contains(&run.len()) && !has_gap {
                for link in run.iter().filter_map(|at| self.links.get(*at)) {
                    self.report(link.sequence, ProblemKind::Reordered, Some(link), 1);
                }
                put_there.extend(cuts.get(index + 1));
            } else if !put_there.contains(cut) {
                self.report(*cut, ProblemKind::Missing, None, 1);
            }
        }
    }

    /// The places whose entry does not follow from the one before it, unless one of the two is known to be altered.
    fn cuts(&self, stretch: &Stretch<'_>) -> Vec<i64> {
        let mut cuts = Vec::new();
        let mut before = stretch
            .before
            .map(|hash| (stretch.first.saturating_sub(1), hash));
        for (place, index) in &self.places {
            let Some(link) = self.links.get(*index) else {
                continue;
            };
            let follows = before.is_none_or(|(at, hash)| {
                at.saturating_add(1) != *place || hash == link.previous_hash
            });
            if !follows && link.is_ours {
                cuts.push(*place);
            }
            before = link.is_ours.then_some((*place, link.hash.as_str()));
        }
        if let (Some((at, hash)), Some(end)) = (before, stretch.end)
            && at == stretch.last
            && hash != end
        {
            cuts.push(stretch.last.saturating_add(1));
        }
        cuts
    }
}

/// The entries strung together by their links, the longest string first. An altered entry whose links were left as they were
/// is part of its string.
fn strings(links: &[Link]) -> Vec<Vec<usize>> {
    let mut following = HashMap::<&str, Vec<usize>>::new();
    for (index, link) in links.iter().enumerate() {
        following
            .entry(&link.previous_hash)
            .or_default()
            .push(index);
    }
    let mut has_one_before = vec![false; links.len()];
    let mut next = vec![None; links.len()];
    for (link, slot) in links.iter().zip(next.iter_mut()) {
        let candidates = following
            .get(link.hash.as_str())
            .map_or(&[][..], Vec::as_slice);
        let free = |index: &&usize| has_one_before.get(**index) == Some(&false);
        let beside = |index: &&usize| {
            links
                .get(**index)
                .is_some_and(|other| other.sequence == link.sequence.saturating_add(1))
        };
        *slot = candidates
            .iter()
            .filter(free)
            .find(beside)
            .or_else(|| candidates.iter().find(free))
            .copied();
        if let Some(taken) = slot.and_then(|index| has_one_before.get_mut(index)) {
            *taken = true;
        }
    }
    let mut met = vec![false; links.len()];
    let mut strings = Vec::new();
    // Strings begin where nothing leads to; what is left after those are circles, which only an intruder can make.
    let beginnings = (0..links.len()).filter(|index| has_one_before.get(*index) == Some(&false));
    for beginning in beginnings.chain(0..links.len()) {
        let mut string = Vec::new();
        let mut at = Some(beginning);
        while let Some(index) = at
            && let Some(seen) = met.get_mut(index)
            && !*seen
        {
            *seen = true;
            string.push(index);
            at = next.get(index).copied().flatten();
        }
        if !string.is_empty() {
            strings.push(string);
        }
    }
    strings.sort_by_key(|string| std::cmp::Reverse(string.len()));
    strings
}

#[cfg(test)]
mod tests {
    use super::ProblemKind::{Altered, Missing, Reordered};
    use super::*;

    /// A whole log of this many entries; entry `n` has the hash `n`.
    fn whole(count: i64) -> Vec<Link> {
        (1..=count)
            .map(|sequence| Link {
                sequence,
                id: Some(AuditEntryId::new(sequence)),
                previous_hash: (sequence - 1).to_string(),
                hash: sequence.to_string(),
                is_ours: true,
            })
            .collect()
    }

    fn judged(count: i64, mut links: Vec<Link>) -> Vec<(i64, ProblemKind, i64)> {
        links.sort_by_key(|link| link.sequence);
        let end = count.to_string();
        let stretch = Stretch {
            first: 1,
            last: count,
            before: Some("0"),
            end: Some(&end),
        };
        judge(&stretch, &links)
            .into_iter()
            .map(|problem| (problem.sequence, problem.kind, problem.count))
            .collect()
    }

    fn swap(links: &mut [Link], one: i64, other: i64) {
        for link in links {
            link.sequence = match link.sequence {
                place if place == one => other,
                place if place == other => one,
                place => place,
            };
        }
    }

    fn alter(links: &mut [Link], place: usize) {
        links[place - 1].is_ours = false;
    }

    #[test]
    fn a_whole_log_has_no_problems() {
        assert_eq!(judged(100, whole(100)), []);
        assert_eq!(judged(1, whole(1)), []);
        assert_eq!(judged(0, Vec::new()), []);
    }

    #[test]
    fn an_altered_entry() {
        for place in [1, 2, 50, 99, 100] {
            let mut links = whole(100);
            alter(&mut links, place);
            let expected = [(i64::try_from(place).unwrap(), Altered, 1)];
            assert_eq!(judged(100, links), expected);
            for hash in [false, true] {
                let mut links = whole(100);
                alter(&mut links, place);
                match hash {
                    true => links[place - 1].hash = "another".into(),
                    false => links[place - 1].previous_hash = "another".into(),
                }
                assert_eq!(judged(100, links), expected);
            }
        }
    }

    #[test]
    fn missing_entries() {
        for place in [1, 2, 50, 99, 100] {
            let mut links = whole(100);
            links.retain(|link| link.sequence != place);
            assert_eq!(judged(100, links), [(place, Missing, 1)]);
        }
        let mut links = whole(100);
        links.retain(|link| !(20..=29).contains(&link.sequence) && link.sequence <= 95);
        assert_eq!(judged(100, links), [(20, Missing, 10), (96, Missing, 5)]);
        assert_eq!(judged(100, Vec::new()), [(1, Missing, 100)]);
    }

    #[test]
    fn swapped_entries() {
        for (one, other) in [(1, 2), (10, 11), (10, 12), (10, 90), (99, 100), (1, 100)] {
            let mut links = whole(100);
            swap(&mut links, one, other);
            assert_eq!(
                judged(100, links),
                [(one, Reordered, 1), (other, Reordered, 1)]
            );
        }
    }

    #[test]
    fn the_only_two_swapped() {
        let mut links = whole(2);
        swap(&mut links, 1, 2);
        assert_eq!(judged(2, links), [(1, Reordered, 1), (2, Reordered, 1)]);
    }

    #[test]
    fn an_entry_moved_over_another() {
        let mut links = whole(100);
        links.retain(|link| link.sequence != 20);
        links[9].sequence = 20;
        assert_eq!(judged(100, links), [(20, Missing, 1), (20, Reordered, 1)]);
    }

    #[test]
    fn a_copy_over_another() {
        let mut links = whole(100);
        links[49] = Link {
            sequence: 50,
            ..whole(100).swap_remove(29)
        };
        let found = judged(100, links);
        assert!(found.contains(&(50, Reordered, 1)), "{found:?}");
    }

    #[test]
    fn entries_taken_away_and_the_rest_renumbered() {
        let mut links = whole(100);
        links.remove(49);
        (1..)
            .zip(&mut links)
            .for_each(|(place, link)| link.sequence = place);
        assert_eq!(judged(100, links), [(50, Missing, 1), (100, Missing, 1)]);
    }

    #[test]
    fn an_entry_from_outside_the_stretch() {
        let mut links = whole(100);
        let stranger = whole(900).swap_remove(799);
        links[49] = Link {
            sequence: 50,
            ..stranger
        };
        assert_eq!(judged(100, links), [(50, Reordered, 1)]);
    }

    #[test]
    fn every_kind_at_once() {
        let mut links = whole(1_000);
        alter(&mut links, 100);
        alter(&mut links, 700);
        links[699].hash = "another".into();
        swap(&mut links, 300, 701);
        swap(&mut links, 400, 401);
        links.retain(|link| ![200, 302, 1_000].contains(&link.sequence));
        assert_eq!(
            judged(1_000, links),
            [
                (100, Altered, 1),
                (200, Missing, 1),
                (300, Reordered, 1),
                (302, Missing, 1),
                (400, Reordered, 1),
                (401, Reordered, 1),
                (700, Altered, 1),
                (701, Reordered, 1),
                (1_000, Missing, 1),
            ]
        );
    }

    #[test]
    fn a_log_of_another_keys_and_one_in_circles_end() {
        let mut links = whole(1_000);
        links.iter_mut().for_each(|link| link.is_ours = false);
        assert_eq!(judged(1_000, links).len(), MOST_PROBLEMS);
        let mut links = whole(3);
        links[0].previous_hash = "3".into();
        links[0].is_ours = false;
        assert_eq!(judged(3, links), [(1, Altered, 1)]);
    }
}
