//! Creation as tus 1.0 has it, for clients that know nothing of our list of files: one file, said in headers.

use super::routes::{LENGTH, number};
use crate::error::ApiError;
use crate::http::extract;
use api::Reason;
use api::upload::NewUpload;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

/// What the file is, and of what: keys and values in base 64.
const METADATA: &str = "upload-metadata";
const DEFER: &str = "upload-defer-length";

/// The upload that the headers ask for; none when they do not: then the body does.
///
/// The metadata `entity_id`, `module_type`, `description` and `key` are those of [`NewUpload`]; `path`, or else
/// `filename`, is where the file goes; `unpack` is `true` for an archive that is unpacked.
///
/// # Errors
/// 518 or 519 when the headers cannot be read.
pub(super) fn asked(headers: &HeaderMap) -> Result<Option<NewUpload>, ApiError> {
    if headers.contains_key(DEFER) {
        return Err(bad(
            "the length of an upload has to be known",
            "Upload-Defer-Length",
        ));
    }
    if !headers.contains_key(&LENGTH) {
        return Ok(None);
    }
    let size =
        number(headers, &LENGTH).ok_or_else(|| bad("it is a number of bytes", "Upload-Length"))?;
    let mut said = metadata(headers)?;
    let path = said
        .remove("path")
        .or_else(|| said.get("filename").cloned());
    let path = path.ok_or_else(|| ApiError::missing("Upload-Metadata"))?;
    let unpack = said.remove("unpack").is_some_and(|value| value == "true");
    let file = json!({"path": path, "size": size, "unpack": unpack});
    said.insert("files".to_owned(), json!([file]));
    // As the body would be: whatever is missing or wrong is told in the same words.
    let body = serde_json::to_vec(&said).map_err(ApiError::internal)?;
    extract::parse(&body).map(Some)
}

fn metadata(headers: &HeaderMap) -> Result<Map<String, Value>, ApiError> {
    let mut said = Map::new();
    let Some(header) = headers.get(METADATA) else {
        return Ok(said);
    };
    let broken = || {
        bad(
            "it is a list of keys and values in base 64",
            "Upload-Metadata",
        )
    };
    let text = header.to_str().map_err(|_| broken())?;
    for pair in text
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
    {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD.decode(value).map_err(|_| broken())?;
        let value = String::from_utf8(value).map_err(|_| broken())?;
        // What else a client says of a file is no concern of ours.
        if matches!(
            key,
            "entity_id" | "module_type" | "description" | "key" | "path" | "filename" | "unpack"
        ) {
            said.insert(key.to_owned(), Value::String(value));
        }
    }
    Ok(said)
}

fn bad(message: &str, header: &str) -> ApiError {
    ApiError::bad(Reason::Malformed, message).at(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::module::ModuleType;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    /// `entity_id` is `8e`, `module_type` is `data`.
    const OURS: &str = "entity_id OGU=,module_type ZGF0YQ==";

    #[test]
    fn one_file_is_said_in_headers() {
        let metadata =
            format!("filename 5ZCNLmNzdg==, {OURS},filetype dGV4dC9jc3Y=,is_confidential");
        let asked = asked(&headers(&[("upload-length", "5"), (METADATA, &metadata)]));
        let new = asked.unwrap().unwrap();
        assert_eq!(
            (new.entity_id.as_str(), new.module_type),
            ("8e", ModuleType::Data)
        );
        assert_eq!(
            (new.files[0].path.as_str(), new.files[0].size),
            ("名.csv", 5)
        );
        assert_eq!((new.files.len(), new.key), (1, None));
    }

    #[test]
    fn the_path_is_more_than_the_name() {
        let metadata = format!("filename YQ==,path ZC9h,key ay0x,{OURS}");
        let asked = asked(&headers(&[("upload-length", "0"), (METADATA, &metadata)]));
        let new = asked.unwrap().unwrap();
        assert_eq!(
            (new.files[0].path.as_str(), new.key.as_deref()),
            ("d/a", Some("k-1"))
        );
    }

    #[test]
    fn without_a_length_the_body_speaks() {
        assert_eq!(asked(&headers(&[(METADATA, OURS)])).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_header() {
        let named = format!("filename YQ==,{OURS}");
        for (list, field) in [
            (
                [("upload-length", "x"), (METADATA, named.as_str())],
                "Upload-Length",
            ),
            (
                [("upload-length", "1"), (METADATA, OURS)],
                "Upload-Metadata",
            ),
            (
                [("upload-length", "1"), (METADATA, "filename !")],
                "Upload-Metadata",
            ),
            (
                [("upload-length", "1"), (METADATA, "filename /w==")],
                "Upload-Metadata",
            ),
            (
                [("upload-length", "1"), (METADATA, "filename YQ==")],
                "entity_id",
            ),
            (
                [("upload-defer-length", "1"), (METADATA, &named)],
                "Upload-Defer-Length",
            ),
        ] {
            let error = asked(&headers(&list)).unwrap_err();
            assert_eq!(error.problem.field.as_deref(), Some(field), "{list:?}");
        }
    }
}
