//! Looking into a file: what the page says to the worker, and the worker's part of it without a browser. What the worker says is
//! the engine's [`Reply`].

use engine::preview::{Preview, Question, Reply};
use serde::{Deserialize, Serialize};

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToInspector {
    /// The file from now on. It is not answered.
    Open {
        /// Its name.
        name: String,
        /// Its bytes.
        size: u64,
        /// Whether only its bytes are to be shown, whatever it is.
        as_bytes: bool,
    },
    /// A question, which is answered with the bytes that are needed or with what is asked for.
    Ask(Question),
    /// The bytes that were needed are attached; answered as the question was.
    Bytes,
}

/// The file that is looked into.
#[derive(Default)]
pub struct Desk(Option<Preview>);

impl Desk {
    /// Hears what the page says, with the bytes that are attached; what there is to answer.
    pub fn hear(&mut self, message: ToInspector, bytes: Vec<u8>) -> Option<Reply> {
        match message {
            ToInspector::Open {
                name,
                size,
                as_bytes,
            } => {
                self.0 = Some(Preview::new(&name, size, as_bytes));
                None
            }
            ToInspector::Ask(question) => Some(self.0.as_mut()?.ask(question)),
            ToInspector::Bytes => Some(self.0.as_mut()?.put(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::preview::{
        Cell, Column, Description, Fault, Format, Guess, Head, Label, Need, Row, Statistics, Value,
        Why,
    };

    fn open(name: &str, size: usize, as_bytes: bool) -> Desk {
        let mut desk = Desk::default();
        let message = ToInspector::Open {
            name: name.to_owned(),
            size: size as u64,
            as_bytes,
        };
        assert_eq!(desk.hear(message, Vec::new()), None);
        desk
    }

    #[test]
    fn a_file_is_read_as_far_as_it_is_asked_for() {
        let bytes = b"loss,note\n0.5,<b>\n";
        let mut desk = open("a.csv", bytes.len(), false);
        let asked = desk.hear(ToInspector::Ask(Question::Open), Vec::new());
        let need = Need {
            start: 0,
            length: bytes.len() as u64,
        };
        assert_eq!(asked, Some(Reply::Need(need)));
        let Some(Reply::Described(described)) = desk.hear(ToInspector::Bytes, bytes.to_vec())
        else {
            panic!("all of it is there");
        };
        assert_eq!((described.format, described.rows), (Format::Csv, 1));
        let rows = desk.hear(ToInspector::Ask(Question::Rows(0, 10)), Vec::new());
        let row = Row::of(vec!["0.5".to_owned(), "<b>".to_owned()]);
        assert_eq!(rows, Some(Reply::Rows(0, vec![row])));
    }

    #[test]
    fn bytes_that_never_come_are_a_file_that_ends() {
        let mut desk = open("a.npy", 1_000, false);
        desk.hear(ToInspector::Ask(Question::Open), Vec::new());
        let fault = Fault {
            why: Why::Magic,
            at: 0,
        };
        let reply = desk.hear(ToInspector::Bytes, Vec::new());
        assert_eq!(reply, Some(Reply::Fault(fault)));
        let mut desk = open("a.npy", 32, true);
        let reply = desk.hear(ToInspector::Ask(Question::Open), Vec::new());
        assert!(matches!(reply, Some(Reply::Described(_))), "{reply:?}");
    }

    #[test]
    fn without_a_file_nothing_is_answered() {
        let mut desk = Desk::default();
        assert_eq!(desk.hear(ToInspector::Bytes, vec![1]), None);
        let question = ToInspector::Ask(Question::Open);
        assert_eq!(desk.hear(question, Vec::new()), None);
    }

    #[test]
    fn what_is_said_is_understood() {
        let sent = [
            ToInspector::Open {
                name: "é \"x\".csv".to_owned(),
                size: u64::MAX,
                as_bytes: true,
            },
            ToInspector::Ask(Question::Open),
            ToInspector::Ask(Question::More),
            ToInspector::Ask(Question::Rows(u64::MAX, u32::MAX)),
            ToInspector::Ask(Question::Toggle(7)),
            ToInspector::Bytes,
        ];
        for message in sent {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
        let fault = Fault {
            why: Why::Checksum,
            at: u64::MAX,
        };
        let described = Description {
            format: Format::TarGz,
            facts: vec![
                (Head::Known(Label::Rows), Value::Number(u64::MAX)),
                (Head::Named("<b>".to_owned()), Value::Text("é\n".to_owned())),
                (Head::Known(Label::Size), Value::Bytes(7)),
            ],
            columns: vec![Column {
                head: Head::Named(String::new()),
                cell: Cell::Size,
                statistics: Some(Statistics {
                    guess: Guess::Time,
                    filled: 1,
                    empty: 2,
                    smallest: "1".to_owned(),
                    ..Statistics::default()
                }),
            }],
            rows: 9,
            read: Some(1),
            fault: Some(fault),
        };
        let row = Row {
            cells: vec!["\u{202e}x".to_owned()],
            depth: 3,
            open: Some(false),
        };
        let said = [
            Reply::Need(Need {
                start: 1,
                length: u64::MAX,
            }),
            Reply::Described(described),
            Reply::Rows(u64::MAX, vec![row, Row::default()]),
            Reply::Fault(fault),
        ];
        for message in said {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(crate::json::read(&text), Ok(message));
        }
    }
}
