use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;

use super::super::model::Import;
use super::super::pieces::{ROWS, read};
use super::super::{looked, run::plan, store};
use super::{counts, people, run, start};
use crate::edge::db::Statement;
use crate::ids::ImportId;
use crate::testing::{Api, apis, id};

/// A file of two pieces: the first row, so many that are about nobody else that the first piece is full, and the last row.
fn file(header: &str, first: &str, filler: impl Fn(usize) -> String, last: &str) -> String {
    let mut file = format!("{header}\n{first}\n");
    for number in 1..ROWS {
        let _ = writeln!(file, "{}", filler(number));
    }
    let _ = writeln!(file, "{last}");
    file
}

fn businesses(first: &str, last: &str) -> String {
    let header = "Name,Phone,ZIP,Contact First Name,Contact Email";
    file(
        header,
        first,
        |number| format!("Filler {number},,33701,,"),
        last,
    )
}

/// Whether the second piece, looked at before the first is written, is to be looked at once more when that is.
async fn hangs_on_the_first(api: &Api, import: &ImportId) -> bool {
    let (platform, tenant) = (&api.platform, &api.tenant);
    let import: Import = store::get(&platform.db, tenant, import).await.unwrap();
    let plan = plan(&import).unwrap();
    let look = async |from: i64| {
        let piece = read(&platform.bucket, &import, from).await.unwrap();
        let now = platform.now();
        looked::look(&platform.db, tenant, &import, &plan, piece, now)
            .await
            .unwrap()
    };
    let first = look(import.position).await;
    assert!(!first.piece.is_last, "{}", api.name);
    let second = look(first.piece.to).await;
    assert!(second.piece.is_last, "{}", api.name);
    let path = format!("/imports/{}/cancel", import.id.as_str());
    api.post(&path, json!({})).await.ok(200);
    second.hangs_on(&first)
}

#[tokio::test]
async fn a_piece_hangs_on_what_the_one_before_it_makes_or_names() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let bakery =
            json!({"community_id": community, "name": "Harbor Bakery", "external_id": "B-1"});
        let bakery = id(&api.make("/businesses", bakery).await);
        let ann = json!({"business_id": bakery, "first_name": "Ann", "email": "ann@x.example"});
        api.make("/people", ann).await;
        let started = async |path: &str, file: String, mapping| {
            let import = api.upload(path, file).await.ok(201);
            start(&api, &import, mapping).await;
            ImportId::parse(&id(&import)).unwrap()
        };
        let there = json!({"defaults": {"community_id": "ely"}});
        let path = "/imports?what=businesses";
        for (last, hangs) in [
            ("Nook Bakery Inc,727-555-0101,33755,,", true),
            ("Nook Bakery,(727) 555-0199,33777,,", false),
        ] {
            let file = businesses("Nook Bakery,(727) 555-0101,33755,,", last);
            let import = started(path, file, there.clone()).await;
            let found = hangs_on_the_first(&api, &import).await;
            assert_eq!(found, hangs, "{}: {last}", api.name);
        }
        // Somebody who is known gets an id, by which the other piece asks for them.
        for (last, hangs) in [("Moved,,,77", true), ("Moved,,,78", false)] {
            let header = "First,Email,business.external_id,contactid";
            let filler = |number: usize| format!("Filler,filler{number}@x.example,B-1,");
            let file = file(header, "Ann,ann@x.example,B-1,77", filler, last);
            let import = started("/imports?what=people", file, json!({})).await;
            let found = hangs_on_the_first(&api, &import).await;
            assert_eq!(found, hangs, "{}: {last}", api.name);
        }
    }
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
            &businesses(
                "Harbor Bakery,(727) 555-0101,33755,Robin,robin@harbor.example",
                "Harbor Bakery Inc,727-555-0101,33755,Sam,sam@harbor.example",
            ),
            json!({"defaults": {"community_id": "ely"}}),
        )
        .await;
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
            &businesses(
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
