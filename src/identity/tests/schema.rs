use serde::Serialize;

use crate::identity::memberships::model::{Overrides, Status};
use crate::identity::sessions::{EndReason, Method};
use crate::identity::sign_in::model::LinkPurpose;

/// The words that a table's column may hold, from its CHECK.
fn allowed(migration: &str, table: &str, column: &str) -> Vec<String> {
    let after = |text: &str, mark: &str| text.split_once(mark).unwrap().1.to_string();
    let table = after(migration, &format!("CREATE TABLE {table} ("));
    let list = after(&table, &format!("CHECK ({column} IN ("));
    let list = list.split_once("))").unwrap().0;
    list.split(", ")
        .map(|word| word.trim_matches('\'').to_string())
        .collect()
}

fn words<T: Serialize>(all: &[T], stored: fn(&T) -> &'static str) -> Vec<String> {
    all.iter()
        .map(|word| {
            let text = serde_json::to_value(word)
                .unwrap()
                .as_str()
                .unwrap()
                .to_string();
            assert_eq!(text, stored(word));
            text
        })
        .collect()
}

#[test]
fn every_word_stands_in_its_check_and_none_besides() {
    for migration in [
        include_str!("../../../d1/0004_identity.sql"),
        include_str!("../../../migrations/0004_identity.sql"),
    ] {
        for (table, column, words) in [
            (
                "memberships",
                "status",
                words(&Status::ALL, |word| word.as_str()),
            ),
            (
                "sessions",
                "method",
                words(Method::ALL, |word| word.as_str()),
            ),
            (
                "sessions",
                "end_reason",
                words(EndReason::ALL, |word| word.as_str()),
            ),
            (
                "sign_in_links",
                "purpose",
                words(&LinkPurpose::ALL, |word| word.as_str()),
            ),
        ] {
            assert_eq!(allowed(migration, table, column), words, "{table}.{column}");
        }
        let default = r#"{"grant": [], "revoke": []}"#;
        assert!(migration.contains(default));
        assert_eq!(
            serde_json::from_str::<Overrides>(default).unwrap(),
            Overrides::default()
        );
    }
}
