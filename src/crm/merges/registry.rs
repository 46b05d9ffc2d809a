//! Pure: every table that hangs on a business or a person, and what becomes of its rows when two records are merged. A test
//! fails when a migration brings a `business_id` or `person_id` that is not here.

use super::super::duplicates::evidence::What;

/// A column that names a business or a person.
#[derive(Debug, Clone, Copy)]
pub struct Hanging {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What becomes of the rows.
    pub fate: Fate,
}

/// What becomes of the rows that name the record that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They come to name the kept one, up to 500 a step.
    Follow {
        /// What tells the rows of one record apart.
        id: &'static str,
        /// Of which value the kept record can have one row only: what it has already stays with the other.
        once: Option<&'static str>,
        /// How they are found.
        found: Found,
    },
    /// In the transaction that decides the merge; see `plan.rs`.
    AtOnce,
    /// They stay as they are, because of this.
    Stay(&'static str),
}

/// How rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By an index that begins with the tenant and the column.
    ByIndex,
    /// Among those of the businesses that the two people are at: no index knows them by person.
    AtTheirBusinesses,
    /// With the enrolments of the kept one's people (`campaigns/merging.rs`).
    WithEnrolments,
    /// In the range of the ledger of each enrolment (`campaigns/merging.rs`).
    InTheLedger,
}

const fn hangs(table: &'static str, column: &'static str, fate: Fate) -> Hanging {
    Hanging {
        table,
        column,
        fate,
    }
}

const fn follows(id: &'static str, found: Found) -> Fate {
    Fate::Follow {
        id,
        once: None,
        found,
    }
}

/// All of them. Their order is the order in which rows go over.
pub const HANGING: &[Hanging] = &[
    hangs("people", "business_id", Fate::AtOnce),
    hangs("enrolments", "person_id", Fate::AtOnce),
    hangs(
        "business_tag",
        "business_id",
        Fate::Follow {
            id: "tag_id",
            once: Some("tag_id"),
            found: Found::ByIndex,
        },
    ),
    hangs(
        "enrolments",
        "business_id",
        follows("id", Found::WithEnrolments),
    ),
    // Whom a send was for, and at which business, is told by who they are now: what comes back for it finds them so. The
    // rest of the row is what happened, and stays.
    hangs("send_log", "person_id", follows("id", Found::InTheLedger)),
    hangs("send_log", "business_id", follows("id", Found::InTheLedger)),
    // An entry's id tells a fact: what was entered again at the other one is there already.
    hangs(
        "activities",
        "business_id",
        Fate::Follow {
            id: "id",
            once: Some("id"),
            found: Found::ByIndex,
        },
    ),
    hangs(
        "activities",
        "person_id",
        follows("id", Found::AtTheirBusinesses),
    ),
    hangs("notes", "business_id", follows("id", Found::ByIndex)),
    hangs("notes", "person_id", follows("id", Found::ByIndex)),
    hangs("tasks", "business_id", follows("id", Found::ByIndex)),
    hangs("tasks", "person_id", follows("id", Found::ByIndex)),
    hangs(
        "product_interests",
        "business_id",
        Fate::Follow {
            id: "id",
            once: Some("product_id"),
            found: Found::ByIndex,
        },
    ),
    hangs("pain_points", "business_id", follows("id", Found::ByIndex)),
    hangs("objections", "business_id", follows("id", Found::ByIndex)),
    hangs(
        "objections",
        "person_id",
        follows("id", Found::AtTheirBusinesses),
    ),
    hangs("deals", "business_id", follows("id", Found::ByIndex)),
    hangs(
        "deals",
        "person_id",
        follows("id", Found::AtTheirBusinesses),
    ),
    hangs("deal_moves", "business_id", follows("id", Found::ByIndex)),
    // What counted for the other counts for the kept one. Where each stands, and what was set by hand, is its own.
    hangs(
        "score_pending",
        "business_id",
        Fate::Follow {
            id: "fact",
            once: Some("fact"),
            found: Found::ByIndex,
        },
    ),
    hangs(
        "score_pending",
        "person_id",
        follows("fact", Found::AtTheirBusinesses),
    ),
    hangs(
        "score_contributions",
        "business_id",
        Fate::Follow {
            id: "id",
            once: Some("id"),
            found: Found::ByIndex,
        },
    ),
    hangs(
        "score_contributions",
        "person_id",
        follows("id", Found::AtTheirBusinesses),
    ),
    hangs(
        "business_scores",
        "business_id",
        Fate::Stay("worked out anew when the merge is through"),
    ),
    hangs(
        "search_documents",
        "business_id",
        Fate::Stay("the index follows the records by itself"),
    ),
    hangs(
        "suppressions",
        "person_id",
        Fate::Stay("an address is suppressed, whoever has it; this says whose it was then"),
    ),
    hangs(
        "lead_changes",
        "business_id",
        Fate::Stay("what a business became, and when; both did"),
    ),
    hangs(
        "merges",
        "business_id",
        Fate::Stay("at which business a merge was made"),
    ),
    hangs(
        "enrolment_jobs",
        "cursor_person_id",
        Fate::Stay("how far a walk through all people has come"),
    ),
    hangs(
        "businesses",
        "google_business_id",
        Fate::Stay("a field of the business's own, another's number for it"),
    ),
];

