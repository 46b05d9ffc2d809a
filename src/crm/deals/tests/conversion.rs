use serde_json::{Value, json};

use super::{Sales, later, sales};
use crate::edge::clock::{DAY, Millis};
use crate::testing::{Api, apis, assert_has};

async fn figures(api: &Api, sales: &Sales, time: &str) -> Value {
    api.get(&format!("/pipelines/{}/conversion{time}", sales.pipeline))
        .await
        .ok(200)
}

fn on_day(api: &mut Api, day: Millis) {
    later(api, day * DAY);
}

#[tokio::test]
async fn a_deal_that_goes_back_counts_once() {
    for (mut api, _) in apis().await {
        let sales = sales(&api).await;
        // One goes on, back, on again and is won: 1 + 2 days in First, 3 + 4 in Second.
        let roundabout = sales.deal(&api, "roundabout").await;
        // One is lost after 5 days, one stays.
        let lost = sales.deal(&api, "lost").await;
        sales.deal(&api, "stays").await;
        for (day, deal, stage) in [
            (1, &roundabout, 1),
            (4, &roundabout, 0),
            (5, &lost, 3),
            (6, &roundabout, 1),
            (10, &roundabout, 2),
        ] {
            on_day(&mut api, day);
            sales.bring(&api, deal, stage).await.ok(200);
        }
        let found = figures(&api, &sales, "").await;
        assert_has(
            &found,
            &json!({"entered": 3, "won": 1, "lost": 1, "win_rate": 1.0 / 3.0}),
        );
        let stages = &found["stages"];
        assert_has(
            &stages[0],
            &json!({"name": "First", "entered": 3, "moved_on": 1, "went_back": 0, "won": 1, "lost": 1, "still_here": 1, "rate": 1.0 / 3.0,
                "median_days": 4.0, "mean_days": 4.0}),
        );
        assert_has(
            &stages[1],
            &json!({"name": "Second", "entered": 1, "moved_on": 1, "went_back": 1, "won": 1, "lost": 0, "still_here": 0, "rate": 1.0,
                "median_days": 7.0, "mean_days": 7.0}),
        );
        assert_has(
            &stages[2],
            &json!({"name": "Won", "entered": 1, "moved_on": 0, "still_here": 1, "median_days": null}),
        );
        let way = |from: usize, to: usize| {
            let ways = found["moves"].as_array().unwrap().iter();
            let mut found = ways.filter(|way| {
                way["from_stage_id"] == sales.stages[from] && way["to_stage_id"] == sales.stages[to]
            });
            found.next().map(|way| {
                (
                    way["deals"].as_i64().unwrap(),
                    way["rate"].as_f64().unwrap(),
                )
            })
        };
        assert_eq!(way(0, 1), Some((1, 1.0 / 3.0)), "{}", api.name);
        assert_eq!(way(1, 0), Some((1, 1.0)));
        assert_eq!(
            (way(1, 2), way(0, 3)),
            (Some((1, 1.0)), Some((1, 1.0 / 3.0)))
        );
        assert_eq!(way(0, 2), None);

        // Taken up again: it is not won any more, whatever it once was.
        on_day(&mut api, 11);
        api.post(&format!("/deals/{roundabout}/reopen"), json!({}))
            .await
            .ok(200);
        assert_has(
            &figures(&api, &sales, "").await,
            &json!({"won": 0, "lost": 1}),
        );
    }
}

#[tokio::test]
async fn a_time_that_is_over_keeps_its_figures() {
    for (mut api, _) in apis().await {
        let sales = sales(&api).await;
        let deal = sales.deal(&api, "a").await;
        on_day(&mut api, 3);
        sales.bring(&api, &deal, 1).await.ok(200);
        let time = "?from=2026-03-04T00:00:00Z&to=2026-03-08T00:00:00Z";
        let before = figures(&api, &sales, time).await;
        assert_has(
            &before,
            &json!({"entered": 1, "won": 0, "from": "2026-03-04T00:00:00Z", "to": "2026-03-08T00:00:00Z"}),
        );
        assert_has(
            &before["stages"][1],
            &json!({"still_here": 1, "moved_on": 0, "median_days": null}),
        );
        on_day(&mut api, 10);
        sales.bring(&api, &deal, 2).await.ok(200);
        assert_eq!(figures(&api, &sales, time).await, before, "{}", api.name);

        // Who was there before is not among those that came; how long it stayed is told.
        let after = figures(&api, &sales, "?from=2026-03-08T00:00:00Z").await;
        assert_has(
            &after,
            &json!({"entered": 0, "win_rate": null, "moves": []}),
        );
        assert_has(
            &after["stages"][1],
            &json!({"entered": 0, "moved_on": 0, "rate": null, "mean_days": 7.0}),
        );
        assert_has(&after["stages"][2], &json!({"entered": 1, "still_here": 1}));

        // A stage that is no more is told of as long as it plays a part.
        assert_eq!(
            api.delete(&format!("/stages/{}", sales.stages[1]))
                .await
                .status,
            204
        );
        let names: Vec<_> = figures(&api, &sales, "").await["stages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stage| stage["name"].clone())
            .collect();
        assert_eq!(names, ["First", "Won", "Lost", "Second"]);

        for time in [
            "?from=2026-03-08T00:00:00Z&to=2026-03-08T00:00:00Z",
            "?from=yesterday",
        ] {
            let path = format!("/pipelines/{}/conversion{time}", sales.pipeline);
            assert_eq!(api.get(&path).await.wrong_fields(), ["from"]);
        }
        // What should never have been there leaves no trace in them.
        assert_eq!(api.delete(&format!("/deals/{deal}")).await.status, 204);
        assert_has(
            &figures(&api, &sales, "").await,
            &json!({"entered": 0, "moves": []}),
        );
    }
}
