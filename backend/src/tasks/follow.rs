//! A command that runs, from its first byte to its end.

use super::end::End;
use super::execute::until_asked;
use super::queue::Stopper;
use crate::logs::writer::LogWriter;
use crate::runner::{Exit, Run};
use api::task::EndReason;
use tokio::sync::watch;

/// Writes what it prints into the log, and stops it when somebody asks for that or the log cannot be written.
///
/// # Errors
/// How the task ends when the log cannot be written or the runner lost the command.
pub(super) async fn follow(
    mut run: Run,
    log: &mut LogWriter<'_>,
    stopped: &mut watch::Receiver<Option<Stopper>>,
) -> Result<Exit, End> {
    // Whoever wants to know has taken it.
    drop(run.usage.take());
    let mut written = Ok(());
    let mut asked = false;
    loop {
        tokio::select! {
            bytes = run.output.recv() => match bytes {
                Some(bytes) if written.is_ok() => {
                    written = log.bytes(&bytes).await;
                    if written.is_err() {
                        run.stop.stop();
                    }
                }
                Some(_) => {}
                None => break,
            },
            _ = until_asked(stopped), if !asked => {
                asked = true;
                run.stop.stop();
            }
        }
    }
    let lost = || End::failed(EndReason::SandboxFailed, "the runner lost the task");
    let exit = run.exit.await.map_err(|_| lost())?;
    written?;
    Ok(exit)
}
