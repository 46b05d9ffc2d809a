use crate::crm::duplicates::evidence::What;
use crate::crm::merges::model::MergeStatus;

#[test]
fn every_word_stands_in_its_check_and_none_besides() {
    let word = |text: serde_json::Value| format!("'{}'", text.as_str().unwrap());
    let statuses: Vec<_> = MergeStatus::ALL
        .iter()
        .map(|status| word(serde_json::to_value(status).unwrap()))
        .collect();
    let kinds: Vec<_> = What::ALL
        .iter()
        .map(|what| word(serde_json::to_value(what).unwrap()))
        .collect();
    for migration in [
        include_str!("../../../../d1/0014_duplicates.sql"),
        include_str!("../../../../migrations/0014_duplicates.sql"),
    ] {
        let statuses = format!("CHECK (status IN ({}))", statuses.join(", "));
        assert_eq!(migration.matches(&statuses).count(), 1);
        let kinds = format!("CHECK (what IN ({}))", kinds.join(", "));
        assert_eq!(migration.matches(&kinds).count(), 3);
        assert_eq!(migration.matches("CHECK").count(), 4);
    }
}

#[test]
fn what_is_asked_for_to_compare_is_what_the_indexes_hold() {
    let asked = include_str!("../../duplicates/store/pending.rs");
    for migration in [
        include_str!("../../../../d1/0014_duplicates.sql"),
        include_str!("../../../../migrations/0014_duplicates.sql"),
    ] {
        let held = migration.split("compared_as IS DISTINCT FROM ").skip(1);
        let held: Vec<_> = held.map(|rest| rest.split_once(';').unwrap().0).collect();
        assert_eq!(held.len(), 2);
        assert!(held.iter().all(|words| asked.contains(words)));
    }
}
