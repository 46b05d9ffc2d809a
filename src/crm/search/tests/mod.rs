//! Search as the API has it, on every engine.

mod index;
mod notes;
mod reach;

use serde_json::{Value, json};

use crate::edge::clock::Clock;
use crate::edge::db::Statement;
use crate::testing::{Api, NOW, apis, id};

/// A query's value in a URL.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn hits(api: &Api, text: &str) -> Vec<Value> {
    let path = format!("/search?limit=50&q={}", encoded(text));
    let found = api.get(&path).await.ok(200);
    found.as_array().unwrap().clone()
}

async fn titles(api: &Api, text: &str) -> Vec<String> {
    let title = |hit: &Value| hit["title"].as_str().unwrap().to_string();
    hits(api, text).await.iter().map(title).collect()
}

/// Some businesses and people, each a millisecond after the one before it.
async fn fill(api: &mut Api) {
    let mut now = NOW;
    let community = api.community().await;
    for (name, more) in [
        (
            "Harbor Street Bakery",
            json!({"address_city": "Clearwater", "address_state": "FL", "phone": "+17275550142",
          "email": "hello@harborstreet.example", "website": "https://www.harborstreet.example/menu"}),
        ),
        ("Harbor Bakery", json!({"address_city": "Ely"})),
        (
            "Bakery on the Harbor",
            json!({"legal_name": "Restaurant Holdings LLC"}),
        ),
        ("Harborview Dental", json!({"address_city": "Bakersfield"})),
        ("Café Münster", json!({})),
        ("Ely Motors", json!({"phone": "(727) 555-0199"})),
        ("Restaurant Żółć", json!({})),
    ] {
        let mut body = json!({"community_id": community, "name": name});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        now += 1;
        api.platform.clock = Clock::fixed(now);
        let business = id(&api.make("/businesses", body).await);
        if name == "Harbor Bakery" {
            for (first, last, email) in [
                ("Maria", "Lopez", "maria@harborbakery.example"),
                ("Jan", "Baker", "j.baker@mail.example"),
                ("Lopez", "Mariano", "lm@mail.example"),
            ] {
                let person = json!({"business_id": business, "first_name": first, "last_name": last, "email": email, "title": "Owner"});
                now += 1;
                api.platform.clock = Clock::fixed(now);
                api.make("/people", person).await;
            }
        }
    }
}

