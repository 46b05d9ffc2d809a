//! What becomes of records that come from over there, decided by what is known here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::merge::{Known, Merged, Theirs, merge};
use super::model::{DeliveryOutcome, Resource};
use super::remote::{Fields, Remote, Unusable};
use super::store::{Link, Row, What};
use crate::crm::timezone;
use crate::edge::clock::Millis;
use crate::ids::{BusinessId, CommunityId, ContentRecordId, RefusalId};
use crate::tables::slug;

/// What came of records, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// New here.
    pub created: i64,
    /// Changed here.
    pub updated: i64,
    /// As they were.
    pub unchanged: i64,
    /// Not taken.
    pub refused: i64,
    /// Of those that are as they were, no more over there.
    pub vanished: i64,
}

impl Counts {
    /// All of them.
    pub fn seen(&self) -> i64 {
        self.created + self.updated + self.unchanged + self.refused
    }
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Changes {
    /// New rows.
    pub creates: Vec<Fields>,
    /// Rows that change, whole, by their ids.
    pub updates: BTreeMap<String, Fields>,
    /// What is known of records for the first time.
    pub new_links: Vec<LinkOut>,
    /// What is known now of those that were known, by their numbers.
    pub links: BTreeMap<i64, LinkOut>,
    /// What is not taken.
    pub refusals: Vec<Refusal>,
    /// The rows that it was decided by, with their versions.
    pub read_rows: BTreeMap<String, Millis>,
    /// What was known that it was decided by, with its versions.
    pub read_links: BTreeMap<i64, Millis>,
    /// By number.
    pub counts: Counts,
    /// The newest change that was seen.
    pub newest: Option<Millis>,
}

/// What is known of a record from now on.
#[derive(Debug, Serialize)]
pub struct LinkOut {
    id: ContentRecordId,
    remote_id: i64,
    record_id: String,
    ours_since: Millis,
    remote_updated_at: Millis,
    theirs: BTreeMap<String, Theirs>,
    kept: Vec<String>,
    vanished_at: Option<Millis>,
}

impl LinkOut {
    /// What was known.
    fn of(link: &Link) -> Self {
        LinkOut {
            id: link.id.clone(),
            remote_id: link.remote_id,
            record_id: link.record_id.clone(),
            ours_since: link.ours_since,
            remote_updated_at: link.remote_updated_at,
            theirs: link.theirs.0.clone(),
            kept: link.kept.0.clone(),
            vanished_at: link.vanished_at,
        }
    }
}

/// A record that is not taken.
#[derive(Debug, Serialize)]
pub struct Refusal {
    id: RefusalId,
    remote_id: Option<i64>,
    /// Why.
    pub reason: String,
}

impl Changes {
    /// What came of a single record, and why if nothing did.
    pub fn outcome(&self) -> (DeliveryOutcome, Option<&str>) {
        let counts = &self.counts;
        match self.refusals.first() {
            Some(refusal) => (DeliveryOutcome::Refused, Some(&refusal.reason)),
            None if counts.created > 0 => (DeliveryOutcome::Created, None),
            None if counts.updated > 0 || counts.vanished > 0 => (DeliveryOutcome::Updated, None),
            None => (DeliveryOutcome::Unchanged, None),
        }
    }
}

/// Decides what becomes of these records. `taken` says which slugs are, `attempt` how often it was decided in vain.
pub fn plan(
    resource: Resource,
    records: &[Result<Remote, Unusable>],
    what: &What,
    taken: &BTreeSet<String>,
    attempt: u32,
    now: Millis,
) -> Changes {
    let mut planner = Planner {
        resource,
        what,
        slugs: taken.clone(),
        attempt,
        now,
        changes: Changes::default(),
    };
    // Of a record that comes twice, the newest counts.
    let mut newest: BTreeMap<i64, &Remote> = BTreeMap::new();
    for record in records {
        match record {
            Err(unusable) => planner.refuse(unusable.id, unusable.reason.clone()),
            Ok(remote) => {
                let known = newest.get(&remote.id);
                if known.is_some() {
                    planner.changes.counts.unchanged += 1;
                }
                if known.is_none_or(|known| known.updated_at <= remote.updated_at) {
                    newest.insert(remote.id, remote);
                }
            }
        }
    }
    for remote in newest.into_values() {
        planner.decide(remote);
    }
    planner.changes
}

/// The slug that a record would like.
pub fn wished_slug(resource: Resource, remote: &Remote) -> Option<String> {
    let name = remote.fields.get("name")?.as_str()?;
    Some(slug::from_name(name, resource.as_str()))
}

struct Planner<'a> {
    resource: Resource,
    what: &'a What,
    slugs: BTreeSet<String>,
    attempt: u32,
    now: Millis,
    changes: Changes,
}

