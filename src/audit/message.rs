//! The messages of the queue `audit`: entries of one tenant, many at a time. A queue counts and is paid by the message, and
//! most reads of personal data are one entry.

use super::append::by_tenant;
use super::model::Entry;
use crate::json::{self, Unreadable};

/// A message's room in bytes: what a queue counts as one operation, with something to spare.
const ROOM: usize = 60_000;
/// The most entries a message has: what one write appends.
pub(super) const MOST: usize = 100;

/// Entries of any tenants as messages.
///
/// # Errors
/// An entry that cannot be written down.
pub fn pack(entries: Vec<Entry>) -> serde_json::Result<Vec<String>> {
    let mut messages = Vec::new();
    for entries in by_tenant(entries).into_values() {
        let (mut text, mut count) = (String::new(), 0);
        for entry in entries {
            let entry = serde_json::to_string(&entry)?;
            if count == MOST || (count > 0 && text.len() + entry.len() > ROOM) {
                messages.push(format!("[{}]", std::mem::take(&mut text)));
                count = 0;
            }
            if count > 0 {
                text.push(',');
            }
            text.push_str(&entry);
            count += 1;
        }
        messages.push(format!("[{text}]"));
    }
    Ok(messages)
}

/// The entries of a message.
///
/// # Errors
/// A text that is none.
pub fn unpack(text: &str) -> Result<Vec<Entry>, Unreadable> {
    json::read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TenantId;

    fn entries(tenant: u64, count: usize, user_agent: &str) -> Vec<Entry> {
        let tenant = TenantId::new(i64::try_from(tenant).unwrap());
        (0..count)
            .map(|_| {
                let mut entry = Entry::new(tenant.clone(), 1, "getPerson");
                entry.user_agent = Some(user_agent.into());
                entry
            })
            .collect()
    }

    #[test]
    fn a_message_is_of_one_tenant_and_none_is_too_large() {
        let mut all = entries(1, 250, "x");
        let tenant = all[0].tenant_id.clone();
        all.extend(entries(2, 1, "x"));
        let messages = pack(all.clone()).unwrap();
        let counts: Vec<_> = messages
            .iter()
            .map(|text| unpack(text).unwrap().len())
            .collect();
        assert_eq!(counts.iter().sum::<usize>(), 251);
        assert_eq!(messages.len(), 4);
        let mut read: Vec<_> = messages
            .iter()
            .map(|text| unpack(text).unwrap())
            .inspect(|entries| {
                assert!(
                    entries
                        .windows(2)
                        .all(|two| two[0].tenant_id == two[1].tenant_id)
                )
            })
            .flatten()
            .collect();
        read.retain(|entry| entry.tenant_id == tenant);
        assert_eq!(read, all[..250]);
        let long = pack(entries(1, 100, &"x".repeat(1_000))).unwrap();
        assert!(long.len() > 1 && long.iter().all(|text| text.len() < ROOM + 10));
        assert!(pack(Vec::new()).unwrap().is_empty());
    }

    #[test]
    fn the_documented_message_is_read() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../queues/audit.schema.json")).unwrap();
        for example in schema["examples"].as_array().unwrap() {
            let entries = unpack(&example.to_string()).unwrap();
            assert_eq!(serde_json::to_value(&entries).unwrap(), *example);
            assert_eq!(pack(entries.clone()).unwrap().len(), 1);
        }
    }
}
