//! The counts against a scan of the ledger, whatever happens to it, on every engine.

pub mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use self::support::{at, deliver, engines, plan, queued, sequence};
use super::{Counts, Days, Kind, fold, store};
use crate::app;
use crate::campaigns::{batches, planner, replies, suppressions};
use crate::edge::clock::{DAY, HOUR, MINUTE, Millis};
use crate::edge::db::{Db, Dialect, Statement};
use crate::edge::platform::Platform;
use crate::ids::{PersonId, SendId, SequenceId, TrackingEventId};
use crate::testing::{Api, NOW};

#[derive(Debug, Clone, Deserialize)]
struct Row {
    id: SendId,
    sequence_id: SequenceId,
    campaign_step_id: String,
    step_number: i64,
    person_id: PersonId,
    status: String,
    failure_reason: Option<String>,
    planned_day: i64,
    sent_at: Option<Millis>,
    delivered_at: Option<Millis>,
    bounced_at: Option<Millis>,
    complained_at: Option<Millis>,
    replied_at: Option<Millis>,
    unsubscribed_at: Option<Millis>,
    opened_at: Option<Millis>,
    machine_opened_at: Option<Millis>,
    clicked_at: Option<Millis>,
    open_count: i64,
    click_count: i64,
}

async fn rows(api: &Api) -> Vec<Row> {
    let statement = Statement::new("SELECT * FROM send_log WHERE tenant_id = ?1 ORDER BY id");
    api.platform
        .db
        .fetch_all(statement.bind(&api.tenant))
        .await
        .unwrap()
}

type Scanned = BTreeMap<(SequenceId, String, i64), BTreeMap<&'static str, i64>>;

/// The counts as a scan of the ledger has them.
async fn scan(api: &Api) -> Scanned {
    #[derive(Deserialize)]
    struct Fact {
        send_id: SendId,
        kind: String,
        verdict: String,
        occurred_at: Millis,
    }
    let db = &api.platform.db;
    let statement = Statement::new("SELECT * FROM tracking_events WHERE tenant_id = ?1");
    let facts: Vec<Fact> = db.fetch_all(statement.bind(&api.tenant)).await.unwrap();
    let days = Days::of("America/New_York");
    let mut scanned = Scanned::new();
    for row in rows(api).await {
        let mut count = |kind: Kind, day: i64| {
            let key = (row.sequence_id.clone(), row.campaign_step_id.clone(), day);
            *scanned
                .entry(key)
                .or_default()
                .entry(kind.column())
                .or_default() += 1;
        };
        let status = match (row.status.as_str(), &row.failure_reason) {
            ("pending", _) => Kind::Pending,
            ("sent", _) => Kind::Sent,
            ("failed", _) => Kind::Failed,
            ("unknown", _) => Kind::Unknown,
            (_, reason) => Kind::of_skip(reason.as_deref().unwrap()),
        };
        count(status, row.planned_day);
        let of_send: Vec<_> = facts.iter().filter(|fact| fact.send_id == row.id).collect();
        let machine_clicked = of_send
            .iter()
            .filter(|fact| fact.kind == "click" && fact.verdict != "human")
            .map(|fact| fact.occurred_at)
            .min();
        for (kind, at) in [
            (Kind::WentOut, row.sent_at.filter(|_| row.status == "sent")),
            (Kind::Delivered, row.delivered_at),
            (Kind::Bounced, row.bounced_at),
            (Kind::Complained, row.complained_at),
            (Kind::Replied, row.replied_at),
            (Kind::Unsubscribed, row.unsubscribed_at),
            (Kind::Opened, row.opened_at),
            (Kind::MachineOpened, row.machine_opened_at),
            (Kind::Clicked, row.clicked_at),
            (Kind::MachineClicked, machine_clicked),
        ] {
            if let Some(at) = at {
                count(kind, days.day(at));
            }
        }
        for fact in &of_send {
            let kind = match (fact.kind.as_str(), fact.verdict.as_str()) {
                ("open", "human") => Kind::HumanOpens,
                ("open", _) => Kind::MachineOpens,
                (_, "human") => Kind::HumanClicks,
                _ => Kind::MachineClicks,
            };
            count(kind, days.day(fact.occurred_at));
        }
        let opens = of_send.iter().filter(|fact| fact.kind == "open").count();
        assert_eq!(i64::try_from(opens).unwrap(), row.open_count);
        let clicks = of_send.len() - opens;
        assert_eq!(i64::try_from(clicks).unwrap(), row.click_count);
    }
    scanned
}

