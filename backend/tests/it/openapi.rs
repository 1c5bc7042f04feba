//! The API's description of itself: whether it says of every route what the router does, and of no other.

use crate::support::{World, addresses, bytes};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

async fn document(world: &World) -> Value {
    let request = Request::get(api::routes::OPENAPI);
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&bytes(response).await).unwrap()
}

/// The operations described, with address and method.
fn operations(document: &Value) -> impl Iterator<Item = (&str, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        let item = item.as_object().unwrap().iter();
        item.map(move |(method, operation)| (path.as_str(), method.to_uppercase(), operation))
    })
}

#[tokio::test]
async fn every_address_is_described_and_no_other() {
    let world = World::new().await;
    let document = document(&world).await;
    let described: BTreeSet<_> = operations(&document).map(|(path, ..)| path).collect();
    assert_eq!(described, addresses().collect());
}

#[tokio::test]
async fn every_method_is_described_and_no_other() {
    let world = World::new().await;
    let document = document(&world).await;
    let mut described = BTreeMap::<&str, BTreeSet<String>>::new();
    for (path, method, _) in operations(&document) {
        let methods = described.entry(path).or_default();
        if method == "GET" {
            // Whoever takes one takes the other.
            methods.insert("HEAD".to_owned());
        }
        methods.insert(method);
    }
    for (path, methods) in described {
        let filled: String = path
            .split_inclusive('/')
            .map(|part| match part.strip_prefix('{') {
                Some(rest) => format!("x{}", &rest[rest.find('}').unwrap() + 1..]),
                None => part.to_owned(),
            })
            .collect();
        let request = Request::builder().method("PROPFIND").uri(&filled);
        let response = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allow = response.headers()["allow"].to_str().unwrap().split(',');
        let taken: BTreeSet<String> = allow.map(|method| method.trim().to_owned()).collect();
        assert_eq!(taken, methods, "{path}");
    }
}

#[tokio::test]
async fn operations_are_told_apart_and_explained() {
    let world = World::new().await;
    let document = document(&world).await;
    let mut ids = HashSet::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{place}: {id} comes twice");
        assert!(operation["summary"].is_string(), "{place} has no summary");
        let responses = operation["responses"].as_object().unwrap();
        let good = ["101", "200", "201", "204"];
        assert!(
            good.iter().any(|status| responses.contains_key(*status)),
            "{place}"
        );
        for (status, response) in responses {
            let words = response["description"].as_str().unwrap();
            assert!(!words.is_empty(), "{place}: {status} says nothing");
        }
        let parameters = operation["parameters"].as_array();
        let described: BTreeSet<&str> = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let parts = path.split(['{', '}']).skip(1).step_by(2);
        assert_eq!(described, parts.collect(), "{place}");
    }
}

#[tokio::test]
async fn what_is_referred_to_is_there() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            _ => {}
        }
    }
    let world = World::new().await;
    let document = document(&world).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let list = "/components/schemas/Answered_Page_Task/oneOf/0/properties/data/properties/list";
    let items = &document.pointer(list).unwrap()["items"]["$ref"];
    assert_eq!(items, "#/components/schemas/Task");
    let text = document.to_string();
    assert!(!text.contains("[`"), "a link to code in the description");
}

#[tokio::test]
async fn limits_are_those_that_are_checked() {
    use api::limits::*;
    let world = World::new().await;
    let document = document(&world).await;
    for (place, limit) in [
        ("NewUser/properties/email/maxLength", EMAIL_MAX as u64),
        ("NewUser/properties/password/minLength", PASSWORD_MIN as u64),
        ("NewUser/properties/password/maxLength", PASSWORD_MAX as u64),
        (
            "NewProject/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        (
            "NewDataset/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        (
            "NewModule/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        (
            "NewModule/properties/family_id/maxLength",
            CLIENT_ID_MAX as u64,
        ),
        (
            "ModuleChange/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        (
            "NewTask/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        ("NewTask/properties/command/maxLength", COMMAND_MAX as u64),
        (
            "NewTask/properties/full_command/maxLength",
            4 * COMMAND_MAX as u64,
        ),
        (
            "NewTask/properties/family_id/maxLength",
            CLIENT_ID_MAX as u64,
        ),
        (
            "NewTask/properties/predecessor/maxLength",
            CLIENT_ID_MAX as u64,
        ),
        ("NewTask/properties/data_ids/maxItems", MOUNTS_MAX as u64),
        (
            "MetricPatterns/properties/patterns/maxItems",
            PATTERNS_MAX as u64,
        ),
        (
            "MetricPattern/properties/name/maxLength",
            METRIC_NAME_MAX as u64,
        ),
        (
            "MetricPattern/properties/pattern/maxLength",
            PATTERN_MAX as u64,
        ),
        (
            "NewUpload/properties/description/maxLength",
            DESCRIPTION_MAX as u64,
        ),
        ("UploadFile/properties/path/maxLength", PATH_MAX as u64),
        ("UploadFile/properties/size/maximum", DATA_BYTES),
    ] {
        let pointer = format!("/components/schemas/{place}");
        assert_eq!(
            document.pointer(&pointer),
            Some(&Value::from(limit)),
            "{place}"
        );
    }
    for (path, method, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for words in parameters.filter(|parameter| parameter["name"] == "q") {
            assert_eq!(words["schema"]["maxLength"], SEARCH_MAX, "{method} {path}");
        }
    }
}