impl<'a> Planner<'a> {
    fn refuse(&mut self, remote_id: Option<i64>, reason: String) {
        // It is there, whatever it says.
        if let Some(link) = remote_id.and_then(|id| self.what.links.get(&id)) {
            self.changes
                .read_links
                .insert(link.remote_id, link.updated_at);
            let known = LinkOut::of(link);
            self.changes.links.entry(link.remote_id).or_insert(known);
        }
        self.changes.counts.refused += 1;
        self.changes.refusals.push(Refusal {
            id: RefusalId::new(self.now),
            remote_id,
            reason,
        });
    }

    fn decide(&mut self, remote: &Remote) {
        self.changes.newest = self.changes.newest.max(Some(remote.updated_at));
        let link = self.what.links.get(&remote.id);
        if let Some(link) = link {
            self.changes.read_links.insert(remote.id, link.updated_at);
        }
        let mut remote = remote.clone();
        if let Err(reason) = self.place(&mut remote) {
            return self.refuse(Some(remote.id), reason);
        }
        match link {
            Some(link) => self.go_on(&remote, link),
            None if remote.is_deleted => self.changes.counts.unchanged += 1,
            None => match self.ours(remote.id) {
                Some(row) => self.adopt(&remote, row),
                None => self.create(&remote),
            },
        }
    }

    /// Puts the community's id where its number was.
    fn place(&self, remote: &mut Remote) -> Result<(), String> {
        if self.resource != Resource::Business || remote.is_deleted {
            return Ok(());
        }
        let Some(number) = remote.community else {
            return Ok(());
        };
        let community = self.what.communities.get(&number);
        let community = community
            .ok_or_else(|| format!("community_id: community {number} is not known here"))?;
        let id = Value::from(community.id.as_str());
        remote.fields.insert("community_id".into(), id);
        Ok(())
    }