impl Hanging {
    /// What it hangs on.
    pub fn on(&self) -> What {
        match self.column.ends_with("person_id") {
            true => What::People,
            false => What::Businesses,
        }
    }

    /// What a merge calls it when it says what it moved.
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    /// Whether people are told of its rows: what scores are worked out of is nothing that they know.
    pub fn is_shown(&self) -> bool {
        !self.table.starts_with("score_")
    }

    /// The one of this name.
    pub fn at(place: &str) -> Option<&'static Hanging> {
        HANGING.iter().find(|hanging| hanging.place() == place)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::edge::db::{Db, Statement};

    fn names_a_record(column: &str) -> bool {
        column.ends_with("business_id") || column.ends_with("person_id")
    }

    async fn columns() -> Vec<(String, String)> {
        #[derive(serde::Deserialize)]
        struct Row {
            table_name: String,
            column_name: String,
        }
        let db = Db::sqlite_in_memory().unwrap();
        let rows: Vec<Row> = db
            .fetch_all(Statement::new(
                "SELECT m.name AS table_name, c.name AS column_name
                 FROM sqlite_master m CROSS JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
            ))
            .await
            .unwrap();
        assert!(rows.len() > 100);
        rows.into_iter()
            .map(|row| (row.table_name, row.column_name))
            .collect()
    }

    #[tokio::test]
    async fn no_table_that_hangs_on_a_record_is_forgotten() {
        let there: BTreeSet<_> = columns()
            .await
            .into_iter()
            .filter(|(_, column)| names_a_record(column))
            .collect();
        let named: BTreeSet<_> = HANGING
            .iter()
            .map(|hanging| (hanging.table.to_string(), hanging.column.to_string()))
            .collect();
        let forgotten: Vec<_> = there.difference(&named).collect();
        assert!(
            forgotten.is_empty(),
            "say in HANGING what becomes of them when records are merged: {forgotten:?}"
        );
        let gone: Vec<_> = named.difference(&there).collect();
        assert!(gone.is_empty(), "{gone:?}");
    }

    #[tokio::test]
    async fn every_field_of_a_record_is_decided_on() {
        use super::super::fields::{OF_BUSINESSES, OF_PEOPLE, OUT_OF_THE_MERGE};
        let columns = columns().await;
        for (table, fields) in [("businesses", OF_BUSINESSES), ("people", OF_PEOPLE)] {
            let decided: BTreeSet<_> = fields
                .iter()
                .flat_map(|field| field.columns.iter().chain(field.along))
                .chain(OUT_OF_THE_MERGE)
                .copied()
                .collect();
            let missing: Vec<_> = columns
                .iter()
                .filter(|(of, column)| of == table && !decided.contains(column.as_str()))
                .collect();
            assert!(
                missing.is_empty(),
                "say in fields.rs what becomes of them when records are merged: {missing:?}"
            );
        }
    }
}