fn named(counts: &Counts) -> BTreeMap<&'static str, i64> {
    Kind::ALL
        .iter()
        .map(|kind| (kind.column(), counts.of(*kind)))
        .filter(|(_, number)| *number != 0)
        .collect()
}

fn summed<K: Ord>(
    scanned: &Scanned,
    key: impl Fn(&(SequenceId, String, i64)) -> Option<K>,
) -> BTreeMap<K, BTreeMap<&'static str, i64>> {
    let mut sums: BTreeMap<K, BTreeMap<_, i64>> = BTreeMap::new();
    for (of, counts) in scanned {
        if let Some(key) = key(of) {
            let sums = sums.entry(key).or_default();
            for (kind, number) in counts {
                *sums.entry(*kind).or_default() += number;
            }
        }
    }
    sums
}

/// That all ways of reading the counts say what a scan says, before they are folded and after that.
async fn assert_counts(api: &Api, when: &str) {
    let db = &api.platform.db;
    let ever = (1, 1_000_000);
    for folded in [false, true] {
        let name = format!("{}, {when}, folded: {folded}", api.name);
        if folded {
            fold(db).await.unwrap();
        }
        let scanned = scan(api).await;
        let days: BTreeMap<_, _> = store::days(db, &api.tenant, ever)
            .await
            .unwrap()
            .into_iter()
            .map(|of| (of.day, named(&of.counts)))
            .filter(|(_, counts)| !counts.is_empty())
            .collect();
        assert_eq!(days, summed(&scanned, |of| Some(of.2)), "{name}");
        let mut sequences: Vec<_> = scanned.keys().map(|of| of.0.clone()).collect();
        sequences.dedup();
        for sequence in sequences {
            let of = |other: &SequenceId| *other == sequence;
            for range in [None, Some(ever)] {
                let steps: BTreeMap<_, _> = store::steps(db, &api.tenant, &sequence, range)
                    .await
                    .unwrap()
                    .into_iter()
                    .map(|of| (of.step_id, named(&of.counts)))
                    .collect();
                let expected = summed(&scanned, |key| of(&key.0).then(|| key.1.clone()));
                assert_eq!(steps, expected, "{name}, {range:?}");
            }
            let days: BTreeMap<_, _> = store::days_of(db, &api.tenant, &sequence, ever)
                .await
                .unwrap()
                .into_iter()
                .map(|of| (of.day, named(&of.counts)))
                .filter(|(_, counts)| !counts.is_empty())
                .collect();
            let expected = summed(&scanned, |key| of(&key.0).then_some(key.2));
            assert_eq!(days, expected, "{name}");
            assert_enrolments(api, &sequence, &name).await;
        }
    }
    for table in ["send_count_deltas", "enrolment_count_deltas"] {
        let sql = format!("SELECT id FROM {table} WHERE tenant_id = ?1");
        let left: Vec<Value> = db
            .fetch_all(Statement::assembled(sql).bind(&api.tenant))
            .await
            .unwrap();
        assert!(left.is_empty(), "{table}, {when}");
    }
}

