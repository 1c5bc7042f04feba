//! The worker's loop: one log, one page, connections as they are needed.

use super::against::LogDiff;
use super::find::Finder;
use super::follow::{Follower, Step};
use super::message::{Anchor, Drawn, FromWorker, Link, Seek, Snapshot, Spot, ToWorker, View};
use super::plot::Plotter;
use super::preview::Preview;
use super::times::Clock;
use super::trial::trial;
use futures::future::{Either, select};
use futures::sink::SinkExt;
use futures::stream::{Stream, StreamExt};
use gloo_worker::reactor::ReactorScope;
use std::future::Future;
use std::pin::pin;

/// Shortest time between two snapshots, in milliseconds: ten a second read as "live".
const SNAPSHOT_MS: f64 = 100.0;
/// Shortest time between two drawings of metrics that grow, in milliseconds.
const DRAW_MS: f64 = 1_000.0;
/// How often time is looked at when nothing happens, in milliseconds.
const TICK_MS: f64 = 500.0;

/// How long is searched and read before page and socket are listened to again, in milliseconds.
const SEARCH_MS: f64 = 30.0;

/// What a socket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text message.
    Text(String),
    /// A binary message.
    Bytes(Vec<u8>),
}

/// What the loop needs of the world. Another world is put in its place in tests.
pub trait Transport {
    /// A connection: its messages, until it ends. Dropping it closes it.
    type Socket: Stream<Item = Frame> + Unpin;

    /// Connects to `address` with a ticket, or as a stranger; `None` when it cannot even be tried.
    fn connect(&self, address: &str, ticket: Option<&str>) -> Option<Self::Socket>;

    /// Milliseconds of a clock that never goes back.
    fn now(&self) -> f64;

    /// Ends after so many milliseconds.
    fn sleep(&self, ms: f64) -> impl Future<Output = ()>;

    /// Any number.
    fn seed(&self) -> u32;
}

/// Serves one page until it goes away.
pub async fn serve<T: Transport>(transport: T, mut page: ReactorScope<ToWorker, FromWorker>) {
    let Some(address) = opened(&mut page).await else {
        return;
    };
    let mut desk = Desk::new(transport.seed());
    let mut socket: Option<T::Socket> = None;
    loop {
        loop {
            let now = transport.now();
            match desk.follower.poll(now) {
                Step::Wait => break,
                Step::Ask => say(&mut page, FromWorker::NeedTicket).await,
                Step::Disconnect => socket = None,
                Step::Connect {
                    ticket,
                    known: from,
                } => {
                    socket =
                        transport.connect(&format!("{address}?from={from}"), ticket.as_deref());
                    if socket.is_none() {
                        desk.follower.closed(now);
                    }
                }
            }
        }
        desk.search(|| transport.now());
        if let Some(spot) = desk.spot() {
            say(&mut page, FromWorker::Spot(spot)).await;
        }
        if let Some(snapshot) = desk.due(transport.now()) {
            say(&mut page, FromWorker::Snapshot(snapshot)).await;
        }
        if let Some(drawn) = desk.drawn(transport.now()) {
            say(&mut page, FromWorker::Drawn(drawn)).await;
        }
        let pause = desk.pause(transport.now());
        let event = next_event(&mut page, socket.as_mut(), transport.sleep(pause)).await;
        let now = transport.now();
        match event {
            Event::Time => {}
            Event::Gone => return,
            Event::Page(message) => {
                if let Some(answer) = desk.page_says(now, message) {
                    say(&mut page, answer).await;
                }
            }
            Event::Socket(frame) => {
                desk.heard();
                match frame {
                    Some(Frame::Text(text)) => desk.follower.text(now, &text),
                    Some(Frame::Bytes(bytes)) => desk.follower.bytes(now, &bytes),
                    None => {
                        socket = None;
                        desk.follower.closed(now);
                    }
                }
            }
        }
    }
}

/// What the loop waited for.
enum Event {
    /// Time passed.
    Time,
    /// The page went away.
    Gone,
    /// The page said something.
    Page(ToWorker),
    /// The socket said something; `None`: it ended.
    Socket(Option<Frame>),
}

