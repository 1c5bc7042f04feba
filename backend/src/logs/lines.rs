//! The platform's own lines, as the old service wrote them.
//!
//! Their times are in one zone everywhere: UTC, as the API's, unless the operator sets an offset.

use api::Time;
use api::task::TaskState;

/// `[2018-06-07 08:25:57] [INFO] | text` and the end of the line; `offset` in minutes east of UTC.
pub fn platform(at: Time, offset: i32, text: &str) -> String {
    let local = Time(at.0 + i64::from(offset) * 60_000_000);
    let (year, month, day, hour, minute, second, _) = local.civil();
    format!("[{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}] [INFO] | {text}\n")
}

/// The line above and below what the program writes.
pub fn frame() -> String {
    format!("{}\n", "#".repeat(80))
}

/// The last line's text.
pub fn last(state: TaskState, seconds: u64) -> String {
    let word = match state {
        TaskState::Success => "success",
        TaskState::Stopped => "stopped",
        TaskState::Waiting | TaskState::Running | TaskState::Failed => "failed",
    };
    format!("[{word}] Finishing execution in {seconds} seconds for Task")
}

/// What the CLI is shown after [`api::limits::CLI_LOG_LINES`] lines, line by line.
pub fn notice(task: &str) -> [String; 5] {
    let frame = "-".repeat(80);
    [
        frame.clone(),
        format!(
            "The log exceeds {} rows. To view complete log:",
            api::limits::CLI_LOG_LINES
        ),
        format!("1. In terminal, enter: russell logs {task} -O log.txt"),
        "2. In browser,click the download button on the web page".to_owned(),
        frame,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_look_as_they_did() {
        let at: Time = "2018-06-07T12:25:57.9".parse().unwrap();
        assert_eq!(
            platform(at, 0, "mkdir output"),
            "[2018-06-07 12:25:57] [INFO] | mkdir output\n"
        );
        assert!(platform(at, 480, "").starts_with("[2018-06-07 20:25:57]"));
        assert!(platform(at, -780, "").starts_with("[2018-06-06 23:25:57]"));
        assert_eq!(
            last(TaskState::Stopped, 375),
            "[stopped] Finishing execution in 375 seconds for Task"
        );
        assert_eq!(frame().len(), 81);
    }
}