async fn assert_enrolments(api: &Api, sequence: &SequenceId, name: &str) {
    #[derive(Deserialize)]
    struct Enrolment {
        status: String,
        next_send_at: Option<Millis>,
    }
    let db = &api.platform.db;
    let statement =
        Statement::new("SELECT * FROM enrolments WHERE tenant_id = ?1 AND sequence_id = ?2");
    let all: Vec<Enrolment> = db
        .fetch_all(statement.bind(&api.tenant).bind(sequence))
        .await
        .unwrap();
    let days = Days::of("America/New_York");
    for day in [days.day(NOW), days.day(NOW) + 1, days.day(NOW) + 2] {
        let mut expected: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for one in &all {
            let entry = expected.entry(&one.status).or_default();
            entry.0 += 1;
            entry.1 += i64::from(one.next_send_at.is_some_and(|at| days.day(at) <= day));
        }
        let counted = store::enrolments(db, &api.tenant, sequence, day)
            .await
            .unwrap();
        let counted: BTreeMap<_, _> = counted
            .iter()
            .filter(|of| of.number != 0)
            .map(|of| (of.status.as_str(), (of.number, of.due)))
            .collect();
        assert_eq!(counted, expected, "{name}, by day {day}");
    }
}

/// An open or a click.
fn fact(api: &Api, send: &SendId, kind: &str, agent: &str, at: Millis) -> String {
    json!({"type": "engagement", "id": TrackingEventId::new(at), "tenant_id": api.tenant, "send_id": send, "kind": kind,
           "occurred_at": at, "method": "GET", "user_agent": agent, "target_url": format!("https://learn.example/{at}")})
    .to_string()
}

/// An event of SES, an hour after all was sent.
fn receipt(api: &Api, send: &SendId, kind: &str, number: u32) -> String {
    let at = crate::time::format(NOW + HOUR);
    let event = json!({
        "eventType": kind,
        "mail": {"timestamp": at, "messageId": send, "destination": ["a@bakery.example"],
                 "tags": {"send_id": [send], "tenant_id": [api.tenant]}},
        "bounce": {"bounceType": "Permanent", "timestamp": at}, "complaint": {"timestamp": at}, "delivery": {"timestamp": at},
    });
    json!({"type": "ses_event", "notification_id": format!("{send}-{kind}-{number}"), "event": event.to_string()}).to_string()
}

const READER: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
const PROXY: &str = "GoogleImageProxy";

async fn of_step(api: &Api, step: i64, status: &str) -> Vec<SendId> {
    let rows = rows(api).await.into_iter();
    rows.filter(|row| row.step_number == step && row.status == status)
        .map(|row| row.id)
        .collect()
}

