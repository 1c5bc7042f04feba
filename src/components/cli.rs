//! Lines for a terminal. The options are those of `russell-cli` 0.7.8.

use crate::paths;
use leptos::prelude::window;

/// Installs the CLI.
pub const INSTALL: &str = "pip install russell-cli";

/// The address of this server as the CLI's `--host` takes it: origin and base, no slash at the end.
pub fn host() -> String {
    window().location().origin().unwrap_or_default() + &paths::base()
}

/// `russell` with what it is to do on the server at `host`. Without `--host` it would talk to the service it was
/// written for, and it remembers no host from one line to the next.
pub fn russell(host: &str, what: &str) -> String {
    format!("russell --host {} {what}", quote(host))
}

/// Signs in with a token that the CLI asks for. Plain `login` would open the other service's page.
pub fn sign_in(host: &str) -> String {
    russell(host, "login --token")
}

/// The lines that make the CLI's file `russell/__init__.py` send uploads and read logs at `host`, as no option does.
/// None without TLS, which the CLI insists on there.
pub fn file_server(host: &str) -> Option<[String; 2]> {
    let rest = host.strip_prefix("https://")?;
    let (authority, base) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (name, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (authority, "443"),
    };
    // The CLI writes "wss://", host, ":" and port one after the other, so a base belongs to the port.
    let port = match base {
        "" => port.to_owned(),
        base => format!("\"{port}{base}\""),
    };
    Some([
        format!("russell_fs_host = \"{name}\""),
        format!("russell_fs_port = {port}"),
    ])
}

/// The text as one word for a POSIX shell.
pub fn quote(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"@%+=:,./-_".contains(&b));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r#"'"'"'"#))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_the_server() {
        assert_eq!(
            russell("https://a.org/russell", "status"),
            "russell --host https://a.org/russell status"
        );
        assert_eq!(
            sign_in("http://[::1]:8080"),
            "russell --host 'http://[::1]:8080' login --token"
        );
    }

    #[test]
    fn uploads_go_where_the_host_is() {
        let lines = |host: &str| file_server(host).map(|lines| lines.join("; "));
        let cases = [
            (
                "https://a.org",
                r#"russell_fs_host = "a.org"; russell_fs_port = 443"#,
            ),
            (
                "https://a.org:8443",
                r#"russell_fs_host = "a.org"; russell_fs_port = 8443"#,
            ),
            (
                "https://a.org/x/y",
                r#"russell_fs_host = "a.org"; russell_fs_port = "443/x/y""#,
            ),
            (
                "https://[::1]",
                r#"russell_fs_host = "[::1]"; russell_fs_port = 443"#,
            ),
        ];
        for (host, wanted) in cases {
            assert_eq!(lines(host).as_deref(), Some(wanted));
        }
        assert_eq!(lines("http://127.0.0.1:8080"), None);
    }

    #[test]
    fn a_shell_reads_back_what_was_typed() {
        for text in [
            "it's",
            "a b",
            "$(rm -rf /)",
            "`x`",
            "a\nb",
            "\"",
            "\\",
            "",
            "*",
            "~",
            "!",
            "名 😀",
            "a;b",
            "'",
            "-",
        ] {
            let output = std::process::Command::new("sh")
                .args(["-c", &format!("printf %s {}", quote(text))])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        }
    }
}
