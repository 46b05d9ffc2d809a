use serde_json::{Value, json};

use super::{businesses, counts, finish, people, put, run, send};
use crate::crm::imports::consumer;
use crate::crm::imports::store::LOST_AFTER;
use crate::edge::clock::Clock;
use crate::edge::queue::{Disposition, QueueName};
use crate::testing::{NOW, apis, apis_alone, assert_has, id};

const FILE: &str = "Company,Phone,Email,Website,Address,City,State,ZIP,Contact First Name,Contact Email,Score\r\n\
    Harbor Bakery,(727) 555-0142,info@harbor.example,www.harbor.example,12 Harbor St,Clearwater,fl,33755,Ann,ANN@harbor.example,42\r\n\
    \"Lee, Inc\",,,,1 Elm St,Ely,NV,89301,,,\r\n\
    Broken,12,nobody,,,,XX,,,,many\r\n";

#[tokio::test]
async fn a_file_becomes_businesses_with_their_contacts() {
    for (api, other) in apis().await {
        let community = api.community().await;
        let import = send(&api, FILE).await;
        assert_has(
            &import,
            &json!({"status": "ready", "format": "csv", "encoding": "utf-8", "separator": ",", "what": "businesses",
                "rows_total": null, "name": "List"}),
        );
        assert_has(
            &import["mapping"]["columns"],
            &json!({"Company": "name", "ZIP": "address_zip", "Contact Email": "contact.email", "Score": "lead_score"}),
        );
        assert_eq!(import["samples"][1][0], "Lee, Inc");
        let defaults = json!({"defaults": {"community_id": "Ely", "lead_status": "lead"}});
        let done = finish(&api, import, defaults.clone()).await;
        assert_eq!(counts(&done), [3, 2, 0, 0, 1], "{}", api.name);
        assert_has(
            &done,
            &json!({"status": "done", "rows_total": 3, "seconds_left": null}),
        );

        let all = businesses(&api).await;
        assert_eq!(all.len(), 2);
        let bakery = all
            .iter()
            .find(|one| one["name"] == "Harbor Bakery")
            .unwrap();
        assert_has(
            bakery,
            &json!({"community_id": community, "website": "https://www.harbor.example", "address_state": "FL", "lead_score": 42,
                "lead_status": "lead", "timezone": "America/New_York", "slug": "harbor-bakery", "created_at": "2026-03-04T16:00:00Z"}),
        );
        let lee = all.iter().find(|one| one["name"] == "Lee, Inc").unwrap();
        assert_eq!(lee["timezone"], "America/Los_Angeles");
        let contacts = people(&api).await;
        assert_eq!(contacts.len(), 1);
        assert_has(
            &contacts[0],
            &json!({"business_id": id(bakery), "email": "ann@harbor.example", "is_primary_contact": true}),
        );

        let (status, refused) = api
            .download(&format!("/api/v1/imports/{}/refused.csv", id(&done)))
            .await;
        let lines: Vec<_> = refused.lines().collect();
        assert_eq!((status, lines.len()), (200, 2));
        assert!(lines[0].ends_with(",Score,row,refused_because"));
        assert!(lines[1].starts_with("Broken,12,nobody,"), "{refused}");
        for part in [
            ",4,",
            "address_state: must be",
            "email: must be",
            "lead_score: must be a whole number",
        ] {
            // A cell that cannot be a value is told first, by itself.
            let told = lines[1].contains(part);
            assert!(
                told || !part.contains("lead_score") && !part.contains(','),
                "{part} in {refused}"
            );
        }
        assert_eq!(businesses(&other).await, Vec::<Value>::new());

        // The same file does nothing.
        let before = (businesses(&api).await, people(&api).await);
        let again = run(&later(&api), FILE, defaults).await;
        assert_eq!(counts(&again), [3, 0, 0, 2, 1], "{}", api.name);
        assert_eq!((businesses(&api).await, people(&api).await), before);
    }
}

/// The same API a day later.
fn later(api: &crate::testing::Api) -> crate::testing::Api {
    let mut platform = api.platform.clone();
    platform.clock = Clock::fixed(NOW + 86_400_000);
    crate::testing::Api {
        name: api.name,
        platform,
        tenant: api.tenant.clone(),
    }
}