async fn next_event(
    page: &mut ReactorScope<ToWorker, FromWorker>,
    socket: Option<&mut (impl Stream<Item = Frame> + Unpin)>,
    sleep: impl Future<Output = ()>,
) -> Event {
    let heard = pin!(async {
        match socket {
            Some(socket) => socket.next().await,
            None => std::future::pending().await,
        }
    });
    match select(select(page.next(), heard), pin!(sleep)).await {
        Either::Right(_) => Event::Time,
        Either::Left((Either::Left((message, _)), _)) => message.map_or(Event::Gone, Event::Page),
        Either::Left((Either::Right((frame, _)), _)) => Event::Socket(frame),
    }
}

async fn say(page: &mut ReactorScope<ToWorker, FromWorker>, message: FromWorker) {
    let Ok(()) = page.send(message).await;
}

/// Waits for the address; `None` when the page goes away first.
async fn opened(page: &mut (impl Stream<Item = ToWorker> + Unpin)) -> Option<String> {
    loop {
        if let ToWorker::Open(address) = page.next().await? {
            return Some(address);
        }
    }
}

/// Why metrics are drawn anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Redraw {
    /// More of them were read.
    Grown,
    /// The page asked.
    Asked,
}

/// What is followed and what the page knows of it.
struct Desk {
    follower: Follower,
    finder: Finder,
    /// What it has apart from another log.
    diff: LogDiff,
    /// Shown until the log has caught up.
    preview: Option<Preview>,
    plotter: Plotter,
    /// Metrics were read, or asked for, since they were drawn last; the latter does not wait.
    redraw: Option<Redraw>,
    drew: f64,
    /// Which log of the follower's it is that is searched.
    log: u32,
    view: View,
    clock: Clock,
    /// Bytes, state or view changed since the last snapshot.
    changed: bool,
    /// The view changed: the next snapshot does not wait.
    urgent: bool,
    sent: f64,
    link: Option<Link>,
}

impl Desk {
    fn new(seed: u32) -> Self {
        Self {
            follower: Follower::new(seed),
            finder: Finder::default(),
            diff: LogDiff::default(),
            preview: None,
            plotter: Plotter::default(),
            redraw: None,
            drew: f64::NEG_INFINITY,
            log: 0,
            view: View {
                cols: None,
                anchor: Anchor::End,
                rows: 0,
                only: None,
                raw: false,
                fold: false,
                times: None,
            },
            clock: Clock::default(),
            changed: true,
            urgent: false,
            sent: f64::NEG_INFINITY,
            link: None,
        }
    }

    fn page_says(&mut self, now: f64, message: ToWorker) -> Option<FromWorker> {
        match message {
            ToWorker::Ticket(ticket) => self.follower.ticket(now, ticket),
            ToWorker::Retry => self.follower.retry(),
            ToWorker::Text(lines, max) => {
                let (store, max) = (self.diff.shown(self.follower.store()), max as usize);
                return Some(FromWorker::Text(match self.view.raw {
                    true => store.written_text(lines, max),
                    false => store.text(lines, max),
                }));
            }
            ToWorker::Unfold(line) => {
                self.finder.unfold(line);
                self.urgent = true;
            }
            ToWorker::Earlier(line, from, count) => {
                let earlier = self.follower.store().earlier(line, from, count as usize);
                return Some(FromWorker::Earlier(earlier));
            }
            ToWorker::Try(pattern) => {
                return Some(FromWorker::Tried(trial(self.follower.store(), &pattern)));
            }
            ToWorker::Find(query) => {
                self.finder.find(query.as_ref());
                self.changed = true;
            }
            ToWorker::Preview(bytes) if !self.follower.is_whole() => {
                self.preview = Some(Preview::new(&bytes));
                self.urgent = true;
            }
            ToWorker::Preview(_) => {}
            ToWorker::Seek(seek) => {
                // It is the log's own lines that are led to.
                self.preview = None;
                self.finder.seek(seek);
            }
            ToWorker::Draw(asked) => {
                self.plotter.ask(asked);
                self.redraw = Some(Redraw::Asked);
            }
            ToWorker::Against(message) => {
                if self.diff.hear(message) {
                    self.show_anew();
                }
            }
            ToWorker::Csv => return Some(FromWorker::Text(Some(self.plotter.csv()))),
            ToWorker::View(view) => {
                self.urgent |= self.view != view;
                self.finder.fold(view.fold);
                self.view = view;
            }
            // One worker loop, one log.
            ToWorker::Open(_) => {}
        }
        None
    }

    /// The socket said something.
    fn heard(&mut self) {
        self.changed = true;
        self.finder.grown();
        self.plotter.grown();
    }