#[tokio::test]
async fn what_is_counted_is_what_the_ledger_says() {
    for mut api in engines().await {
        let people = [
            "a", "b", "c", "d", "e", "f", "refused", "unknown", "unknown", "later", "g",
        ];
        let of = sequence(&api, &people).await;
        assert_enrolments(&api, &of, "enrolled").await;
        let suppressed = json!({"address": format!("g-10-{of}@bakery.example")});
        api.make("/suppressions", suppressed).await;
        // Everybody of the first day is due.
        at(&mut api, NOW + 16 * HOUR);
        let messages = plan(&api.platform).await;
        assert_eq!(messages.len(), 4, "batches of three");
        assert_counts(&api, "planned").await;
        // A delivery comes twice.
        for _ in 0..2 {
            deliver(&api.platform, "sends", &messages).await;
        }
        let counts = |status: &'static str| of_step(&api, 1, status);
        let (sent, failed) = (counts("sent").await, counts("failed").await);
        let (unknown, pending) = (counts("unknown").await, counts("pending").await);
        let lengths = [sent.len(), failed.len(), unknown.len(), pending.len()];
        assert_eq!(lengths, [6, 1, 2, 1], "{}", api.name);
        assert_counts(&api, "handed over").await;

        // Whoever asked to try later is given up the second time, a day on.
        at(&mut api, NOW + 17 * HOUR);
        let again = plan(&api.platform).await;
        deliver(&api.platform, "sends", &again).await;
        assert_eq!(of_step(&api, 1, "failed").await.len(), 2);
        assert_counts(&api, "given up").await;

        // What nobody knows: one settled by hand, one by its receipt, which comes twice; a bounce settles, too.
        let path = format!("/sends/{}/settle", unknown[0]);
        api.post(&path, json!({"status": "sent"})).await.ok(200);
        assert_eq!(
            api.post(&path, json!({"status": "failed"})).await.status,
            409
        );
        assert_counts(&api, "settled by hand").await;
        let receipts = [
            receipt(&api, &unknown[1], "Delivery", 1),
            receipt(&api, &unknown[1], "Delivery", 1),
            receipt(&api, &unknown[1], "Delivery", 2),
            receipt(&api, &sent[0], "Bounce", 1),
            receipt(&api, &sent[0], "Bounce", 2),
            receipt(&api, &sent[1], "Delivery", 1),
            receipt(&api, &sent[1], "Complaint", 1),
        ];
        deliver(&api.platform, "tracking", &receipts).await;
        assert_counts(&api, "receipts").await;

        // People and machines, each fact twice; one verdict is revised by what comes later.
        let later = NOW + 20 * HOUR;
        let facts = [
            fact(&api, &sent[2], "open", READER, later),
            fact(&api, &sent[2], "open", PROXY, later - HOUR),
            fact(&api, &sent[3], "open", PROXY, later + DAY),
            fact(&api, &sent[3], "click", READER, later + DAY),
            fact(&api, &sent[4], "click", "curl/8", later),
            fact(&api, &sent[4], "open", READER, later + 2 * DAY),
        ];
        deliver(&api.platform, "tracking", &facts).await;
        deliver(&api.platform, "tracking", &facts).await;
        assert_counts(&api, "facts").await;
        let burst: Vec<_> = (0..3)
            .map(|n| fact(&api, &sent[3], "click", READER, later + DAY + 100 + n))
            .collect();
        deliver(&api.platform, "tracking", &burst).await;
        // What is told of later can be earlier.
        let earlier = fact(&api, &sent[4], "open", READER, later + DAY);
        deliver(&api.platform, "tracking", &[earlier]).await;
        assert_counts(&api, "verdicts revised").await;

        let person = |send: &SendId| {
            let send = send.clone();
            let all = rows(&api);
            async move {
                let found = all.await.into_iter().find(|row| row.id == send);
                found.unwrap().person_id
            }
        };
        for _ in 0..2 {
            let person = person(&sent[2]).await;
            replies::record(&api.platform.db, &api.tenant, &person, later)
                .await
                .unwrap();
            suppressions::unsubscribe::recipient_of(&api.platform, &api.tenant, &sent[5])
                .await
                .unwrap();
        }
        assert_counts(&api, "answered and left").await;

        // Failed sends are replayed, and fail again.
        let path = format!("/sequences/{of}/replay");
        assert_eq!(api.post(&path, json!({})).await.ok(200)["replayed"], 2);
        assert_counts(&api, "replayed").await;
        deliver(&api.platform, "sends", &queued(&api.platform)).await;
        assert_counts(&api, "replayed and handed over").await;

        // The second step: skipped for those who opened, and for nobody else.
        at(&mut api, NOW + 11 * DAY);
        let messages = plan(&api.platform).await;
        assert!(!of_step(&api, 2, "skipped").await.is_empty());
        assert_counts(&api, "second step planned").await;
        // Whoever works on this dies: before the hand-over, and the dead letter buries it; after it, and it is parked.
        // What was swept comes before what was planned.
        let [.., buried, parked] = messages.as_slice() else {
            panic!("two batches of the second step");
        };
        deliver(&api.platform, "sends-dead", std::slice::from_ref(buried)).await;
        let batch: batches::BatchMessage = serde_json::from_str(parked).unwrap();
        let statement = Statement::new(
            "UPDATE send_batches SET status = 'handed_over', lease_token = 'dead', lease_ends_at = ?3, check_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
        );
        let statement = statement.bind(&api.tenant).bind(&batch.batch_id);
        let soon = api.platform.now() + MINUTE;
        api.platform.db.execute(statement.bind(soon)).await.unwrap();
        assert_counts(&api, "buried").await;
        at(&mut api, soon + HOUR);
        plan(&api.platform).await;
        assert!(!of_step(&api, 2, "failed").await.is_empty());
        assert!(!of_step(&api, 2, "unknown").await.is_empty());
        assert_counts(&api, "parked").await;

        // Nobody knows of it, so it is not handed over again; the gate skips the rest, whose enrolments end.
        deliver(&api.platform, "sends", &messages).await;
        assert_counts(&api, "through").await;
    }
}

