//! Pure: entries as CSV.

use super::model::EntryOut;
use crate::http::csv;

/// The header line's names, in the order of the fields.
const NAMES: [&str; 19] = [
    "sequence",
    "id",
    "occurred_at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "method",
    "path_template",
    "record_type",
    "record_id",
    "address",
    "user_agent",
    "request_id",
    "status",
    "outcome",
    "request_hash",
    "previous_hash",
    "hash",
];

/// The entries as a file with a header line. A client chose some of these texts.
pub fn write(entries: &[EntryOut]) -> String {
    let mut file = String::new();
    csv::line(&mut file, NAMES);
    for entry in entries {
        let sequence = entry.sequence.to_string();
        let occurred_at = crate::time::format(entry.occurred_at);
        let status = entry.status.to_string();
        let cells: [&str; 19] = [
            &sequence,
            entry.id.as_str(),
            &occurred_at,
            entry.actor_kind.as_str(),
            optional(&entry.actor_id),
            optional(&entry.actor_label),
            &entry.action,
            &entry.method,
            &entry.path_template,
            optional(&entry.record_type),
            optional(&entry.record_id),
            optional(&entry.address),
            optional(&entry.user_agent),
            &entry.request_id,
            &status,
            entry.outcome.as_str(),
            optional(&entry.request_hash),
            &entry.previous_hash,
            &entry.hash,
        ];
        csv::line(&mut file, cells);
    }
    file
}

fn optional(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::model::{Chained, Entry};
    use crate::ids::TenantId;

    #[test]
    fn every_line_has_every_field() {
        let mut row = serde_json::to_value(Chained {
            sequence: 7,
            previous_hash: "a".into(),
            hash: "b".into(),
            entry: Entry::new(TenantId::new(1), 1_772_640_000_000, "createTag"),
        })
        .unwrap();
        row["user_agent"] = "=cmd".into();
        let row = serde_json::from_value(row).unwrap();
        let file = write(&[row]);
        let lines: Vec<_> = file.lines().collect();
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
        assert!(lines[1].starts_with("7,"), "{file}");
        assert!(lines[1].contains(",2026-03-04T16:00:00Z,system,,,createTag,"));
        assert!(lines[1].contains(",'=cmd,"));
    }
}
