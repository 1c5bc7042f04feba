//! A page's end of the worker that follows a log: tickets when it needs them, snapshots and drawings as they come.

use crate::client::{self, ClientError};
use crate::session::{Session, SessionHandle, use_session};
use crate::work::spawn::log_worker;
use crate::work::{Drawn, FromWorker, Refusal, Snapshot, Spot, TicketError, ToWorker, Trial};
use api::{Code, Reason};
use engine::log::Earlier;
use engine::log::search::PatternError;
use engine::metrics::UserPattern;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// Longest text that is copied, in bytes.
const COPY_BYTES: u32 = 16 * 1024 * 1024;

/// Times of the platform's own lines are in UTC unless its operator chose otherwise: minutes ahead of that.
pub const PLATFORM_ZONE: i32 = 0;

/// Longest time until the worker says something, in milliseconds.
const START_MS: u32 = 10_000;

/// A log that is being followed.
#[derive(Clone, Copy)]
pub struct LogLink {
    /// How it stands; `None` before the worker has said anything.
    pub snapshot: RwSignal<Option<Snapshot>>,
    /// The worker could not be started, or says nothing.
    pub broken: RwSignal<bool>,
    /// Where the worker found what the page sought last; set with each answer.
    pub spot: RwSignal<Option<Spot>>,
    /// The metrics that the page asked for last.
    pub drawn: RwSignal<Option<Drawn>>,
    worker: StoredValue<mpsc::UnboundedSender<ToWorker>>,
    answers: StoredValue<SendWrapper<Answers>>,
}

/// Who waits for an answer, in the order of the questions.
type Answers = Rc<RefCell<VecDeque<oneshot::Sender<FromWorker>>>>;

impl LogLink {
    /// Follows the log at `address` until the component that asked is gone.
    pub fn open(address: String) -> Self {
        let (to_worker, from_view) = mpsc::unbounded();
        let answers = Answers::default();
        let link = Self {
            snapshot: RwSignal::new(None),
            broken: RwSignal::new(false),
            spot: RwSignal::new(None),
            drawn: RwSignal::new(None),
            worker: StoredValue::new(to_worker.clone()),
            answers: StoredValue::new(SendWrapper::new(Rc::clone(&answers))),
        };
        link.tell(ToWorker::Open(address));
        // The worker ends with its bridge, and the bridge with the last sender.
        on_cleanup({
            let to_worker = to_worker.clone();
            move || to_worker.close_channel()
        });
        let again = window_event_listener(leptos::ev::online, move |_| link.tell(ToWorker::Retry));
        on_cleanup(move || again.remove());
        let session = use_session();
        Effect::watch(
            move || session.is_settled(),
            move |settled, _, _| {
                if *settled {
                    link.tell(ToWorker::Retry);
                }
            },
            false,
        );
        spawn_local(link.talk(session, from_view, to_worker, answers));
        link
    }

    /// Says something to the worker.
    pub fn tell(self, message: ToWorker) {
        // A worker that is gone needs no word.
        self.worker
            .try_with_value(|worker| drop(worker.unbounded_send(message)));
    }

    /// The text of lines with these numbers, without escapes; `None` when it is too long to copy.
    pub async fn text(self, lines: RangeInclusive<u64>) -> Option<String> {
        match self.answer(ToWorker::Text(lines, COPY_BYTES)).await? {
            FromWorker::Text(text) => text,
            _ => None,
        }
    }

    /// The metrics that were read as CSV; `None` when the page is about to go.
    pub async fn csv(self) -> Option<String> {
        match self.answer(ToWorker::Csv).await? {
            FromWorker::Text(text) => text,
            _ => None,
        }
    }

    /// What a line showed before, `count` states from state `from` on; `None` when it is not held, or the page is about to go.
    pub async fn earlier(self, line: u64, from: u32, count: u32) -> Option<Earlier> {
        match self.answer(ToWorker::Earlier(line, from, count)).await? {
            FromWorker::Earlier(earlier) => earlier,
            _ => None,
        }
    }

