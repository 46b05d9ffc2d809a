use miniz_oxide::deflate::compress_to_vec;
use serde_json::json;

use super::{businesses, counts, finish, run};
use crate::crm::imports::consumer;
use crate::edge::clock::{Clock, DAY};
use crate::testing::{NOW, apis, apis_alone, assert_has, id};

#[tokio::test]
async fn a_file_that_does_not_hold_is_refused_and_leaves_nothing() {
    for (api, _) in apis().await {
        let long = "x".repeat(70_000);
        for (file, complaint) in [
            (Vec::new(), "is empty"),
            (b"\n\n".to_vec(), "is empty"),
            (
                b"Name,Phone,Name\nA,1,B\n".to_vec(),
                "the column Name twice",
            ),
            (b"Harbor,dana@example.com\n".to_vec(), "no header"),
            (long.into_bytes(), "a header of more than"),
            (b"\xd0\xcf\x11\xe0 old".to_vec(), "old Excel"),
            (b"Name\n\0\0\n".to_vec(), "UTF-8"),
        ] {
            let reply = api.upload("/imports", file).await;
            assert_eq!(reply.wrong_fields(), ["file"], "{complaint}");
            let message = reply.body["error"]["message"].as_str().unwrap();
            assert!(message.contains(complaint), "{message}");
        }
        for (query, field) in [
            ("what=orders", "what"),
            ("nmae=x", "nmae"),
            ("name=a%0ab", "name"),
        ] {
            let reply = api.upload(&format!("/imports?{query}"), "Name\n").await;
            assert_eq!(reply.wrong_fields(), [field]);
        }
        assert_eq!(api.get("/imports").await.ok(200), json!([]));
        assert_eq!(
            api.platform.bucket.keys(),
            Vec::<String>::new(),
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn text_is_read_however_it_is_written() {
    for (api, _) in apis().await {
        api.community().await;
        let text = "Name;Description;Phone\nCafé “Zoë”;Crêpes – 5€;7275550101\n";
        let utf16: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let windows = text
            .replace(['“', '”'], "'")
            .chars()
            .map(|character| match character {
                '€' => 0x80,
                '–' => 0x96,
                other => u8::try_from(u32::from(other)).unwrap(),
            })
            .collect();
        for (file, encoding, name) in [
            (text.as_bytes().to_vec(), "utf-8", "Café “Zoë”"),
            (utf16, "utf-16le", "Café “Zoë”"),
            (windows, "windows-1252", "Café 'Zoë'"),
        ] {
            let import = api.upload("/imports", file).await.ok(201);
            let path = format!("/imports/{}", id(&import));
            api.work_off().await;
            let import = api.get(&path).await.ok(200);
            assert_has(
                &import,
                &json!({"status": "ready", "encoding": encoding, "separator": ";"}),
            );
            finish(&api, import, json!({"defaults": {"community_id": "ely"}})).await;
            let all = businesses(&api).await;
            assert_eq!(all.len(), 1);
            assert_has(
                &all[0],
                &json!({"name": name, "description": "Crêpes – 5€"}),
            );
        }
    }
}

/// An archive of these parts, deflated.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let packed = compress_to_vec(text.as_bytes(), 6);
        let offset = u32::try_from(file.len()).unwrap();
        let length = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        let common: Vec<u8> = [
            &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
            &length(packed.len()),
            &length(text.len()),
            &short(name.len()),
            &[0, 0],
        ]
        .concat();
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(name.as_bytes());
        file.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, length) = (file.len(), directory.len());
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    file.extend([count, count].concat());
    file.extend(u32::try_from(length).unwrap().to_le_bytes());
    file.extend(u32::try_from(at).unwrap().to_le_bytes());
    file.extend([0, 0]);
    file
}

fn workbook(rows: &str, strings: &[&str]) -> Vec<u8> {
    let items: String = strings
        .iter()
        .map(|text| format!("<si><t>{text}</t></si>"))
        .collect();
    archive(&[
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="rId7"/><sheet name="Two" r:id="rId8"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId8" Target="worksheets/sheet2.xml"/><Relationship Id="rId7" Target="/xl/worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{items}</sst>")),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

#[tokio::test]
async fn a_spreadsheet_is_converted_and_taken_in() {
    for (api, _) in apis().await {
        api.community().await;
        let mut rows = String::from(
            r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>"#,
        );
        for n in 0..1_500 {
            rows.push_str(&format!(
                r#"<row><c t="s"><v>3</v></c><c><v>727555{n:04}</v></c><c><v>{}</v></c></row>"#,
                2_000 + n
            ));
        }
        let file = workbook(
            &rows,
            &["Name", "Phone", "ZIP", "Tom &amp; Ann&#39;s, &lt;Café&gt;"],
        );
        let import = api.upload("/imports?name=Sheet", file).await.ok(201);
        assert_has(
            &import,
            &json!({"status": "converting", "format": "xlsx", "columns": []}),
        );
        let path = format!("/imports/{}", id(&import));
        api.work_off().await;
        let import = api.get(&path).await.ok(200);
        assert_has(
            &import,
            &json!({"status": "ready", "columns": ["Name", "Phone", "ZIP"]}),
        );
        let done = finish(&api, import, json!({"defaults": {"community_id": "ely"}})).await;
        assert_eq!(counts(&done), [1_500, 1_500, 0, 0, 0], "{}", api.name);
        assert_has(
            &businesses(&api).await[0],
            &json!({"name": "Tom & Ann's, <Café>"}),
        );
        for broken in [
            b"PK\x03\x04 and nothing more".to_vec(),
            archive(&[("word/document.xml", "<w/>")]),
            workbook("<row><c t=\"s\"><v>9</v></c></row>", &["a"]),
            workbook("", &[]),
        ] {
            let import = api.upload("/imports", broken).await.ok(201);
            api.work_off().await;
            let failed = api.get(&format!("/imports/{}", id(&import))).await.ok(200);
            assert_eq!(failed["status"], "failed");
            assert!(
                failed["failure_reason"]
                    .as_str()
                    .unwrap()
                    .starts_with("The file ")
            );
        }
    }
}

#[tokio::test]
async fn one_row_that_cannot_be_taken_stops_no_other() {
    for (api, _) in apis().await {
        api.community().await;
        let file = format!(
            "name,phone,description\nA,7275550101,{}\nB,7275550102,\"{}\"\nC,7275550103,x,y\nD,7275550104,a\0b\n\nE,7275550105\nF,7275550106,=1+1\nG,7275550107,\"{}\nH,7275550108,x",
            "x".repeat(1_000_000),
            "y".repeat(40_000),
            "z".repeat(20),
        );
        // A zero character makes the whole file no text; the rest is what is looked at here.
        let file = file.replace('\0', "");
        let done = run(&api, &file, json!({"defaults": {"community_id": "ely"}})).await;
        assert_eq!(counts(&done), [7, 4, 0, 0, 3], "{}", api.name);
        let all = businesses(&api).await;
        let text = |name: &str| {
            let one = all.iter().find(|one| one["name"] == name).unwrap();
            one["description"].as_str().unwrap_or_default().to_string()
        };
        assert_eq!(
            (text("D").as_str(), text("E").as_str(), text("F").as_str()),
            ("ab", "", "=1+1")
        );
        // A quotation mark that never closes takes the rest of the file with it.
        assert!(text("G").ends_with("H,7275550108,x"));
        let (_, refused) = api
            .download(&format!("/api/v1/imports/{}/refused.csv", id(&done)))
            .await;
        let reasons = [
            ",2,the row has more than",
            "the cell in column 3 has 40000 bytes",
            "the row has 4 cells, the header 3",
        ];
        for reason in reasons {
            assert!(
                refused.contains(reason),
                "{reason} in {}",
                refused.lines().last().unwrap()
            );
        }
    }
}

#[tokio::test]
async fn files_go_after_a_month_and_what_they_made_stays() {
    for (api, _) in apis_alone().await {
        api.community().await;
        let done = run(
            &api,
            "name\nA\n",
            json!({"defaults": {"community_id": "ely"}}),
        )
        .await;
        let path = format!("/imports/{}", id(&done));
        assert!(!api.platform.bucket.keys().is_empty());
        let mut later = api.platform.clone();
        later.clock = Clock::fixed(NOW + 31 * DAY);
        consumer::sweep(&later).await.unwrap();
        assert_eq!(
            api.platform.bucket.keys(),
            Vec::<String>::new(),
            "{}",
            api.name
        );
        assert_has(
            &api.get(&path).await.ok(200),
            &json!({"status": "done", "created": 1, "files_removed_at": null, "samples": []}),
        );
        assert_eq!(api.get(&format!("{path}/refused.csv")).await.status, 409);
        assert_eq!(businesses(&api).await.len(), 1);
    }
}
