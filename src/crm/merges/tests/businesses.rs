use serde_json::{Value, json};

use super::{business, enrol, merge, note, person, rows, sequence, timeline};
use crate::testing::{Api, apis, apis_alone, assert_has, id};

struct Two {
    kept: String,
    other: String,
    maria: String,
    other_maria: String,
    jo: String,
}

async fn tag(api: &Api, name: &str, businesses: &[&String]) {
    let tag = id(&api.make("/tags", json!({"name": name})).await);
    for business in businesses {
        let path = format!("/businesses/{business}/tags/{tag}");
        assert_eq!(api.put(&path).await.status, 204);
    }
}

async fn two(api: &Api) -> Two {
    let kept = business(api, json!({"phone": "7275550142"})).await;
    let other = business(
        api,
        json!({"name": "The Harbor Bakery", "phone": "7275550199", "email": "hello@harbor.example", "address_street": "12 Harbor St",
               "address_zip": "33755", "lead_status": "customer"}),
    )
    .await;
    for (name, on) in [
        ("a", vec![&kept]),
        ("b", vec![&kept, &other]),
        ("c", vec![&other]),
    ] {
        tag(api, name, &on).await;
    }
    let maria =
        json!({"email": "maria@harbor.example", "first_name": "Maria", "is_primary_contact": true});
    let other_maria =
        json!({"email": "maria@harbor.example", "last_name": "Lopez", "title": "Owner"});
    let jo = json!({"email": "jo@harbor.example", "is_primary_contact": true});
    let two = Two {
        maria: person(api, &kept, maria).await,
        other_maria: person(api, &other, other_maria).await,
        jo: person(api, &other, jo).await,
        kept,
        other,
    };
    note(api, &two.kept, "here", Some(&two.maria)).await;
    note(api, &two.other, "there", Some(&two.other_maria)).await;
    note(api, &two.other, "there too", Some(&two.jo)).await;
    note(api, &two.other, "nobody", None).await;
    two
}

