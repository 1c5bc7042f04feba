use super::*;

fn s(text: &str) -> String {
    text.to_owned()
}

fn project(tab: ProjectTab) -> Route {
    Route::Project {
        user: s("alice"),
        name: s("tf-mnist"),
        tab,
    }
}

fn dataset(tab: DatasetTab) -> Route {
    Route::Dataset {
        user: s("alice"),
        name: s("iris"),
        tab,
    }
}

fn task(tab: TaskTab) -> Route {
    Route::Task { id: s("7a"), tab }
}

fn account(tab: AccountTab) -> Route {
    Route::Account { tab }
}

/// Every route and how it is spelled: the list to read when an address is to change.
fn every_route() -> Vec<(Route, &'static str)> {
    let odd = || s("models/100%/a?b#c d/é名.txt");
    vec![
        (Route::Home, "/"),
        (Route::Login, "/login"),
        (Route::Register, "/register"),
        (Route::Welcome, "/welcome"),
        (Route::Explore, "/explore"),
        (Route::Projects, "/projects"),
        (Route::Datasets, "/datasets"),
        (Route::Tasks, "/tasks"),
        (Route::settings(), "/settings/profile"),
        (
            Route::Settings {
                tab: SettingsTab::Email,
            },
            "/settings/email",
        ),
        (
            Route::Settings {
                tab: SettingsTab::Password,
            },
            "/settings/password",
        ),
        (
            Route::Settings {
                tab: SettingsTab::Tokens,
            },
            "/settings/tokens",
        ),
        (Route::Search, "/search"),
        (Route::Notifications, "/notifications"),
        (Route::NewProject, "/new/project"),
        (Route::NewDataset, "/new/dataset"),
        (account(AccountTab::Usage), "/account/usage"),
        (account(AccountTab::Wallet), "/account/wallet"),
        (account(AccountTab::Plan), "/account/plan"),
        (
            account(AccountTab::Order { id: s("7a") }),
            "/account/order/7a",
        ),
        (Route::Trash, "/trash"),
        (Route::user("alice"), "/alice"),
        (project(ProjectTab::Overview), "/alice/project/tf-mnist"),
        (
            project(ProjectTab::Versions),
            "/alice/project/tf-mnist/versions",
        ),
        (project(ProjectTab::Tasks), "/alice/project/tf-mnist/tasks"),
        (
            project(ProjectTab::Files {
                version: 3,
                path: s(""),
            }),
            "/alice/project/tf-mnist/files/3",
        ),
        (
            project(ProjectTab::Files {
                version: 3,
                path: odd(),
            }),
            "/alice/project/tf-mnist/files/3/models/100%25/a%3Fb%23c%20d/%C3%A9%E5%90%8D.txt",
        ),
        (
            project(ProjectTab::Preview),
            "/alice/project/tf-mnist/preview",
        ),
        (project(ProjectTab::Guide), "/alice/project/tf-mnist/guide"),
        (dataset(DatasetTab::Tasks), "/alice/dataset/iris/tasks"),
        (
            project(ProjectTab::Settings),
            "/alice/project/tf-mnist/settings",
        ),
        (
            project(ProjectTab::Upload),
            "/alice/project/tf-mnist/upload",
        ),
        (project(ProjectTab::Run), "/alice/project/tf-mnist/run"),
        (dataset(DatasetTab::Overview), "/alice/dataset/iris"),
        (
            dataset(DatasetTab::Versions),
            "/alice/dataset/iris/versions",
        ),
        (
            dataset(DatasetTab::Files {
                version: 1,
                path: s("a/b.csv"),
            }),
            "/alice/dataset/iris/files/1/a/b.csv",
        ),
        (dataset(DatasetTab::Guide), "/alice/dataset/iris/guide"),
        (
            dataset(DatasetTab::Settings),
            "/alice/dataset/iris/settings",
        ),
        (dataset(DatasetTab::Upload), "/alice/dataset/iris/upload"),
        (task(TaskTab::Overview), "/task/7a"),
        (task(TaskTab::Log), "/task/7a/log"),
        (task(TaskTab::Metrics), "/task/7a/metrics"),
        (task(TaskTab::Output { path: s("") }), "/task/7a/output"),
        (
            task(TaskTab::Output { path: s("a/b") }),
            "/task/7a/output/a/b",
        ),
        (
            task(TaskTab::Code { path: s("a%20b") }),
            "/task/7a/code/a%2520b",
        ),
        (task(TaskTab::Data), "/task/7a/data"),
        (
            Route::Files {
                id: s("7a"),
                path: s(""),
            },
            "/files/data/7a",
        ),
        (
            Route::Files {
                id: s("7a"),
                path: s("a/b"),
            },
            "/files/data/7a/a/b",
        ),
    ]
}

