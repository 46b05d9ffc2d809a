//! What a merge would do, read before it is done: the preview shows it, the merge writes it, if it still is so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{self, Decision, Field, OF_BUSINESSES, OF_PEOPLE, Row, at, text};
use super::model::{FieldOut, PairOut, PreviewOut, Side};
use super::registry::{Fate, HANGING};
use super::store::moves::{Search, Shift};
use super::store::{self, records};
use crate::campaigns::merging::{self, Change, Enrolled};
use crate::crm::duplicates::evidence::What;
use crate::crm::keys;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{EnrolmentId, PersonId};
use crate::tables::no_such;

/// The most people that a business may have that becomes part of another.
const MOST_PEOPLE: usize = 1_000;
/// The most rows that a preview counts.
const MOST_COUNTED: i64 = 10_000;

/// Two records that become one.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What they are.
    pub what: What,
    /// The one that is kept.
    pub kept_id: String,
    /// The other.
    pub other_id: String,
    /// The kept one, as it is.
    pub kept: Row,
    /// The other, as it is.
    pub other: Row,
    /// What becomes of each field.
    pub decision: Decision,
    /// The businesses that two people are at.
    pub businesses: Vec<String>,
}

/// A merge.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is merged.
    pub what: What,
    /// The record that is kept.
    pub kept_id: String,
    /// The other.
    pub other_id: String,
    /// The kept business, or the kept person's.
    pub business_id: String,
    /// Each two records that become one: first those it is about.
    pub pairs: Vec<Planned>,
    /// The other business's people.
    pub people: Vec<String>,
    /// Those of them who came first there, and do not here.
    pub no_longer_first: Vec<String>,
    /// What becomes of enrolments.
    pub enrolments: Vec<Change>,
    /// The enrolments that were looked at.
    pub known_enrolments: Vec<EnrolmentId>,
    /// Rows that go over with the decision.
    pub at_once: Vec<Shift>,
}

impl Planned {
    /// The other's totals, which the kept one has then: they are set to nothing, so that what is counted late can be told.
    pub fn given_up(&self) -> Row {
        let totals = OF_PEOPLE
            .iter()
            .filter(|field| self.what == What::People && field.rule == fields::Rule::Sum)
            .flat_map(|field| field.columns);
        totals
            .map(|column| ((*column).to_string(), at(&self.other, column).clone()))
            .collect()
    }
}

impl Plan {
    /// The records of this kind that it is about.
    pub fn ids(&self, what: What) -> Vec<&str> {
        let mut ids: Vec<_> = self
            .pairs
            .iter()
            .filter(|pair| pair.what == what)
            .flat_map(|pair| [pair.kept_id.as_str(), pair.other_id.as_str()])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Of which versions it is true.
    pub fn version(&self) -> String {
        let Some(main) = self.pairs.first() else {
            return String::new();
        };
        let version = |row| at(row, "updated_at").as_i64().unwrap_or(0);
        format!("{}-{}", version(&main.kept), version(&main.other))
    }
}

/// Reads what a merge would do.
///
/// # Errors
/// [`Error::NotFound`] of the kept record; complaints about `other_id` and `fields`; what stands in the way; the database's.
pub async fn of(
    db: &Db,
    scope: &Scope,
    what: What,
    (kept_id, other_id): (&str, &str),
    chosen: &BTreeMap<String, Side>,
) -> Result<Plan> {
    if kept_id == other_id {
        let message = format!(
            "must be another {}: this one is the same already",
            what.one()
        );
        return Err(Error::field("other_id", message));
    }
    let kept = match records::one(db, scope, what, kept_id).await? {
        Some(row) => row,
        None => return Err(gone(db, scope, what, kept_id).await?),
    };
    let Some(other) = records::one(db, scope, what, other_id).await? else {
        return Err(other_is_gone(db, scope, what, other_id).await?);
    };
    let decision = fields::decide(fields_of(what), &kept, &other, chosen)?;
    let business_id = match what {
        What::Businesses => kept_id,
        What::People => text(&kept, "business_id").unwrap_or_default(),
    }
    .to_string();
    let mut plan = Plan {
        what,
        kept_id: kept_id.to_string(),
        other_id: other_id.to_string(),
        business_id,
        pairs: Vec::new(),
        people: Vec::new(),
        no_longer_first: Vec::new(),
        enrolments: Vec::new(),
        known_enrolments: Vec::new(),
        at_once: Vec::new(),
    };
    let main = Planned {
        what,
        kept_id: kept_id.to_string(),
        other_id: other_id.to_string(),
        businesses: businesses(&kept, &other),
        kept,
        other,
        decision,
    };
    match what {
        What::Businesses => {
            plan.pairs.push(renamed(main));
            with_people(db, scope, &mut plan).await?;
        }
        What::People => {
            let mut main = main;
            let at_one = main.businesses.len() == 1;
            stricter(db, scope, &mut main, at_one).await?;
            plan.pairs.push(main);
        }
    }
    with_enrolments(db, scope, &mut plan).await?;
    Ok(plan)
}

fn fields_of(what: What) -> &'static [Field] {
    match what {
        What::Businesses => OF_BUSINESSES,
        What::People => OF_PEOPLE,
    }
}

