//! Requests for a task and for lists of tasks, with a thousand tasks and with a hundred times as many.

use crate::fill;
use crate::server::{Client, Server, request};
use anyhow::{Context as _, Result, ensure};
use russell_backend::db::Db;
use russell_backend::ids;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;
const SIZES: [usize; 2] = [1_000, 100_000];
const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(5);

pub async fn run() -> Result<()> {
    let server = Server::start().await?;
    let project = server.entity("project").await?;
    let version = server.version(&project, "code").await?;
    let owner: String = {
        let db = Db::open_as_is(&server.data().join("russell.db")).await?;
        sqlx::query_scalar("SELECT id FROM users")
            .fetch_one(db.read())
            .await?
    };
    let mut tasks = Vec::new();
    println!(
        "{CONNECTIONS} connections, {} s each after {} s to warm up; lists show 20 tasks",
        TIME.as_secs(),
        WARM_UP.as_secs()
    );
    let mut before: Vec<f64> = Vec::new();
    for size in SIZES {
        let from = tasks.len();
        tasks.extend((from..size).map(|_| ids::new_id()));
        let db = Db::open_as_is(&server.data().join("russell.db")).await?;
        let place = [&*owner, &*project, &*version];
        fill::tasks_of(&db, &tasks[from..], from, place, Some(&version)).await?;
        db.close().await;
        let of = |path: String| vec![request("GET", &path, &server.basic, "")];
        let kinds = [
            (
                "task",
                tasks
                    .iter()
                    .map(|id| {
                        request(
                            "GET",
                            &format!("/api/v1/experiment/{id}"),
                            &server.basic,
                            "",
                        )
                    })
                    .collect(),
            ),
            ("own list", of("/api/v1/experiments".to_owned())),
            (
                "list of a state",
                of("/api/v1/experiments?state=failed".to_owned()),
            ),
            (
                "list of a project",
                of(format!("/api/v1/experiments?project={project}")),
            ),
            ("project", of("/api/v1/ann/project/bench".to_owned())),
        ];
        for (index, (name, requests)) in kinds.into_iter().enumerate() {
            let requests = Arc::new(requests);
            load(&server, &requests, WARM_UP).await?;
            let used = server.processor()?;
            let mut times = load(&server, &requests, TIME).await?;
            let used = (server.processor()? - used).as_secs_f64() * 1e6 / times.len() as f64;
            times.sort_unstable();
            let rate = times.len() as f64 / TIME.as_secs_f64();
            let at = |part: f64| {
                times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0
            };
            println!(
                "{size} tasks, {name}: {rate:.0} requests/s, p50 {:.1} ms, p99 {:.1} ms, {used:.0} us of processor a request{}",
                at(0.5),
                at(0.99),
                before.get(index).map_or(String::new(), |few: &f64| format!(
                    " ({:.2}x of that with {})",
                    used / few,
                    SIZES[0]
                ))
            );
            if size == SIZES[0] {
                before.push(used);
            }
        }
    }
    Ok(())
}

/// Asks over all connections for this long; answers how long each answer took.
async fn load(
    server: &Server,
    requests: &Arc<Vec<String>>,
    time: Duration,
) -> Result<Vec<Duration>> {
    let end = Instant::now() + time;
    let connections = (0..CONNECTIONS).map(|connection| {
        let (requests, address) = (Arc::clone(requests), server.address.clone());
        tokio::spawn(async move {
            let mut client = Client::connect(&address).await?;
            let mut times = Vec::new();
            let mut next = connection * 7919;
            while Instant::now() < end {
                // A step that leads to all of them, in no order.
                next = (next + 611_953) % requests.len();
                let begin = Instant::now();
                let answer = client.ask(&requests[next]).await?;
                times.push(begin.elapsed());
                ensure!(
                    answer.starts_with(b"{\"code\":200"),
                    "{}",
                    String::from_utf8_lossy(answer)
                );
            }
            Ok(times)
        })
    });
    let mut all = Vec::new();
    for connection in connections.collect::<Vec<_>>() {
        all.extend(connection.await.context("a connection panicked")??);
    }
    Ok(all)
}
