//! Pure: the hashes that chain a tenant's entries, under a key that is not in the database.
//!
//! A hash says which key it was made with: `7.` and 64 hex digits is made with the key 7, hex digits alone with the one that
//! has no number. A key is rotated by putting a new one first in the settings: it makes the hashes from then on, the older
//! ones go on telling that theirs are right.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::model::{Chained, Entry, Head};
use crate::config::{AuditKeys, NumberedKey};
use crate::ids::TenantId;

/// The hash before the first entry.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What keys one tenant's chain. Each tenant has its own, so that no entry can be carried from one log into another.
pub struct ChainKey {
    current: OwnKey,
    older: Vec<OwnKey>,
}

/// A tenant's own of one of the keys.
struct OwnKey {
    id: u8,
    mac: Hmac<Sha256>,
}

impl OwnKey {
    fn new(key: &NumberedKey, tenant: &TenantId) -> Self {
        let own = digest(&keyed(&key.secret), "tenant", &[Some(tenant.as_str())]);
        OwnKey {
            id: key.id,
            mac: keyed(&own),
        }
    }

    /// See [`ChainKey::hash`].
    fn hash(&self, previous: &str, entry: &Entry) -> String {
        let (occurred_at, status) = (entry.occurred_at.to_string(), entry.status.to_string());
        let fields = [
            Some(previous),
            Some(entry.tenant_id.as_str()),
            Some(entry.id.as_str()),
            Some(&occurred_at),
            Some(entry.actor_kind.as_str()),
            entry.actor_id.as_deref(),
            entry.actor_label.as_deref(),
            Some(&entry.action),
            Some(&entry.method),
            Some(&entry.path_template),
            entry.record_type.as_deref(),
            entry.record_id.as_deref(),
            entry.address.as_deref(),
            entry.user_agent.as_deref(),
            Some(&entry.request_id),
            Some(&status),
            Some(entry.outcome.as_str()),
            entry.request_hash.as_deref(),
        ];
        written(self.id, digest(&self.mac, "entry", &fields))
    }

    fn seal(&self, head: &Head) -> String {
        let fields = [
            Some(&*head.sequence.to_string()),
            Some(&head.hash),
            Some(&head.first_sequence.to_string()),
            Some(&head.first_previous_hash),
        ];
        written(self.id, digest(&self.mac, "head", &fields))
    }
}

impl ChainKey {
    /// The tenant's, derived from the setting `AUDIT_KEY`.
    pub fn new(keys: &AuditKeys, tenant: &TenantId) -> Self {
        let own = |key| OwnKey::new(key, tenant);
        ChainKey {
            current: own(&keys.current),
            older: keys.older.iter().map(own).collect(),
        }
    }

    /// The key that a hash was made with, if we have it.
    fn of(&self, hash: &str) -> Option<&OwnKey> {
        let id = key_of(hash);
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| Some(key.id) == id)
    }

    /// An entry's hash. The number of its place is not in it: the order is in the links, so an entry that was moved can be told
    /// from one that was altered.
    pub fn hash(&self, previous: &str, entry: &Entry) -> String {
        self.current.hash(previous, entry)
    }

    /// Whether this is the hash that such an entry has behind one with the hash `previous`.
    pub fn is_hash_of(&self, hash: &str, previous: &str, entry: &Entry) -> bool {
        self.of(hash)
            .is_some_and(|key| hash == key.hash(previous, entry))
    }

    /// Whether we wrote the entry with this hash behind an entry with that one.
    pub fn is_ours(&self, chained: &Chained) -> bool {
        self.is_hash_of(&chained.hash, &chained.previous_hash, &chained.entry)
    }

    /// The head of a chain without entries.
    pub fn start(&self) -> Head {
        self.sealed(Head {
            sequence: 0,
            hash: START.into(),
            first_sequence: 1,
            first_previous_hash: START.into(),
            seal: String::new(),
        })
    }

    /// The head, sealed.
    pub fn sealed(&self, mut head: Head) -> Head {
        head.seal = self.current.seal(&head);
        head
    }

    /// Whether the head is one that we wrote.
    pub fn is_sealed(&self, head: &Head) -> bool {
        self.of(&head.seal)
            .is_some_and(|key| head.seal == key.seal(head))
    }

    /// Gives entries their places behind a head, and the head that then holds.
    pub fn extend(&self, head: &Head, entries: Vec<Entry>) -> (Vec<Chained>, Head) {
        let mut next = head.clone();
        let chained = entries
            .into_iter()
            .map(|entry| {
                let previous_hash = std::mem::take(&mut next.hash);
                next.hash = self.hash(&previous_hash, &entry);
                next.sequence += 1;
                Chained {
                    sequence: next.sequence,
                    previous_hash,
                    hash: next.hash.clone(),
                    entry,
                }
            })
            .collect();
        // A head that somebody tampered with stays without a valid seal: extending it must not make it whole.
        let next = match self.is_sealed(head) {
            true => self.sealed(next),
            false => next,
        };
        (chained, next)
    }
}

