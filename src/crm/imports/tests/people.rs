use serde_json::json;

use super::{counts, finish, people};
use crate::testing::{apis, assert_has, id};

#[tokio::test]
async fn people_come_to_businesses_that_are_there() {
    for (api, other) in apis().await {
        let community = api.community().await;
        let body = json!({"community_id": community, "name": "Harbor Bakery", "phone": "727-555-0142", "external_id": "B-1"});
        let business = id(&api.make("/businesses", body).await);
        let foreign = other.business("B").await;
        let file = format!(
            "First,Last,Email,Business Phone,business.external_id,Business ID,contactid\n\
             Ann,Lee,ann@x.example,(727) 555-0142,,,1\n\
             Bo,Lee,bo@x.example,,B-1,,\n\
             Cy,Lee,cy@x.example,,,{business},\n\
             Di,Lee,di@x.example,,,{foreign},\n\
             Ed,Lee,ed@x.example,,,,\n\
             Fi,Lee,fi@x.example,,B-2,,\n\
             ,,ANN@x.example,,B-1,,\n"
        );
        let send = async || {
            let import = api
                .upload("/imports?what=people", file.clone())
                .await
                .ok(201);
            finish(&api, import, json!({})).await
        };
        let done = send().await;
        assert_eq!(counts(&done), [7, 3, 0, 1, 3], "{}", api.name);
        let all = people(&api).await;
        assert_eq!(all.len(), 3);
        let ann = all.iter().find(|one| one["first_name"] == "Ann").unwrap();
        assert_has(ann, &json!({"business_id": business, "external_id": "1"}));
        let (_, refused) = api
            .download(&format!("/api/v1/imports/{}/refused.csv", id(&done)))
            .await;
        for (row, reason) in [
            (5, "existing business"),
            (6, "is missing"),
            (7, "no business that is here"),
        ] {
            let line = refused
                .lines()
                .find(|line| line.contains(&format!(",{row},")))
                .unwrap();
            assert!(line.contains(reason), "{line}");
        }
        assert_eq!(counts(&send().await), [7, 0, 0, 4, 3]);
        assert_eq!(people(&api).await, all);
    }
}