    /// What a pattern finds in the first lines; `None` when the page is about to go.
    pub async fn trial(self, pattern: UserPattern) -> Option<Result<Trial, PatternError>> {
        match self.answer(ToWorker::Try(pattern)).await? {
            FromWorker::Tried(trial) => Some(trial),
            _ => None,
        }
    }

    /// Asks; answers come in the order of the questions.
    async fn answer(self, question: ToWorker) -> Option<FromWorker> {
        let (give, take) = oneshot::channel();
        self.answers
            .try_with_value(|answers| answers.borrow_mut().push_back(give));
        self.tell(question);
        take.await.ok()
    }

    async fn talk(
        self,
        session: SessionHandle,
        mut from_view: mpsc::UnboundedReceiver<ToWorker>,
        to_worker: mpsc::UnboundedSender<ToWorker>,
        answers: Answers,
    ) {
        let Some(mut worker) = log_worker() else {
            self.broken.try_set(true);
            return;
        };
        let mut silence = TimeoutFuture::new(START_MS).fuse();
        let mut heard = false;
        loop {
            let said = match select(select(from_view.next(), worker.next()), &mut silence).await {
                Either::Left((said, _)) => said,
                Either::Right(_) => {
                    if !heard {
                        self.broken.try_set(true);
                    }
                    continue;
                }
            };
            match said {
                Either::Left((None, _)) => return,
                Either::Left((Some(message), _)) => worker.send_input(message),
                Either::Right((None, _)) => {
                    self.broken.try_set(true);
                    return;
                }
                Either::Right((Some(FromWorker::Snapshot(snapshot)), _)) => {
                    if !heard {
                        heard = true;
                        self.broken.try_set(false);
                    }
                    self.snapshot.try_set(Some(snapshot));
                }
                Either::Right((Some(FromWorker::Spot(spot)), _)) => {
                    self.spot.try_set(spot);
                }
                Either::Right((Some(FromWorker::Drawn(drawn)), _)) => {
                    self.drawn.try_set(Some(drawn));
                }
                Either::Right((Some(FromWorker::NeedTicket), _)) => {
                    let to_worker = to_worker.clone();
                    spawn_local(async move {
                        let ticket = ToWorker::Ticket(ticket(session).await);
                        // As above: a closed channel is a view that is gone.
                        let _ = to_worker.unbounded_send(ticket);
                    });
                }
                Either::Right((Some(answer), _)) => {
                    if let Some(waiting) = answers.borrow_mut().pop_front() {
                        // Nobody waits any more when the view is gone.
                        let _ = waiting.send(answer);
                    }
                }
            }
        }
    }
}

/// A ticket for whoever is signed in; strangers need none.
async fn ticket(session: SessionHandle) -> Result<Option<String>, TicketError> {
    match session.get_untracked() {
        Session::Anonymous => return Ok(None),
        Session::Restoring | Session::Expired(_) => return Err(TicketError::SignIn),
        Session::SignedIn(_) => {}
    }
    match client::auth::ticket().await {
        Ok(ticket) => Ok(Some(ticket.ticket)),
        Err(error) if error.ends_session() && !session.get_untracked().is_settled() => {
            Err(TicketError::SignIn)
        }
        Err(error) => Err(refusal(error)),
    }
}

fn refusal(error: ClientError) -> TicketError {
    // A token that was refused and is not the session's any more says nothing of the one that is.
    let later = error.is_passing() || error.ends_session();
    let message = error.to_string();
    let (why, after) = match error {
        ClientError::Offline | ClientError::Timeout => (None, None),
        ClientError::Api { code, problem } => {
            let why = refused(code, problem.reason, problem.message);
            (Some(why), problem.retry_after)
        }
        ClientError::Http { status: 429 } => {
            (Some(refused(Code::Busy, Reason::Busy, message)), None)
        }
        _ => (
            Some(refused(Code::Internal, Reason::Unknown, message)),
            None,
        ),
    };
    match why {
        Some(refusal) if !later => TicketError::Never(refusal),
        why => TicketError::Later { why, after },
    }
}

fn refused(code: Code, reason: Reason, message: String) -> Refusal {
    Refusal {
        code,
        reason,
        message,
    }
}
