//! Pure: the pipelines that every tenant begins with. They are made once; what a tenant makes of them stays.

use serde::Serialize;

use crate::crm::model::StageKind::{self, Lost, Open, Won};
use crate::edge::clock::Millis;
use crate::ids::{PipelineId, StageId, TenantId};

/// A pipeline that every tenant begins with.
pub struct BuiltIn {
    /// By which the platform knows it.
    pub key: &'static str,
    /// For people.
    pub name: &'static str,
    /// For people.
    pub description: &'static str,
    /// Its stages, from the first to the last.
    pub stages: &'static [BuiltInStage],
}

/// A stage of it.
pub struct BuiltInStage {
    key: &'static str,
    name: &'static str,
    kind: StageKind,
    probability: i64,
    color: &'static str,
    stale_after_days: Option<i64>,
}

const GREY: &str = "#6B7280";
const BLUE: &str = "#2563EB";
const VIOLET: &str = "#7C3AED";
const GREEN: &str = "#16A34A";
const RED: &str = "#DC2626";

const fn open(
    key: &'static str,
    name: &'static str,
    probability: i64,
    color: &'static str,
    stale_after_days: Option<i64>,
) -> BuiltInStage {
    BuiltInStage {
        key,
        name,
        kind: Open,
        probability,
        color,
        stale_after_days,
    }
}

const fn end(key: &'static str, name: &'static str, kind: StageKind) -> BuiltInStage {
    let (probability, color) = match kind {
        Won => (100, GREEN),
        _ => (0, RED),
    };
    BuiltInStage {
        key,
        name,
        kind,
        probability,
        color,
        stale_after_days: None,
    }
}

/// All of them, in the order in which they are shown.
pub const ALL: &[BuiltIn] = &[
    BuiltIn {
        key: "lead_to_booking",
        name: "Lead to booking",
        description: "From the first contact to an appointment.",
        stages: &[
            open("new_lead", "New lead", 10, GREY, Some(3)),
            open("contacted", "Contacted", 25, BLUE, Some(7)),
            open("qualified", "Qualified", 50, VIOLET, Some(14)),
            end("booked", "Booked", Won),
            end("lost", "Lost", Lost),
        ],
    },
    BuiltIn {
        key: "pre_appointment",
        name: "Pre-appointment",
        description: "From the booking to the day itself.",
        stages: &[
            open("confirmed", "Confirmed", 60, BLUE, None),
            open("reminded", "Reminded", 80, VIOLET, None),
            end("ready", "Ready", Won),
            end("cancelled", "Cancelled", Lost),
        ],
    },
    BuiltIn {
        key: "post_appointment",
        name: "Post-appointment",
        description: "From the appointment to the next one.",
        stages: &[
            open("completed", "Completed", 30, BLUE, Some(7)),
            open("results_sent", "Results sent", 60, VIOLET, Some(30)),
            end("recalled", "Recalled", Won),
            end("lost", "Lost", Lost),
        ],
    },
    BuiltIn {
        key: "partnership",
        name: "Partnership",
        description: "Businesses that send each other customers.",
        stages: &[
            open("referral_sent", "Referral sent", 40, BLUE, Some(14)),
            end("partnership_active", "Partnership active", Won),
            end("declined", "Declined", Lost),
        ],
    },
];

/// A pipeline's row.
#[derive(Debug, Serialize)]
pub struct PipelineRow {
    id: PipelineId,
    name: &'static str,
    description: &'static str,
    built_in: &'static str,
}

/// A stage's row.
#[derive(Debug, Serialize)]
pub struct StageRow {
    id: StageId,
    pipeline_id: PipelineId,
    name: &'static str,
    built_in: &'static str,
    position: Millis,
    kind: &'static str,
    probability: i64,
    color: &'static str,
    stale_after_days: Option<i64>,
}

/// A tenant's rows. Their ids follow from the tenant and the keys, so that they cannot be made twice, and sort before all
/// others, in the order above.
pub fn rows(tenant: &TenantId) -> (Vec<PipelineRow>, Vec<StageRow>) {
    let (mut pipelines, mut stages) = (Vec::new(), Vec::new());
    for (moment, pipeline) in (0..).zip(ALL) {
        let id = PipelineId::derive(moment, &format!("{tenant}/{}", pipeline.key));
        for (position, stage) in (1..).zip(pipeline.stages) {
            stages.push(StageRow {
                id: StageId::derive(position, &format!("{id}/{}", stage.key)),
                pipeline_id: id.clone(),
                name: stage.name,
                built_in: stage.key,
                position,
                kind: stage.kind.as_str(),
                probability: stage.probability,
                color: stage.color,
                stale_after_days: stage.stale_after_days,
            });
        }
        pipelines.push(PipelineRow {
            id,
            name: pipeline.name,
            description: pipeline.description,
            built_in: pipeline.key,
        });
    }
    (pipelines, stages)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_one_can_be_entered_won_and_lost() {
        for pipeline in ALL {
            for kind in StageKind::ALL {
                let has = pipeline.stages.iter().any(|stage| stage.kind == *kind);
                assert!(has, "{} has no stage that is {kind:?}", pipeline.key);
            }
        }
    }

    #[test]
    fn a_tenants_ids_are_its_own_and_always_the_same() {
        let (tenant, other) = (TenantId::new(1), TenantId::new(1));
        let ids = |tenant| {
            let (pipelines, stages) = rows(tenant);
            let pipelines = pipelines.iter().map(|row| row.id.to_string());
            let stages = stages.iter().map(|row| row.id.to_string());
            pipelines.chain(stages).collect::<BTreeSet<_>>()
        };
        assert_eq!(ids(&tenant), ids(&tenant));
        assert_eq!(ids(&tenant).len(), 4 + 16);
        assert!(ids(&tenant).is_disjoint(&ids(&other)));
        let (pipelines, _) = rows(&tenant);
        assert!(pipelines.is_sorted_by_key(|row| row.id.clone()));
    }
}