#[tokio::test]
async fn what_is_there_is_updated_filled_or_left() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let body = json!({"community_id": community, "name": "Harbor Bakery", "phone": "727-555-0142", "lead_score": 7});
        let made = id(&api.make("/businesses", body).await);
        let file = "name,phone,description,lead_score,contact.first_name\nHarbor Bakery Ltd,+1 727 555 0142,Bread,9,Ann\n";
        let one = async || api.get(&format!("/businesses/{made}")).await.ok(200);

        let left = run(&api, file, json!({"known": "leave"})).await;
        assert_eq!(counts(&left), [1, 0, 0, 1, 0], "{}", api.name);
        assert_eq!(people(&api).await.len(), 0);

        let filled = run(&api, file, json!({"known": "fill"})).await;
        assert_eq!(counts(&filled), [1, 0, 1, 0, 0]);
        assert_has(
            &one().await,
            &json!({"name": "Harbor Bakery", "phone": "727-555-0142", "description": "Bread", "lead_score": 7}),
        );
        assert_eq!(people(&api).await.len(), 1);

        let updated = run(&api, file, json!({})).await;
        assert_eq!(counts(&updated), [1, 0, 1, 0, 0]);
        let now = one().await;
        assert_has(
            &now,
            &json!({"name": "Harbor Bakery Ltd", "phone": "+1 727 555 0142", "lead_score": 9, "slug": "harbor-bakery"}),
        );
        assert_eq!(counts(&run(&api, file, json!({})).await), [1, 0, 0, 1, 0]);
        assert_eq!(one().await, now);
        assert_eq!(
            (businesses(&api).await.len(), people(&api).await.len()),
            (1, 1)
        );
        // An empty cell empties nothing, and the zone follows the address.
        let moved = run(&api, "name,phone,zip\n,7275550142,79901\n", json!({})).await;
        assert_eq!(counts(&moved), [1, 0, 1, 0, 0]);
        assert_has(
            &one().await,
            &json!({"name": "Harbor Bakery Ltd", "timezone": "America/Denver"}),
        );
    }
}

#[tokio::test]
async fn two_rows_about_one_are_one_and_two_of_a_name_are_two() {
    for (api, _) in apis().await {
        api.community().await;
        let file = "name,phone,zip,external_id,contact.email\n\
            Subway,727-555-0101,33755,1,a@x.example\n\
            Subway,727-555-0102,33756,2,\n\
            Subway,727-555-0101,33755,1,b@x.example\n\
            Subway,,33755,3,\n\
            Subway,727-555-0101,33755,1,a@x.example\n";
        let done = run(&api, file, json!({"defaults": {"community_id": "ely"}})).await;
        assert_eq!(counts(&done), [5, 3, 1, 1, 0], "{}", api.name);
        let all = businesses(&api).await;
        assert_eq!(all.len(), 3);
        let mut slugs: Vec<_> = all
            .iter()
            .map(|one| one["slug"].as_str().unwrap())
            .collect();
        slugs.sort_unstable();
        assert_eq!(slugs[0], "subway");
        assert!(slugs[1].starts_with("subway-") && slugs[1] != slugs[2]);
        let contacts = people(&api).await;
        let primary: Vec<_> = contacts
            .iter()
            .filter(|one| one["is_primary_contact"] == true)
            .collect();
        assert_eq!((contacts.len(), primary.len()), (2, 1));
    }
}

#[tokio::test]
async fn a_trial_counts_and_changes_nothing() {
    for (api, other) in apis().await {
        api.community().await;
        let import = send(&api, FILE).await;
        let path = format!("/imports/{}", id(&import));
        let mut mapping = import["mapping"].clone();
        mapping["defaults"] = json!({"community_id": "ely"});
        put(&api, &format!("{path}/mapping"), mapping).await.ok(200);
        let begun = api
            .post(&format!("{path}/dry-run"), json!({}))
            .await
            .ok(202);
        assert_eq!(begun["status"], "checking");
        for action in ["dry-run", "start"] {
            let reply = api.post(&format!("{path}/{action}"), json!({})).await;
            assert_eq!(
                (reply.status, reply.body["error"]["code"].as_str()),
                (409, Some("import_status"))
            );
        }
        api.work_off().await;
        let checked = api.get(&path).await.ok(200);
        assert_has(
            &checked,
            &json!({"status": "ready", "rows_total": 3, "rows_done": 0}),
        );
        assert_has(
            &checked["checked"],
            &json!({"rows": 3, "would_create": 2, "would_update": 0, "would_leave": 0, "would_refuse": 1, "is_complete": true}),
        );
        assert_eq!(checked["checked"]["refusals"][0]["row"], 4);
        assert_eq!(businesses(&api).await.len(), 0, "{}", api.name);
        for reply in [
            other.get(&path).await,
            other.post(&format!("{path}/start"), json!({})).await,
            other.post(&format!("{path}/cancel"), json!({})).await,
            put(
                &other,
                &format!("{path}/mapping"),
                json!({"columns": {"Company": "name"}}),
            )
            .await,
            other.get(&format!("{path}/refused.csv")).await,
        ] {
            assert_eq!(reply.status, 404);
        }
        assert_eq!(other.get("/imports").await.ok(200), json!([]));
        let (listed, pages) = api.walk("/imports", 1).await;
        assert_eq!((listed.len(), pages), (1, 1));
    }
}

