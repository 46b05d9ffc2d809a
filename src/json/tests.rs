use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    count: Option<i64>,
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    tags: BTreeMap<String, f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Pause,
    Wait(u8),
    Send { template: String },
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    id: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

fn fault(text: &str) -> (String, String) {
    match read::<Sample>(text) {
        Err(Unreadable::Shape(fault)) => (fault.path(), fault.message().to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_that_json_has_is_read() {
    let text = r#"{"steps":["pause",{"wait":3},{"send":{"template":"a\"b"}}],"name":"x","count":-4,"tags":{"a":1,"b":0.5}}"#;
    let sample: Sample = read(text).unwrap();
    assert_eq!(
        sample,
        Sample {
            name: "x".into(),
            count: Some(-4),
            steps: vec![
                Step::Pause,
                Step::Wait(3),
                Step::Send {
                    template: "a\"b".into()
                }
            ],
            tags: [("a".to_string(), 1.0), ("b".to_string(), 0.5)].into(),
        }
    );
    assert_eq!(
        read::<Sample>(r#"{"name":"x","count":null}"#)
            .unwrap()
            .count,
        None
    );
    let flat: Flat = read(r#"{"a":[1,{"b":null}],"id":18446744073709551615}"#).unwrap();
    assert_eq!(flat.id, u64::MAX);
    assert_eq!(flat.rest["a"], serde_json::json!([1, {"b": null}]));
    assert_eq!(read::<(u8, bool)>("[1,true]").unwrap(), (1, true));
}

#[test]
fn a_document_reads_as_serde_json_reads_it() {
    for text in [
        "null",
        "[]",
        r#"{"a":[1,-2,2.5,1e300,"é\n",true,null,{}]}"#,
        "9223372036854775808",
        "-9223372036854775808",
    ] {
        assert_eq!(
            read::<serde_json::Value>(text).unwrap(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
    }
}

#[test]
fn a_fault_names_its_place() {
    assert_eq!(fault("{}"), ("name".into(), "is missing".to_string()));
    assert_eq!(fault(r#"{"name":1}"#).0, "name");
    assert_eq!(
        fault(r#"{"name":"x","steps":["pause",{"wait":256}]}"#).0,
        "steps[1].wait"
    );
    assert_eq!(
        fault(r#"{"name":"x","steps":[{"send":{}}]}"#).0,
        "steps[0].send.template"
    );
    assert_eq!(fault(r#"{"name":"x","tags":{"a":"b"}}"#).0, "tags.a");
    let (path, message) = fault(r#"{"name":"x","nmae":1}"#);
    assert_eq!(path, "nmae");
    assert!(
        message.starts_with("is unknown: there are name, "),
        "{message}"
    );
    assert_eq!(
        fault(r#"{"name":"x","name":"y"}"#),
        (String::new(), "duplicate field `name`".into())
    );
    assert_eq!(
        fault(r#"{"name":"x","count":"2"}"#).1,
        "invalid type: string \"2\", expected i64"
    );
}

#[test]
fn a_struct_is_an_object_and_a_list_a_list() {
    assert_eq!(fault(r#"["x"]"#).0, "");
    assert_eq!(fault(r#"{"name":"x","steps":{}}"#).0, "steps");
    assert_eq!(fault(r#"{"name":"x","steps":[["pause"]]}"#).0, "steps[0]");
    assert_eq!(fault(r#"{"name":"x","steps":[{}]}"#).0, "steps[0]");
    assert!(read::<(u8, bool)>("[1,true,3]").is_err());
}

#[test]
fn what_is_no_json_is_told_from_what_does_not_fit() {
    for text in ["", "{", r#"{"name":"x"} x"#, "\0", "NaN"] {
        assert!(
            matches!(read::<Sample>(text), Err(Unreadable::Syntax(_))),
            "{text}"
        );
    }
}
