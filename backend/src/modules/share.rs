//! Content that versions of a project or dataset have in common is stored once.
//!
//! When a version has become valid, each of its files that is already stored, byte for byte, becomes a second name of
//! the stored one. Versions never change, so one cannot change another; see docs/decisions/0003-uploads.md. Nobody
//! waits for this, and what a crash interrupts is taken up again.

use crate::beneath::{Beneath, Found};
use crate::state::{App, Shared};
use rustix::io::Errno;
use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

/// Files looked at at a time: it bounds memory and the time for which the writing connection is held.
const FILES: usize = 1000;
/// When the database failed, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(600);
/// Bytes compared at a time.
const BLOCK: usize = 256 * 1024;

/// Shares the files of versions as they become valid, for ever.
pub async fn run(app: Shared) {
    loop {
        if let Err(error) = all(&app).await {
            tracing::warn!(%error, "versions keep files of their own for now");
        }
        tokio::select! {
            () = app.sharing.notified() => {}
            () = tokio::time::sleep(AGAIN) => {}
            () = app.closing.cancelled() => return,
        }
    }
}

/// Shares the files of all versions that have become valid since the last time, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn all(app: &Shared) -> sqlx::Result<()> {
    loop {
        let next: Option<(String, String)> = sqlx::query_as(
            "SELECT id, entity_id FROM modules WHERE state = 'valid' AND shared = 0 AND deleted_at IS NULL
             ORDER BY updated_at LIMIT 1",
        )
        .fetch_optional(app.db.read())
        .await?;
        let Some((module, entity)) = next else {
            return Ok(());
        };
        let mut after = String::new();
        while let Some(last) = part(app, &entity, &module, &after).await? {
            if app.closing.is_cancelled() {
                return Ok(());
            }
            after = last;
        }
        sqlx::query("UPDATE modules SET shared = 1 WHERE id = $1")
            .bind(&module)
            .execute(app.db.write())
            .await?;
    }
}

/// A file of the version, and where its content is said to lie.
#[derive(Debug, sqlx::FromRow)]
struct Known {
    path: String,
    md5: String,
    size: i64,
    module_id: String,
    stored: String,
}

/// Shares the next files, in the order of their paths; answers the last path, or none when there are no more.
async fn part(
    app: &Shared,
    entity: &str,
    module: &str,
    after: &str,
) -> sqlx::Result<Option<String>> {
    // What is new is noted first: then every content is known, and of two equal files here the first is the stored one.
    sqlx::query(
        "INSERT INTO contents (entity_id, md5, size, module_id, path)
         SELECT $1, md5, size, module_id, path FROM module_files
         WHERE module_id = $2 AND path > $3 AND kind = 'file' AND size > 0 ORDER BY path LIMIT $4
         ON CONFLICT DO NOTHING",
    )
    .bind(entity)
    .bind(module)
    .bind(after)
    .bind(FILES as i64)
    .execute(app.db.write())
    .await?;
    let files: Vec<Known> = sqlx::query_as(
        "SELECT f.path, f.md5, f.size, c.module_id, c.path AS stored
         FROM module_files f CROSS JOIN contents c
         WHERE f.module_id = $1 AND f.path > $2 AND f.kind = 'file' AND f.size > 0
             AND c.entity_id = $3 AND c.md5 = f.md5 AND c.size = f.size
         ORDER BY f.path LIMIT $4",
    )
    .bind(module)
    .bind(after)
    .bind(entity)
    .bind(FILES as i64)
    .fetch_all(app.db.read())
    .await?;
    let last = files.last().map(|file| file.path.clone());
    let work = {
        let (app, module) = (app.clone(), module.to_owned());
        tokio::task::spawn_blocking(move || share(&app, &module, files))
    };
    let useless = work
        .await
        .map_err(|error| sqlx::Error::Io(io::Error::other(error)))?;
    for file in useless {
        sqlx::query(
            "UPDATE contents SET module_id = $1, path = $2 WHERE entity_id = $3 AND md5 = $4 AND size = $5",
        )
        .bind(module)
        .bind(&file.path)
        .bind(entity)
        .bind(&file.md5)
        .bind(file.size)
        .execute(app.db.write())
        .await?;
    }
    Ok(last)
}

/// Makes second names where it can; answers the files whose stored content is of no use. Blocks.
fn share(app: &App, module: &str, files: Vec<Known>) -> Vec<Known> {
    let mut tops = HashMap::new();
    let mut useless = Vec::new();
    let mut buffers = [vec![0; BLOCK], vec![0; BLOCK]];
    for file in files {
        let itself = file.module_id == module && file.stored == file.path;
        if itself || app.closing.is_cancelled() {
            continue;
        }
        for id in [module, &file.module_id] {
            if !tops.contains_key(id) {
                tops.insert(id.to_owned(), Beneath::at(&app.store.module(id)));
            }
        }
        let (Some(Ok(top)), Some(Ok(other))) = (tops.get(module), tops.get(&file.module_id)) else {
            useless.push(file);
            continue;
        };
        let done = one(app, (top, &file.path), (other, &file.stored), &mut buffers);
        if let Err(error) = done {
            // Thrown away, or with as many names as a file can have: the next version looks here.
            let full = error.raw_os_error() == Some(Errno::MLINK.raw_os_error());
            if full || error.kind() == io::ErrorKind::NotFound {
                useless.push(file);
            } else {
                tracing::debug!(module, path = file.path, %error, "a file stays of its own");
            }
        }
    }
    useless
}

type At<'a> = (&'a Beneath, &'a str);

fn one(app: &App, file: At<'_>, stored: At<'_>, buffers: &mut [Vec<u8>; 2]) -> io::Result<()> {
    let (mut old, old_metadata) = open(stored)?;
    let (mut new, new_metadata) = open(file)?;
    let known = |of: &Metadata| (of.dev(), of.ino());
    // Names of one file have one mode.
    let alike = new_metadata.len() == old_metadata.len()
        && new_metadata.mode() == old_metadata.mode()
        && known(&new_metadata) != known(&old_metadata);
    if alike && equal(app, &mut new, &mut old, new_metadata.len(), buffers)? {
        file.0
            .replace(stored.0, stored.1, file.1, &app.store.spare())?;
    }
    Ok(())
}

fn open((top, path): At<'_>) -> io::Result<(File, Metadata)> {
    match top.open(path)? {
        Found::File(file, metadata) => Ok((file, metadata)),
        Found::Folder(_) | Found::Other(_) => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Whether the first `left` bytes of both are the same; false when the backend goes down before that is known.
fn equal(
    app: &App,
    a: &mut File,
    b: &mut File,
    mut left: u64,
    [of_a, of_b]: &mut [Vec<u8>; 2],
) -> io::Result<bool> {
    while left > 0 {
        let length = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
        a.read_exact(&mut of_a[..length])?;
        b.read_exact(&mut of_b[..length])?;
        if of_a[..length] != of_b[..length] || app.closing.is_cancelled() {
            return Ok(false);
        }
        left -= length as u64;
    }
    Ok(true)
}