    /// The record here that says that it has this number.
    fn ours(&self, number: i64) -> Option<&'a Row> {
        let mut rows = self.what.rows.values();
        rows.find(|row| row.content_db_id == Some(number) && row.deleted_at.is_none())
    }

    fn go_on(&mut self, remote: &Remote, link: &Link) {
        let row = self.what.rows.get(&link.record_id);
        let row = row.filter(|row| row.deleted_at.is_none());
        let mut known = LinkOut {
            remote_updated_at: link.remote_updated_at.max(remote.updated_at),
            vanished_at: None,
            ..LinkOut::of(link)
        };
        if remote.is_deleted {
            known.vanished_at = link.vanished_at.or(Some(self.now));
            let is_news = link.vanished_at.is_none();
            self.changes.counts.vanished += i64::from(is_news);
            self.changes.counts.unchanged += 1;
        } else if let Some(row) = row {
            let since = link.ours_since;
            let merged = self.merged(remote, row, since, &link.theirs.0, link.remote_updated_at);
            (known.theirs, known.kept) = (merged.theirs.clone(), merged.kept.clone());
            self.change(remote, row, merged);
        } else {
            // Deleted here: it stays so.
            self.changes.counts.unchanged += 1;
        }
        self.changes.links.insert(remote.id, known);
    }

    fn adopt(&mut self, remote: &Remote, row: &Row) {
        let merged = self.merged(remote, row, row.created_at, &BTreeMap::new(), 0);
        self.changes.new_links.push(LinkOut {
            id: ContentRecordId::new(self.now),
            remote_id: remote.id,
            record_id: row.id.clone(),
            ours_since: row.created_at,
            remote_updated_at: remote.updated_at,
            theirs: merged.theirs.clone(),
            kept: merged.kept.clone(),
            vanished_at: None,
        });
        self.change(remote, row, merged);
    }

    fn merged(
        &self,
        remote: &Remote,
        row: &Row,
        since: Millis,
        theirs: &BTreeMap<String, Theirs>,
        remote_updated_at: Millis,
    ) -> Merged {
        let known = Known {
            ours: row.fields.clone(),
            changed_at: self
                .what
                .changed_at
                .get(&row.id)
                .cloned()
                .unwrap_or_default(),
            since,
            theirs: theirs.clone(),
            remote_updated_at,
        };
        merge(&known, remote, self.now)
    }

    fn change(&mut self, remote: &Remote, row: &Row, merged: Merged) {
        self.changes
            .read_rows
            .insert(row.id.clone(), row.updated_at);
        if merged.taken.is_empty() {
            self.changes.counts.unchanged += 1;
            return;
        }
        let moves = ["address_zip", "address_state", "community_id"];
        let has_moved = moves.iter().any(|field| merged.taken.contains_key(*field));
        let goes_elsewhere = merged.taken.contains_key("community_id");
        let mut fields = row.fields.clone();
        fields.extend(merged.taken);
        if self.resource == Resource::Business && has_moved {
            let there = match goes_elsewhere {
                true => self.community_zone(remote),
                false => row.community_timezone.as_deref(),
            };
            let zone = zone_of_business(&fields, there).to_string();
            fields.insert("timezone".into(), zone.into());
        }
        self.settle(&mut fields);
        fields.insert("content_db_id".into(), remote.id.into());
        self.changes.updates.insert(row.id.clone(), fields);
        self.changes.counts.updated += 1;
    }

    fn create(&mut self, remote: &Remote) {
        let needed: &[&str] = match self.resource {
            Resource::Business => &["name", "community_id"],
            Resource::Community => &["name", "state"],
        };
        let is_missing = |field: &&&str| !remote.fields.contains_key(**field);
        if let Some(field) = needed.iter().find(is_missing) {
            return self.refuse(Some(remote.id), format!("{field}: is missing"));
        }
        let merged = merge(
            &Known {
                since: -1,
                ..Known::default()
            },
            remote,
            self.now,
        );
        let mut fields = remote.fields.clone();
        let id = match self.resource {
            Resource::Business => {
                let zone = zone_of_business(&fields, self.community_zone(remote)).to_string();
                fields.insert("timezone".into(), zone.into());
                BusinessId::new(self.now).to_string()
            }
            Resource::Community => {
                let zone = zone_of_community(&fields).map(str::to_string);
                fields.entry("timezone").or_insert(json!(zone));
                CommunityId::new(self.now).to_string()
            }
        };
        self.settle(&mut fields);
        let slug = self.slug(remote);
        fields.insert("id".into(), id.as_str().into());
        fields.insert("slug".into(), slug.into());
        fields.insert("content_db_id".into(), remote.id.into());
        self.changes.creates.push(fields);
        self.changes.new_links.push(LinkOut {
            id: ContentRecordId::new(self.now),
            remote_id: remote.id,
            record_id: id,
            ours_since: 0,
            remote_updated_at: remote.updated_at,
            theirs: merged.theirs,
            kept: Vec::new(),
            vanished_at: None,
        });
        self.changes.counts.created += 1;
    }

    /// What a column asks for that may not be empty.
    fn settle(&self, fields: &mut Fields) {
        let count = fields.get("business_count").unwrap_or(&Value::Null);
        if self.resource == Resource::Community && count.is_null() {
            fields.insert("business_count".into(), 0.into());
        }
    }

    fn community_zone(&self, remote: &Remote) -> Option<&str> {
        let community = self.what.communities.get(&remote.community?)?;
        community.timezone.as_deref()
    }

    /// The name's own, or with the number behind it.
    fn slug(&mut self, remote: &Remote) -> String {
        let wished = wished_slug(self.resource, remote).unwrap_or_default();
        let numbered = format!("{wished}-{}", remote.id);
        let again = format!("{numbered}-{}", self.attempt);
        let free = [wished, numbered];
        let slug = match self.attempt {
            0 => free.into_iter().find(|slug| !self.slugs.contains(slug)),
            _ => None,
        };
        let slug = slug.unwrap_or(again);
        self.slugs.insert(slug.clone());
        slug
    }
}

fn zone_of_business<'a>(fields: &'a Fields, community: Option<&'a str>) -> &'a str {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    timezone::of_address(text("address_zip"), text("address_state"))
        .or(community)
        .unwrap_or(timezone::FALLBACK)
}

fn zone_of_community(fields: &Fields) -> Option<&str> {
    let zips = fields.get("zip_codes").and_then(Value::as_array);
    let zip = zips.and_then(|zips| zips.first()).and_then(Value::as_str);
    let state = fields.get("state").and_then(Value::as_str);
    timezone::of_address(zip, state)
}
