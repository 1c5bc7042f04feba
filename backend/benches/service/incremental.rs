//! A folder of 10,000 files (or as many as `$BENCH_FILES` says) of which ten have changed, as the CLI sends it; and the
//! same folder sent as a whole again.

use crate::server::{MIB, Server, headers, noise, tar_gz};
use anyhow::{Result, ensure};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

const FILES: usize = 10_000;
const CHANGED: usize = 10;
const SIZE: usize = 8 * 1024;

fn name(n: usize) -> String {
    format!("d{:04}/f{n:06}.bin", n / 100)
}

pub async fn run() -> Result<()> {
    let files = match std::env::var("BENCH_FILES") {
        Ok(number) => number.parse()?,
        Err(_) => FILES,
    };
    let content = |n: usize| (format!("./{}", name(n)), noise(SIZE, n as u64 + 1));
    let all = tar_gz((0..files).map(content))?;
    let changed = |n: usize| {
        (
            format!("./{}", name(n)),
            noise(SIZE, (n + 1_000_000) as u64),
        )
    };
    let few = tar_gz((0..CHANGED).map(|n| changed(n * files / CHANGED)))?;
    println!("folder: {files} files of {SIZE} bytes in folders of 100, {CHANGED} of them change");
    let server = Server::start().await?;
    let entity = server.entity("dataset").await?;
    let first = upload(&server, &entity, "first, as a whole", &all, None).await?;
    upload(&server, &entity, "incremental", &few, Some(&first)).await?;
    let begin = Instant::now();
    let again = upload(&server, &entity, "again, as a whole", &all, None).await?;
    // The last file in the order in which they are shared.
    let last = server
        .data()
        .join("modules")
        .join(again)
        .join(name(files - 1));
    while last.metadata()?.nlink() < 2 {
        ensure!(
            begin.elapsed() < Duration::from_secs(600),
            "the files are shared in time"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!(
        "stored once {:.2} s after its upload began",
        begin.elapsed().as_secs_f64()
    );
    println!(
        "on the disk: {:.1} MiB for three versions of {:.1} MiB",
        used(&server.data().join("modules"))? as f64 / MIB as f64,
        (files * SIZE) as f64 / MIB as f64
    );
    Ok(())
}

/// Sends an archive as a new version; answers its id.
async fn upload(
    server: &Server,
    entity: &str,
    what: &str,
    archive: &bytes::Bytes,
    base: Option<&str>,
) -> Result<String> {
    let version = server.version(entity, "data").await?;
    let mut headers = headers(&server.basic, archive);
    if let Some(base) = base {
        headers.retain(|(name, _)| *name != "is_increment");
        headers.push(("is_increment", "True".to_owned()));
        headers.push(("old_module_id", base.to_owned()));
        headers.push(("ignore_list", "[]".to_owned()));
    }
    let head: usize = headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    let begin = Instant::now();
    let mut socket = server
        .socket(&format!("/data/{version}/"), &headers)
        .await?;
    ensure!(socket.hear().await?["code"] == 200, "it may begin");
    socket.send(archive).await?;
    let sent = Instant::now();
    ensure!(socket.hear().await?["code"] == 200, "it is valid");
    println!(
        "{what}: {} bytes sent, {:.2} s, of these {:.2} s after the last byte",
        archive.len() + head,
        begin.elapsed().as_secs_f64(),
        sent.elapsed().as_secs_f64()
    );
    Ok(version)
}

/// Bytes on the disk; what has several names counts once.
fn used(folder: &Path) -> Result<u64> {
    let (mut open, mut known, mut sum) =
        (vec![folder.to_owned()], std::collections::HashSet::new(), 0);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                open.push(entry.path());
            } else if known.insert(metadata.ino()) {
                sum += metadata.blocks() * 512;
            }
        }
    }
    Ok(sum)
}
