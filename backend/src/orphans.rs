//! What lies in the data directory and belongs to nothing: a crash between a row and its files leaves it.

use crate::state::App;
use crate::{ids, store};
use anyhow::{Context as _, Result};
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::Duration;

/// Each folder and the ids that may have something in it.
const FOLDERS: [(&str, &str); 6] = [
    (
        "modules",
        "SELECT id FROM modules WHERE state IN ('uploading', 'valid') AND purged < 2",
    ),
    ("uploads", "SELECT module_id FROM uploads"),
    ("tasks", "SELECT id FROM tasks WHERE purged < 2"),
    ("outputs", "SELECT id FROM tasks WHERE purged < 2"),
    ("logs", "SELECT id FROM tasks WHERE purged < 2"),
    ("monitors", "SELECT id FROM tasks WHERE purged < 2"),
];
/// A running backend may be about to write the row, or to remove the files: so often it is looked again, and after so
/// long.
const LOOKS: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Names in the data directory that no row speaks of, such as `outputs/<id>`.
///
/// # Errors
/// When database or disk fail.
async fn look(app: &App) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (folder, sql) in FOLDERS {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(app.store.root().join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        let known: Vec<String> = sqlx::query_scalar(sql).fetch_all(app.db.read()).await?;
        let known: HashSet<String> = known.into_iter().collect();
        let orphans = names
            .iter()
            .filter(|name| !known.contains(id(folder, name)));
        found.extend(orphans.map(|name| format!("{folder}/{name}")));
    }
    Ok(found)
}

fn id<'a>(folder: &str, name: &'a str) -> &'a str {
    match folder {
        "logs" => name.strip_suffix(".log").unwrap_or(""),
        _ => name,
    }
}

/// The same beside a backend that runs: only what is there, and without a row, for a while.
///
/// # Errors
/// When database or disk fail.
pub async fn find(app: &App) -> Result<Vec<String>> {
    let mut found = look(app).await?;
    for _ in 1..LOOKS {
        if found.is_empty() {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        let again = look(app).await?;
        found.retain(|name| again.contains(name));
    }
    Ok(found.into_iter().collect())
}

/// Removes what has the name of something of ours and belongs to nothing. For the holder of the data directory, before
/// anything runs. Where the database has no user at all it may be the wrong one: then everything stays.
///
/// # Errors
/// When database or disk cannot be read; what cannot be removed is told in the log.
pub async fn remove(app: &App) -> Result<()> {
    let found = look(app)
        .await
        .context("cannot look for what belongs to nothing")?;
    if found.is_empty() {
        return Ok(());
    }
    let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
        .fetch_one(app.db.read())
        .await?;
    for name in found {
        let path: PathBuf = app.store.root().join(&name);
        let ours = name
            .split_once('/')
            .is_some_and(|(folder, name)| ids::is_id(id(folder, name)));
        if users == 0 || !ours {
            tracing::warn!(%name, "belongs to nothing that the database knows; it stays");
            continue;
        }
        match store::remove(path).await {
            Ok(()) => tracing::info!(%name, "belonged to nothing and was removed"),
            Err(error) => {
                tracing::warn!(%name, %error, "belongs to nothing and cannot be removed");
            }
        }
    }
    Ok(())
}
