use serde_json::json;

use super::{business, enrol, merge, person, rows, run, sequence};
use crate::edge::db::Statement;
use crate::testing::{apis, assert_has};

#[tokio::test]
async fn totals_add_up_and_the_stricter_wish_wins() {
    for (api, _) in apis().await {
        let (one, two) = (
            business(&api, json!({})).await,
            business(&api, json!({})).await,
        );
        let kept = person(
            &api,
            &one,
            json!({"email": "maria@one.example", "do_not_call": true}),
        )
        .await;
        let other = person(
            &api,
            &two,
            json!({"email": "maria@two.example", "phone": "7275550142", "do_not_sms": true}),
        )
        .await;
        for (id, sent, replied) in [(&kept, 3, 50), (&other, 4, 40)] {
            run(
                &api,
                Statement::new("UPDATE people SET total_emails_sent = ?3, total_clicks = 1, replied_at = ?4 WHERE tenant_id = ?1 AND id = ?2")
                    .bind(&api.tenant)
                    .bind(id)
                    .bind(i64::from(sent))
                    .bind(i64::from(replied)),
            )
            .await;
        }
        // Somebody said of the address that is given up that it must not be written to.
        api.make("/suppressions", json!({"address": "maria@two.example"}))
            .await;
        let merged = merge(&api, "people", &kept, &other).await;
        assert_eq!(merged["status"], json!("done"), "{}", api.name);
        let left = api.get(&format!("/people/{kept}")).await.ok(200);
        assert_has(
            &left,
            &json!({"email": "maria@one.example", "phone": "7275550142", "business_id": one, "total_emails_sent": 7, "total_clicks": 2,
                    "replied_at": "1970-01-01T00:00:00.05Z", "do_not_call": true, "do_not_sms": true, "do_not_email": true}),
        );
        let gone = api.get(&format!("/people/{other}")).await;
        assert_eq!(gone.body["error"]["code"], json!("merged"));
        assert_eq!(api.get(&format!("/businesses/{two}")).await.status, 200);
        let said = super::timeline(&api, &one).await;
        assert_eq!(
            said,
            [(
                "Merged with maria@two.example".to_string(),
                Some(kept.clone())
            )]
        );
    }
}

#[tokio::test]
async fn an_address_that_takes_no_mail_goes_with_itself() {
    for (api, _) in apis().await {
        let here = business(&api, json!({})).await;
        let bounced = |id: String| {
            Statement::new("UPDATE people SET bounced_at = 9 WHERE tenant_id = ?1 AND id = ?2")
                .bind(&api.tenant)
                .bind(id)
        };
        let mut people = Vec::new();
        for email in [
            "a@one.example",
            "b@one.example",
            "c@one.example",
            "c@one.example",
        ] {
            people.push(person(&api, &here, json!({"email": email})).await);
        }
        run(&api, bounced(people[1].clone())).await;
        run(&api, bounced(people[3].clone())).await;
        merge(&api, "people", &people[0], &people[1]).await;
        merge(&api, "people", &people[2], &people[3]).await;
        let first = api.get(&format!("/people/{}", people[0])).await.ok(200);
        assert_eq!(
            (&first["bounced_at"], &first["do_not_email"]),
            (&json!(null), &json!(false)),
            "{}",
            api.name
        );
        let second = api.get(&format!("/people/{}", people[2])).await.ok(200);
        assert!(second["bounced_at"].is_string());
        let third = person(&api, &here, json!({"email": "d@one.example"})).await;
        run(&api, bounced(third.clone())).await;
        let body = json!({"other_id": third, "fields": {"email": "other"}});
        api.make(&format!("/people/{}/merge", people[0]), body)
            .await;
        let first = api.get(&format!("/people/{}", people[0])).await.ok(200);
        assert_eq!(first["email"], json!("d@one.example"));
        assert!(first["bounced_at"].is_string());
    }
}

#[tokio::test]
async fn of_two_ways_through_a_sequence_one_goes_on() {
    for (api, _) in apis().await {
        let (one, two) = (
            business(&api, json!({})).await,
            business(&api, json!({})).await,
        );
        let (kept, other) = (
            person(&api, &one, json!({})).await,
            person(&api, &two, json!({})).await,
        );
        let (both, theirs) = (sequence(&api).await, sequence(&api).await);
        let behind = enrol(&api, &both, &kept, &one, 2).await;
        let ahead = enrol(&api, &both, &other, &two, 5).await;
        let alone = enrol(&api, &theirs, &other, &two, 1).await;
        let preview = api
            .post(
                &format!("/people/{kept}/merge/preview"),
                json!({"other_id": other}),
            )
            .await
            .ok(200);
        assert_eq!(preview["enrolments_stopped"], json!(1), "{}", api.name);
        assert_eq!(
            preview["moves"],
            json!({"enrolments.person_id": 2, "send_log.person_id": 4})
        );
        merge(&api, "people", &kept, &other).await;

        let enrolments = rows(&api, "SELECT id, person_id, business_id, run, status, status_reason FROM enrolments WHERE tenant_id = ?1").await;
        assert_eq!(enrolments.len(), 3);
        for (id, run, status) in [
            (&behind, 1, "stopped"),
            (&ahead, 2, "active"),
            (&alone, 1, "active"),
        ] {
            let found = enrolments
                .iter()
                .find(|row| row["id"] == json!(id))
                .unwrap();
            let reason = (status == "stopped").then_some("merged");
            assert_has(
                found,
                &json!({"person_id": kept, "business_id": one, "run": run, "status": status, "status_reason": reason}),
            );
        }
        let sends = rows(
            &api,
            "SELECT person_id, business_id, status FROM send_log WHERE tenant_id = ?1",
        )
        .await;
        assert_eq!(sends.len(), 6);
        assert!(sends.iter().all(|send| send["person_id"] == json!(kept)));
        let at_two = sends
            .iter()
            .filter(|send| send["business_id"] == json!(two))
            .count();
        assert_eq!(at_two, 4, "where they went stays");
    }
}
