//! The CLI's upload of 1 GiB, beside a WebSocket of the same process that stores nothing.

use crate::server::{MIB, Server, headers, median, noise, tar_gz};
use anyhow::{Result, ensure};
use std::time::Instant;

const FILES: usize = 1024;
const ROUNDS: usize = 3;

pub async fn run() -> Result<()> {
    let files = (0..FILES).map(|n| (format!("./d{}/{n}.bin", n % 32), noise(MIB, n as u64 + 1)));
    let archive = tar_gz(files)?;
    let mib = archive.len() as f64 / MIB as f64;
    println!("archive: tar.gz of {FILES} files of 1 MiB that do not compress, {mib:.0} MiB");
    let server = Server::start().await?;
    let entity = server.entity("dataset").await?;
    let headers = headers(&server.basic, &archive);
    let (mut sinks, mut sent, mut whole, mut peaks) = (vec![], vec![], vec![], vec![]);
    for round in 1..=ROUNDS {
        let mut socket = server.socket("/api/v1/bench/sink", &[]).await?;
        let begin = Instant::now();
        socket.send(&archive).await?;
        socket.say("how many?").await?;
        ensure!(socket.hear().await? == archive.len(), "all of it has come");
        let sink = mib / begin.elapsed().as_secs_f64();

        let version = server.version(&entity, "data").await?;
        let (idle, _) = server.memory()?;
        server.forget_peak()?;
        let mut socket = server
            .socket(&format!("/data/{version}/"), &headers)
            .await?;
        ensure!(socket.hear().await?["code"] == 200, "it may begin");
        let begin = Instant::now();
        socket.send(&archive).await?;
        let arrived = mib / begin.elapsed().as_secs_f64();
        ensure!(socket.hear().await?["code"] == 200, "it is valid");
        let valid = mib / begin.elapsed().as_secs_f64();
        let peak = server.memory()?.1.saturating_sub(idle) as f64 / MIB as f64;
        println!(
            "round {round}: sink {sink:.0} MiB/s, upload until it has arrived {arrived:.0} MiB/s, until it is valid \
             {valid:.0} MiB/s; memory {peak:.0} MiB above idle ({:.0} MiB)",
            idle as f64 / MIB as f64
        );
        sinks.push(sink);
        sent.push(arrived);
        whole.push(valid);
        peaks.push(peak);
    }
    let sink = median(sinks);
    println!(
        "median: arrived {:.2}x of the sink, valid {:.2}x",
        median(sent) / sink,
        median(whole) / sink
    );
    println!(
        "memory: {:.0} MiB above idle at most",
        peaks.into_iter().fold(0.0, f64::max)
    );
    Ok(())
}
