use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;

use super::{counts, people, run};
use crate::edge::db::Statement;
use crate::testing::{Api, apis};

/// Rows of a piece, less one.
const PIECE: usize = 1_000;

/// A file whose row `PIECE + 1` begins a second piece: 1,000 rows that are about nobody else, between the first and the last.
fn file(first: &str, last: &str) -> String {
    let mut file = String::from("Name,Phone,ZIP,Contact First Name,Contact Email\n");
    let _ = writeln!(file, "{first}");
    for number in 1..PIECE {
        let _ = writeln!(file, "Filler {number},,33701,,");
    }
    let _ = writeln!(file, "{last}");
    file
}

#[derive(Deserialize)]
struct Bakery {
    name: String,
    slug: String,
}

async fn bakeries(api: &Api) -> Vec<Bakery> {
    let found = Statement::new(
        "SELECT name, slug FROM businesses WHERE tenant_id = ?1 AND name LIKE 'Harbor%' ORDER BY slug",
    );
    let found = api.platform.db.fetch_all(found.bind(&api.tenant)).await;
    found.unwrap()
}

#[tokio::test]
async fn rows_of_two_pieces_about_one_business_are_one() {
    for (api, _) in apis().await {
        api.community().await;
        let import = run(
            &api,
            &file(
                "Harbor Bakery,(727) 555-0101,33755,Robin,robin@harbor.example",
                "Harbor Bakery Inc,727-555-0101,33755,Sam,sam@harbor.example",
            ),
            json!({"defaults": {"community_id": "ely"}}),
        )
        .await;
        // The second piece was looked at before the first was written, and finds what that has made all the same.
        assert_eq!(counts(&import), [1_001, 1_000, 1, 0, 0], "{}", api.name);
        let names: Vec<String> = bakeries(&api)
            .await
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["Harbor Bakery Inc"], "{}", api.name);
        assert_eq!(people(&api).await.len(), 2, "{}", api.name);
    }
}

#[tokio::test]
async fn businesses_of_one_name_in_two_pieces_are_two_with_slugs_of_their_own() {
    for (api, _) in apis().await {
        api.community().await;
        let import = run(
            &api,
            &file(
                "Harbor Bakery,(727) 555-0101,33755,,",
                "Harbor Bakery,(727) 555-0199,33777,,",
            ),
            json!({"defaults": {"community_id": "ely"}}),
        )
        .await;
        assert_eq!(counts(&import), [1_001, 1_001, 0, 0, 0], "{}", api.name);
        let slugs: Vec<String> = bakeries(&api)
            .await
            .into_iter()
            .map(|one| one.slug)
            .collect();
        assert_eq!(slugs.len(), 2, "{}", api.name);
        assert_eq!(slugs[0], "harbor-bakery");
        assert!(slugs[1].starts_with("harbor-bakery-"), "{slugs:?}");
    }
}
