use serde_json::{Value, json};

use super::{business, enrol, merge, note, person, record, rows, run, sequence, timeline};
use crate::edge::db::Statement;
use crate::testing::{Api, apis, assert_has, id};

async fn undo(api: &Api, merge: &Value) -> Value {
    api.post(&format!("/merges/{}/undo", id(merge)), json!({}))
        .await
        .ok(200)
}

#[tokio::test]
async fn both_are_as_they_were() {
    for (api, _) in apis().await {
        let kept = business(&api, json!({"phone": "7275550142"})).await;
        let other = business(&api, json!({"name": "Bakery", "email": "b@c.example", "address_zip": "89301", "address_lat": 39.0, "hours_of_operation": {"mon": "9-5"}})).await;
        let tag = id(&api.make("/tags", json!({"name": "x"})).await);
        assert_eq!(
            api.put(&format!("/businesses/{other}/tags/{tag}"))
                .await
                .status,
            204
        );
        let maria = person(
            &api,
            &kept,
            json!({"email": "m@c.example", "is_primary_contact": true}),
        )
        .await;
        let other_maria = person(
            &api,
            &other,
            json!({"email": "m@c.example", "title": "Owner", "is_primary_contact": true}),
        )
        .await;
        let jo = person(
            &api,
            &other,
            json!({"email": "jo@c.example", "is_primary_contact": true}),
        )
        .await;
        run(
            &api,
            Statement::new("UPDATE people SET total_emails_sent = 4, do_not_email = 1, unsubscribed_at = 8 WHERE tenant_id = ?1 AND id = ?2")
                .bind(&api.tenant)
                .bind(&other_maria),
        )
        .await;
        let sequence = sequence(&api).await;
        enrol(&api, &sequence, &maria, &kept, 1).await;
        enrol(&api, &sequence, &other_maria, &other, 2).await;
        enrol(&api, &sequence, &jo, &other, 2).await;
        note(&api, &kept, "here", Some(&maria)).await;
        note(&api, &other, "there", Some(&other_maria)).await;
        let paths = [
            format!("/businesses/{kept}"),
            format!("/businesses/{other}"),
            format!("/people/{maria}"),
            format!("/people/{other_maria}"),
            format!("/people/{jo}"),
        ];
        let mut before = Vec::new();
        for path in &paths {
            before.push(record(&api, path).await);
        }
        const ENROLMENTS: &str = "SELECT id, person_id, business_id, run, status, status_reason, next_send_at FROM enrolments WHERE tenant_id = ?1 ORDER BY id";
        const SENDS: &str = "SELECT id, person_id, business_id, status FROM send_log WHERE tenant_id = ?1 ORDER BY id";
        let (enrolments, sends) = (rows(&api, ENROLMENTS).await, rows(&api, SENDS).await);

        let merged = merge(&api, "businesses", &kept, &other).await;
        assert_ne!(record(&api, &paths[0]).await, before[0], "{}", api.name);
        assert_ne!(rows(&api, SENDS).await, sends);
        let undone = undo(&api, &merged).await;
        assert_has(
            &undone,
            &json!({"status": "undone", "undone_by": "setup_key", "moved": {}}),
        );
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(record(&api, path).await, before, "{path}");
        }
        assert_eq!(rows(&api, ENROLMENTS).await, enrolments);
        assert_eq!(rows(&api, SENDS).await, sends);
        assert_eq!(
            timeline(&api, &other).await,
            [("there".to_string(), Some(other_maria)), ("x".into(), None)]
        );
        let said: Vec<_> = timeline(&api, &kept)
            .await
            .into_iter()
            .map(|(subject, _)| subject)
            .collect();
        assert_eq!(
            said,
            ["A merge was taken back", "Merged with Bakery", "here"]
        );
        // And once more, the other way round.
        merge(&api, "businesses", &other, &kept).await;
    }
}

#[tokio::test]
async fn what_happened_since_stays_with_the_kept_one() {
    for (api, _) in apis().await {
        let kept = business(&api, json!({})).await;
        let other = business(&api, json!({"phone": "7275550142", "email": "a@b.example"})).await;
        let merged = merge(&api, "businesses", &kept, &other).await;
        let path = format!("/businesses/{kept}");
        api.patch(&path, json!({"phone": "7275550199"}))
            .await
            .ok(200);
        note(&api, &kept, "since", None).await;
        let sam = person(&api, &kept, json!({"email": "sam@b.example"})).await;
        undo(&api, &merged).await;
        let left = api.get(&path).await.ok(200);
        assert_has(&left, &json!({"phone": "7275550199", "email": null}));
        let back = api.get(&format!("/businesses/{other}")).await.ok(200);
        assert_has(
            &back,
            &json!({"phone": "7275550142", "email": "a@b.example"}),
        );
        assert!(
            timeline(&api, &kept)
                .await
                .contains(&("since".to_string(), None)),
            "{}",
            api.name
        );
        let sam = api.get(&format!("/people/{sam}")).await.ok(200);
        assert_eq!(sam["business_id"], json!(kept));
    }
}