#[test]
fn every_address_is_spelled_so_and_read_back() {
    for (route, path) in every_route() {
        assert_eq!(route.path(), path);
        assert_eq!(Route::parse(path), Some(route), "{path}");
    }
}

#[test]
fn a_slash_at_the_end_is_forgiven() {
    assert_eq!(Route::parse("/alice/"), Some(Route::user("alice")));
    assert_eq!(Route::parse("//"), None);
    assert_eq!(Route::parse(""), None);
}

#[test]
fn what_the_cli_prints_leads_to_the_task() {
    for word in ["notebook", "serve", "tensorboard"] {
        let path = format!("/{word}/7a/");
        assert_eq!(Route::parse(&path), Some(Route::task("7a")), "{path}");
        assert_eq!(Route::parse(&format!("/{word}/7a/lab")), None);
    }
}

#[test]
fn what_is_no_address_is_not_found() {
    for path in [
        "/settings",
        "/api",
        "/alice/projects",
        "/alice/project",
        "/alice/project/x/nope",
        "/alice/project/x/files/0",
        "/alice/project/x/files/+1",
        "/alice/project/x/files/1/..%2Fsecret",
        "/alice/project/x/files/1/a/%2e%2e/b",
        "/alice/project/x/files/1/a%2Fb",
        "/alice/project/%E9",
        "/alice/project/%zz",
        "/new",
        "/task/7a%2Flog",
        "/a%20b",
        "/登录",
    ] {
        assert_eq!(Route::parse(path), None, "{path}");
    }
}

#[test]
fn a_page_stays_while_its_parts_change() {
    assert_eq!(
        project(ProjectTab::Versions).page(),
        "/alice/project/tf-mnist"
    );
    let deep = project(ProjectTab::Files {
        version: 2,
        path: s("a"),
    });
    assert_eq!(deep.page(), project(ProjectTab::Overview).page());
    assert_ne!(dataset(DatasetTab::Overview).page(), deep.page());
}

#[test]
fn queries_are_encoded_and_empty_values_left_out() {
    let href = Route::Projects.with(&[("q", "a b&c=d"), ("page", ""), ("sort", "name")]);
    assert_eq!(href, "/projects?q=a%20b%26c%3Dd&sort=name");
    assert_eq!(
        login_then("/alice?tab=tasks"),
        "/login?next=%2Falice%3Ftab%3Dtasks"
    );
}

#[test]
fn one_returns_only_to_places_of_the_app() {
    for (wish, target) in [
        ("/alice/project/x/run", "/alice/project/x/run"),
        ("/projects?q=a+b&page=2", "/projects?q=a%20b&page=2"),
        ("/task/7a/log#L12", "/task/7a/log"),
        ("/files/data/7a?token=QTo=", "/files/data/7a"),
        (
            "/alice?tab=javascript:alert(1)",
            "/alice?tab=javascript%3Aalert%281%29",
        ),
    ] {
        assert_eq!(return_target(wish).as_deref(), Some(target), "{wish}");
    }
}

