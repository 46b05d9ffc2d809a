use http::Method;
use serde_json::{Value, json};

use crate::ids::LocationId;
use crate::testing::{Api, NOBODY, Reply, apis, id};

const LIST: &str = "/ip-allow-list";
const OFFICE: &str = "203.0.113.9";
const ELSEWHERE: &str = "198.51.100.1";

async fn from(
    api: &Api,
    address: &str,
    who: &str,
    method: Method,
    path: &str,
    body: Value,
) -> Reply {
    let body = (method == Method::POST).then_some(body);
    api.call_as(who, method, path, body, &[("cf-connecting-ip", address)])
        .await
}

async fn location(api: &Api, name: &str) -> LocationId {
    let body = json!({"name": name, "timezone": "America/New_York"});
    LocationId::parse(&id(&api.make("/locations", body).await)).unwrap()
}

#[tokio::test]
async fn an_entry_of_a_location_lets_in_who_works_there() {
    for (api, other) in apis().await {
        let (here, there) = (location(&api, "Here").await, location(&api, "There").await);
        let archived = location(&api, "Closed").await;
        assert_eq!(
            api.delete(&format!("/locations/{archived}")).await.status,
            204
        );
        let (_, works_here) = api.member("admin", &[here.as_str(), there.as_str()]).await;
        let (_, works_there) = api.member("admin", &[there.as_str()]).await;
        let (_, everywhere) = api.member("admin", &[]).await;
        let of = |range: &str, location: &LocationId| json!({"address_range": range, "location_id": location});
        let gets = async |who: &str, address: &str| {
            from(&api, address, who, Method::GET, "/tags", Value::Null)
                .await
                .status
        };
        let adds =
            async |who: &str, body: Value| from(&api, OFFICE, who, Method::POST, LIST, body).await;

        let mistake = adds(&works_there, of("203.0.113.0/24", &here)).await;
        assert_eq!(
            mistake.body["error"]["code"], "would_lock_you_out",
            "{}",
            api.name
        );
        let made = adds(&works_here, of("203.0.113.0/24", &here)).await.ok(201);
        assert_eq!(made["location_id"], json!(here));
        let setup = api.platform.config.api_key.clone();
        for (who, address, status) in [
            (&works_here, OFFICE, 200),
            (&everywhere, OFFICE, 200),
            (&setup, OFFICE, 200),
            (&works_there, OFFICE, 403),
            (&works_here, ELSEWHERE, 403),
            (&setup, ELSEWHERE, 403),
        ] {
            assert_eq!(gets(who, address).await, status, "{who} {address}");
        }

        // One for anybody lets the others in, and cannot be taken away by who needs it.
        let anybody = adds(&everywhere, json!({"address_range": OFFICE}))
            .await
            .ok(201);
        assert_eq!(anybody["location_id"], Value::Null);
        assert_eq!(gets(&works_there, OFFICE).await, 200);
        let path = format!("{LIST}/{}", id(&anybody));
        let delete =
            async |who: &str| from(&api, OFFICE, who, Method::DELETE, &path, Value::Null).await;
        let mistake = delete(&works_there).await;
        assert_eq!(mistake.body["error"]["code"], "would_lock_you_out");
        assert_eq!(delete(&works_here).await.status, 204);
        assert_eq!(gets(&works_there, OFFICE).await, 403);

        assert_eq!(
            other.get("/tags").await.status,
            200,
            "another tenant's list"
        );
        let theirs = location(&other, "Theirs").await;
        let nobody = LocationId::parse(NOBODY).unwrap();
        for wrong in [&archived, &theirs, &nobody] {
            let refused = adds(&setup, of("203.0.113.0/24", wrong)).await;
            assert_eq!(refused.wrong_fields(), ["location_id"]);
        }
    }
}
