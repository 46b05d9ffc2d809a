//! The order of the ledger. A ledger row's key begins with its enrolment's, so that an enrolment's sends lie together; in which
//! order rows were planned is told by the planner's rounds, each one row with the ids of up to 500 sends.

use serde::Deserialize;

use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::ids::{RoundId, SendId, SequenceId, TenantId};

/// A round: what it planned, all at one moment.
#[derive(Debug, Deserialize)]
pub struct Round {
    /// Its id; ids are in the order of the rounds.
    pub id: RoundId,
    /// When.
    pub planned_at: Millis,
    /// What. A send that another tick planned at the same moment may be named by both; its row tells which planned it.
    pub send_ids: Json<Vec<SendId>>,
}

/// Enters a round.
pub fn add(tenant: &TenantId, sequence: &SequenceId, sends: &[&SendId], now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO send_rounds (tenant_id, id, sequence_id, planned_at, send_ids) VALUES (?1, ?2, ?3, ?4, ?5)",
    )
    .bind(tenant)
    .bind(RoundId::new(now))
    .bind(sequence)
    .bind(now)
    .bind_json(sends)
}

/// Which rounds are asked for.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Of this sequence.
    pub sequence: Option<SequenceId>,
    /// Planned then or later.
    pub since: Option<Millis>,
    /// Planned before.
    pub until: Option<Millis>,
    /// This one, or older ones.
    pub from: Option<RoundId>,
    /// Only older ones than this.
    pub before: Option<RoundId>,
}

/// Up to `most` rounds, the newest first.
///
/// # Errors
/// The database's.
pub async fn newest(
    db: &Db,
    tenant: &TenantId,
    which: &Which,
    most: i64,
) -> Result<Vec<Round>, DbError> {
    let mut sql =
        String::from("SELECT id, planned_at, send_ids FROM send_rounds WHERE tenant_id = ?1");
    let mut values = Vec::new();
    let mut and = |condition: &str, value: Option<String>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len() + 1));
        }
    };
    let id = |id: &Option<RoundId>| id.as_ref().map(ToString::to_string);
    and(
        "sequence_id =",
        which.sequence.as_ref().map(ToString::to_string),
    );
    and("id >=", which.since.map(first_of));
    and("id <", which.until.map(first_of));
    and("id <=", id(&which.from));
    and("id <", id(&which.before));
    let limit = values.len() + 2;
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ?{limit}"));
    let statement = values
        .into_iter()
        .fold(Statement::assembled(sql).bind(tenant), Statement::bind);
    db.fetch_all(statement.bind(most)).await
}

/// Rounds at either end of a sequence that are asked what went out: one in which everything was skipped says nothing.
const ASKED: i64 = 5;

/// When the first and when the last email of a sequence went out, as the rounds at either end say.
///
/// # Errors
/// The database's.
pub async fn first_and_last_sent(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<(Option<Millis>, Option<Millis>), DbError> {
    #[derive(Deserialize)]
    struct Row {
        at: Option<Millis>,
    }
    let sent = |which: &str, order: &str| {
        let rounds = format!(
            "r.tenant_id = ?1 AND r.id IN (SELECT o.id FROM (SELECT id FROM send_rounds
               WHERE tenant_id = ?1 AND sequence_id = ?2 ORDER BY id {order} LIMIT {ASKED}) AS o)"
        );
        Statement::assembled(format!(
            "SELECT {which}(sent_at) AS at FROM send_log
             WHERE tenant_id = ?1 AND id {{in each r.send_ids FROM send_rounds r WHERE {rounds}}}"
        ))
        .bind(tenant)
        .bind(sequence)
    };
    let first: Row = db.fetch_one(sent("MIN", "ASC")).await?;
    let last: Row = db.fetch_one(sent("MAX", "DESC")).await?;
    Ok((first.at, last.at))
}

/// What the ids of a moment's rounds are not before: an id begins with its time.
fn first_of(at: Millis) -> String {
    let at = at.max(0);
    format!("{:08x}-{:04x}", at >> 16, at & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    #[test]
    fn a_moments_ids_begin_with_it() {
        let id = RoundId::new(NOW);
        assert!(id.as_str() >= first_of(NOW).as_str());
        assert!(id.as_str() < first_of(NOW + 1).as_str());
    }
}