/// Somebody else's connection to the same database; on SQLite there is one.
async fn beside(api: &Api) -> Platform {
    #[derive(Deserialize)]
    struct Row {
        name: String,
    }
    let mut platform = api.platform.clone();
    if api.platform.db.dialect() == Dialect::Postgres {
        let sql = Statement::new("SELECT CAST(current_database() AS TEXT) AS name");
        let row: Row = api.platform.db.fetch_one(sql).await.unwrap();
        let url = std::env::var("TEST_POSTGRES_URL").unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        platform.db = Arc::new(Db::postgres(&format!("{server}/{}", row.name)));
    }
    platform
}

#[tokio::test]
async fn whoever_loses_a_race_counts_nothing() {
    for mut api in engines().await {
        let names: Vec<_> = (0..20).map(|_| "a").chain(["unknown", "later"]).collect();
        sequence(&api, &names).await;
        at(&mut api, NOW + 16 * HOUR);
        let other = beside(&api).await;
        let ticks = tokio::join!(planner::tick(&api.platform), planner::tick(&other));
        assert!(ticks.0.is_ok());
        // The other may have lost so often that it gave up, until the next minute.
        drop(ticks.1);
        assert_counts(&api, "two ticks").await;
        let messages = queued(&api.platform);
        tokio::join!(
            app::consume(&api.platform, "sends", &messages),
            app::consume(&other, "sends", &messages),
            async { fold(&other.db).await.ok() },
        );
        assert_counts(&api, "two dispatchers").await;
        let sent = of_step(&api, 1, "sent").await;
        let facts: Vec<_> = sent
            .iter()
            .flat_map(|send| {
                [
                    fact(&api, send, "open", READER, NOW + DAY),
                    fact(&api, send, "click", "curl/8", NOW + DAY),
                ]
            })
            .collect();
        let receipts: Vec<_> = sent
            .iter()
            .map(|send| receipt(&api, send, "Delivery", 1))
            .collect();
        tokio::join!(
            app::consume(&api.platform, "tracking", &facts),
            app::consume(&other, "tracking", &facts),
            app::consume(&other, "tracking", &receipts),
            async { fold(&api.platform.db).await.ok() },
        );
        assert_counts(&api, "two consumers").await;
        // As if a tick had read the enrolments before another planned them: the rows are there, and are not counted again.
        let undone = Statement::new(
            "UPDATE enrolments SET next_send_at = ?2, sequence_step = 1 WHERE tenant_id = ?1 AND status = 'active'",
        );
        let undone = undone.bind(&api.tenant).bind(NOW);
        api.platform.db.execute(undone).await.unwrap();
        let before = scan(&api).await;
        plan(&api.platform).await;
        assert_eq!(scan(&api).await, before);
        let days = store::days(&api.platform.db, &api.tenant, (1, 1_000_000))
            .await
            .unwrap();
        let counted: i64 = days.iter().map(|of| of.counts.planned()).sum();
        assert_eq!(counted, i64::try_from(rows(&api).await.len()).unwrap());
        other.db.close().await;
    }
}
