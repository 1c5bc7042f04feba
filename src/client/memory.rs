//! What the API has answered lately, and what is asked ahead of need.
//!
//! A page that one comes back to is there at once and is brought up to date by the answer that follows ([`recalled`]); what
//! the next page will ask for is on its way while the finger is still on the link ([`ahead`]). Only reading with the tab's
//! own session is remembered, and whatever this tab changes makes it forget all: nobody sees the state before their own deed.

use super::ClientError;
use futures::FutureExt as _;
use futures::channel::oneshot;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;

/// Most answers that are kept.
const ANSWERS: usize = 40;
/// Most bytes of an answer that is kept.
const BYTES: usize = 128 * 1024;
/// Milliseconds for which an answer is shown while it is asked for anew.
const KEPT: f64 = 60_000.0;
/// Milliseconds for which what was asked ahead takes the place of a question.
const AHEAD: f64 = 3_000.0;

/// The `data` of an answer as it came.
type Answer = Result<Rc<str>, ClientError>;

struct Entry<T> {
    address: String,
    /// In milliseconds since 1970.
    at: f64,
    value: T,
}

/// The answers, oldest first, and the questions that nobody has come for yet.
#[derive(Default)]
struct Memory {
    answers: VecDeque<Entry<Rc<str>>>,
    ahead: Vec<Entry<oneshot::Receiver<Answer>>>,
    /// Grows when all is forgotten: an answer to a question from before is not remembered.
    age: u64,
}

impl Memory {
    fn forget(&mut self) {
        self.answers.clear();
        self.ahead.clear();
        self.age += 1;
    }

    fn keep(&mut self, address: String, age: u64, answer: &Rc<str>, at: f64) {
        if age != self.age {
            return;
        }
        self.answers.retain(|entry| entry.address != address);
        if answer.len() > BYTES {
            return;
        }
        if self.answers.len() == ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back(Entry {
            address,
            at,
            value: answer.clone(),
        });
    }

    fn kept(&self, address: &str, now: f64) -> Option<Rc<str>> {
        let entry = self.answers.iter().find(|entry| entry.address == address)?;
        is_young(entry, now, KEPT).then(|| entry.value.clone())
    }

    fn asked_ahead(&mut self, address: &str, now: f64) -> Option<oneshot::Receiver<Answer>> {
        self.ahead.retain(|entry| is_young(entry, now, AHEAD));
        let at = self.ahead.iter().position(|entry| entry.address == address);
        at.map(|at| self.ahead.remove(at).value)
    }
}

/// A clock that was set back makes nothing young.
fn is_young<T>(entry: &Entry<T>, now: f64, milliseconds: f64) -> bool {
    (0.0..milliseconds).contains(&(now - entry.at))
}

/// What becomes of the questions that are asked while [`Mode`] is not `Ask`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Ask,
    Recall,
    Ahead,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
    static MODE: Cell<Mode> = const { Cell::new(Mode::Ask) };
}

/// How far `question` gets at once in a mode.
fn at_once<F: Future + Unpin>(mode: Mode, question: &mut F) -> Option<F::Output> {
    let before = MODE.replace(mode);
    let answer = question.now_or_never();
    MODE.set(before);
    answer
}

/// What `question` answers from memory alone; none when it needs to ask. It must read only.
pub fn recalled<T>(question: impl Future<Output = Result<T, ClientError>>) -> Option<T> {
    at_once(Mode::Recall, &mut Box::pin(question))?.ok()
}

/// Asks what will be asked in a moment; who asks the same then gets this answer. It must read only.
pub fn ahead<T: 'static>(question: impl Future<Output = Result<T, ClientError>> + 'static) {
    let mut question = Box::pin(question);
    if at_once(Mode::Ahead, &mut question).is_none() {
        spawn_local(async move { drop(question.await) });
    }
}

/// Forgets everything: something was changed, or somebody else is there.
pub(super) fn forget() {
    MEMORY.with_borrow_mut(Memory::forget);
}

/// How a question is to be answered.
pub(super) enum Way {
    /// By the server.
    Ask(Keep),
    /// As this says.
    Known(Answer),
    /// As this will say.
    Coming(oneshot::Receiver<Answer>),
}

/// Remembers the answer to a question.
pub(super) struct Keep {
    address: String,
    age: u64,
    tell: Option<oneshot::Sender<Answer>>,
}