/// The hash of a request: with it, whoever has the key can tell whether a request was this one. It is keyed, because much of
/// what people send could be guessed from a plain hash of it.
pub fn request_hash(keys: &AuditKeys, method: &str, path_and_query: &str, body: &[u8]) -> String {
    request_hash_with(&keys.current, method, path_and_query, body)
}

/// Whether this is the hash of that request, under whichever of the keys.
pub fn is_request_hash(
    keys: &AuditKeys,
    hash: &str,
    method: &str,
    path_and_query: &str,
    body: &[u8],
) -> bool {
    keys.all()
        .find(|key| Some(key.id) == key_of(hash))
        .is_some_and(|key| hash == request_hash_with(key, method, path_and_query, body))
}

fn request_hash_with(key: &NumberedKey, method: &str, path_and_query: &str, body: &[u8]) -> String {
    let mut mac = keyed(&key.secret);
    for part in [
        "request".as_bytes(),
        method.as_bytes(),
        path_and_query.as_bytes(),
        body,
    ] {
        update(&mut mac, part);
    }
    written(key.id, mac.finalize().into_bytes().into())
}

/// A hash as it is kept.
fn written(key: u8, digest: [u8; 32]) -> String {
    match key {
        0 => hex::encode(digest),
        id => format!("{id}.{}", hex::encode(digest)),
    }
}

/// The id of the key that a hash says it was made with.
fn key_of(hash: &str) -> Option<u8> {
    match hash.split_once('.') {
        None => Some(0),
        Some((id, _)) => id.parse().ok(),
    }
}

fn keyed(secret: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros; so filled it has the one length that cannot be wrong.
    let mut block = [0; 64];
    block
        .iter_mut()
        .zip(secret)
        .for_each(|(to, from)| *to = *from);
    Hmac::new(&block.into())
}

/// What is hashed says where each field ends and which are absent, so that two different entries never read the same.
fn digest(key: &Hmac<Sha256>, purpose: &str, fields: &[Option<&str>]) -> [u8; 32] {
    let mut mac = key.clone();
    update(&mut mac, purpose.as_bytes());
    for field in fields {
        match field {
            None => mac.update(&[0]),
            Some(text) => {
                mac.update(&[1]);
                update(&mut mac, text.as_bytes());
            }
        }
    }
    mac.finalize().into_bytes().into()
}

