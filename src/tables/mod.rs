//! What stores share: statements put together from what a client named. Column names and conditions are our own
//! text; everything of a client's is bound.

mod columns;
mod condition;
mod conditions;
mod deletion;
mod list;
pub mod slug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use columns::Columns;
pub use condition::Condition;
pub use conditions::Conditions;

use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::{Edit, Page};
use crate::ids::{PersonId, TenantId};

/// How often a derived slug is chosen anew when somebody else took it in the meantime.
const ATTEMPTS: u32 = 20;
/// How many numbered slugs one query looks at.
const SLUGS_AT_ONCE: u32 = 100;
/// The highest number a slug can get.
const MOST_NUMBERED: u32 = 100_000;

/// A table with an `id`, and the columns that are read of it.
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// As in a SELECT.
    pub columns: &'static str,
}

impl Table {
    /// Adds a row and answers with it.
    pub fn insert(&self, columns: Columns) -> Statement {
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({}) RETURNING {}",
            self.name,
            columns.names(),
            columns.values(false),
            self.columns
        );
        columns.bind(Statement::assembled(sql))
    }

    /// Adds a row if something holds, and answers with it.
    pub fn insert_if(&self, columns: Columns, conditions: Conditions) -> Statement {
        self.upsert_if(columns, conditions, "")
    }

    /// Adds a row if something holds, or does what `again` says when it is there (`ON CONFLICT …`), and answers with it.
    pub fn upsert_if(&self, columns: Columns, conditions: Conditions, again: &str) -> Statement {
        let sql = format!(
            "INSERT INTO {} ({}) SELECT {} WHERE {} {again} RETURNING {}",
            self.name,
            columns.names(),
            columns.values(false),
            conditions.write(columns.next_placeholder()),
            self.columns
        );
        conditions.bind(columns.bind(Statement::assembled(sql)))
    }

    /// Adds a row for each row of another table of which the conditions hold; expressions may use its columns.
    pub fn insert_from(&self, from: &str, columns: Columns, conditions: Conditions) -> Statement {
        let sql = format!(
            "INSERT INTO {} ({}) SELECT {} FROM {from} WHERE {}",
            self.name,
            columns.names(),
            columns.values(false),
            conditions.write(columns.next_placeholder())
        );
        conditions.bind(columns.bind(Statement::assembled(sql)))
    }

    /// Changes the rows of which the conditions hold, and answers with them.
    pub fn update(&self, columns: Columns, conditions: Conditions) -> Statement {
        let sql = format!(
            "UPDATE {} SET {} WHERE {} RETURNING {}",
            self.name,
            columns.values(true),
            conditions.write(columns.next_placeholder()),
            self.columns
        );
        conditions.bind(columns.bind(Statement::assembled(sql)))
    }

    /// Changes a row, if it is still the version that the caller knows, and answers with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] of `what`; [`Error::PreconditionFailed`]; what `explain` makes of the database's.
    pub async fn edit<T: DeserializeOwned>(
        &self,
        db: &Db,
        columns: Columns,
        row: Conditions,
        edit: Edit,
        what: &'static str,
        explain: impl FnOnce(DbError) -> Error,
    ) -> Result<T> {
        let known = row.clone().and_if("updated_at = ?", edit.expected);
        let changed = db
            .fetch_optional(self.update(columns.touched(edit.now), known))
            .await
            .map_err(explain)?;
        match changed {
            Some(row) => Ok(row),
            None if edit.expected.is_some() && self.exists(db, row).await? => {
                Err(Error::PreconditionFailed)
            }
            None => Err(Error::NotFound(what)),
        }
    }

    /// The rows of which the conditions hold.
    pub fn select(&self, conditions: Conditions) -> Statement {
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            self.columns,
            self.name,
            conditions.write(1)
        );
        conditions.bind(Statement::assembled(sql))
    }

    /// The first so many rows of which the conditions hold, in the order of their ids.
    pub fn first(&self, conditions: Conditions, most: i64) -> Statement {
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY id LIMIT ?{}",
            self.columns,
            self.name,
            conditions.write(1),
            conditions.value_count() + 1
        );
        conditions.bind(Statement::assembled(sql)).bind(most)
    }

    /// The rows with these ids of which the conditions hold, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_ids<T: DeserializeOwned, I: Serialize>(
        &self,
        db: &Db,
        conditions: Conditions,
        ids: &[I],
    ) -> Result<Vec<T>, DbError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        db.fetch_all(self.select(conditions.and_among(ids))).await
    }

    /// The first so many rows of each group.
    pub fn first_of_each(
        &self,
        conditions: Conditions,
        group: &str,
        order: &str,
        most: i64,
    ) -> Statement {
        let sql = format!(
            "SELECT {columns} FROM (SELECT {columns}, ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY {order}) AS place \
             FROM {name} WHERE {conditions}) AS ranked WHERE place <= ?{most} ORDER BY {group}, place",
            columns = self.columns,
            name = self.name,
            conditions = conditions.write(1),
            most = conditions.value_count() + 1
        );
        conditions.bind(Statement::assembled(sql)).bind(most)
    }

    /// Something else than the columns, of the rows of which the conditions hold. `tail` is what follows the conditions, as
    /// in `ORDER BY rank LIMIT 10`; both are our own text.
    pub fn select_as(&self, what: &str, conditions: Conditions, tail: &str) -> Statement {
        let sql = format!(
            "SELECT {what} FROM {} WHERE {} {tail}",
            self.name,
            conditions.write(1)
        );
        conditions.bind(Statement::assembled(sql))
    }

    /// One page of the rows of which the conditions hold, in the order of their ids, and the cursor to the next.
    ///
    /// # Errors
    /// The database's, or a cursor that is none.
    pub async fn page<T: DeserializeOwned>(
        &self,
        db: &Db,
        conditions: Conditions,
        page: &Page,
        order: Order,
        id: fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>)> {
        let (beyond, direction) = match order {
            Order::OldestFirst => ("id > ?", "ASC"),
            Order::NewestFirst => ("id < ?", "DESC"),
        };
        let conditions = conditions.and_if(beyond, cursor(page)?);
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY id {direction} LIMIT ?{}",
            self.columns,
            self.name,
            conditions.write(1),
            conditions.value_count() + 1
        );
        let statement = conditions
            .bind(Statement::assembled(sql))
            .bind(page.probe());
        let mut rows = db.fetch_all(statement).await?;
        let next = page.cut(&mut rows, |row| id(row).to_string());
        Ok((rows, next))
    }

    /// The id of the row so many places on from where a page, newest first, begins: how far it may look for what no index
    /// knows.
    ///
    /// # Errors
    /// The database's, or a cursor that is none.
    pub async fn id_further_on(
        &self,
        db: &Db,
        conditions: Conditions,
        page: &Page,
        places: i64,
    ) -> Result<Option<String>> {
        #[derive(Deserialize)]
        struct Found {
            id: String,
        }
        let conditions = conditions.and_if("id < ?", cursor(page)?);
        let sql = format!(
            "SELECT id FROM {} WHERE {} ORDER BY id DESC LIMIT 1 OFFSET ?{}",
            self.name,
            conditions.write(1),
            conditions.value_count() + 1
        );
        let statement = conditions.bind(Statement::assembled(sql)).bind(places);
        let found: Option<Found> = db.fetch_optional(statement).await?;
        Ok(found.map(|row| row.id))
    }

    /// Whether there is a row of which the conditions hold.
    ///
    /// # Errors
    /// The database's.
    pub async fn exists(&self, db: &Db, conditions: Conditions) -> Result<bool, DbError> {
        #[derive(Deserialize)]
        struct Found {}
        let sql = format!(
            "SELECT 1 AS found FROM {} WHERE {} LIMIT 1",
            self.name,
            conditions.write(1)
        );
        let found: Option<Found> = db
            .fetch_optional(conditions.bind(Statement::assembled(sql)))
            .await?;
        Ok(found.is_some())
    }

    /// Adds a row under the slug the client chose, else under the first that is free of the name's own, `…-2`, `…-3` and
    /// so on. The unique index decides: somebody else may take one between the look and the write.
    ///
    /// # Errors
    /// The database's; [`DbError::Unique`] when the chosen slug is taken.
    pub async fn insert_with_slug<T: DeserializeOwned>(
        &self,
        db: &Db,
        tenant: &TenantId,
        columns: Columns,
        chosen: Option<&str>,
        name: &str,
    ) -> Result<T, DbError> {
        if let Some(slug) = chosen {
            return db.fetch_one(self.insert(columns.set("slug", slug))).await;
        }
        let base = slug::from_name(name, self.name);
        let mut candidate = base.clone();
        for _ in 0..ATTEMPTS {
            let statement = self.insert(columns.clone().set("slug", candidate.as_str()));
            match db.fetch_one(statement).await {
                Err(DbError::Unique) => candidate = self.free_slug(db, tenant, &base).await?,
                other => return other,
            }
        }
        Err(DbError::Unique)
    }

    async fn free_slug(&self, db: &Db, tenant: &TenantId, base: &str) -> Result<String, DbError> {
        #[derive(Serialize)]
        struct Candidate {
            n: usize,
            slug: String,
        }
        #[derive(Deserialize)]
        struct Free {
            slug: String,
        }
        let sql = format!(
            "SELECT r.slug FROM {{rows ?2 AS r (n BIGINT, slug TEXT)}}
             WHERE NOT EXISTS (SELECT 1 FROM {} t WHERE t.tenant_id = ?1 AND t.slug = r.slug)
             ORDER BY r.n LIMIT 1",
            self.name
        );
        let mut first = 2;
        while first < MOST_NUMBERED {
            let candidates: Vec<_> = slug::numbered(base, first, SLUGS_AT_ONCE)
                .into_iter()
                .enumerate()
                .map(|(n, slug)| Candidate { n, slug })
                .collect();
            let statement = Statement::assembled(sql.clone())
                .bind(tenant)
                .bind_json(&candidates);
            if let Some(Free { slug }) = db.fetch_optional(statement).await? {
                return Ok(slug);
            }
            first += SLUGS_AT_ONCE;
        }
        Err(DbError::Unique)
    }
}

