//! `/dev/clock`: reads and moves the clock.

use axum::Router;
use axum::routing::get;
use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::edge::clock;
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, data};

pub(super) fn routes() -> Router {
    Router::new().route("/dev/clock", get(show).post(turn))
}

#[derive(Serialize)]
struct Now {
    now: String,
    now_ms: i64,
    offset_ms: i64,
}

fn now(platform: &Platform) -> Answer<Now> {
    let now_ms = platform.now();
    data(&Now {
        now: crate::time::format(now_ms),
        now_ms,
        offset_ms: clock::offset(),
    })
}

async fn show(platform: Platform) -> Answer<Now> {
    now(&platform)
}

/// Where to.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Turn {
    #[garde(range(min = 0, max = 4_000_000_000_000_i64))]
    now_ms: Option<i64>,
    #[garde(range(min = -4_000_000_000_000_i64, max = 4_000_000_000_000_i64))]
    advance_ms: Option<i64>,
}

async fn turn(platform: Platform, Body(turn): Body<Turn>) -> Result<Answer<Now>> {
    let offset = match (turn.now_ms, turn.advance_ms) {
        (Some(moment), None) => moment - clock::machine_now(),
        (None, Some(by)) => clock::offset().saturating_add(by),
        _ => {
            return Err(Error::field(
                "now_ms",
                "give either `now_ms` or `advance_ms`",
            ));
        }
    };
    platform
        .db
        .execute(
            Statement::new(
                "INSERT INTO development_clock (id, offset_ms) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms",
            )
            .bind(offset),
        )
        .await?;
    clock::set_offset(offset);
    Ok(now(&platform))
}
