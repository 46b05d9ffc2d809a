use serde_json::{Value, json};

use super::{at, business, merge, rows, run};
use crate::edge::clock::MINUTE;
use crate::edge::db::Statement;
use crate::ids::ActivityId;
use crate::testing::{NOW, apis_alone, id};

/// More than one request carries over.
const MANY: i64 = 10_700;

#[tokio::test]
async fn a_long_history_goes_over_and_back_in_steps() {
    for (api, _) in apis_alone().await {
        let (kept, other) = (
            business(&api, json!({})).await,
            business(&api, json!({})).await,
        );
        let entries: Vec<_> = (0..MANY)
            .map(|n| json!({"id": ActivityId::new(n), "n": n}))
            .collect();
        run(
            &api,
            Statement::new(
                "INSERT INTO activities (tenant_id, business_id, id, type, occurred_at)
                 SELECT ?1, ?2, r.id, 'note_added', r.n FROM {rows ?3 AS r (id TEXT, n BIGINT)}",
            )
            .bind(&api.tenant)
            .bind(&other)
            .bind_json(&entries),
        )
        .await;
        // What is marked for scoring would go over as well; here it is scored already.
        run(
            &api,
            Statement::new("DELETE FROM score_pending WHERE tenant_id = ?1").bind(&api.tenant),
        )
        .await;
        const COUNTS: &str = "SELECT business_id, COUNT(*) AS n FROM activities WHERE tenant_id = ?1 AND type = 'note_added' GROUP BY business_id";
        let merged = merge(&api, "businesses", &kept, &other).await;
        assert_eq!(
            (
                &merged["status"],
                &merged["moved"]["activities.business_id"]
            ),
            (&json!("moving"), &json!(10_000)),
            "{}",
            api.name
        );
        super::super::tick(&at(&api, NOW + MINUTE)).await.unwrap();
        let path = format!("/merges/{}", id(&merged));
        let done = api.get(&path).await.ok(200);
        assert_eq!(
            (&done["status"], &done["moved"]["activities.business_id"]),
            (&json!("done"), &json!(MANY))
        );
        assert_eq!(
            rows(&api, COUNTS).await,
            [json!({"business_id": kept, "n": MANY})]
        );

        let undone = api.post(&format!("{path}/undo"), json!({})).await.ok(200);
        assert_eq!(undone["status"], json!("undoing"));
        super::super::tick(&at(&api, NOW + MINUTE)).await.unwrap();
        assert_eq!(api.get(&path).await.ok(200)["status"], json!("undone"));
        assert_eq!(
            rows(&api, COUNTS).await,
            [json!({"business_id": other, "n": MANY})]
        );
        let left: Vec<Value> =
            rows(&api, "SELECT number FROM merge_moves WHERE tenant_id = ?1").await;
        assert_eq!(left, Vec::<Value>::new());
    }
}