fn businesses(kept: &Row, other: &Row) -> Vec<String> {
    let mut businesses: Vec<_> = [kept, other]
        .iter()
        .filter_map(|row| text(row, "business_id"))
        .map(str::to_string)
        .collect();
    businesses.dedup();
    businesses
}

/// What a client is told of a record that is not there.
pub async fn gone(db: &Db, scope: &Scope, what: What, id: &str) -> Result<Error> {
    Ok(match store::into_what(db, scope, what, id).await? {
        Some(into) => Error::Merged {
            what: what.one(),
            into,
        },
        None => Error::NotFound(what.one()),
    })
}

async fn other_is_gone(db: &Db, scope: &Scope, what: What, id: &str) -> Result<Error> {
    let Some(into) = store::into_what(db, scope, what, id).await? else {
        return Ok(no_such("other_id", what.one()));
    };
    let merge = store::that_took(db, &scope.tenant, id).await?;
    let by = merge.map_or(String::new(), |merge| format!(" by the merge {merge}"));
    Ok(Error::conflict(
        "merged_already",
        format!("The other {} was merged into {into}{by}.", what.one()),
    ))
}

/// The key of a name at an address follows both.
fn renamed(mut main: Planned) -> Planned {
    let after = |column: &str| {
        main.decision
            .written
            .get(column)
            .unwrap_or_else(|| at(&main.kept, column))
            .as_str()
    };
    let key = keys::Name {
        name: after("name").unwrap_or_default(),
        street: after("address_street"),
        city: after("address_city"),
        state: after("address_state"),
        zip: after("address_zip"),
        community: after("community_id").unwrap_or_default(),
    }
    .key();
    if text(&main.kept, "name_key") != Some(key.as_str()) {
        let written = &mut main.decision.written;
        written.insert("name_key".into(), key.into());
    }
    main
}

/// Where somebody does not want to be written to, or an address takes no mail, no merge makes us write.
async fn stricter(db: &Db, scope: &Scope, pair: &mut Planned, may_come_first: bool) -> Result<()> {
    let emails = [text(&pair.kept, "email"), text(&pair.other, "email")];
    let written = &mut pair.decision.written;
    if emails[0].is_some() && emails[0] == emails[1] {
        let bounced = fields::earlier(at(&pair.kept, "bounced_at"), at(&pair.other, "bounced_at"));
        if bounced != *at(&pair.kept, "bounced_at") {
            written.insert("bounced_at".into(), bounced);
        }
    } else {
        let given_up: Vec<_> = match written.contains_key("email") {
            true => emails[0].into_iter().collect(),
            false => emails[1].into_iter().collect(),
        };
        let unwanted = merging::unwanted_at(db, &scope.tenant, &given_up).await?;
        let is_set = at(&pair.kept, "do_not_email").as_i64() == Some(1);
        if !unwanted.is_empty() && !is_set {
            written.insert("do_not_email".into(), 1.into());
        }
    }
    let first = |row| at(row, "is_primary_contact").as_i64() == Some(1);
    if may_come_first && first(&pair.other) && !first(&pair.kept) {
        written.insert("is_primary_contact".into(), 1.into());
    }
    Ok(())
}