#[tokio::test]
async fn what_was_counted_since_stays_with_the_kept_one() {
    for (api, _) in apis().await {
        let here = business(&api, json!({})).await;
        let (kept, other) = (
            person(&api, &here, json!({})).await,
            person(&api, &here, json!({})).await,
        );
        let sent = |id: &str, number: i64| {
            Statement::new("UPDATE people SET total_emails_sent = total_emails_sent + ?3 WHERE tenant_id = ?1 AND id = ?2")
                .bind(&api.tenant)
                .bind(id)
                .bind(number)
        };
        run(&api, sent(&kept, 3)).await;
        run(&api, sent(&other, 4)).await;
        let merged = merge(&api, "people", &kept, &other).await;
        run(&api, sent(&kept, 2)).await;
        undo(&api, &merged).await;
        for (id, total) in [(&kept, 5), (&other, 4)] {
            let person = api.get(&format!("/people/{id}")).await.ok(200);
            assert_eq!(person["total_emails_sent"], json!(total), "{}", api.name);
        }
    }
}

#[tokio::test]
async fn two_of_theirs_who_are_one_of_ours_come_apart_again() {
    for (api, _) in apis().await {
        let (kept, other) = (
            business(&api, json!({})).await,
            business(&api, json!({})).await,
        );
        let mut people = vec![person(&api, &kept, json!({"email": "m@c.example"})).await];
        for phone in ["7275550142", "7275550143"] {
            people.push(
                person(
                    &api,
                    &other,
                    json!({"email": "m@c.example", "phone": phone}),
                )
                .await,
            );
        }
        for (id, sent) in people.iter().zip([1_i64, 2, 4]) {
            run(
                &api,
                Statement::new(
                    "UPDATE people SET total_emails_sent = ?3 WHERE tenant_id = ?1 AND id = ?2",
                )
                .bind(&api.tenant)
                .bind(id)
                .bind(sent),
            )
            .await;
        }
        let path = format!("/people/{}", people[0]);
        let before = record(&api, &path).await;
        let merged = merge(&api, "businesses", &kept, &other).await;
        assert_eq!(
            api.get(&path).await.ok(200)["total_emails_sent"],
            json!(7),
            "{}",
            api.name
        );
        undo(&api, &merged).await;
        assert_eq!(record(&api, &path).await, before);
        for (id, sent) in people.iter().zip([1, 2, 4]) {
            let person = api.get(&format!("/people/{id}")).await.ok(200);
            assert_eq!(person["total_emails_sent"], json!(sent));
        }
    }
}

#[tokio::test]
async fn people_come_apart_also_where_their_business_has_become_part_of_another() {
    for (api, _) in apis().await {
        let (here, there) = (
            business(&api, json!({})).await,
            business(&api, json!({})).await,
        );
        let (kept, other) = (
            person(&api, &here, json!({})).await,
            person(&api, &here, json!({})).await,
        );
        note(&api, &here, "said", Some(&other)).await;
        let merged = merge(&api, "people", &kept, &other).await;
        merge(&api, "businesses", &there, &here).await;
        let said = ("said".to_string(), Some(kept.clone()));
        assert!(timeline(&api, &there).await.contains(&said), "{}", api.name);
        undo(&api, &merged).await;
        let said = ("said".to_string(), Some(other.clone()));
        assert!(timeline(&api, &there).await.contains(&said));
        let back = api.get(&format!("/people/{other}")).await.ok(200);
        assert_eq!(back["business_id"], json!(there));
    }
}

#[tokio::test]
async fn an_undoing_that_cannot_be_is_refused_with_the_reason() {
    for (api, other_tenant) in apis().await {
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(business(&api, json!({})).await);
        }
        let code = async |merge: &Value| {
            let reply = api
                .post(&format!("/merges/{}/undo", id(merge)), json!({}))
                .await;
            (
                reply.status,
                reply.body["error"]["code"]
                    .as_str()
                    .unwrap_or_default()
                    .to_string(),
            )
        };
        let first = merge(&api, "businesses", &ids[0], &ids[1]).await;
        let second = merge(&api, "businesses", &ids[0], &ids[2]).await;
        assert_eq!(
            code(&first).await,
            (409, "later_merge".into()),
            "{}",
            api.name
        );
        let third = merge(&api, "businesses", &ids[3], &ids[0]).await;
        assert_eq!(code(&second).await, (409, "later_merge".into()));
        let path = format!("/merges/{}", id(&third));
        assert_eq!(other_tenant.get(&path).await.status, 404);
        assert_eq!(
            other_tenant
                .post(&format!("{path}/undo"), json!({}))
                .await
                .status,
            404
        );
        for merge in [&third, &second, &first] {
            assert_eq!(code(merge).await.0, 200);
            assert_eq!(code(merge).await, (409, "merge_undone".into()));
        }
        let again = merge(&api, "businesses", &ids[0], &ids[1]).await;
        assert_eq!(
            api.delete(&format!("/businesses/{}", ids[0])).await.status,
            204
        );
        assert_eq!(code(&again).await, (409, "kept_record_gone".into()));
    }
}