fn update(mac: &mut Hmac<Sha256>, bytes: &[u8]) {
    mac.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys with these ids, the first of them current.
    fn keys(ids: &[u8]) -> AuditKeys {
        let key = |id: &u8| NumberedKey {
            id: *id,
            secret: [*id; 32],
        };
        AuditKeys {
            current: key(&ids[0]),
            older: ids[1..].iter().map(key).collect(),
        }
    }

    fn tenant() -> TenantId {
        TenantId::parse("01900000-0000-7000-8000-000000000001").unwrap()
    }

    #[test]
    fn a_hash_covers_every_field_and_the_entry_before() {
        let key = ChainKey::new(&keys(&[7]), &tenant());
        let entry = Entry::new(tenant(), 1_000, "createTag");
        let hash = key.hash(START, &entry);
        assert_eq!(hash, key.hash(START, &entry.clone()));
        assert_ne!(hash, key.hash(&hash, &entry));
        let fields = serde_json::to_value(&entry).unwrap();
        for (name, value) in fields.as_object().unwrap() {
            let other = match name.as_str() {
                "id" | "tenant_id" => "01900000-0000-7000-8000-00000000dead".into(),
                "actor_kind" => "anonymous".into(),
                "outcome" => "denied".into(),
                _ if value.is_number() => 1_001.into(),
                _ => "x".into(),
            };
            let mut changed = fields.clone();
            changed[name] = other;
            let changed: Entry = serde_json::from_value(changed).unwrap();
            assert_ne!(hash, key.hash(START, &changed), "{name}");
        }
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let key = ChainKey::new(&keys(&[7]), &tenant());
        let with = |method: &str, path: &str, kind: Option<&str>, id: Option<&str>| {
            let mut entry = Entry::new(tenant(), 1_000, "createTag");
            entry.id =
                crate::ids::AuditEntryId::parse("01900000-0000-7000-8000-00000000dead").unwrap();
            (entry.method, entry.path_template) = (method.into(), path.into());
            (entry.record_type, entry.record_id) =
                (kind.map(str::to_string), id.map(str::to_string));
            key.hash(START, &entry)
        };
        assert_ne!(with("GET", "/a", None, None), with("GET/", "a", None, None));
        assert_ne!(
            with("GET", "", Some("a"), None),
            with("GET", "", None, Some("a"))
        );
        assert_ne!(with("GET", "", Some(""), None), with("GET", "", None, None));
    }

    #[test]
    fn tenants_and_keys_have_chains_of_their_own() {
        let entry = Entry::new(tenant(), 1_000, "createTag");
        let hash = |id, tenant| ChainKey::new(&keys(&[id]), &tenant).hash(START, &entry);
        assert_ne!(hash(7, tenant()), hash(8, tenant()));
        assert_ne!(hash(7, tenant()), hash(7, TenantId::new(1)));
    }

    #[test]
    fn a_hash_says_which_key_it_was_made_with() {
        let entry = Entry::new(tenant(), 1_000, "createTag");
        let chain = |ids: &[u8]| ChainKey::new(&keys(ids), &tenant());
        let hashes = [0, 7].map(|id| chain(&[id]).hash(START, &entry));
        assert_eq!((hashes[0].len(), hashes[1].len()), (64, 66));
        assert!(hashes[1].starts_with("7."));
        for hash in &hashes {
            for ids in [&[0, 7][..], &[7, 0], &[9, 7, 0]] {
                assert!(chain(ids).is_hash_of(hash, START, &entry), "{ids:?}");
            }
            assert!(!chain(&[9]).is_hash_of(hash, START, &entry));
            // Said to be another key's.
            let digits = hash.split('.').next_back().unwrap();
            for other in ["9.", "256.", "0.", "."] {
                let other = format!("{other}{digits}");
                assert!(!chain(&[9, 7, 0]).is_hash_of(&other, START, &entry));
            }
        }
        let head = chain(&[7]).start();
        assert!(chain(&[9, 7]).is_sealed(&head) && !chain(&[9]).is_sealed(&head));
    }

    #[test]
    fn a_head_that_was_tampered_with_stays_so() {
        let key = ChainKey::new(&keys(&[7]), &tenant());
        let entries = |count| vec![Entry::new(tenant(), 1_000, "createTag"); count];
        let (chained, head) = key.extend(&key.start(), entries(3));
        assert!(key.is_sealed(&head) && chained.iter().all(|entry| key.is_ours(entry)));
        assert_eq!((head.sequence, &head.hash), (3, &chained[2].hash));
        let cut = Head {
            sequence: 2,
            hash: chained[1].hash.clone(),
            ..head
        };
        assert!(!key.is_sealed(&cut));
        assert!(!key.is_sealed(&key.extend(&cut, entries(1)).1));
    }

    #[test]
    fn a_request_hash_tells_requests_apart() {
        let hash = |id, path, body| request_hash(&keys(&[id]), "POST", path, body);
        let one = hash(7, "/api/v1/tags", b"{}");
        assert_ne!(one, hash(8, "/api/v1/tags", b"{}"));
        assert_ne!(one, hash(7, "/api/v1/tags{", b"}"));
        let is_one =
            |ids: &[u8], body| is_request_hash(&keys(ids), &one, "POST", "/api/v1/tags", body);
        assert!(is_one(&[7], b"{}") && is_one(&[8, 7], b"{}"));
        assert!(!is_one(&[8, 7], b"[]") && !is_one(&[8], b"{}"));
    }
}
