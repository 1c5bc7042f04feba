//! Every list with each of its filters, orders and searches and with its last page: in a small database and in one with ten
//! thousand projects and datasets of one user, as many public ones, and a hundred thousand tasks.

use crate::fill;
use crate::server::{Client, Server, request};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::Instant;

/// Projects, datasets and tasks of a user.
const SIZES: [[u32; 3]; 2] = [[100, 100, 1_000], [10_000, 10_000, 100_000]];
/// Questions that are not counted, and those that are.
const WARM_UP: usize = 5;
const ROUNDS: usize = 50;
/// Entries a page.
const PAGE: u64 = 20;

/// How long one list takes, in milliseconds.
struct Times {
    p50: f64,
    p99: f64,
}

pub async fn run() -> Result<()> {
    let (small, large) = (measure(SIZES[0]).await?, measure(SIZES[1]).await?);
    println!(
        "one connection, median of {ROUNDS} and p99 in ms; as often with a hundredth of the rows"
    );
    for ((name, few), (_, many)) in small.iter().zip(&large) {
        println!(
            "{name:<52} {:>7.2} {:>7.2}   {:>7.2} {:>7.2}   x{:.1}",
            many.p50,
            many.p99,
            few.p50,
            few.p99,
            many.p50 / few.p50
        );
    }
    let slow = large.iter().max_by(|a, b| a.1.p50.total_cmp(&b.1.p50));
    if let Some((name, times)) = slow {
        println!("slowest: {name}, {:.2} ms", times.p50);
    }
    Ok(())
}

async fn measure(sizes: [u32; 3]) -> Result<Vec<(String, Times)>> {
    let server = Server::start().await?;
    let bob =
        json!({"username": "bob", "email": "b@example.org", "password": "correct horse battery"});
    server.call("POST", "/api/v1/user", &bob).await?;
    for user in ["ann", "bob"] {
        let data = server.data().display().to_string();
        let [projects, datasets, tasks] = sizes.map(|size| size.to_string());
        // The tasks of the other are none of our business.
        let tasks = if user == "ann" { tasks } else { "0".to_owned() };
        fill::run(&[data, user.to_owned(), projects, datasets, tasks]).await?;
    }
    let mut client = Client::connect(&server.address).await?;
    let first = ask(
        &mut client,
        &server,
        "/api/v1/projects?user=ann&sort=name&page_size=200",
    )
    .await?;
    // The first by name with tasks; it also has forks.
    let list = first["list"].as_array().context("a list")?;
    let busy = list
        .iter()
        .max_by_key(|project| (project["forks"].as_u64(), project["tasks"].as_u64()));
    let project = busy.context("a project")?["id"].as_str().context("an id")?;
    let mut times = Vec::new();
    for list in lists(project) {
        let total = ask(&mut client, &server, &list).await?["total"].as_u64();
        let joint = if list.contains('?') { '&' } else { '?' };
        let last = total.unwrap_or(0).div_ceil(PAGE).max(1);
        times.push((list.clone(), time(&mut client, &server, &list).await?));
        if last > 1 {
            let path = format!("{list}{joint}page={last}");
            let took = time(&mut client, &server, &path).await?;
            times.push((format!("{list} (last page)"), took));
        }
    }
    for words in ["resnet", "resnet%20batches", "7", "nowhere", "ann%2Fmnist"] {
        let path = format!("/api/v1/search?q={words}");
        times.push((path.clone(), time(&mut client, &server, &path).await?));
    }
    // With numbers and ids in them, the names of the small and the large one would differ.
    for (name, _) in &mut times {
        *name = name.replace("/api/v1", "").replace(project, "...");
    }
    Ok(times)
}

/// The lists whose first and last page are asked for.
fn lists(project: &str) -> Vec<String> {
    let mut lists = Vec::new();
    for kind in ["projects", "datasets"] {
        for whose in ["user=ann", "user=bob", ""] {
            let filters = match whose {
                "user=bob" => &[""][..],
                _ => &[
                    "",
                    "sort=created",
                    "sort=name",
                    "sort=stars",
                    "sort=forks",
                    "q=resnet",
                    "q=resnet+batches",
                    "q=9",
                    "q=nowhere",
                    "tags=tag-7",
                    "tags=tag-7,tag-41",
                    "visibility=public",
                    "visibility=private",
                    "has_version=true",
                    "has_version=false",
                    "environment=python3",
                ],
            };
            for filter in filters {
                // The two differ in their kind alone.
                if kind == "datasets" && !(filter.is_empty() || filter.starts_with("q=")) {
                    continue;
                }
                let parts: Vec<_> = [whose, filter]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect();
                lists.push(format!("/api/v1/{kind}?{}", parts.join("&")));
            }
        }
        lists.push(format!("/api/v1/{kind}?starred_by=ann"));
    }
    lists.push(format!("/api/v1/projects?forked_from={project}"));
    for whose in [String::new(), format!("project={project}&")] {
        for filter in [
            "sort=created",
            "sort=name",
            "sort=duration",
            "sort=created&ascending=true",
            "state=failed",
            "state=failed&sort=name",
            "mode=cli",
            "machine=cpu_high&environment=python3",
            "q=train",
            "q=run+77",
            "q=7",
            "q=nowhere",
        ] {
            lists.push(format!("/api/v1/experiments?{whose}{filter}"));
        }
    }
    lists
}

async fn ask(client: &mut Client, server: &Server, path: &str) -> Result<Value> {
    let answer = client.ask(&request("GET", path, &server.basic, "")).await?;
    let envelope: Value = serde_json::from_slice(answer)?;
    ensure!(envelope["code"] == 200, "{path}: {envelope}");
    Ok(envelope["data"].clone())
}

async fn time(client: &mut Client, server: &Server, path: &str) -> Result<Times> {
    let request = request("GET", path, &server.basic, "");
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..WARM_UP + ROUNDS {
        let begin = Instant::now();
        let answer = client.ask(&request).await?;
        let took = begin.elapsed().as_secs_f64() * 1000.0;
        ensure!(answer.starts_with(b"{\"code\":200"), "{path}");
        if round >= WARM_UP {
            times.push(took);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    Ok(Times {
        p50: at(0.5),
        p99: at(0.99),
    })
}
