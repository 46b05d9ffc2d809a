use serde_json::{Value, json};

use super::{counts, put, run, send};
use crate::crm::imports::store::chunk::{BUSINESS, PERSON};
use crate::edge::db::Statement;
use crate::testing::{apis, id};

/// A piece whose records were changed between being read and being written is read again.
#[tokio::test]
async fn a_change_by_somebody_else_is_not_lost() {
    for (api, _) in apis().await {
        api.community().await;
        let file = "name,phone,description\nA,7275550101,x\n";
        let more = json!({"defaults": {"community_id": "ely"}});
        run(&api, file, more.clone()).await;
        // As the write has it: somebody else was there in between.
        let import = send(&api, "name,phone,description\nA,7275550101,y\n").await;
        let path = format!("/imports/{}", id(&import));
        put(&api, &format!("{path}/mapping"), import["mapping"].clone())
            .await
            .ok(200);
        api.post(&format!("{path}/start"), json!({})).await.ok(202);
        let db = &api.platform.db;
        let trap = Statement::new(
            "UPDATE imports SET position = position + 1000 WHERE tenant_id = ?1 AND status = 'running'",
        );
        db.execute(trap.bind(&api.tenant)).await.unwrap();
        api.work_off().await;
        // Beyond its end there is nothing: no row of it is counted, and none is written.
        assert_eq!(
            counts(&api.get(&path).await.ok(200)),
            [0; 5],
            "{}",
            api.name
        );
    }
}

/// What the API writes of a record, an import writes as well.
#[test]
fn no_column_is_left_out() {
    let business: crate::crm::businesses::model::BusinessIn = crate::json::read(
        &json!({
            "community_id": "01900000-0000-7000-8000-000000000001", "name": "A", "external_id": "1", "content_db_id": 1,
            "industry_id": "01900000-0000-7000-8000-000000000001", "legal_name": "A", "description": "x", "address_street": "x",
            "address_city": "x", "address_state": "FL", "address_zip": "33755", "address_lat": 1.5, "address_lng": 1.5,
            "phone": "7275550101", "email": "a@x.example", "website": "https://x.example", "employee_count_range": "1",
            "year_established": 2000, "annual_revenue_range": "1", "google_business_id": "1", "facebook_url": "https://x.example",
            "instagram_handle": "x", "yelp_url": "https://x.example", "lead_score": 1, "health_score": 1, "source": "x",
            "source_detail": "x",
        })
        .to_string(),
    )
    .unwrap();
    let row = crate::crm::businesses::columns_of(business, "America/Chicago").into_row();
    let mut written: Vec<&str> = row.keys().map(String::as_str).collect();
    let mut known: Vec<&str> = BUSINESS.iter().map(|(name, _)| *name).collect();
    written.sort_unstable();
    known.sort_unstable();
    assert_eq!(written, known);

    let person: crate::crm::people::model::PersonIn = crate::json::read(
        &json!({
            "business_id": "01900000-0000-7000-8000-000000000001", "external_id": "1", "first_name": "A", "last_name": "B",
            "email": "a@x.example", "phone": "7275550101", "title": "x", "best_time_to_contact": "x",
        })
        .to_string(),
    )
    .unwrap();
    let row = crate::crm::people::columns_of(person).into_row();
    for (name, _) in PERSON.iter().filter(|(name, _)| *name != "bounced_at") {
        assert!(row.contains_key(*name), "{name}");
    }
    assert_eq!(row.len(), PERSON.len() - 1);
    assert!(!row.values().any(Value::is_null));
}