impl Keep {
    /// Remembers it, and tells who came for it meanwhile.
    pub fn answer(self, answer: &Answer) {
        if let Ok(data) = answer {
            MEMORY.with_borrow_mut(|memory| memory.keep(self.address, self.age, data, now()));
        }
        if let Some(tell) = self.tell {
            // Fails when nobody has come, or all was forgotten.
            let _ = tell.send(answer.clone());
        }
    }
}

/// How the question at `address` is to be answered.
pub(super) fn way(address: &str) -> Way {
    let nothing = || Way::Known(Err(ClientError::Offline));
    MEMORY.with_borrow_mut(|memory| {
        let keep = |memory: &Memory, tell| {
            Way::Ask(Keep {
                address: address.to_owned(),
                age: memory.age,
                tell,
            })
        };
        match MODE.get() {
            Mode::Recall => memory
                .kept(address, now())
                .map_or_else(nothing, |answer| Way::Known(Ok(answer))),
            Mode::Ask => match memory.asked_ahead(address, now()) {
                Some(answer) => Way::Coming(answer),
                None => keep(memory, None),
            },
            Mode::Ahead => {
                if memory.ahead.iter().any(|entry| entry.address == address) {
                    return nothing();
                }
                let (tell, value) = oneshot::channel();
                memory.ahead.push(Entry {
                    address: address.to_owned(),
                    at: now(),
                    value,
                });
                keep(memory, Some(tell))
            }
        }
    })
}

/// Whether a request may go out now, one that `reads` or one that changes something.
pub(super) fn may_send(reads: bool) -> bool {
    match MODE.get() {
        Mode::Ask => true,
        Mode::Ahead => reads,
        Mode::Recall => false,
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Rc<str> {
        text.into()
    }

    fn kept(memory: &Memory, address: &str, now: f64) -> Option<String> {
        memory.kept(address, now).map(|data| data.to_string())
    }

    #[test]
    fn an_answer_is_kept_for_a_minute_and_the_newest_counts() {
        let mut memory = Memory::default();
        memory.keep("/a".into(), 0, &json("1"), 1000.0);
        memory.keep("/a".into(), 0, &json("2"), 2000.0);
        assert_eq!(
            kept(&memory, "/a", 2000.0 + KEPT - 1.0).as_deref(),
            Some("2")
        );
        assert_eq!(kept(&memory, "/a", 2000.0 + KEPT), None);
        assert_eq!(kept(&memory, "/a", 1000.0), None, "the clock was set back");
        assert_eq!(kept(&memory, "/b", 2000.0), None);
    }

    #[test]
    fn what_was_asked_before_a_change_is_not_remembered() {
        let mut memory = Memory::default();
        memory.keep("/a".into(), 0, &json("1"), 0.0);
        let asked = memory.age;
        memory.forget();
        memory.keep("/b".into(), asked, &json("0"), 0.0);
        assert_eq!(
            (kept(&memory, "/a", 1.0), kept(&memory, "/b", 1.0)),
            (None, None)
        );
        memory.keep("/b".into(), memory.age, &json("3"), 0.0);
        assert_eq!(kept(&memory, "/b", 1.0).as_deref(), Some("3"));
    }

    #[test]
    fn the_oldest_goes_and_what_is_large_does_not_come() {
        let mut memory = Memory::default();
        for n in 0..=ANSWERS {
            memory.keep(n.to_string(), 0, &json("1"), 0.0);
        }
        assert_eq!(memory.answers.len(), ANSWERS);
        assert_eq!(
            (kept(&memory, "0", 1.0), kept(&memory, "1", 1.0)),
            (None, Some("1".to_owned()))
        );
        memory.keep("1".into(), 0, &json(&"1".repeat(BYTES + 1)), 0.0);
        assert_eq!(kept(&memory, "1", 1.0), None, "an older one would be wrong");
    }

    #[test]
    fn what_was_asked_ahead_serves_one_question_soon() {
        let mut memory = Memory::default();
        let ask = |memory: &mut Memory, at| {
            memory.ahead.push(Entry {
                address: "/a".into(),
                at,
                value: oneshot::channel().1,
            });
        };
        ask(&mut memory, 0.0);
        assert!(memory.asked_ahead("/a", 10.0).is_some());
        assert!(memory.asked_ahead("/a", 20.0).is_none());
        ask(&mut memory, 0.0);
        assert!(memory.asked_ahead("/a", AHEAD).is_none(), "too old");
    }
}
