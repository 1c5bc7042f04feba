//! The one who writes a log.

use super::{Hub, Live, lines};
use crate::state::App;
use api::task::TaskState;
use std::io;
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// Appends to a task's log and tells the hub.
#[derive(Debug)]
pub struct LogWriter<'a> {
    app: &'a App,
    task: &'a str,
    file: File,
    size: u64,
    at_line_start: bool,
}

impl<'a> LogWriter<'a> {
    /// Opens the log, or makes it.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn open(app: &'a App, task: &'a str) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(app.store.log(task))
            .await?;
        let size = file.metadata().await?.len();
        // What a crash left may end within a line.
        let at_line_start = size == 0 || {
            file.seek(io::SeekFrom::End(-1)).await?;
            file.read_u8().await? == b'\n'
        };
        Ok(Self {
            app,
            task,
            file,
            size,
            at_line_start,
        })
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends what the program wrote, byte for byte.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        // Without this the bytes may still be on their way when readers are told of them.
        self.file.flush().await?;
        self.size += bytes.len() as u64;
        self.at_line_start = bytes
            .last()
            .map_or(self.at_line_start, |byte| *byte == b'\n');
        self.app.logs.grown(self.task, self.size);
        Ok(())
    }

    /// Appends a line of the platform; on a line of its own whatever the program wrote last.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn platform(&mut self, text: &str) -> io::Result<()> {
        let line = lines::platform(self.app.clock.now(), self.app.config.log_offset, text);
        self.own_line(&line).await
    }

    /// Appends the frame above and below what the program writes.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn frame(&mut self) -> io::Result<()> {
        self.own_line(&lines::frame()).await
    }

    async fn own_line(&mut self, line: &str) -> io::Result<()> {
        let start = if self.at_line_start { "" } else { "\n" };
        self.bytes(format!("{start}{line}").as_bytes()).await
    }

    /// Makes sure that all of it is on the disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data().await
    }
}

/// Begins the log of a new task.
///
/// # Errors
/// When the disk refuses.
pub async fn begin(app: &App, task: &str) -> io::Result<u64> {
    app.logs.open(
        task,
        Live {
            size: 0,
            state: TaskState::Waiting,
        },
    );
    let begun = async {
        let mut log = LogWriter::open(app, task).await?;
        log.platform("Task submitted successfully, queued for processing")
            .await?;
        Ok(log.size())
    };
    let begun = begun.await;
    if begun.is_err() {
        forget(app, task).await;
    }
    begun
}

/// Removes the log of a task that was not submitted after all.
pub async fn forget(app: &App, task: &str) {
    app.logs.close(task, TaskState::Failed);
    // A file without a row harms nobody; it could not be made or is removed.
    tokio::fs::remove_file(app.store.log(task)).await.ok();
}

/// Opens the logs of tasks that wait, after a restart.
pub fn reopen(hub: &Hub, task: &str, size: u64) {
    hub.open(
        task,
        Live {
            size,
            state: TaskState::Waiting,
        },
    );
}