#[tokio::test]
async fn finds_what_is_meant_in_one_order_on_every_engine() {
    let mut answers: Vec<Vec<Vec<String>>> = Vec::new();
    for (mut api, other) in apis().await {
        fill(&mut api).await;
        let mut of_engine = Vec::new();
        for (text, expected) in [
            (
                "harbor",
                &[
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                    "Bakery on the Harbor",
                    "Harborview Dental",
                    "Maria Lopez",
                ] as &[&str],
            ),
            (
                "harbor bakery",
                &[
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                    "Bakery on the Harbor",
                ],
            ),
            (
                "bakery harb",
                &[
                    "Bakery on the Harbor",
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                ],
            ),
            (
                "harbour",
                &[
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                    "Bakery on the Harbor",
                    "Harborview Dental",
                ],
            ),
            (
                "bakrey",
                &[
                    "Bakery on the Harbor",
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                ],
            ),
            (
                "hrabor bakrey",
                &[
                    "Harbor Bakery",
                    "Harbor Street Bakery",
                    "Bakery on the Harbor",
                ],
            ),
            ("resturaunt", &["Restaurant Żółć", "Bakery on the Harbor"]),
            ("zolc", &["Restaurant Żółć"]),
            ("MÜNSTER cafe", &["Café Münster"]),
            ("munst", &["Café Münster"]),
            ("ely", &["Ely Motors", "Harbor Bakery"]),
            ("7275550142", &["Harbor Street Bakery"]),
            ("727-555-01", &["Ely Motors", "Harbor Street Bakery"]),
            ("+1 (727) 555 0199", &["Ely Motors"]),
            ("0142", &["Harbor Street Bakery"]),
            ("hello@harbor", &["Harbor Street Bakery"]),
            ("www.harborstreet.example", &["Harbor Street Bakery"]),
            ("harborstreet", &["Harbor Street Bakery"]),
            ("maria", &["Maria Lopez", "Lopez Mariano"]),
            ("lopez maria", &["Maria Lopez", "Lopez Mariano"]),
            ("maria lopz", &["Maria Lopez", "Lopez Mariano"]),
            ("maria@harborbakery.example", &["Maria Lopez"]),
            ("owner jan", &["Jan Baker"]),
            ("harbor garage", &[]),
            ("vakery", &[]),
        ] {
            let found = titles(&api, text).await;
            assert_eq!(found, expected, "{text} on {}", api.name);
            of_engine.push(found);
        }
        assert!(titles(&other, "harbor").await.is_empty());
        answers.push(of_engine);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn a_hit_says_what_it_is_and_where_it_matched() {
    for (mut api, _) in apis().await {
        fill(&mut api).await;
        let hit = hits(&api, "street clearw").await[0].clone();
        assert_eq!(
            (
                &hit["type"],
                &hit["title"],
                &hit["subtitle"],
                &hit["matched_field"]
            ),
            (
                &json!("business"),
                &json!("Harbor Street Bakery"),
                &json!("Clearwater, FL"),
                &json!("name")
            )
        );
        assert_eq!(hit["id"], hit["business_id"]);
        assert_eq!(
            hit["highlights"],
            json!([
                {"field": "name", "text": "Harbor Street Bakery", "ranges": [{"start": 7, "end": 13}]},
                {"field": "address_city", "text": "Clearwater", "ranges": [{"start": 0, "end": 6}]},
            ])
        );
        let hit = hits(&api, "mari").await[0].clone();
        assert_eq!(hit["type"], "person");
        assert_eq!(hit["subtitle"], "Owner, Harbor Bakery");
        let limited = api.get("/search?q=harbor&limit=2").await.ok(200);
        assert_eq!(limited.as_array().unwrap().len(), 2);
        let of_people = api.get("/search?q=street&types=person").await.ok(200);
        assert_eq!(of_people, json!([]), "{}", api.name);
        let both = api
            .get("/search?q=baker&types=person,business")
            .await
            .ok(200);
        assert_eq!(both[0]["title"], "Jan Baker");
    }
}

#[tokio::test]
async fn nothing_typed_means_anything_to_an_engine() {
    for (mut api, _) in apis().await {
        fill(&mut api).await;
        let long = "harbor ".repeat(36);
        for text in [
            "",
            "   ",
            "'\"*-()",
            "\"harbor",
            "harbor\" OR \"1\"=\"1",
            "harbor*",
            "-harbor",
            "harbor NEAR/2 bakery",
            "NOT harbor",
            "'; DROP TABLE businesses; --",
            "name:harbor",
            "{name}: harbor",
            "%",
            "_",
            "\\",
            "?1",
            "{in ?1}",
            "$1",
            "harbor\u{10ffff}",
            "🙂",
            "(((((",
            "a:b AND",
            "^harbor",
            "harbor + bakery",
            &long,
            &"x".repeat(255),
            &"é".repeat(255),
            &"(".repeat(255),
            "\u{1}",
            "a\nb",
            "null",
            "[]",
        ] {
            let reply = api.get(&format!("/search?q={}", encoded(text))).await;
            assert_eq!(reply.status, 200, "{text}: {}", reply.body);
        }
        assert_eq!(
            titles(&api, "\"Harbor\" *Bakery* -").await[0],
            "Harbor Bakery"
        );
        assert_eq!(titles(&api, &long).await[0], "Harbor Bakery");
        for (query, field) in [
            (format!("q={}", "x".repeat(1_000)), "q"),
            ("q=x&limit=0".into(), "limit"),
            ("q=x&limit=51".into(), "limit"),
            ("q=x&types=dog".into(), "types"),
            ("q=x&types=".into(), "types"),
            ("q=x&cursor=x".into(), "cursor"),
            ("q=%00".into(), "q"),
        ] {
            let reply = api.get(&format!("/search?{query}")).await;
            assert_eq!(reply.wrong_fields(), [field], "{query}");
        }
        let count: Value = api
            .platform
            .db
            .fetch_one(
                Statement::new("SELECT COUNT(*) AS n FROM businesses WHERE tenant_id = ?1")
                    .bind(&api.tenant),
            )
            .await
            .unwrap();
        assert_eq!(count["n"], 7);
    }
}
