//! The built app and the headers of every answer.

use crate::support::{World, bytes};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use russell_backend::web;
use std::fs;
use tower::ServiceExt as _;

struct Web {
    router: Router,
    world: World,
    dist: tempfile::TempDir,
}

const HASHED: &str = "assets/app-0123456789abcdef/app_bg.wasm";

impl Web {
    async fn new() -> Self {
        Self::with(World::new().await, None).await
    }

    async fn with(world: World, config: Option<&str>) -> Self {
        let dist = tempfile::tempdir().unwrap();
        fs::create_dir_all(dist.path().join("site/assets/app-0123456789abcdef")).unwrap();
        let write =
            |path: &str, text: &str| fs::write(dist.path().join("site").join(path), text).unwrap();
        write("index.html", "<page>");
        write(HASHED, "wasm");
        write("config.json", "{}");
        write("worker.js", "plain");
        write("worker.js.br", "brotli");
        write("worker.js.gz", "gzip");
        fs::write(dist.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink("../secret", dist.path().join("site/link")).unwrap();
        let config = config.map(|text| {
            let file = dist.path().join("mine.json");
            fs::write(&file, text).unwrap();
            web::PageConfig::read(&file).unwrap()
        });
        let router = web::router(world.app.clone(), Some(dist.path().join("site")), config);
        Self {
            router,
            world,
            dist,
        }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_secure(&response, path);
        response
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let response = self.send(Method::GET, path, headers).await;
        let status = response.status().as_u16();
        (status, String::from_utf8(bytes(response).await).unwrap())
    }
}

fn assert_secure(response: &Response<Body>, path: &str) {
    for name in [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-embedder-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
    ] {
        assert!(response.headers().contains_key(name), "{name} of {path}");
    }
}

/// docs and deploy/ say the same.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; \
    object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

const PAGE: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

#[tokio::test]
async fn every_address_of_the_app_gets_the_page() {
    let web = Web::new().await;
    for path in [
        "/",
        "/login",
        "/alice/project/p/files/3/d/train.py",
        "/task/7a/log",
        "/%E5%90%8D",
    ] {
        assert_eq!(
            web.get(path, &[PAGE]).await,
            (200, "<page>".into()),
            "{path}"
        );
    }
    let page = web.send(Method::GET, "/", &[PAGE]).await;
    assert_eq!(page.headers()["cache-control"], "no-cache");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["content-security-policy"], POLICY);
}

#[tokio::test]
async fn links_that_the_cli_prints_open_the_app() {
    let web = Web::new().await;
    let id = "0123456789abcdef0123456789abcdef";
    for path in [
        "/welcome".to_owned(),
        format!("/files/data/{id}/"),
        format!("/files/data/{id}/?token=VG9rZW46"),
    ] {
        assert_eq!(web.get(&path, &[PAGE]).await, (200, "<page>".into()));
    }
}

