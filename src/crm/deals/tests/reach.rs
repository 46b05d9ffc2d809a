use http::Method;
use serde_json::json;

use super::sales;
use crate::testing::{apis, assert_has, id};

#[tokio::test]
async fn a_deal_is_used_by_whoever_uses_its_business() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let here = id(&api
            .make(
                "/locations",
                json!({"name": "Clearwater", "timezone": "America/New_York"}),
            )
            .await);
        let (_, token) = api.member("agent", &[&here]).await;
        let call = async |method: Method, path: &str, body| {
            api.call_as(&token, method, path, body, &[]).await
        };
        let mine =
            json!({"community_id": api.community().await, "name": "Mine", "location_id": here});
        let mine = id(&api.make("/businesses", mine).await);
        let beyond = sales
            .deal_with(&api, json!({"amount": 7, "currency": "USD"}))
            .await;
        let new =
            |business: &str| Some(json!({"pipeline_id": sales.pipeline, "business_id": business}));
        let refused = call(Method::POST, "/deals", new(&sales.business)).await;
        assert_eq!(refused.wrong_fields(), ["business_id"], "{}", api.name);
        let within = id(&call(Method::POST, "/deals", new(&mine)).await.ok(201));

        let listed = call(Method::GET, "/deals", None).await.ok(200);
        assert_eq!(
            (listed.as_array().unwrap().len(), id(&listed[0])),
            (1, within.clone())
        );
        let board = call(
            Method::GET,
            &format!("/pipelines/{}/board", sales.pipeline),
            None,
        )
        .await
        .ok(200);
        assert_has(&board["stages"][0], &json!({"count": 1, "totals": []}));
        let column = call(
            Method::GET,
            &format!("/stages/{}/deals", sales.stages[0]),
            None,
        )
        .await
        .ok(200);
        assert_eq!(column.as_array().unwrap().len(), 1);
        let figures = call(
            Method::GET,
            &format!("/pipelines/{}/conversion", sales.pipeline),
            None,
        )
        .await
        .ok(200);
        assert_eq!(figures["entered"], json!(1));

        let to = |stage: usize| Some(json!({"stage_id": sales.stages[stage]}));
        let path = |deal: &str| format!("/deals/{deal}");
        for (method, more, body) in [
            (Method::GET, "", None),
            (Method::PATCH, "", Some(json!({"name": "X"}))),
            (Method::GET, "/moves", None),
            (Method::POST, "/move", to(1)),
            (Method::POST, "/close", Some(json!({"outcome": "lost"}))),
            (Method::POST, "/reopen", None),
            (Method::DELETE, "", None),
        ] {
            let asked = format!("{}{more}", path(&id(&beyond)));
            let reply = call(method.clone(), &asked, body.clone()).await;
            assert_eq!(reply.status, 404, "{method} {more}");
            let reply = call(method.clone(), &format!("{}{more}", path(&within)), body).await;
            assert!(reply.status < 300, "{method} {more}: {}", reply.body);
        }
        assert_eq!(api.get(&path(&id(&beyond))).await.ok(200), beyond);
        // Beside one that is beyond reach nothing is put.
        let another = id(&call(Method::POST, "/deals", new(&mine)).await.ok(201));
        let beside = json!({"stage_id": sales.stages[0], "after_id": id(&beyond)});
        let refused = call(
            Method::POST,
            &format!("{}/move", path(&another)),
            Some(beside),
        )
        .await;
        assert_eq!(refused.wrong_fields(), ["after_id"]);
    }
}
