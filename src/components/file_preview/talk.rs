//! The page's side of a talk with the worker that looks into a file: it hands on questions, reads the bytes that the worker needs,
//! and keeps the answers.

use super::Subject;
use crate::client::ClientError;
use crate::client::files::{self, Part};
use crate::work::{INSPECTOR, Said, Side, ToInspector};
use engine::preview::{Description, Fault, Need, Question, Reply, Row};
use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures::future::abortable;
use futures::stream::StreamExt;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The bytes could not be read.
    Read(ClientError),
    /// The worker could not be started, or ended.
    Worker,
}

/// What is known of a file. `Copy`.
#[derive(Clone, Copy)]
pub struct Talk {
    /// What it is, once that is known.
    pub described: RwSignal<Option<Description>>,
    /// It is not what it seems.
    pub fault: RwSignal<Option<Fault>>,
    /// The rows that are there: the number of the first, and all of them.
    pub rows: RwSignal<(u64, Vec<Row>)>,
    /// Questions are not answered yet.
    pub busy: RwSignal<bool>,
    /// The last one that was not answered, and why.
    pub trouble: RwSignal<Option<(Trouble, Question)>>,
    questions: StoredValue<UnboundedSender<Question>>,
}

impl Talk {
    /// Begins to look into a file. All ends with the caller's owner: the worker, and what is being read.
    pub fn begin(subject: &Subject, as_bytes: bool) -> Self {
        let (ask, asked) = mpsc::unbounded();
        let talk = Self {
            described: RwSignal::new(None),
            fault: RwSignal::new(None),
            rows: RwSignal::new((0, Vec::new())),
            busy: RwSignal::new(true),
            trouble: RwSignal::new(None),
            questions: StoredValue::new(ask),
        };
        let (id, path) = (subject.id.get_untracked(), subject.path.clone());
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let open = ToInspector::Open {
            name,
            size: subject.entry.with_untracked(|entry| entry.size),
            as_bytes,
        };
        let (run, handle) = abortable(talk.run(id, path, open, asked));
        spawn_local(async move {
            // Given up or not: nothing is left to do.
            let _ = run.await;
        });
        on_cleanup(move || handle.abort());
        talk.ask(Question::Open);
        talk
    }

    /// Asks; the answer changes a signal.
    pub fn ask(self, question: Question) {
        // After the worker ended nobody hears it; that is told already.
        let _ = self
            .questions
            .with_value(|ask| ask.unbounded_send(question));
    }

    /// Answers questions one behind the other.
    async fn run(
        self,
        id: String,
        path: String,
        open: ToInspector,
        mut asked: UnboundedReceiver<Question>,
    ) {
        let Some((side, mut said)) = Side::start(INSPECTOR).await else {
            self.trouble
                .try_set(Some((Trouble::Worker, Question::Open)));
            return;
        };
        side.say(&open, &Array::new());
        while let Some(first) = asked.next().await {
            self.busy.try_set(true);
            let mut waiting = vec![first];
            while let Ok(further) = asked.try_recv() {
                // Of rows only those that are in sight now are wanted.
                if matches!(further, Question::Rows(..)) {
                    waiting.retain(|question| !matches!(question, Question::Rows(..)));
                }
                waiting.push(further);
            }
            for question in waiting {
                match answer(&side, &mut said, &id, &path, question).await {
                    Ok(reply) => self.take(reply),
                    Err(trouble) => {
                        let lost = trouble == Trouble::Worker;
                        self.trouble.try_set(Some((trouble, question)));
                        if lost {
                            return;
                        }
                    }
                }
            }
            self.busy.try_set(false);
        }
    }

    fn take(self, reply: Reply) {
        self.trouble.try_set(None);
        match reply {
            Reply::Described(described) => drop(self.described.try_set(Some(described))),
            Reply::Rows(first, rows) => drop(self.rows.try_set((first, rows))),
            Reply::Fault(fault) => drop(self.fault.try_set(Some(fault))),
            // Handled where the bytes are read.
            Reply::Need(_) => {}
        }
    }
}

/// Asks the worker, and reads for it what it needs.
async fn answer(
    side: &Side,
    said: &mut Said,
    id: &str,
    path: &str,
    question: Question,
) -> Result<Reply, Trouble> {
    side.say(&ToInspector::Ask(question), &Array::new());
    loop {
        let (reply, _) = said.next().await.ok_or(Trouble::Worker)?;
        let Reply::Need(Need { start, length }) = reply else {
            return Ok(reply);
        };
        let part = Part::Range { start, length };
        // An owner for each request: who gives this up gives up the request too.
        let owner = Owner::new();
        let reading = owner.with(|| {
            let (id, path) = (id.to_owned(), path.to_owned());
            ScopedFuture::new(async move { files::read(&id, &path, part).await })
        });
        let read = reading.await.map_err(Trouble::Read)?;
        let bytes = Uint8Array::from(read.bytes.as_slice());
        side.give(&ToInspector::Bytes, &Array::of1(&bytes.buffer()));
    }
}
