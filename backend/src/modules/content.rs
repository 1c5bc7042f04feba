//! What a version holds, as rows.

use crate::state::App;
use crate::unpack::{Node, Tree};
use crate::{db, entities, events};
use api::Time;
use api::event::Action;
use api::file::{FindQuery, FoundFile};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Rows of one statement: six values each, and SQLite takes 32,766.
const ROWS: usize = 5000;

/// A row of `module_files`: path, kind, size, modified, MD5.
type Row = (String, String, i64, i64, Option<String>);

/// Files and folders of a valid version.
///
/// # Errors
/// When the database fails.
pub async fn tree(app: &App, module: &str) -> sqlx::Result<Tree> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT path, kind, size, modified, md5 FROM module_files WHERE module_id = $1",
    )
    .bind(module)
    .fetch_all(app.db.read())
    .await?;
    let node = |(path, kind, size, modified, md5): Row| {
        let node = match kind.as_str() {
            "file" => Node::File {
                size: db::count(size),
                modified: Time(modified),
                md5: md5.unwrap_or_default(),
            },
            _ => Node::Folder,
        };
        (path, node)
    };
    Ok(rows.into_iter().map(node).collect())
}

/// When these files of a valid version were last changed, by path. What is no file has no time.
///
/// # Errors
/// When the database fails.
pub async fn times(
    app: &App,
    module: &str,
    paths: &[String],
) -> sqlx::Result<HashMap<String, Time>> {
    let mut times = HashMap::with_capacity(paths.len());
    for paths in paths.chunks(ROWS) {
        let mut sql = QueryBuilder::new(
            "SELECT path, modified FROM module_files WHERE kind = 'file' AND module_id = ",
        );
        sql.push_bind(module).push(" AND path IN (");
        let mut list = sql.separated(", ");
        for path in paths {
            list.push_bind(path);
        }
        sql.push(")");
        let rows: Vec<(String, i64)> = sql.build_query_as().fetch_all(app.db.read()).await?;
        times.extend(
            rows.into_iter()
                .map(|(path, modified)| (path, Time(modified))),
        );
    }
    Ok(times)
}

/// The first files of a version whose names end in `end`, and how many there are.
///
/// # Errors
/// When the database fails.
pub(super) async fn ending_in(
    app: &App,
    module: &str,
    end: &str,
) -> sqlx::Result<(Vec<FoundFile>, u64)> {
    // A pattern that finds the words at the end only.
    let mut pattern = db::contains(end);
    pattern.pop();
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM module_files WHERE module_id = $1 AND kind = 'file' AND lower(path) LIKE $2 ESCAPE '\\'",
    )
    .bind(module)
    .bind(&pattern)
    .fetch_one(app.db.read())
    .await?;
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT path, size, modified FROM module_files
         WHERE module_id = $1 AND kind = 'file' AND lower(path) LIKE $2 ESCAPE '\\' ORDER BY path LIMIT $3",
    )
    .bind(module)
    .bind(&pattern)
    .bind(FindQuery::MAX as i64)
    .fetch_all(app.db.read())
    .await?;
    let found = |(path, size, modified)| FoundFile {
        path,
        size: db::count(size),
        modified: Time(modified),
    };
    Ok((rows.into_iter().map(found).collect(), db::count(total)))
}

/// What came of [`complete`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The version is valid now.
    Done,
    /// It was valid before: nothing changed, and its files stay.
    Before,
    /// It, or what it belongs to, was deleted or given up meanwhile: nothing changed, and its files are nobody's.
    Gone,
}

/// Makes a version valid with what is now on the disk for it, and forgets its upload.
///
/// # Errors
/// When the database fails.
pub async fn complete(app: &App, module: &str, tree: &Tree) -> sqlx::Result<Completion> {
    let sizes = tree.values().filter_map(|node| match node {
        Node::File { size, .. } => Some(*size),
        Node::Folder => None,
    });
    let (files, bytes) = sizes.fold((0_u64, 0_u64), |(n, sum), size| (n + 1, sum + size));
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let entity: Option<String> = sqlx::query_scalar(
        "UPDATE modules SET state = 'valid', reason = NULL, size_bytes = $1, files = $2, updated_at = $3
         WHERE id = $4 AND state IN ('pending', 'uploading') AND deleted_at IS NULL
             AND entity_id IN (SELECT id FROM entities WHERE deleted_at IS NULL)
         RETURNING entity_id",
    )
    .bind(db::bytes(bytes))
    .bind(db::bytes(files))
    .bind(now.0)
    .bind(module)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(entity) = entity else {
        let valid: i64 =
            sqlx::query_scalar("SELECT count(*) FROM modules WHERE id = $1 AND state = 'valid'")
                .bind(module)
                .fetch_one(&mut *tx)
                .await?;
        return Ok(match valid {
            0 => Completion::Gone,
            _ => Completion::Before,
        });
    };
    let rows: Vec<(&String, &Node)> = tree.iter().collect();
    for rows in rows.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO module_files (module_id, path, kind, size, modified, md5) ",
        );
        insert.push_values(rows, |mut values, (path, node)| {
            values.push_bind(module).push_bind(*path);
            match node {
                Node::Folder => values
                    .push_bind("dir")
                    .push_bind(0_i64)
                    .push_bind(0_i64)
                    .push_bind(None::<&str>),
                Node::File {
                    size,
                    modified,
                    md5,
                } => values
                    .push_bind("file")
                    .push_bind(db::bytes(*size))
                    .push_bind(modified.0)
                    .push_bind(Some(md5.as_str())),
            };
        });
        insert.build().execute(&mut *tx).await?;
    }
    sqlx::query("DELETE FROM uploads WHERE module_id = $1")
        .bind(module)
        .execute(&mut *tx)
        .await?;
    entities::touch(&mut tx, &entity, now).await?;
    tx.commit().await?;
    app.sharing.notify_one();
    events::version(app, module, Action::Changed).await;
    Ok(Completion::Done)
}