/// The other business's people, and who of them is somebody at the kept one.
async fn with_people(db: &Db, scope: &Scope, plan: &mut Plan) -> Result<()> {
    let tenant = &scope.tenant;
    let (kept, other) = (plan.kept_id.clone(), plan.other_id.clone());
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let theirs = records::people_of(db, tenant, &other, limit(MOST_PEOPLE)).await?;
    let same = records::same_people(db, tenant, &kept, &other).await?;
    if theirs.len() > MOST_PEOPLE || same.len() > records::MOST_PAIRS {
        return Err(Error::conflict(
            "too_many_people",
            format!(
                "The other business may have {MOST_PEOPLE} people, and {} who are at both. Merge the other way round, or people first.",
                records::MOST_PAIRS
            ),
        ));
    }
    let ours = records::people_of(db, tenant, &kept, limit(MOST_PEOPLE)).await?;
    let mut has_first = ours.iter().any(|person| person.comes_first == 1);
    // Two of theirs can be the same one of ours: what the first brings is there when the second comes.
    let mut as_they_are: BTreeMap<String, Row> = BTreeMap::new();
    for (kept_id, other_id) in same {
        let kept = match as_they_are.remove(&kept_id) {
            Some(row) => Some(row),
            None => records::one(db, scope, What::People, &kept_id).await?,
        };
        let other = records::one(db, scope, What::People, &other_id).await?;
        let (Some(kept), Some(other)) = (kept, other) else {
            continue;
        };
        let mut pair = Planned {
            what: What::People,
            decision: fields::decide(OF_PEOPLE, &kept, &other, &BTreeMap::new())?,
            businesses: vec![plan.kept_id.clone(), plan.other_id.clone()],
            kept_id: kept_id.clone(),
            other_id,
            kept,
            other,
        };
        stricter(db, scope, &mut pair, !has_first).await?;
        has_first = has_first || pair.decision.written.contains_key("is_primary_contact");
        let mut after = pair.kept.clone();
        after.extend(pair.decision.written.clone());
        as_they_are.insert(kept_id, after);
        plan.pairs.push(pair);
    }
    let merged: Vec<_> = plan
        .pairs
        .iter()
        .map(|pair| pair.other_id.as_str())
        .collect();
    plan.no_longer_first = theirs
        .iter()
        .filter(|person| has_first && person.comes_first == 1)
        .map(|person| person.id.clone())
        .filter(|id| !merged.contains(&id.as_str()))
        .collect();
    plan.people = theirs.into_iter().map(|person| person.id).collect();
    let over = |place: &str, from: &str, to: &str, ids: &[String]| Shift {
        place: place.into(),
        from: from.into(),
        to: to.into(),
        ids: ids.to_vec(),
    };
    let shifts = [
        over("people.business_id", &other, &kept, &plan.people),
        over("people.is_primary_contact", "1", "0", &plan.no_longer_first),
    ];
    let shifts = shifts.into_iter().filter(|shift| !shift.ids.is_empty());
    plan.at_once.extend(shifts);
    Ok(())
}

