use serde_json::{Value, json};

use super::industry;
use crate::testing::{NOBODY, apis, id};

#[tokio::test]
async fn carries_tags() {
    for (api, other) in apis().await {
        let business = format!("/businesses/{}", api.business("A").await);
        let hot = id(&api
            .make("/tags", json!({"name": "hot", "color": "#ff0000"}))
            .await);
        let cold = id(&api.make("/tags", json!({"name": "cold"})).await);
        let foreign = id(&other.make("/tags", json!({"name": "hot"})).await);
        for tag in [&hot, &hot, &cold] {
            assert_eq!(api.put(&format!("{business}/tags/{tag}")).await.status, 204);
        }
        let tags = api.get(&business).await.ok(200)["tags"].clone();
        let hot_tag = json!({"id": hot, "name": "hot", "color": "#ff0000"});
        assert_eq!(
            tags,
            json!([{"id": cold, "name": "cold", "color": "#6B7280"}, hot_tag]),
            "{}",
            api.name
        );

        assert_eq!(
            api.put(&format!("{business}/tags/{foreign}")).await.status,
            404
        );
        assert_eq!(
            api.put(&format!("/businesses/{NOBODY}/tags/{hot}"))
                .await
                .status,
            404
        );
        assert_eq!(
            other
                .put(&format!("{business}/tags/{foreign}"))
                .await
                .status,
            404
        );
        assert_eq!(
            other.delete(&format!("{business}/tags/{hot}")).await.status,
            404
        );
        assert_eq!(
            api.put(&format!("{business}/tags/x")).await.wrong_fields(),
            ["tag_id"]
        );

        assert_eq!(
            api.delete(&format!("{business}/tags/{cold}")).await.status,
            204
        );
        assert_eq!(
            api.delete(&format!("{business}/tags/{cold}")).await.status,
            404
        );
        assert_eq!(
            api.patch(&business, json!({"name": "B"})).await.ok(200)["tags"],
            json!([hot_tag])
        );
        assert_eq!(
            api.get("/businesses").await.ok(200)[0]["tags"],
            json!([hot_tag])
        );
        assert_eq!(api.delete(&format!("/tags/{hot}")).await.status, 204);
        assert_eq!(api.get(&business).await.ok(200)["tags"], json!([]));
    }
}

#[tokio::test]
async fn are_listed_page_by_page_and_filtered() {
    for (api, other) in apis().await {
        let (ely, mcgill) = (api.community().await, api.community().await);
        let trade = industry(&api).await;
        for (name, community, industry, status) in [
            ("Ácme Tires", &ely, Value::Null, "lead"),
            ("Acme_Diner", &ely, json!(trade), "customer"),
            ("Zed's", &mcgill, json!(trade), "lead"),
        ] {
            let body = json!({"community_id": community, "industry_id": industry, "name": name, "lead_status": status});
            api.make("/businesses", body).await;
        }
        let (all, pages) = api.walk("/businesses", 2).await;
        assert_eq!((all.len(), pages), (3, 2), "{}", api.name);
        assert!(all.is_sorted_by_key(id));
        let tag = id(&api.make("/tags", json!({"name": "hot one"})).await);
        let diner = all
            .iter()
            .find(|business| business["name"] == "Acme_Diner")
            .unwrap();
        api.put(&format!("/businesses/{}/tags/{tag}", id(diner)))
            .await;

        let names = async |query: String| -> Vec<String> {
            let list = api.get(&format!("/businesses?{query}")).await.ok(200);
            let mut names: Vec<_> = list
                .as_array()
                .unwrap()
                .iter()
                .map(|business| business["name"].as_str().unwrap().to_string())
                .collect();
            names.sort_unstable();
            names
        };
        assert_eq!(
            names(format!("filter[community_id]={ely}")).await,
            ["Acme_Diner", "Ácme Tires"]
        );
        assert_eq!(
            names(format!("industry_id={trade}&lead_status=lead")).await,
            ["Zed's"]
        );
        assert_eq!(names(format!("tag={tag}")).await, ["Acme_Diner"]);
        assert_eq!(names("tag=hot+one".into()).await, ["Acme_Diner"]);
        assert_eq!(names("tag=none".into()).await, Vec::<String>::new());
        assert_eq!(names("q=ACME_d".into()).await, ["Acme_Diner"]);
        assert_eq!(names("q=%C3%81cme".into()).await, ["Ácme Tires"]);
        assert_eq!(names("q=acme%25".into()).await, Vec::<String>::new());
        assert_eq!(
            names(format!("q={}", "x".repeat(200))).await,
            Vec::<String>::new()
        );
        assert_eq!(names("q=%27".into()).await, Vec::<String>::new());
        assert_eq!(
            other.get(&format!("/businesses?tag={tag}")).await.ok(200),
            json!([])
        );
        for (query, field) in [
            ("community_id=x", "community_id"),
            ("lead_status=x", "lead_status"),
            ("q=%00", "q"),
            ("tag=", "tag"),
            ("name=x", "name"),
        ] {
            assert_eq!(
                api.get(&format!("/businesses?{query}"))
                    .await
                    .wrong_fields(),
                [field]
            );
        }
    }
}
