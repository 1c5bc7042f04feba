//! The stream itself: does what the [`Listener`] says, with the browser's socket and clock.

use super::{Live, Nudge};
use crate::client::events::{Link, Listener, News, Reader, Step};
use crate::client::{self, ClientError, auth};
use crate::components::connection::Connection;
use crate::format;
use crate::line::OPEN_MS;
use crate::session::{Session, SessionHandle, use_session};
use crate::work::{self, Frame};
use api::account::ServiceStatus;
use api::event::{PROTOCOL, StreamQuery};
use api::routes;
use futures::channel::mpsc;
use futures::future::{Either, select};
use futures::stream::{LocalBoxStream, StreamExt};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::pin;

/// Longest pause of the loop, in milliseconds, when nothing happens.
const LONGEST_PAUSE: f64 = 60_000.0;

/// What came of asking the service.
type Asked = Result<Option<String>, Option<u32>>;

/// Begins to listen, for as long as the page lives. Once is enough.
pub fn start() {
    let live = expect_context::<Live>();
    if live.nudges.with_value(Option::is_some) {
        return;
    }
    let (session, connection) = (use_session(), expect_context::<Connection>());
    let (nudge, nudges) = mpsc::unbounded();
    live.nudges.set_value(Some(nudge));
    window_event_listener(leptos::ev::visibilitychange, move |_| {
        live.seen.set(!document().hidden());
        live.retry();
    });
    window_event_listener(leptos::ev::online, move |_| live.retry());
    window_event_listener(leptos::ev::offline, move |_| live.nudge(Nudge::Doubt));
    Effect::watch(
        move || session.get(),
        move |_, _, _| live.nudge(Nudge::Reader),
        true,
    );
    Effect::watch(
        move || connection.is_reachable(),
        move |reachable, _, _| {
            live.nudge(match reachable {
                true => Nudge::Retry,
                false => Nudge::Doubt,
            });
        },
        false,
    );
    spawn_local(run(live, session, connection, nudges));
}

async fn run(
    live: Live,
    session: SessionHandle,
    connection: Connection,
    mut nudges: mpsc::UnboundedReceiver<Nudge>,
) {
    let mut listener = Listener::new((js_sys::Math::random() * f64::from(u32::MAX)) as u32);
    let mut socket: Option<LocalBoxStream<'static, Frame>> = None;
    // Whether anything has come over it.
    let mut spoken = false;
    let (answer, mut answers) = mpsc::unbounded::<Asked>();
    loop {
        loop {
            match listener.poll(now()) {
                Step::Wait => break,
                Step::Ask => {
                    let answer = answer.clone();
                    let known = session.get_untracked().account().is_some();
                    spawn_local(async move {
                        // The loop lives as long as the page.
                        drop(answer.unbounded_send(ask(live, known).await));
                    });
                }
                Step::Disconnect => match socket.take() {
                    Some(socket) if !spoken => spawn_local(end_once_open(socket)),
                    _ => {}
                },
                Step::Connect {
                    ticket,
                    known: query,
                } => {
                    socket = connect(ticket.as_deref(), &query);
                    spoken = false;
                    if socket.is_none() {
                        listener.closed(now());
                    }
                }
            }
        }
        show(live, listener.link());
        let left = listener.due().map_or(LONGEST_PAUSE, |due| due - now());
        let event = next_event(&mut nudges, &mut answers, socket.as_mut(), left).await;
        spoken |= matches!(event, Event::Socket(_));
        match event {
            Event::Time => {}
            Event::Nudge(Nudge::Retry) => listener.retry(),
            Event::Nudge(Nudge::Doubt) => listener.doubt(),
            Event::Nudge(Nudge::Reader) => follow(&mut listener, &session.get_untracked()),
            Event::Answer(answer) => listener.answered(now(), answer),
            Event::Socket(None) => {
                socket = None;
                listener.closed(now());
            }
            // Bytes mean nothing here.
            Event::Socket(Some(Frame::Bytes(_))) => {}
            Event::Socket(Some(Frame::Text(text))) => match listener.text(now(), &text) {
                None => {}
                Some(News::Service(status)) => serve(live, status),
                Some(News::Everything) => {
                    live.heard.set(Some(format::now()));
                    connection.ask_everything_anew();
                }
                Some(News::Changes(list)) => {
                    live.heard.set(Some(format::now()));
                    live.tell(&list);
                }
            },
        }
    }
}

/// Ends a connection that is still being made, once it is: browsers complain of one that is ended before.
async fn end_once_open(mut socket: LocalBoxStream<'static, Frame>) {
    select(socket.next(), TimeoutFuture::new(OPEN_MS as u32)).await;
}

/// What the loop waited for.
enum Event {
    /// Time passed.
    Time,
    /// Somebody on the page wants something.
    Nudge(Nudge),
    /// What came of asking the service.
    Answer(Asked),
    /// The socket said something; `None`: it ended.
    Socket(Option<Frame>),
}

async fn next_event(
    nudges: &mut mpsc::UnboundedReceiver<Nudge>,
    answers: &mut mpsc::UnboundedReceiver<Asked>,
    socket: Option<&mut LocalBoxStream<'static, Frame>>,
    pause: f64,
) -> Event {
    let heard = pin!(async {
        match socket {
            Some(socket) => socket.next().await,
            None => std::future::pending().await,
        }
    });
    let pause = TimeoutFuture::new(pause.clamp(0.0, LONGEST_PAUSE) as u32);
    let asked = select(nudges.next(), answers.next());
    // The senders live as long as the page: neither channel ends.
    match select(select(asked, heard), pause).await {
        Either::Left((Either::Left((Either::Left((Some(nudge), _)), _)), _)) => Event::Nudge(nudge),
        Either::Left((Either::Left((Either::Right((Some(answer), _)), _)), _)) => {
            Event::Answer(answer)
        }
        Either::Left((Either::Right((frame, _)), _)) => Event::Socket(frame),
        _ => Event::Time,
    }
}

/// Milliseconds since the page began.
fn now() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |clock| clock.now())
}

fn show(live: Live, link: Link) {
    if live.link.get_untracked() != link {
        live.link.set(link);
    }
}

fn serve(live: Live, status: ServiceStatus) {
    if live.service.with_untracked(|known| *known != status) {
        live.service.set(status);
    }
}

/// Who is there decides whether to connect, and as whom.
fn follow(listener: &mut Listener, session: &Session) {
    if !session.is_settled() {
        return listener.pause();
    }
    let account = session.account();
    let reader = Reader {
        uid: account.map(|account| account.user.uid.clone()),
        token: account.map(|account| account.token.clone()),
    };
    listener.begin(now(), reader);
}

/// Whether the service answers: with a ticket for whoever is signed in, with how it stands for strangers.
async fn ask(live: Live, known: bool) -> Asked {
    let after = |error: ClientError| match error {
        ClientError::Api { problem, .. } => problem.retry_after,
        _ => None,
    };
    if known {
        let ticket = auth::ticket().await.map_err(after)?;
        return Ok(Some(ticket.ticket));
    }
    let status = auth::service_status().await.map_err(after)?;
    serve(live, status);
    Ok(None)
}

fn connect(ticket: Option<&str>, query: &StreamQuery) -> Option<LocalBoxStream<'static, Frame>> {
    let address = client::socket_url(routes::EVENTS) + &client::query::of(query);
    work::connect(&address, PROTOCOL, ticket)
}
