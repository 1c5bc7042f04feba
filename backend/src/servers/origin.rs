//! Under which address a task's servers are found.

use crate::ids;
use api::server::Server;
use axum::http::HeaderMap;
use axum::http::header::HOST;

/// What stands for the task's id in an operator's address, so that each task has an origin of its own.
const TASK: &str = "{task}";

/// The address of the second listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// As the operator says: `https://apps.example.org` or `https://{task}.apps.example.org`.
    Said(String),
    /// The host by which the backend itself was asked, at this port.
    Port(u16),
    /// There is no such listener.
    None,
}

impl Origin {
    /// Reads the operator's address.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim_end_matches('/');
        let host = trimmed
            .strip_prefix("https://")
            .or_else(|| trimmed.strip_prefix("http://"))
            .ok_or_else(|| format!("{text} does not begin with http:// or https://"))?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        match !host.is_empty() && host.replacen(TASK, "task", 1).bytes().all(plain) {
            true => Ok(Self::Said(trimmed.to_owned())),
            false => Err(format!(
                "{text} is no scheme and host like https://apps.example.org or https://{TASK}.apps.example.org"
            )),
        }
    }

    /// Whether the address is behind TLS.
    pub fn is_secure(&self) -> bool {
        matches!(self, Self::Said(text) if text.starts_with("https://"))
    }

    /// The address of a task's server with its secret; `headers` are those of the request that asks for it. None when
    /// there is no listener, or the request does not say by which name it came.
    pub fn url(
        &self,
        headers: &HeaderMap,
        server: Server,
        task: &str,
        secret: &str,
    ) -> Option<String> {
        let base = match self {
            Self::Said(text) => text.replacen(TASK, task, 1),
            Self::Port(port) => {
                let host = headers.get(HOST)?.to_str().ok()?;
                format!("http://{}:{port}", host_name(host)?)
            }
            Self::None => return None,
        };
        debug_assert!(ids::is_id(task));
        Some(format!(
            "{base}/{}/{task}/?{}={secret}",
            server.as_str(),
            super::access::PARAMETER
        ))
    }
}

/// `Host` without its port.
fn host_name(host: &str) -> Option<&str> {
    let name = match host.strip_prefix('[') {
        Some(rest) => &host[..rest.find(']')? + 2],
        None => host.split(':').next()?,
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn url(origin: &Origin, host: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
        origin.url(&headers, Server::Serve, ID, "s")
    }

    #[test]
    fn it_is_the_host_that_was_asked_unless_the_operator_says_otherwise() {
        let there = |base: &str| Some(format!("{base}/serve/{ID}/?token=s"));
        let port = Origin::Port(8081);
        assert_eq!(url(&port, "ml:8080"), there("http://ml:8081"));
        assert_eq!(url(&port, "[::1]:8080"), there("http://[::1]:8081"));
        assert_eq!(url(&port, ":8080"), None);
        assert_eq!(url(&Origin::None, "ml"), None);
        let said = Origin::parse("https://apps.example.org/").unwrap();
        assert_eq!(url(&said, "ml"), there("https://apps.example.org"));
        let each = Origin::parse("https://{task}.example.org").unwrap();
        assert_eq!(
            url(&each, "ml"),
            there(&format!("https://{ID}.example.org"))
        );
        assert!(each.is_secure() && !port.is_secure());
    }

    #[test]
    fn what_is_no_address_is_told() {
        for wrong in [
            "",
            "apps.example.org",
            "https://",
            "https://a/b",
            "http://a b",
        ] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
