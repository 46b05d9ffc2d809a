//! Pure: entries as CSV (RFC 4180).

use super::model::EntryOut;

/// The header line's names, in the order of the fields.
const NAMES: &str = "sequence,id,occurred_at,actor_kind,actor_id,actor_label,action,method,path_template,record_type,record_id,address,user_agent,request_id,status,outcome,request_hash,previous_hash,hash\r\n";

/// The entries as a file with a header line.
pub fn write(entries: &[EntryOut]) -> String {
    let mut file = NAMES.to_string();
    for entry in entries {
        let fields = [
            entry.sequence.to_string(),
            entry.id.to_string(),
            crate::time::format(entry.occurred_at),
            entry.actor_kind.as_str().to_string(),
            optional(entry.actor_id.as_deref()),
            optional(entry.actor_label.as_deref()),
            field(&entry.action),
            field(&entry.method),
            field(&entry.path_template),
            optional(entry.record_type.as_deref()),
            optional(entry.record_id.as_deref()),
            optional(entry.address.as_deref()),
            optional(entry.user_agent.as_deref()),
            field(&entry.request_id),
            entry.status.to_string(),
            entry.outcome.as_str().to_string(),
            optional(entry.request_hash.as_deref()),
            field(&entry.previous_hash),
            field(&entry.hash),
        ];
        file.push_str(&fields.join(","));
        file.push_str("\r\n");
    }
    file
}

fn optional(text: Option<&str>) -> String {
    text.map(field).unwrap_or_default()
}

/// A spreadsheet runs what begins like a formula, and a client chose some of these texts: such a one gets an apostrophe in front.
fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{mark}{}\"", text.replace('"', "\"\"")),
        false => format!("{mark}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::model::{Chained, Entry};
    use crate::ids::TenantId;

    #[test]
    fn formulas_are_texts_and_quotes_are_doubled() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("@SUM(A1,\"x\")"), "\"'@SUM(A1,\"\"x\"\")\"");
        assert_eq!(field("a, b"), "\"a, b\"");
        assert_eq!(field("-1\r\n"), "\"'-1\r\n\"");
    }

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
