//! What NVIDIA's tool tells of graphics cards, where there is one.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How often it is asked: an answer takes it a tenth of a second and more.
const EVERY: Duration = Duration::from_secs(3);
/// Longest time it may take.
const PATIENCE: Duration = Duration::from_secs(10);
const TOOL: &str = "nvidia-smi";
const QUESTION: [&str; 2] = [
    "--query-gpu=index,utilization.gpu,memory.used",
    "--format=csv,noheader,nounits",
];

/// What the cards of a task do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// How busy they are on average, in percent.
    pub busy: Option<u64>,
    /// Bytes of memory used on them together.
    pub memory: Option<u64>,
}

/// The newest answer; asking ends with this.
#[derive(Debug)]
pub struct Watch {
    newest: watch::Receiver<Cards>,
    asking: AbortHandle,
}

impl Watch {
    /// The newest answer.
    pub fn now(&self) -> Cards {
        *self.newest.borrow()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

/// Watches the cards among the device files of a task; none where it has none.
pub fn watch(devices: &[PathBuf]) -> Option<Watch> {
    if !devices
        .iter()
        .any(|device| device.starts_with("/dev") && name(device).starts_with("nvidia"))
    {
        return None;
    }
    let numbers: Vec<u64> = devices.iter().filter_map(|device| number(device)).collect();
    let (sender, newest) = watch::channel(Cards::default());
    let asking = tokio::spawn(async move {
        // Where the tool is not, it does not come while the task runs.
        while let Some(answer) = ask().await {
            sender.send_replace(parse(&answer, &numbers));
            sleep(EVERY).await;
        }
        sender.send_replace(Cards::default());
    });
    Some(Watch {
        newest,
        asking: asking.abort_handle(),
    })
}

fn name(device: &Path) -> &str {
    device
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The card that a device file is, by its number: `/dev/nvidia0`.
fn number(device: &Path) -> Option<u64> {
    name(device).strip_prefix("nvidia")?.parse().ok()
}

/// What the tool says; none when there is no such tool.
async fn ask() -> Option<String> {
    let mut tool = Command::new(TOOL);
    tool.args(QUESTION)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    match timeout(PATIENCE, tool.output()).await {
        Ok(Ok(output)) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(Err(_)) => None,
        // A card that hangs may come back.
        Err(_) => Some(String::new()),
    }
}

/// A line a card: number, percent, MiB. Cards that are not among `wanted` are somebody else's; none there are all.
fn parse(answer: &str, wanted: &[u64]) -> Cards {
    let cards = answer.lines().filter_map(|line| {
        let mut fields = line.split(',').map(str::trim);
        let card: u64 = fields.next()?.parse().ok()?;
        // A card may not tell one of them: `[N/A]`.
        let mut number = || fields.next().and_then(|field| field.parse::<u64>().ok());
        Some((card, number(), number()))
    });
    let cards: Vec<_> = cards
        .filter(|(card, ..)| wanted.is_empty() || wanted.contains(card))
        .collect();
    let busy: Vec<u64> = cards.iter().filter_map(|(_, busy, _)| *busy).collect();
    let memory: Vec<u64> = cards.iter().filter_map(|(.., memory)| *memory).collect();
    Cards {
        busy: (!busy.is_empty()).then(|| busy.iter().sum::<u64>() / busy.len() as u64),
        memory: (!memory.is_empty()).then(|| memory.iter().sum::<u64>() << 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_the_tool_are_read() {
        let two = "0, 97, 10240\n1, 3, 512\n";
        let cards = |busy, memory| Cards { busy, memory };
        assert_eq!(parse(two, &[]), cards(Some(50), Some(10_752 << 20)));
        assert_eq!(parse(two, &[1]), cards(Some(3), Some(512 << 20)));
        assert_eq!(parse(two, &[7]), Cards::default());
        assert_eq!(
            parse("0, [N/A], 20475\n", &[]),
            cards(None, Some(20_475 << 20))
        );
        let none =
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n";
        for answer in ["", none, "0", ",,,", "x, 1, 2"] {
            assert_eq!(parse(answer, &[]), Cards::default(), "{answer}");
        }
    }

    #[tokio::test]
    async fn only_who_has_cards_is_watched() {
        let devices = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert!(watch(&[]).is_none());
        assert!(watch(&devices(&["/dev/fuse"])).is_none());
        assert_eq!(number(Path::new("/dev/nvidia12")), Some(12));
        assert_eq!(number(Path::new("/dev/nvidiactl")), None);
        let watch = watch(&devices(&["/dev/nvidiactl", "/dev/nvidia0"])).unwrap();
        assert_eq!(watch.now(), Cards::default(), "before the first answer");
    }
}