/// In which order a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Ids ascending.
    OldestFirst,
    /// Ids descending.
    NewestFirst,
}

/// What a client is told when a row with a slug could not be written; `chosen` is the slug they named.
pub fn slug_error(error: DbError, chosen: Option<&str>) -> Error {
    match (error, chosen) {
        (DbError::Unique, Some(slug)) => {
            Error::field("slug", format!("{slug} is taken; choose another"))
        }
        (DbError::Unique, None) => {
            Error::field("slug", "choose one: those made from the name are all taken")
        }
        (error, _) => error.into(),
    }
}

/// What a client is told when something they name is not theirs or not there.
pub fn no_such(field: &'static str, what: &str) -> Error {
    Error::field(field, format!("must be the id of an existing {what}"))
}

/// A cursor comes from a client, and every key here is an id.
fn cursor(page: &Page) -> Result<Option<&str>> {
    match page.after.as_str() {
        "" => Ok(None),
        after if PersonId::parse(after).is_some() => Ok(Some(after)),
        _ => Err(Error::field("cursor", "must be a next_cursor of this list")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table {
        name: "tags",
        columns: "id, name",
    };

    #[test]
    fn placeholders_are_numbered_and_bound_in_order() {
        let tenant = TenantId::new(1);
        let columns = Columns::default()
            .set("name", "a")
            .change("color", Some("b"))
            .change("category", None::<&str>)
            .set_to("at", "COALESCE(at, ?)", 5_i64);
        let conditions = Conditions::one(&tenant, "x")
            .and("p(?, ?)", ["y".into(), "z".into()])
            .and_not_deleted();
        let statement = TABLE.update(columns, conditions);
        assert_eq!(
            statement.sql(),
            "UPDATE tags SET name = ?1, color = ?2, at = COALESCE(at, ?3) WHERE tenant_id = ?4 AND id = ?5 AND p(?6, ?7) \
             AND deleted_at IS NULL RETURNING id, name"
        );
        let bound = [
            "a".into(),
            "b".into(),
            5_i64.into(),
            (&tenant).into(),
            "x".into(),
            "y".into(),
            "z".into(),
        ];
        assert_eq!(statement.values(), bound);
    }

    #[test]
    fn a_cursor_is_an_id() {
        let page = |after: &str| Page {
            limit: 1,
            after: after.to_string(),
        };
        assert_eq!(cursor(&page("")).unwrap(), None);
        let id = PersonId::new(1);
        assert_eq!(cursor(&page(id.as_str())).unwrap(), Some(id.as_str()));
        assert!(cursor(&page("\0")).is_err());
    }
}