#[test]
fn nobody_is_led_away() {
    let hosts = [
        "evil.example",
        "trusted.example@evil.example",
        "evil.example:80",
        "[::1]",
        "２１６.５８",
    ];
    let shapes = [
        "//{}",
        "///{}",
        "////{}/",
        "/\\{}",
        "\\\\{}",
        "\\/{}",
        "/\t/{}",
        "/%09/{}",
        "/%2f{}",
        "/%5c{}",
        "/%2F%2F{}",
        "//{}/%2f..",
        "/.{}",
        "/..//{}",
        "/./{}",
        "/;@{}",
        "/?next=//{}&a",
        "https://{}",
        "https:{}",
        "/https://{}",
        "https:/{}",
        "hTTp:\\\\{}",
        "//{}%00",
        "\u{0}//{}",
        " //{}",
        "\n//{}",
        "javascript:alert('{}')",
        "java%0d%0ascript%0d%0a:alert('{}')",
        "/javascript:alert('{}')",
        "data:text/html,{}",
        "vbscript:{}",
        "///%09/{}",
        "/〱{}",
        "〵{}",
        "/%E3%80%B1{}",
        "ﾠ{}",
        "/{}%0d%0aLocation:x",
        "//%0a{}",
        "/%0d{}",
        "%2f%2f{}",
        "//{}?",
        "//{}#",
        "/x//{}",
        "/login",
        "/register?next=//{}",
        "",
        "/%",
        "/%u002f{}",
        "$2f%2f{}",
        "$2f{}%2f%2f",
        "/..;/{}",
        "/<>//{}",
        "/€/{}",
        "{}",
        "{}/alice",
        "@{}",
        ".{}",
    ];
    for shape in shapes {
        for host in hosts {
            let text = shape.replace("{}", host);
            if let Some(target) = return_target(&text) {
                // What is left is one of our own places: nothing of the host stands where a browser looks for one.
                let path = target.split('?').next().unwrap_or_default();
                assert!(Route::parse(path).is_some(), "{text} -> {target}");
                assert!(
                    !target.starts_with("//") && !path.contains(host),
                    "{text} -> {target}"
                );
            }
        }
    }
    assert_eq!(return_target("//evil.example"), None);
    assert_eq!(return_target("https://evil.example"), None);
    assert_eq!(return_target("/login?next=/alice"), None);
}

/// The variants of an enum in its source, with the enum of a `tab` where one has parts.
fn variants(source: &str, name: &str) -> Vec<(String, Option<String>)> {
    let start = source
        .find(&format!("pub enum {name} {{"))
        .unwrap_or_else(|| panic!("no {name}"));
    let body = source[start..].split("\n}").next().unwrap_or_default();
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for line in body.lines().skip(1) {
        let indent = line.len() - line.trim_start().len();
        let word = line
            .trim()
            .split([' ', ',', '{'])
            .next()
            .unwrap_or_default();
        if indent == 4 && word.starts_with(char::is_uppercase) {
            found.push((word.to_owned(), None));
        } else if let Some(tab) = line.trim().strip_prefix("tab: ") {
            let last = found.last_mut().expect("a variant");
            last.1 = Some(tab.trim_end_matches(',').to_owned());
        }
    }
    found
}

/// `Project { .., tab: Files { .. } }` is `Project/Files`.
fn variant(route: &Route) -> String {
    let text = format!("{route:?}");
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    match text.find("tab: ") {
        Some(at) => format!("{}/{}", word(&text), word(&text[at + 5..])),
        None => word(&text),
    }
}

/// Who makes a page cannot forget to have it looked at: the gallery's addresses, read as the app reads them, are those of
/// every variant in the source of the routes.
#[test]
fn the_gallery_shows_every_page() {
    let source = [include_str!("mod.rs"), include_str!("account.rs")].concat();
    let mut wanted = Vec::new();
    for (name, tab) in variants(&source, "Route") {
        match tab {
            None if name == "Pieces" => {}
            None => wanted.push(name),
            Some(tab) => wanted.extend(
                variants(&source, &tab)
                    .into_iter()
                    .map(|(part, _)| format!("{name}/{part}")),
            ),
        }
    }
    assert!(wanted.len() > 40, "{wanted:?}");
    let gallery = include_str!("../../tests/e2e/support/gallery.json");
    let gallery: serde_json::Value = serde_json::from_str(gallery).expect("JSON");
    let shown: Vec<String> = gallery
        .as_object()
        .expect("pages by name")
        .values()
        .filter_map(|page| {
            let path = page["path"].as_str()?.split('?').next()?;
            // Any word does for a name, and for an id.
            let path = path.replace(['{', '}'], "");
            Route::parse(&path).as_ref().map(variant)
        })
        .collect();
    let missing: Vec<_> = wanted.iter().filter(|one| !shown.contains(one)).collect();
    assert!(missing.is_empty(), "not in the gallery: {missing:?}");
}

#[test]
fn packs_have_places_of_their_own() {
    use api::billing::Compute;
    assert_eq!(packs_href(Compute::Cpu), "/account/plan#packs-cpu");
    assert_ne!(packs_fragment(Compute::Gpu), packs_fragment(Compute::Cpu));
}
