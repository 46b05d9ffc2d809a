use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

async fn seen(api: &Api, business: &str, level: &str) -> Value {
    let body =
        json!({"business_id": business, "product_id": "online-ordering", "interest_level": level});
    api.make("/product-interests", body).await
}

#[tokio::test]
async fn is_one_row_a_product_and_rises() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let mut count = 0;
        for (level, then) in [
            ("viewed", "viewed"),
            ("inquired", "inquired"),
            ("viewed", "inquired"),
            ("declined", "declined"),
            ("engaged", "declined"),
            ("inquired", "inquired"),
            ("quoted", "quoted"),
        ] {
            count += 1;
            let interest = seen(&api, &business, level).await;
            assert_has(
                &interest,
                &json!({"interest_level": then, "view_count": count}),
            );
        }
        let all = api.get("/product-interests").await.ok(200);
        assert_eq!(all.as_array().unwrap().len(), 1, "{}", api.name);
        let timeline = format!("/businesses/{business}/activities?type=interest_shown");
        let entries = api.get(&timeline).await.ok(200);
        assert_eq!(
            entries.as_array().unwrap().len(),
            5,
            "as often as it changed"
        );

        let path = format!("/product-interests/{}", id(&all[0]));
        let change = json!({"interest_level": "engaged", "source": "chat", "source_detail": null});
        assert_has(&api.patch(&path, change.clone()).await.ok(200), &change);
        assert_eq!(api.get(&path).await.ok(200)["source"], "chat");
        for status in [
            other.get(&path).await.status,
            other.patch(&path, change).await.status,
            other.delete(&path).await.status,
        ] {
            assert_eq!(status, 404);
        }
        assert_eq!(other.get("/product-interests").await.ok(200), json!([]));
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.delete(&path).await.status, 404);
    }
}

#[tokio::test]
async fn are_listed_filtered_and_refused() {
    for (api, _) in apis().await {
        let (one, two) = (api.business("A").await, api.business("B").await);
        seen(&api, &one, "quoted").await;
        seen(&api, &two, "viewed").await;
        let count = async |query: &str| {
            let found = api
                .get(&format!("/product-interests?{query}"))
                .await
                .ok(200);
            found.as_array().unwrap().len()
        };
        assert_eq!(
            count("product_id=online-ordering&sort=-last_shown_at").await,
            2
        );
        assert_eq!(count("filter[interest_level]=quoted").await, 1);
        assert_eq!(count(&format!("business_id={two}")).await, 1);
        api.delete(&format!("/businesses/{one}")).await;
        assert_eq!(count("").await, 1, "{}", api.name);
        for (business, more, field) in [
            (NOBODY, json!({}), "business_id"),
            (one.as_str(), json!({}), "business_id"),
            (
                two.as_str(),
                json!({"interest_level": "wild"}),
                "interest_level",
            ),
            (
                two.as_str(),
                json!({"product_id": "x".repeat(51)}),
                "product_id",
            ),
        ] {
            let mut body = json!({"business_id": business, "product_id": "p"});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            assert_eq!(
                api.post("/product-interests", body).await.wrong_fields(),
                [field]
            );
        }
        let refused = api.get("/product-interests?interest_level=x").await;
        assert_eq!(refused.wrong_fields(), ["interest_level"]);
    }
}
