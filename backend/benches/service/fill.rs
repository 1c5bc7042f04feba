//! Rows for a data directory that is to be large: projects, datasets and tasks without files.
//!
//! `service fill DATA USER PROJECTS DATASETS TASKS` adds them for a user who is there, beside a backend that runs: the
//! benchmarks in tests/e2e/bench begin with it.

use anyhow::{Context as _, Result, ensure};
use russell_backend::db::Db;
use russell_backend::ids;
use std::path::Path;

/// Rows a transaction.
const PART: usize = 1000;
/// Microseconds since 1970 of the first row.
const BEGIN: i64 = 1_700_000_000_000_000;
/// Microseconds from one row to the next.
const STEP: i64 = 1_000_000;
/// Names begin with one of these, so that a search for it finds a part of all.
const NAMES: [&str; 8] = [
    "resnet", "mnist", "wikitext", "imagenet", "bert", "speech", "segment", "ranking",
];
/// Different tags.
const TAGS: usize = 40;
/// Of so many, one is starred by its owner.
const STARRED: usize = 50;
/// Of so many, one was forked from the first.
const FORKED: usize = 100;
/// The tasks belong to so many projects.
const PROJECTS_WITH_TASKS: usize = 10;

/// What the words of the command line ask for.
pub async fn run(words: &[String]) -> Result<()> {
    let [data, user, projects, datasets, tasks] = words else {
        anyhow::bail!("usage: fill DATA USER PROJECTS DATASETS TASKS");
    };
    let db = Db::open_as_is(&Path::new(data).join("russell.db")).await?;
    let owner: String = sqlx::query_scalar("SELECT id FROM users WHERE username = $1")
        .bind(user)
        .fetch_optional(db.read())
        .await?
        .with_context(|| format!("no user {user}"))?;
    let datasets = entities(&db, &owner, "data", datasets.parse()?).await?;
    let projects = entities(&db, &owner, "code", projects.parse()?).await?;
    let count: usize = tasks.parse()?;
    ensure!(count == 0 || !projects.is_empty(), "tasks need a project");
    let mount = datasets.first().map(|dataset| dataset.version.as_str());
    let some = projects.len().clamp(1, PROJECTS_WITH_TASKS);
    let each = |at: usize| count / some + usize::from(at < count % some);
    for (at, project) in projects.iter().take(some).enumerate() {
        let ids: Vec<String> = (0..each(at)).map(|_| ids::new_id()).collect();
        let from = (0..at).map(each).sum();
        let place = [&*owner, &*project.id, &*project.version];
        tasks_of(&db, &ids, from, place, mount).await?;
    }
    db.close().await;
    Ok(())
}

/// A project or dataset and its newest version.
struct Made {
    id: String,
    version: String,
}

/// Writes so many projects (`code`) or datasets (`data`): every second one private, with two versions, two tags, some
/// stars and forks.
async fn entities(db: &Db, owner: &str, kind: &str, count: usize) -> Result<Vec<Made>> {
    let made = (0..count).map(|_| Made {
        id: ids::new_id(),
        version: ids::new_id(),
    });
    let made: Vec<Made> = made.collect();
    for from in (0..count).step_by(PART) {
        let mut tx = db.begin().await?;
        for n in from..count.min(from + PART) {
            let one = &made[n];
            let name = format!("{}-{n:05}", NAMES[n % NAMES.len()]);
            let description = format!("What was tried {n} times with learning rates and batches");
            let search = format!("{name}\n{description}");
            let origin = (n > 0 && n.is_multiple_of(FORKED)).then_some(made[0].id.as_str());
            let created = BEGIN + n as i64 * STEP;
            let environment = ["", "python3"][n / 2 % 2];
            sqlx::query(
                "INSERT INTO entities (id, kind, owner_id, name, name_key, description, search_key, permission, default_env,
                     created_at, updated_at, forked_from)
                 VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(&one.id)
            .bind(kind)
            .bind(owner)
            .bind(&name)
            .bind(description)
            .bind(search.to_lowercase())
            .bind((n % 2) as i64)
            .bind(if kind == "code" { environment } else { "" })
            .bind(created)
            .bind(created + (n * 7919 % 10_007) as i64 * STEP)
            .bind(origin)
            .execute(&mut *tx)
            .await?;
            for version in 1..=2 {
                let id = match version {
                    2 => one.version.clone(),
                    _ => ids::new_id(),
                };
                sqlx::query(
                    "INSERT INTO modules (id, entity_id, version, state, description, size_bytes, files, created_at, updated_at,
                         shared)
                     VALUES ($1, $2, $3, 'valid', '', 1000000, 10, $4, $4, 1)",
                )
                .bind(id)
                .bind(&one.id)
                .bind(version)
                .bind(created)
                .execute(&mut *tx)
                .await?;
            }
            for (position, tag) in [n % TAGS, n / 7 % TAGS + TAGS].into_iter().enumerate() {
                sqlx::query(
                    "INSERT INTO entity_tags (entity_id, tag, position) VALUES ($1, $2, $3)",
                )
                .bind(&one.id)
                .bind(format!("tag-{tag}"))
                .bind(position as i64)
                .execute(&mut *tx)
                .await?;
            }
            if n.is_multiple_of(STARRED) {
                sqlx::query(
                    "INSERT INTO stars (user_id, entity_id, created_at) VALUES ($1, $2, $3)",
                )
                .bind(owner)
                .bind(&one.id)
                .bind(created)
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await?;
    }
    Ok(made)
}

/// Writes tasks that have ended, the first of them being the `from`-th of all, each with the dataset version `mount`.
pub async fn tasks_of(
    db: &Db,
    ids: &[String],
    from: usize,
    [owner, project, version]: [&str; 3],
    mount: Option<&str>,
) -> Result<()> {
    for (part, ids) in ids.chunks(PART).enumerate() {
        let mut tx = db.begin().await?;
        for (n, id) in ids.iter().enumerate() {
            let n = from + part * PART + n;
            let created = BEGIN + n as i64 * STEP;
            let state = if n.is_multiple_of(10) {
                "failed"
            } else {
                "success"
            };
            sqlx::query(
                "INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command, search_key,
                     mode, instance_type, environment, enable_tensorboard, params, state, stage, created_at, creating_at,
                     configuring_at, running_at, finished_at, exit_code, end_reason, log_bytes, output_bytes)
                 VALUES ($1, $2, $3, $4, 1, 'bench', $5, 'python train.py --lr 0.1', $5, 'cli', 'cpu_high', 'python3', 0, '[]',
                     $6, 'finished', $7, $7, $7, $7, $8, 0, 'exit', 1000, 0)",
            )
            .bind(id)
            .bind(owner)
            .bind(project)
            .bind(version)
            .bind(format!("run {n}"))
            .bind(state)
            .bind(created)
            .bind(created + 60_000_000)
            .execute(&mut *tx)
            .await?;
            if let Some(mount) = mount {
                sqlx::query("INSERT INTO task_mounts (task_id, position, module_id, mount) VALUES ($1, 0, $2, 'data')")
                    .bind(id)
                    .bind(mount)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}