#[tokio::test]
async fn what_is_missing_is_missing() {
    let web = Web::new().await;
    for path in [
        "/gone.js",
        "/assets/app-0123456789abcdee/app.js",
        "/snippets/a/b.js",
        "/favicon.ico",
    ] {
        assert_eq!(web.get(path, &[("accept", "*/*")]).await.0, 404, "{path}");
    }
    let script = [("accept", "*/*"), ("sec-fetch-dest", "script")];
    assert_eq!(web.get("/alice/x", &script).await.0, 404);
    assert_eq!(
        web.get("/alice", &[("accept", "application/json")]).await.0,
        404
    );
    assert_eq!(
        web.send(Method::POST, "/alice", &[]).await.status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    let api = web.send(Method::GET, "/api/v1/nothing", &[PAGE]).await;
    assert_eq!(
        api.headers()["content-type"],
        "application/json",
        "the API never answers with the page"
    );
    assert_eq!(api.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn no_path_leaves_the_folder() {
    let web = Web::new().await;
    for path in [
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/link",
        "/assets/../../secret",
        "//etc/passwd",
        "/%00",
    ] {
        let (_, body) = web.get(path, &[PAGE]).await;
        assert!(
            !body.contains("secret") && !body.contains("root:"),
            "{path}: {body}"
        );
    }
    assert!(web.dist.path().join("secret").exists());
}

#[tokio::test]
async fn the_smallest_form_is_sent_and_known_files_are_not() {
    let web = Web::new().await;
    for (accepted, encoding, body) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let response = web
            .send(Method::GET, "/worker.js", &[("accept-encoding", accepted)])
            .await;
        let headers = response.headers();
        assert_eq!(
            headers
                .get("content-encoding")
                .map_or("", |v| v.to_str().unwrap()),
            encoding
        );
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(headers["content-length"], body.len().to_string());
        let tag = headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(bytes(response).await, body.as_bytes());
        let again = web
            .send(
                Method::GET,
                "/worker.js",
                &[("accept-encoding", accepted), ("if-none-match", &tag)],
            )
            .await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()["etag"], tag.as_str());
    }
    let head = web.send(Method::HEAD, "/worker.js", &[]).await;
    assert_eq!(
        (
            head.status().as_u16(),
            head.headers()["content-length"].to_str().unwrap()
        ),
        (200, "5")
    );
    assert!(bytes(head).await.is_empty());
}

#[tokio::test]
async fn hashed_files_are_kept_for_a_year() {
    let web = Web::new().await;
    let response = web.send(Method::GET, &format!("/{HASHED}"), &[]).await;
    assert_eq!(
        response.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(response.headers()["content-type"], "application/wasm");
    assert_eq!(
        web.send(Method::GET, "/worker.js", &[]).await.headers()["cache-control"],
        "no-cache"
    );
}

#[tokio::test]
async fn health_needs_database_and_disk() {
    let web = Web::new().await;
    assert_eq!(web.get("/healthz", &[]).await, (200, "ok\n".into()));
    web.world.app.db.close().await;
    assert_eq!(web.get("/healthz", &[]).await.0, 503);
}

#[tokio::test]
async fn the_operators_configuration_stands_in_for_the_builds() {
    let web = Web::new().await;
    assert_eq!(web.get("/config.json", &[]).await, (200, "{}".into()));

    let text = r#"{"api":"https://api.example.org/","sentry":"https://key@faults.example.org/1"}"#;
    let web = Web::with(World::new().await, Some(text)).await;
    let response = web.send(Method::GET, "/config.json", &[]).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(bytes(response).await, text.as_bytes());
    let page = web.send(Method::GET, "/", &[PAGE]).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(
        "connect-src 'self' wss://api.example.org https://api.example.org https://faults.example.org;"
    ));
    assert!(policy.contains("img-src 'self' blob: data: https://api.example.org;"));
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
}

#[tokio::test]
async fn only_pages_that_the_operator_names_may_use_the_api_from_elsewhere() {
    let preflight = [
        ("origin", "https://app.example.org"),
        ("access-control-request-method", "PATCH"),
        (
            "access-control-request-headers",
            "authorization,upload-offset",
        ),
    ];
    let closed = Web::new().await;
    let answer = closed
        .send(Method::OPTIONS, "/api/v1/user", &preflight)
        .await;
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    assert_eq!(
        answer.headers()["cross-origin-resource-policy"],
        "same-origin"
    );

    let open = World::with(|config| {
        let origin = web::OtherOrigin::parse("https://app.example.org").unwrap();
        config.other_origins = vec![origin];
    });
    let open = Web::with(open.await, None).await;
    let answer = open.send(Method::OPTIONS, "/api/v1/user", &preflight).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("access-control-allow-origin"),
        "https://app.example.org"
    );
    assert_eq!(header("access-control-allow-methods"), "PATCH");
    assert_eq!(
        header("access-control-allow-headers"),
        "authorization,upload-offset"
    );
    assert!(
        !answer
            .headers()
            .contains_key("access-control-allow-credentials")
    );

    let refused = open
        .send(Method::GET, "/api/v1/user", &preflight[..1])
        .await;
    let header = |name: &str| refused.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("access-control-allow-origin"),
        "https://app.example.org"
    );
    assert_eq!(header("access-control-expose-headers"), "*");
    assert_eq!(header("cross-origin-resource-policy"), "cross-origin");

    let stranger = [("origin", "https://evil.example.org")];
    let answer = open.send(Method::GET, "/api/v1/user", &stranger).await;
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}
