//! `/api/v1/scoring-rules`, and a business's scores.

use super::explain::explain;
use super::model::ScoresOut;
use super::rules::{ScoringRules, ScoringRulesOut};
use super::store;
use crate::crm::businesses;
use crate::crm::model::Score;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, Edit, Operation, PathId, Permission, Routes, data};
use crate::ids::BusinessId;

/// The routes of scores.
pub fn routes() -> Routes {
    Routes::new("Scores")
        .get(
            "/api/v1/businesses/{id}/scores",
            scores,
            Operation::new("getScores", Permission::BusinessesRead, "Why a business has the scores it has")
                .description("What each score is made of: what happened, when, what it was worth then and what is left of it now. Base and points now add up to the score, between 0 and 100.")
                .personal_data(),
        )
        .get(
            "/api/v1/scoring-rules",
            read,
            Operation::new("getScoringRules", Permission::ScoringRead, "Get what counts for scores"),
        )
        .put(
            "/api/v1/scoring-rules",
            put,
            Operation::new("putScoringRules", Permission::ScoringWrite, "Set what counts for scores")
                .description("Points and half-lives hold for what happens from then on: what happened before stays worth what it was. Bases and caps hold from a business's next calculation on.")
                .example(r#"{"lead": {"base": 0, "events": [{"on": "email_clicked", "points": 6, "half_life_days": 21, "cap": 24}], "statuses": [{"status": "qualified", "points": 20}]}, "health": {"base": 70, "events": [{"on": "order_paid", "points": 8, "half_life_days": 90, "cap": 24}], "statuses": []}, "warmness": {"base": 0, "events": [{"on": "email_replied", "points": 35, "half_life_days": 10, "cap": 60}], "statuses": []}, "by_hand_half_life_days": 30}"#),
        )
}

async fn scores(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer<ScoresOut>> {
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let scope = caller.scope(Permission::BusinessesRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let rules = store::rules(db, tenant).await?;
    let known = store::known(db, tenant, std::slice::from_ref(&id)).await?;
    let standing = known.standings.first().ok_or(Error::NotFound("business"))?;
    let contributions: Vec<_> = known
        .contributions
        .into_iter()
        .map(|stored| stored.contribution)
        .collect();
    let scores = Score::ALL
        .iter()
        .map(|score| {
            explain(
                &rules.rules,
                *score,
                standing.lead_status,
                &contributions,
                now,
            )
        })
        .collect();
    Ok(data(&ScoresOut {
        business_id: id,
        rules_version: rules.version,
        scores,
    }))
}

async fn read(platform: Platform, caller: Caller) -> Result<Answer<ScoringRulesOut>> {
    let rules = store::rules(&platform.db, &caller.tenant).await?;
    Ok(data(&rules).version(rules.updated_at.unwrap_or(0)))
}

async fn put(
    platform: Platform,
    caller: Caller,
    edit: Edit,
    Body(rules): Body<ScoringRules>,
) -> Result<Answer<ScoringRulesOut>> {
    let rules = store::put_rules(&platform.db, &caller.tenant, &rules, edit).await?;
    Ok(data(&rules).version(rules.updated_at.unwrap_or(0)))
}
