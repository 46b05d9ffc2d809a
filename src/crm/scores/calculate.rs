//! Pure: a business's scores, out of what contributes to them.
//!
//! What happened a moment from now, by another's clock, counts in full.
//!
//! A score is its base, and what is left of each contribution; those of one reason together no more than the rule's cap; from 0
//! to 100. Only customers, and whoever tries, have a health; and whose was set by hand.

use std::collections::BTreeMap;

use super::decay::{Milli, POINT, left};
use super::model::{BY_HAND, Contribution, Values};
use super::rules::ScoringRules;
use crate::crm::model::{LeadStatus, Score};
use crate::edge::clock::{DAY, HOUR, Millis};

/// The best score.
pub const MOST: i64 = 100;
/// The soonest that a score is calculated again by itself.
const SOONEST: Millis = 6 * HOUR;
/// The latest.
const LATEST: Millis = 32 * DAY;

/// What contributions of a score are worth at a moment, each after its reason's cap, in their order.
pub fn worth(
    rules: &ScoringRules,
    score: Score,
    contributions: &[&Contribution],
    at: Millis,
) -> Vec<Milli> {
    let now: Vec<_> = contributions
        .iter()
        .map(|one| left(one.points, one.half_life_days, at - one.occurred_at))
        .collect();
    let mut by_reason: BTreeMap<&str, Milli> = BTreeMap::new();
    for (one, milli) in contributions.iter().zip(&now) {
        *by_reason.entry(&one.reason).or_default() += milli;
    }
    contributions
        .iter()
        .zip(now)
        .map(|(one, milli)| {
            let sum = by_reason.get(one.reason.as_str()).copied().unwrap_or(0);
            match rules.of(score).cap(&one.reason).map(|cap| cap * POINT) {
                // Each loses its share of what is too much.
                Some(cap) if sum.abs() > cap => milli * cap / sum.abs(),
                _ => milli,
            }
        })
        .collect()
}

/// A score before it is brought between 0 and 100: what hand-set points are counted from.
fn total(rules: &ScoringRules, score: Score, contributions: &[&Contribution], at: Millis) -> Milli {
    let mut by_reason: BTreeMap<&str, Milli> = BTreeMap::new();
    for one in contributions {
        let milli = left(one.points, one.half_life_days, at - one.occurred_at);
        *by_reason.entry(&one.reason).or_default() += milli;
    }
    let capped = by_reason.into_iter().map(|(reason, sum)| {
        let cap = rules.of(score).cap(reason).map(|cap| cap * POINT);
        cap.map_or(sum, |cap| sum.clamp(-cap, cap))
    });
    rules.of(score).base * POINT + capped.sum::<Milli>()
}

fn whole(total: Milli) -> i64 {
    (total + POINT / 2).div_euclid(POINT)
}

/// A score at a moment; `None` when there is none of this business.
pub fn value(
    rules: &ScoringRules,
    score: Score,
    status: LeadStatus,
    contributions: &[&Contribution],
    at: Millis,
) -> Option<i64> {
    let is_set = contributions.iter().any(|one| one.reason == BY_HAND);
    let has = score != Score::Health
        || is_set
        || matches!(status, LeadStatus::Trial | LeadStatus::Customer);
    has.then(|| whole(total(rules, score, contributions, at)).clamp(0, MOST))
}

/// All scores at a moment.
pub fn values(
    rules: &ScoringRules,
    status: LeadStatus,
    contributions: &[Contribution],
    at: Millis,
) -> Values {
    let value = |score| {
        let of_score: Vec<_> = of(score, contributions).collect();
        value(rules, score, status, &of_score, at)
    };
    Values {
        lead_score: value(Score::Lead).unwrap_or(0),
        health_score: value(Score::Health),
        warmness: value(Score::Warmness).unwrap_or(0),
    }
}

/// The points that bring a score to what somebody sets it to.
pub fn points_to(
    rules: &ScoringRules,
    score: Score,
    wanted: i64,
    contributions: &[Contribution],
    at: Millis,
) -> i64 {
    let others: Vec<_> = of(score, contributions)
        .filter(|one| one.reason != BY_HAND)
        .collect();
    wanted - whole(total(rules, score, &others, at))
}

/// The contributions to a score.
pub fn of(score: Score, all: &[Contribution]) -> impl Iterator<Item = &Contribution> {
    all.iter().filter(move |one| one.score == score)
}