#[tokio::test]
async fn a_message_that_comes_twice_or_late_changes_nothing() {
    for (api, _) in apis().await {
        api.community().await;
        let mut file = String::from("name,phone\n");
        for n in 0..2_500 {
            file.push_str(&format!("Shop {n},727555{n:04}\n"));
        }
        let import = send(&api, &file).await;
        let path = format!("/imports/{}", id(&import));
        let mapping = json!({"columns": {"name": "name", "phone": "phone"}, "defaults": {"community_id": "ely"}});
        put(&api, &format!("{path}/mapping"), mapping).await.ok(200);
        api.post(&format!("{path}/start"), json!({})).await.ok(202);
        let sent = api.platform.queues.take();
        let message = sent
            .into_iter()
            .find(|(queue, _, _)| *queue == QueueName::Imports)
            .unwrap()
            .1;
        let twice = vec![message.clone(), message.clone()];
        let handled = consumer::consume(&api.platform, &twice).await;
        assert_eq!(handled, [Disposition::Acknowledge; 2]);
        api.work_off().await;
        consumer::consume(&api.platform, &[message]).await;
        let done = api.get(&path).await.ok(200);
        assert_eq!(counts(&done), [2_500, 2_500, 0, 0, 0], "{}", api.name);
        assert_eq!(done["status"], "done");
        let (all, _) = api.walk("/businesses", 500).await;
        assert_eq!(all.len(), 2_500);
        assert_eq!(
            api.post(&format!("{path}/start"), json!({})).await.status,
            409
        );
    }
}

#[tokio::test]
async fn what_was_lost_is_taken_up_again_and_what_was_stopped_goes_on() {
    for (api, _) in apis_alone().await {
        api.community().await;
        let import = send(&api, FILE).await;
        let path = format!("/imports/{}", id(&import));
        let mut mapping = import["mapping"].clone();
        mapping["defaults"] = json!({"community_id": "ely"});
        put(&api, &format!("{path}/mapping"), mapping).await.ok(200);
        api.post(&format!("{path}/start"), json!({})).await.ok(202);
        let rival = send(&api, "name\nB\n").await;
        let second = api
            .post(&format!("/imports/{}/start", id(&rival)), json!({}))
            .await;
        assert_eq!(second.body["error"]["code"], "import_running");
        // The message is lost.
        api.platform.queues.take();
        consumer::sweep(&api.platform).await.unwrap();
        let ours = |api: &crate::testing::Api| {
            let sent = api.platform.queues.take();
            sent.into_iter()
                .filter(|(_, text, _)| text.contains(&id(&import)))
                .count()
        };
        assert_eq!(ours(&api), 0);
        let mut late = later(&api);
        late.platform.clock = Clock::fixed(NOW + LOST_AFTER);
        consumer::sweep(&late.platform).await.unwrap();
        assert_eq!(ours(&api), 1, "{}", api.name);
        let stopped = api.post(&format!("{path}/cancel"), json!({})).await.ok(200);
        assert_eq!(stopped["status"], "cancelled");
        api.work_off().await;
        assert_eq!(businesses(&api).await.len(), 0);
        assert_eq!(
            api.post(&format!("{path}/cancel"), json!({})).await.status,
            409
        );
        api.post(&format!("{path}/start"), json!({})).await.ok(202);
        api.work_off().await;
        assert_eq!(counts(&api.get(&path).await.ok(200)), [3, 2, 0, 0, 1]);
    }
}

#[tokio::test]
async fn tags_are_put_on_once() {
    for (api, _) in apis().await {
        api.community().await;
        let tag = id(&api.make("/tags", json!({"name": "Fair 2026"})).await);
        let file = "name,phone\nA,7275550101\nB,7275550102\n";
        let more = json!({"defaults": {"community_id": "ely"}, "tags": ["Fair 2026", tag]});
        for created in [2, 0] {
            let done = run(&api, file, more.clone()).await;
            assert_eq!(done["created"], created);
            assert_eq!(done["mapping"]["tags"], json!([tag]));
        }
        for business in businesses(&api).await {
            assert_eq!(
                business["tags"][0]["id"].as_str(),
                Some(tag.as_str()),
                "{}",
                api.name
            );
        }
        let import = send(&api, file).await;
        let path = format!("/imports/{}/mapping", id(&import));
        for (mapping, field) in [
            (
                json!({"columns": {"name": "name"}, "tags": ["Nothing"]}),
                "tags[0]",
            ),
            (json!({"columns": {"nmae": "name"}}), "columns.nmae"),
            (json!({"columns": {"name": "nmae"}}), "columns.name"),
            (json!({"columns": {}}), "columns"),
            (
                json!({"columns": {"name": "name"}, "defaults": {"community_id": "atlantis"}}),
                "defaults.community_id",
            ),
            (
                json!({"columns": {"name": "name"}, "defaults": {"contact.email": "x"}}),
                "defaults.contact.email",
            ),
            (
                json!({"columns": {"name": "name"}, "known": "merge"}),
                "known",
            ),
        ] {
            assert_eq!(put(&api, &path, mapping).await.wrong_fields(), [field]);
        }
    }
}
