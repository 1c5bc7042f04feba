//! `russell-backend check`: do database, files and checksums agree?

use super::DataArgs;
use crate::beneath::{Beneath, Found};
use crate::hash::md5_of;
use crate::state::App;
use crate::unpack::{Node, Tree};
use crate::{billing, modules, orphans};
use anyhow::Result;
use clap::Args;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::ExitCode;

/// Reads every file once: it takes as long as the disk needs for that.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    data: DataArgs,
}

pub(super) async fn run(args: CheckArgs) -> Result<ExitCode> {
    let app = args.data.open().await?;
    let mut problems = database(&app).await?;
    let orphans = orphans::find(&app).await?;
    problems.extend(
        orphans
            .iter()
            .map(|name| format!("{name} belongs to nothing")),
    );
    let modules: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT id, size_bytes, files FROM modules WHERE state = 'valid' AND deleted_at IS NULL ORDER BY created_at",
    )
    .fetch_all(app.db.read())
    .await?;
    let (mut files, mut known) = (0, Sums::new());
    for (id, size, count) in &modules {
        let tree = modules::tree(&app, id).await?;
        let sizes = tree.values().filter_map(|node| match node {
            Node::File { size, .. } => Some(*size as i64),
            Node::Folder => None,
        });
        let (found, sum) = sizes.fold((0, 0), |(n, sum), size| (n + 1, sum + size));
        if (found, sum) != (*count, *size) {
            problems.push(format!(
                "version {id}: the database says {count} files and {size} bytes, its list has {found} and {sum}"
            ));
        }
        files += found;
        let folder = app.store.module(id);
        let work = move || {
            let problems = version(&folder, &tree, &mut known);
            (problems, known)
        };
        let of_version;
        (of_version, known) = tokio::task::spawn_blocking(work).await?;
        problems.extend(of_version.into_iter().map(|p| format!("version {id}: {p}")));
    }
    let mut out = io::stdout();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let versions = modules.len();
    if problems.is_empty() {
        writeln!(out, "all is well: {versions} versions, {files} files")?;
        return Ok(ExitCode::SUCCESS);
    }
    let many = if problems.len() == 1 { "" } else { "s" };
    let found = problems.len();
    writeln!(
        out,
        "{found} problem{many} in {versions} versions, {files} files"
    )?;
    Ok(ExitCode::FAILURE)
}

async fn database(app: &App) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(app.db.read())
        .await?;
    problems.extend(
        found
            .into_iter()
            .filter(|text| text != "ok")
            .map(|text| format!("database: {text}")),
    );
    let strays: Vec<(String, Option<i64>, String)> =
        sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")
            .fetch_all(app.db.read())
            .await?;
    problems.extend(strays.into_iter().map(|(table, row, parent)| {
        let row = row.map_or_else(String::new, |row| format!(" (row {row})"));
        format!("database: {table}{row} names something that is not in {parent}")
    }));
    let unbalanced = billing::ledger::unbalanced(app).await?;
    problems.extend(
        unbalanced
            .into_iter()
            .map(|user| format!("account of {user}: its balance is not the sum of its records")),
    );
    Ok(problems)
}

/// Checksums of files that several versions share, by device and inode: each is read once.
type Sums = HashMap<(u64, u64), String>;

/// Compares a version's files with its list.
fn version(folder: &Path, tree: &Tree, known: &mut Sums) -> Vec<String> {
    let mut problems = Vec::new();
    match Beneath::at(folder) {
        Err(error) => return vec![format!("its folder cannot be read: {error}")],
        Ok(top) => {
            for (path, node) in tree {
                if let Err(what) = compare(&top, path, node, known) {
                    problems.push(format!("{path:?} {what}"));
                }
            }
        }
    }
    if let Err(error) = strays(folder, "", tree, &mut problems) {
        problems.push(format!("its folder cannot be read: {error}"));
    }
    problems
}

fn compare(top: &Beneath, path: &str, node: &Node, known: &mut Sums) -> Result<(), String> {
    let found = match top.open(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err("is missing".into()),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    match (node, found) {
        (Node::Folder, Found::Folder(_)) => Ok(()),
        (Node::File { size, md5, .. }, Found::File(file, metadata)) => {
            if metadata.len() != *size {
                return Err(format!("has {} bytes instead of {size}", metadata.len()));
            }
            let inode = (metadata.dev(), metadata.ino());
            let sum = match known.get(&inode) {
                Some(sum) => Ok(sum.clone()),
                None => md5_of(file),
            };
            if let (Ok(sum), 2..) = (&sum, metadata.nlink()) {
                known.insert(inode, sum.clone());
            }
            match sum {
                Ok(found) if found == *md5 => Ok(()),
                Ok(_) => Err("has another checksum: its content has changed".into()),
                Err(error) => Err(format!("cannot be read: {error}")),
            }
        }
        (Node::Folder, _) => Err("is no folder".into()),
        (Node::File { .. }, _) => Err("is no file".into()),
    }
}

/// What is on the disk but not in the list.
fn strays(folder: &Path, path: &str, tree: &Tree, problems: &mut Vec<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let whole = match path {
            "" => name,
            path => format!("{path}/{name}"),
        };
        if !tree.contains_key(&whole) {
            problems.push(format!("{whole:?} is there but not in the database"));
        } else if entry.file_type()?.is_symlink() {
            problems.push(format!("{whole:?} is a link"));
        } else if entry.file_type()?.is_dir() {
            strays(&entry.path(), &whole, tree, problems)?;
        }
    }
    Ok(())
}
