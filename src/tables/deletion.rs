//! Deleting rows: for good, or so that they can be brought back. Those stay, with the time in `deleted_at`.

use serde::de::DeserializeOwned;

use super::{Columns, Conditions, Table};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, Statement};
use crate::error::{Error, Result};

impl Table {
    /// Removes a row for good.
    ///
    /// # Errors
    /// [`Error::NotFound`] of `what`; the database's.
    pub async fn remove(&self, db: &Db, row: Conditions, what: &'static str) -> Result<()> {
        let sql = format!("DELETE FROM {} WHERE {}", self.name, row.write(1));
        match db.execute(row.bind(Statement::assembled(sql))).await? {
            0 => Err(Error::NotFound(what)),
            _ => Ok(()),
        }
    }

    /// Hides a row that is there.
    ///
    /// # Errors
    /// [`Error::NotFound`] of `what`; the database's.
    pub async fn hide(
        &self,
        db: &Db,
        row: Conditions,
        now: Millis,
        what: &'static str,
    ) -> Result<()> {
        let columns = Columns::default().set("deleted_at", now).touched(now);
        match db
            .execute(self.update(columns, row.and_not_deleted()))
            .await?
        {
            0 => Err(Error::NotFound(what)),
            _ => Ok(()),
        }
    }

    /// Brings a row back; one that is there stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] of `what`; the database's.
    pub async fn bring_back<T: DeserializeOwned>(
        &self,
        db: &Db,
        row: Conditions,
        now: Millis,
        what: &'static str,
    ) -> Result<T> {
        let columns = Columns::default()
            .set("deleted_at", None::<i64>)
            .touched(now);
        let hidden = row.clone().and("deleted_at IS NOT NULL", []);
        match db.fetch_optional(self.update(columns, hidden)).await? {
            Some(row) => Ok(row),
            None => db
                .fetch_optional(self.select(row))
                .await?
                .ok_or(Error::NotFound(what)),
        }
    }
}
