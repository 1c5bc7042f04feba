//! Rows: SQLite through sqlx, in SQL that PostgreSQL takes too. See docs/decisions/0002-sqlite.md.

use anyhow::{Context as _, bail};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::fs::{OpenOptions, Permissions};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

/// A transaction that may write; it holds the only writing connection until it ends.
pub type Tx = sqlx::Transaction<'static, sqlx::Sqlite>;

/// The database: one connection that writes, several that read.
#[derive(Clone, Debug)]
pub struct Db {
    read: SqlitePool,
    write: SqlitePool,
}

/// How long one process waits for the transaction of another (an operator's command).
const BUSY: Duration = Duration::from_millis(1500);
/// How long a request waits for a connection. Both together stay below the five seconds of the CLI.
const PATIENCE: Duration = Duration::from_secs(2);
const _: () = assert!(BUSY.as_millis() + PATIENCE.as_millis() < 5_000);
const READERS: u32 = 4;

#[cfg(test)]
pub mod plan;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

impl Db {
    /// Opens or makes the database at `path` and applies the migrations that are missing.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database of ours or comes from a newer version.
    pub async fn open(path: &Path) -> anyhow::Result<Self> {
        let say = || format!("cannot open the database {}", path.display());
        // SQLite gives the files beside it the same permissions.
        let mut file = OpenOptions::new();
        file.append(true).create(true).mode(0o600);
        let file = file.open(path).with_context(say)?;
        file.set_permissions(Permissions::from_mode(0o600))
            .with_context(say)?;
        drop(file);
        let db = Self::connect(path).await?;
        MIGRATIONS
            .run(&db.write)
            .await
            .with_context(|| format!("cannot bring {} to this version", path.display()))?;
        Ok(db)
    }

    /// Opens the database at `path` as it is, perhaps beside a backend that runs.
    ///
    /// # Errors
    /// When there is none, or it is of another version than this program.
    pub async fn open_as_is(path: &Path) -> anyhow::Result<Self> {
        let db = Self::connect(path).await?;
        let applied: sqlx::Result<Vec<Vec<u8>>> = sqlx::query_scalar(
            "SELECT checksum FROM _sqlx_migrations WHERE success ORDER BY version",
        )
        .fetch_all(&db.read)
        .await;
        let known = MIGRATIONS.iter().map(|migration| &migration.checksum[..]);
        if !applied
            .unwrap_or_default()
            .iter()
            .map(Vec::as_slice)
            .eq(known)
        {
            // Not some time later: the files beside the database have the permissions that it had.
            db.close().await;
            bail!(
                "the database {} is of another version than this program; `russell-backend serve` of this version \
                 brings an older one up to date",
                path.display()
            );
        }
        Ok(db)
    }

    async fn connect(path: &Path) -> anyhow::Result<Self> {
        let options = options(path);
        let say = || format!("cannot open the database {}", path.display());
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone().optimize_on_close(true, None))
            .await
            .with_context(say)?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .with_context(say)?;
        Ok(Self { read, write })
    }

    /// Where to read.
    pub fn read(&self) -> &SqlitePool {
        &self.read
    }

    /// Begins a transaction that may write. It is undone unless committed.
    ///
    /// # Errors
    /// When others hold the database for longer than a few seconds.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        // A transaction that begins as a reader and then writes can fail with "busy" in the middle.
        self.write.begin_with("BEGIN IMMEDIATE").await
    }

    /// Where to write a single statement.
    pub fn write(&self) -> &SqlitePool {
        &self.write
    }

    /// Ends all connections; the write-ahead log goes into the database.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
}

/// `words` as the pattern of a `LIKE ... ESCAPE '\'` that finds them anywhere, as they are.
pub fn contains(words: &str) -> String {
    let mut pattern = String::with_capacity(words.len() + 2);
    pattern.push('%');
    for c in words.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.extend(c.to_lowercase());
    }
    pattern.push('%');
    pattern
}

/// A count of the database; counts are never negative.
pub fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A size as the database keeps it.
pub fn bytes(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open() -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        (dir, db)
    }

    #[tokio::test]
    async fn pragmas_are_as_decided() {
        let (_dir, db) = open().await;
        for pool in [db.read(), db.write()] {
            let text: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(text, "wal");
            for (pragma, value) in [
                ("PRAGMA synchronous", 2_i64),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 1_500),
            ] {
                let found: i64 = sqlx::query_scalar(pragma).fetch_one(pool).await.unwrap();
                assert_eq!(found, value, "{pragma}");
            }
        }
        let version: String = sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(db.read())
            .await
            .unwrap();
        let parts: Vec<u32> = version.split('.').map(|p| p.parse().unwrap()).collect();
        assert!(
            parts >= vec![3, 51, 3],
            "{version} can corrupt a WAL database"
        );
    }

    #[tokio::test]
    async fn its_files_are_for_their_owner_and_another_version_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.db");
        std::fs::write(&path, b"").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let error = Db::open_as_is(&path).await.unwrap_err().to_string();
        assert!(error.contains("another version"), "{error}");
        let db = Db::open(&path).await.unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
        }
        Db::open_as_is(&path).await.unwrap();
        sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00'")
            .execute(db.write())
            .await
            .unwrap();
        assert!(Db::open_as_is(&path).await.is_err());
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let (_dir, db) = open().await;
        let error = sqlx::query("DELETE FROM users").execute(db.read()).await;
        assert!(error.unwrap_err().to_string().contains("readonly"));
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing() {
        let (_dir, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        sqlx::query("INSERT INTO sign_in_failures (subject, failures, last_at) VALUES ('a', 1, 1)")
            .execute(&mut *tx)
            .await
            .unwrap();
        drop(tx);
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM sign_in_failures")
            .fetch_one(db.write())
            .await
            .unwrap();
        assert_eq!(rows, 0);
    }

    #[test]
    fn wildcards_are_taken_as_they_are() {
        assert_eq!(contains(r"50%_A\"), r"%50\%\_a\\%");
    }
}
