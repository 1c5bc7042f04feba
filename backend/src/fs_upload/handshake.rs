//! What the CLI says of an upload in the headers of its WebSocket handshake.

use crate::error::ApiError;
use crate::unpack::Format;
use api::Reason;
use api::module::ModuleType;
use axum::http::HeaderMap;
use std::collections::HashSet;

/// The headers as a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// `B = base64(T + ":")`.
    pub token: String,
    /// Bytes of the whole archive.
    pub size: u64,
    /// MD5 of the whole archive, lower-case hexadecimal.
    pub md5: String,
    /// How the archive is packed.
    pub format: Format,
    /// What to take over from an older version; none for a complete archive.
    pub increment: Option<Increment>,
    /// Whether the archive's beginning should be here already.
    pub resume: bool,
}

/// An archive that holds only what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Increment {
    /// Id of the older version.
    pub base: String,
    /// Paths not to take over.
    pub ignore: HashSet<String>,
}

impl Handshake {
    /// Reads the headers of an upload of this kind.
    ///
    /// # Errors
    /// 518 or 519 at the header that is missing or cannot be read.
    pub fn read(kind: ModuleType, headers: &HeaderMap) -> Result<Self, ApiError> {
        let size = needed(headers, "size")?;
        let size = size.parse().map_err(|_| wrong("size", "is no number"))?;
        let md5 = needed(headers, "hash_code")?.to_ascii_lowercase();
        if md5.len() != 32 || !md5.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong("hash_code", "is no MD5 in hexadecimal"));
        }
        let is_zip = flag(headers, "is_zip")?;
        let format = match (is_zip, flag(headers, "is_compress")?) {
            (Some(true), _) => Format::Zip,
            (_, Some(true)) => Format::TarGz,
            (_, _) => Format::Tar,
        };
        let resume = flag(headers, "resume")?.unwrap_or(false);
        // `data upload --file` sends what an earlier folder upload left in its settings, though its archive is whole.
        let of_a_file = kind == ModuleType::Data && is_zip.is_some() && !resume;
        let wanted = flag(headers, "is_increment")?.unwrap_or(false) && !of_a_file;
        let base = text(headers, "old_module_id")?.filter(|id| !id.is_empty());
        let increment = match base {
            Some(base) if wanted => Some(Increment {
                base: base.to_owned(),
                ignore: ignored(headers)?,
            }),
            _ => None,
        };
        Ok(Self {
            token: text(headers, "access_token")?.unwrap_or("").to_owned(),
            size,
            md5,
            format,
            increment,
            resume,
        })
    }
}

fn ignored(headers: &HeaderMap) -> Result<HashSet<String>, ApiError> {
    let Some(list) = text(headers, "ignore_list")? else {
        return Ok(HashSet::new());
    };
    let paths: Vec<String> = serde_json::from_str(list)
        .map_err(|_| wrong("ignore_list", "is no JSON array of paths"))?;
    let bare = |path: String| path.strip_prefix("./").map_or(path.clone(), str::to_owned);
    Ok(paths.into_iter().map(bare).collect())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ApiError> {
    headers
        .get(name)
        .map(|value| value.to_str().map_err(|_| wrong(name, "is not ASCII")))
        .transpose()
}

fn needed<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, ApiError> {
    text(headers, name)?.ok_or_else(|| ApiError::missing(name))
}

/// Python's `True` and `False`.
fn flag(headers: &HeaderMap, name: &str) -> Result<Option<bool>, ApiError> {
    match text(headers, name)? {
        None => Ok(None),
        Some("True") => Ok(Some(true)),
        Some("False") => Ok(Some(false)),
        Some(_) => Err(wrong(name, "is neither True nor False")),
    }
}

fn wrong(name: &str, what: &str) -> ApiError {
    ApiError::bad(Reason::Malformed, format!("the header {name} {what}")).at(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Code;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(change: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let usual = [
            ("access_token", "VDo="),
            ("size", "5000368"),
            ("hash_code", "D41D8CD98F00B204E9800998ECF8427E"),
            ("user_name", "alice"),
            ("data_name", "iris"),
            ("is_compress", "True"),
            ("is_increment", "False"),
            ("resume", "False"),
        ];
        for (name, value) in usual.iter().chain(change) {
            let name = HeaderName::from_static(name);
            match *value {
                "-" => headers.remove(name),
                value => headers.insert(name, HeaderValue::from_static(value)),
            };
        }
        headers
    }

    fn data(change: &[(&'static str, &'static str)]) -> Result<Handshake, ApiError> {
        Handshake::read(ModuleType::Data, &headers(change))
    }

    const INCREMENT: [(&str, &str); 3] = [
        ("is_increment", "True"),
        ("old_module_id", "19a4"),
        ("ignore_list", r#"["d1/one.csv", "./d2", "\u4e2d.txt"]"#),
    ];

    #[test]
    fn a_folder_of_data_is_read() {
        assert_eq!(
            data(&[]).unwrap(),
            Handshake {
                token: "VDo=".into(),
                size: 5_000_368,
                md5: "d41d8cd98f00b204e9800998ecf8427e".into(),
                format: Format::TarGz,
                increment: None,
                resume: false,
            }
        );
    }

    #[test]
    fn the_format_follows_from_two_flags() {
        let format = |zip, compress| {
            let flags = [("is_zip", zip), ("is_compress", compress)];
            data(&flags).unwrap().format
        };
        assert_eq!(format("True", "True"), Format::Zip);
        assert_eq!(format("False", "True"), Format::TarGz);
        assert_eq!(format("-", "False"), Format::Tar);
    }

    #[test]
    fn an_increment_needs_its_flag() {
        let increment = data(&INCREMENT).unwrap().increment.unwrap();
        assert_eq!(increment.base, "19a4");
        let ignore = ["d1/one.csv", "d2", "中.txt"].map(str::to_owned);
        assert_eq!(increment.ignore, HashSet::from(ignore));
        let mut stale = INCREMENT;
        stale[0].1 = "False";
        assert_eq!(data(&stale).unwrap().increment, None);
    }

    #[test]
    fn a_data_file_is_never_an_increment_but_code_and_what_is_resumed_may_be() {
        let of = |kind, resume| {
            let mut change = INCREMENT.to_vec();
            change.extend([("is_zip", "False"), ("resume", resume)]);
            Handshake::read(kind, &headers(&change)).unwrap().increment
        };
        assert!(of(ModuleType::Data, "False").is_none());
        assert!(of(ModuleType::Data, "True").is_some());
        assert!(of(ModuleType::Code, "False").is_some());
    }

    #[test]
    fn what_cannot_be_read_names_its_header() {
        for (name, value, code) in [
            ("size", "-", Code::NoRequest),
            ("size", "-5", Code::BadRequest),
            ("size", "99999999999999999999999", Code::BadRequest),
            ("hash_code", "-", Code::NoRequest),
            ("hash_code", "xyz", Code::BadRequest),
            ("resume", "true", Code::BadRequest),
        ] {
            let error = data(&[(name, value)]).unwrap_err();
            assert_eq!(
                (error.code, error.problem.field.as_deref()),
                (code, Some(name))
            );
        }
        let mut broken = INCREMENT;
        broken[2].1 = "[1, 2";
        assert_eq!(data(&broken).unwrap_err().code, Code::BadRequest);
    }
}