/// What becomes of the enrolments of the people who are one, and of their sends that are under way.
async fn with_enrolments(db: &Db, scope: &Scope, plan: &mut Plan) -> Result<()> {
    let tenant = &scope.tenant;
    let people = plan.ids(What::People);
    let mut all: Vec<Enrolled> = merging::enrolled(db, tenant, &people).await?;
    plan.known_enrolments = all.iter().map(|one| one.id.clone()).collect();
    for pair in plan.pairs.iter().filter(|pair| pair.what == What::People) {
        let (Some(kept), Some(other)) = (
            PersonId::parse(&pair.kept_id),
            PersonId::parse(&pair.other_id),
        ) else {
            continue;
        };
        let theirs: Vec<EnrolmentId> = all
            .iter()
            .filter(|one| one.person_id == other)
            .map(|one| one.id.clone())
            .collect();
        merging::unite(
            &kept,
            &plan.business_id,
            &other,
            &mut all,
            &mut plan.enrolments,
        );
        let theirs: Vec<_> = theirs.iter().collect();
        let sends = merging::under_way(db, tenant, &pair.other_id, &theirs).await?;
        if !sends.is_empty() {
            plan.at_once.push(Shift {
                place: "send_log.person_id".into(),
                from: pair.other_id.clone(),
                to: pair.kept_id.clone(),
                ids: sends.iter().map(ToString::to_string).collect(),
            });
        }
    }
    Ok(())
}

/// The plan as a client is shown it.
///
/// # Errors
/// The database's.
pub async fn preview(db: &Db, scope: &Scope, plan: Plan) -> Result<PreviewOut> {
    let mut moves: BTreeMap<String, i64> = BTreeMap::new();
    if !plan.people.is_empty() {
        let people = i64::try_from(plan.people.len()).unwrap_or(i64::MAX);
        moves.insert("people.business_id".into(), people);
    }
    let changed = |change: &&Change| change.person_id != change.was.person_id;
    let enrolments = plan.enrolments.iter().filter(changed).count();
    if enrolments > 0 {
        let enrolments = i64::try_from(enrolments).unwrap_or(i64::MAX);
        moves.insert("enrolments.person_id".into(), enrolments);
    }
    for pair in &plan.pairs {
        let search = Search {
            from: &pair.other_id,
            to: &pair.kept_id,
            holder: &pair.other_id,
            businesses: &pair.businesses,
        };
        for hanging in HANGING.iter().filter(|hanging| hanging.on() == pair.what) {
            if !hanging.is_shown() || !matches!(hanging.fate, Fate::Follow { .. }) {
                continue;
            }
            let found = search.ids(db, &scope.tenant, hanging, MOST_COUNTED).await?;
            if !found.is_empty() {
                let found = i64::try_from(found.len()).unwrap_or(MOST_COUNTED);
                let sum = moves.entry(hanging.place()).or_default();
                *sum = sum.saturating_add(found).min(MOST_COUNTED);
            }
        }
    }
    let version = plan.version();
    let enrolments_stopped = plan
        .enrolments
        .iter()
        .filter(|change| change.stopped)
        .count();
    let mut pairs = plan.pairs.into_iter().map(|pair| PairOut {
        fields: settled(&pair),
        kept_id: pair.kept_id,
        other_id: pair.other_id,
    });
    let fields = pairs.next().map(|main| main.fields).unwrap_or_default();
    Ok(PreviewOut {
        what: plan.what,
        kept_id: plan.kept_id,
        other_id: plan.other_id,
        version,
        fields,
        people: pairs.collect(),
        moves,
        enrolments_stopped,
    })
}

/// The fields, those that something else decided included.
fn settled(pair: &Planned) -> Vec<FieldOut> {
    let mut fields = pair.decision.fields.clone();
    if let Some(first) = pair.decision.written.get("is_primary_contact") {
        fields.push(FieldOut {
            field: "is_primary_contact".into(),
            kept: Value::Bool(false),
            other: (first.as_i64() == Some(1)).into(),
            taken: super::model::Taken::Other,
        });
    }
    fields
}