    /// Whether lines are on screen: a page of charts has none, and needs no search.
    fn is_looked_at(&self) -> bool {
        self.view.rows > 0
    }

    /// The rows are those of another text now.
    fn show_anew(&mut self) {
        self.finder.begin_anew();
        self.clock = Clock::default();
        self.urgent = true;
    }

    /// Searches and reads on for a moment.
    fn search(&mut self, clock: impl Fn() -> f64) {
        if self.log != self.follower.log() {
            self.log = self.follower.log();
            self.plotter.begin_anew();
            self.diff.begin_anew();
            self.show_anew();
        }
        let whole = self.follower.is_whole();
        if self.diff.step(self.follower.store(), whole, &clock) {
            self.show_anew();
        }
        let until = clock() + SEARCH_MS;
        if self.is_looked_at() {
            let store = self.diff.shown(self.follower.store());
            self.changed |= self.finder.step(store, || clock() < until);
        }
        if self.plotter.step(self.follower.store(), || clock() < until) {
            self.redraw.get_or_insert(Redraw::Grown);
        }
    }

    /// The metrics, when they changed and the last drawing is old enough.
    fn drawn(&mut self, now: f64) -> Option<Drawn> {
        if self.redraw? == Redraw::Grown && now < self.drew + DRAW_MS {
            return None;
        }
        (self.redraw, self.drew) = (None, now);
        self.plotter.drawn()
    }

    /// The answer to a page that seeks something, once it is known.
    fn spot(&mut self) -> Option<Option<Spot>> {
        let all_here = self.follower.is_whole();
        let store = self.diff.shown(self.follower.store());
        self.finder.spot(store, &self.view, all_here)
    }

    /// How long nothing needs to be done, in milliseconds.
    fn pause(&self, now: f64) -> f64 {
        if (self.is_looked_at() && !self.finder.is_done()) || !self.plotter.is_done() {
            0.0
        } else if self.changed {
            (self.sent + SNAPSHOT_MS - now).clamp(1.0, TICK_MS)
        } else {
            TICK_MS
        }
    }

    /// A snapshot, when there is something new and the last one is old enough.
    fn due(&mut self, now: f64) -> Option<Snapshot> {
        let link = self.follower.link(now);
        let news = self.changed || self.link.as_ref() != Some(&link);
        if !self.urgent && (!news || now < self.sent + SNAPSHOT_MS) {
            self.changed |= news;
            return None;
        }
        (self.changed, self.urgent, self.sent) = (false, false, now);
        self.link = Some(link.clone());
        Some(self.snapshot(link))
    }

    /// The log is here: who read in its preview goes on reading where that was.
    fn end_preview(&mut self) {
        if !self.follower.is_whole() {
            return;
        }
        let place = self
            .preview
            .take()
            .and_then(|mut preview| preview.place(&self.view));
        if let Some(before) = place {
            let line = self.follower.store().lines().saturating_sub(before);
            self.finder.seek(Seek::Line(line));
        }
    }

    fn snapshot(&mut self, link: Link) -> Snapshot {
        self.end_preview();
        let (task, caught_up) = (self.follower.task(), self.follower.caught_up());
        let promised = self.follower.promised();
        let followed = self.follower.store();
        let (lines, dropped, bytes) =
            (followed.lines(), followed.dropped_lines(), followed.bytes());
        let has_output = followed.has_output();
        let apart = self.diff.apart();
        let store = self.diff.shown(self.follower.store());
        let (finder, view) = (&mut self.finder, &self.view);
        let preview = self.preview.as_mut().map(|preview| preview.window(view));
        let previewed = preview.is_some();
        let (rows, from, window) = preview.unwrap_or_else(|| {
            let rows = finder.rows(store, view);
            let last = rows.saturating_sub(view.rows.into());
            let from = match view.anchor {
                Anchor::End => last,
                Anchor::Row(row) => row.min(last),
            };
            (rows, from, finder.window(store, view, from))
        });
        // The numbers of a preview's lines are not those of the log, and what is spelled out is not what was searched.
        let searched = if previewed || view.raw {
            &[][..]
        } else {
            &window
        };
        Snapshot {
            lines,
            dropped,
            bytes,
            caught_up,
            has_output,
            rows,
            from,
            found: Box::new(finder.found(store, searched)),
            times: self.clock.times(store, view, &window),
            folds: finder.heads(searched),
            promised,
            preview: previewed,
            window,
            apart,
            link,
            task,
        }
    }
}

#[cfg(test)]
mod tests;