#[tokio::test]
async fn two_businesses_become_one_as_the_preview_said() {
    for (api, _) in apis().await {
        let two = two(&api).await;
        let sequence = sequence(&api).await;
        enrol(&api, &sequence, &two.jo, &two.other, 1).await;
        let body = json!({"other_id": two.other, "fields": {"phone": "other"}});
        let path = format!("/businesses/{}/merge", two.kept);
        let preview = api
            .post(&format!("{path}/preview"), body.clone())
            .await
            .ok(200);
        let field = |name: &str| {
            let fields = preview["fields"].as_array().unwrap();
            fields
                .iter()
                .find(|one| one["field"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(
            field("phone"),
            json!({"field": "phone", "kept": "7275550142", "other": "7275550199", "taken": "other"}),
            "{}",
            api.name
        );
        assert_eq!(field("name")["taken"], json!("kept"));
        assert_eq!(
            field("address")["other"]["address_street"],
            json!("12 Harbor St")
        );
        assert_eq!(
            preview["moves"],
            json!({"people.business_id": 2, "business_tag.business_id": 1, "activities.business_id": 5, "activities.person_id": 1,
                   "enrolments.business_id": 1, "send_log.business_id": 2})
        );
        assert_eq!(preview["people"][0]["other_id"], json!(two.other_maria));
        assert_eq!(
            timeline(&api, &two.kept).await.len(),
            3,
            "two tags and a note: a preview changes nothing"
        );

        let mut body = body;
        body["version"] = preview["version"].clone();
        let merged = api.make(&path, body).await;
        assert_has(
            &merged,
            &json!({"status": "done", "what": "businesses", "kept_id": two.kept, "created_by": "setup_key"}),
        );
        assert_eq!(merged["pairs"].as_array().unwrap().len(), 2);

        let kept = api.get(&format!("/businesses/{}", two.kept)).await.ok(200);
        assert_has(
            &kept,
            &json!({"name": "Harbor Bakery", "phone": "7275550199", "email": "hello@harbor.example", "address_zip": "33755",
                    "timezone": "America/New_York", "lead_status": "prospect"}),
        );
        let tags: Vec<_> = kept["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| tag["name"].as_str().unwrap())
            .collect();
        assert_eq!(tags, ["a", "b", "c"]);
        for (path, into) in [
            (format!("/businesses/{}", two.other), &two.kept),
            (format!("/people/{}", two.other_maria), &two.maria),
        ] {
            for reply in [
                api.get(&path).await,
                api.patch(&path, json!({"phone": null})).await,
                api.delete(&path).await,
            ] {
                assert_eq!(
                    (reply.status, &reply.body["error"]["code"]),
                    (404, &json!("merged")),
                    "{path}"
                );
                assert_eq!(
                    reply.body["error"]["details"],
                    json!([{"field": "merged_into", "message": into}])
                );
            }
        }
        let (people, _) = api
            .walk(&format!("/businesses/{}/people", two.kept), 50)
            .await;
        let mut there: Vec<_> = people
            .iter()
            .map(|one| {
                (
                    one["id"].as_str().unwrap(),
                    one["is_primary_contact"].as_bool().unwrap(),
                )
            })
            .collect();
        there.sort_unstable();
        let mut expected = vec![(two.maria.as_str(), true), (two.jo.as_str(), false)];
        expected.sort_unstable();
        assert_eq!(there, expected);
        let maria = api.get(&format!("/people/{}", two.maria)).await.ok(200);
        assert_has(
            &maria,
            &json!({"first_name": "Maria", "last_name": null, "title": "Owner"}),
        );

        let maria = Some(two.maria.clone());
        let mut said = vec![
            ("here".to_string(), maria.clone()),
            ("there".to_string(), maria),
            ("there too".to_string(), Some(two.jo.clone())),
            ("nobody".to_string(), None),
            ("a".to_string(), None),
            ("b".to_string(), None),
            ("b".to_string(), None),
            ("c".to_string(), None),
            ("Merged with The Harbor Bakery".to_string(), None),
        ];
        said.sort();
        assert_eq!(timeline(&api, &two.kept).await, said);
        for row in rows(&api, "SELECT business_id FROM enrolments WHERE tenant_id = ?1 UNION ALL SELECT business_id FROM send_log WHERE tenant_id = ?1").await {
            assert_eq!(row["business_id"], json!(two.kept));
        }
    }
}

#[tokio::test]
async fn what_is_known_again_by_follows_what_was_taken() {
    for (api, _) in apis().await {
        let kept = business(&api, json!({"name": "Harbor"})).await;
        let other = business(&api, json!({"name": "Bakery LLC", "phone": "7275550142", "website": "https://www.bakery.example", "address_street": "1 Main Street", "address_zip": "33755"})).await;
        merge(&api, "businesses", &kept, &other).await;
        let [row] = rows(&api, "SELECT phone_key, website_key, name_key FROM businesses WHERE tenant_id = ?1 AND deleted_at IS NULL").await.try_into().unwrap();
        assert_eq!(
            row,
            json!({"phone_key": "+17275550142", "website_key": "bakery.example", "name_key": "harbor|1-main-st|33755"}),
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn a_chain_of_merges_leads_to_what_is_left() {
    for (api, _) in apis().await {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(business(&api, json!({})).await);
        }
        merge(&api, "businesses", &ids[1], &ids[0]).await;
        merge(&api, "businesses", &ids[2], &ids[1]).await;
        for id in &ids[..2] {
            let reply = api.get(&format!("/businesses/{id}")).await;
            assert_eq!(
                reply.body["error"]["details"][0]["message"],
                json!(ids[2]),
                "{}",
                api.name
            );
        }
        let (merges, _) = api.walk("/merges", 1).await;
        assert_eq!(merges.len(), 2);
        let found = api
            .get(&format!("/merges?record_id={}", ids[0]))
            .await
            .ok(200);
        assert_eq!(
            (found.as_array().unwrap().len(), &found[0]["kept_id"]),
            (1, &json!(ids[1]))
        );
        assert_eq!(api.get("/merges?what=people").await.ok(200), json!([]));
        let deleted = api.delete(&format!("/businesses/{}", ids[2])).await;
        assert_eq!(deleted.status, 204);
        let reply = api.get(&format!("/businesses/{}", ids[0])).await;
        assert_eq!(
            (reply.status, &reply.body["error"]["code"]),
            (404, &json!("not_found"))
        );
    }
}

#[tokio::test]
async fn what_comes_late_to_the_other_goes_over_at_the_last_look() {
    for (api, _) in apis_alone().await {
        let two = two(&api).await;
        merge(&api, "businesses", &two.kept, &two.other).await;
        // Somebody had read both before.
        super::run(
            &api,
            crate::edge::db::Statement::new(
                "INSERT INTO activities (tenant_id, business_id, id, person_id, type, subject, occurred_at) VALUES (?1, ?2, ?3, ?4, 'note_added', 'late', 0)",
            )
            .bind(&api.tenant)
            .bind(&two.other)
            .bind(crate::ids::ActivityId::new(crate::testing::NOW))
            .bind(&two.other_maria),
        )
        .await;
        super::run(
            &api,
            crate::edge::db::Statement::new("UPDATE people SET total_emails_sent = 1, do_not_email = 1 WHERE tenant_id = ?1 AND id = ?2")
                .bind(&api.tenant)
                .bind(&two.other_maria),
        )
        .await;
        let later = super::at(&api, crate::testing::NOW + 11 * 60_000);
        super::super::tick(&later).await.unwrap();
        let said = timeline(&api, &two.kept).await;
        assert!(
            said.contains(&("late".to_string(), Some(two.maria.clone()))),
            "{} {said:?}",
            api.name
        );
        let maria = api.get(&format!("/people/{}", two.maria)).await.ok(200);
        assert_has(
            &maria,
            &json!({"total_emails_sent": 1, "do_not_email": true}),
        );
        let last = super::at(&api, crate::testing::NOW + 30 * 60_000);
        super::super::tick(&last).await.unwrap();
        let left: Vec<Value> = rows(
            &api,
            "SELECT id FROM merges WHERE tenant_id = ?1 AND check_at IS NOT NULL",
        )
        .await;
        assert_eq!(left, Vec::<Value>::new());
        let maria = api.get(&format!("/people/{}", two.maria)).await.ok(200);
        assert_eq!(maria["total_emails_sent"], json!(1), "counted once");
    }
}