/// When a score will be another one by itself; `None` when nothing decays.
pub fn next_change(
    rules: &ScoringRules,
    status: LeadStatus,
    contributions: &[Contribution],
    now: Millis,
) -> Option<Millis> {
    let is_over = |one: &Contribution| one.ends_at.is_some_and(|end| end <= now);
    let decays = contributions
        .iter()
        .any(|one| one.half_life_days.is_some() && !is_over(one));
    if !decays {
        return None;
    }
    let as_now = values(rules, status, contributions, now);
    let changes = |after: Millis| values(rules, status, contributions, now + after) != as_now;
    let (mut same, mut other) = (0, SOONEST);
    while other < LATEST && !changes(other) {
        (same, other) = (other, other * 2);
    }
    while other - same > SOONEST {
        let middle = (same + other) / 2;
        match changes(middle) {
            true => other = middle,
            false => same = middle,
        }
    }
    Some(now + other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contribution(
        score: Score,
        reason: &str,
        points: i64,
        half_life: Option<i64>,
        at: Millis,
    ) -> Contribution {
        Contribution {
            score,
            id: format!("{reason}/{at}"),
            reason: reason.into(),
            points,
            half_life_days: half_life,
            occurred_at: at,
            ends_at: None,
            person_id: None,
            detail: None,
        }
    }

    fn lead(contributions: &[Contribution], at: Millis) -> i64 {
        values(
            &ScoringRules::default(),
            LeadStatus::Prospect,
            contributions,
            at,
        )
        .lead_score
    }

    #[test]
    fn a_score_is_what_is_left_and_no_more_than_the_cap() {
        let opened = |at| contribution(Score::Lead, "email_opened", 4, Some(10), at);
        assert_eq!(lead(&[opened(0)], 0), 4);
        assert_eq!(lead(&[opened(0)], 10 * DAY), 2);
        let cap = ScoringRules::default().lead.cap("email_opened").unwrap();
        let many: Vec<_> = (0..50).map(|n| opened(n * HOUR)).collect();
        assert_eq!(lead(&many, 3 * DAY), cap);
        assert_eq!(lead(&[contribution(Score::Lead, "x", -50, None, 0)], 0), 0);
        assert_eq!(
            lead(
                &[
                    contribution(Score::Lead, "x", 100, None, 0),
                    contribution(Score::Lead, "y", 100, None, 0)
                ],
                0
            ),
            MOST
        );
    }

    #[test]
    fn only_customers_have_a_health() {
        let health = |status, contributions: &[Contribution]| {
            values(&ScoringRules::default(), status, contributions, 0).health_score
        };
        assert_eq!(health(LeadStatus::Lead, &[]), None);
        assert_eq!(
            health(LeadStatus::Customer, &[]),
            Some(ScoringRules::default().health.base)
        );
        let by_hand = contribution(Score::Health, BY_HAND, -10, Some(30), 0);
        assert!(health(LeadStatus::Lead, &[by_hand]).is_some());
    }

    #[test]
    fn calculated_again_when_it_changes() {
        let rules = ScoringRules::default();
        let next = |contributions: &[Contribution]| {
            next_change(&rules, LeadStatus::Prospect, contributions, 0)
        };
        assert_eq!(next(&[]), None);
        assert_eq!(next(&[contribution(Score::Lead, "x", 10, None, 0)]), None);
        // From 10 to less than 9.5 within 30 days: after about 2.2 days.
        let at = next(&[contribution(Score::Lead, "x", 10, Some(30), 0)]).unwrap();
        assert!((2 * DAY..=3 * DAY).contains(&at), "{at}");
        assert!(next(&[contribution(Score::Lead, "x", 1, Some(3_000), 0)]).unwrap() >= 30 * DAY);
    }

    fn any_contribution() -> impl Strategy<Value = Contribution> {
        let reason = prop::sample::select(vec![
            "email_opened",
            "email_clicked",
            "form_submitted",
            "order_paid",
            BY_HAND,
        ]);
        let score = prop::sample::select(Score::ALL.to_vec());
        let half_life = prop::option::of(1_i64..=400);
        (score, reason, -100_i64..=100, half_life, 0_i64..300).prop_map(
            |(score, reason, points, half_life, day)| {
                contribution(score, reason, points, half_life, day * DAY)
            },
        )
    }

    proptest! {
        #[test]
        fn order_does_not_matter((all, shuffled) in prop::collection::vec(any_contribution(), 0..30)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())), day in 0_i64..400) {
            let rules = ScoringRules::default();
            for status in [LeadStatus::Prospect, LeadStatus::Customer] {
                let values = |all: &[Contribution]| values(&rules, status, all, day * DAY);
                prop_assert_eq!(values(&all), values(&shuffled));
                prop_assert!((0..=MOST).contains(&values(&all).lead_score));
            }
        }

        #[test]
        fn what_each_is_worth_adds_up(all in prop::collection::vec(any_contribution(), 0..30), day in 0_i64..400) {
            let rules = ScoringRules::default();
            for score in Score::ALL {
                let of_score: Vec<_> = of(*score, &all).collect();
                let sum: Milli = worth(&rules, *score, &of_score, day * DAY).iter().sum();
                let exact = total(&rules, *score, &of_score, day * DAY) - rules.of(*score).base * POINT;
                // Shares are cut to thousandths.
                prop_assert!((sum - exact).abs() <= i64::try_from(of_score.len()).unwrap());
            }
        }

        #[test]
        fn set_by_hand_it_is_what_was_said(all in prop::collection::vec(any_contribution(), 0..30), wanted in 0_i64..=100, day in 0_i64..400) {
            let rules = ScoringRules::default();
            let at = day * DAY;
            let mut all: Vec<_> = all.into_iter().filter(|one| one.reason != BY_HAND).collect();
            let points = points_to(&rules, Score::Lead, wanted, &all, at);
            all.push(contribution(Score::Lead, BY_HAND, points, Some(30), at));
            prop_assert_eq!(lead(&all, at), wanted);
        }

        #[test]
        fn nothing_changes_before_it_is_calculated_again(points in 1_i64..=100, half_life in 1_i64..400, day in 0_i64..100) {
            let rules = ScoringRules::default();
            let all = [contribution(Score::Lead, "x", points, Some(half_life), 0)];
            let now = day * DAY;
            let next = next_change(&rules, LeadStatus::Lead, &all, now).unwrap();
            // One kind of contribution only falls: until shortly before, it is the same.
            prop_assert_eq!(lead(&all, now), lead(&all, (next - SOONEST).max(now)));
        }
    }
}
