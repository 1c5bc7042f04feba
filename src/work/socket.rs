//! WebSockets, and the world of the worker's loop in a browser: clock, timer.

use super::message::{FromWorker, ToWorker};
use super::serve::{Frame, Transport, serve};
use api::log::PROTOCOL;
use futures::future::ready;
use futures::stream::{LocalBoxStream, StreamExt};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::TimeoutFuture;
use gloo_worker::reactor::{ReactorScope, reactor};
use leptos::web_sys::WorkerGlobalScope;
use std::future::Future;
use wasm_bindgen::JsCast;

/// Follows one log for one viewer; lives until the viewer goes away.
#[reactor]
pub async fn LogWorker(scope: ReactorScope<ToWorker, FromWorker>) {
    serve(Browser, scope).await;
}

/// Opens a WebSocket with a protocol of the API and a ticket, or as a stranger: its messages, until it ends. Dropping
/// them closes it. `None` when it cannot even be tried.
pub fn connect(
    address: &str,
    protocol: &str,
    ticket: Option<&str>,
) -> Option<LocalBoxStream<'static, Frame>> {
    let protocols: Vec<&str> = std::iter::once(protocol).chain(ticket).collect();
    let socket = WebSocket::open_with_protocols(address, &protocols).ok()?;
    let frames = socket
        .take_while(|message| ready(message.is_ok()))
        .filter_map(|message| ready(message.ok()))
        .map(|message| match message {
            Message::Text(text) => Frame::Text(text),
            Message::Bytes(bytes) => Frame::Bytes(bytes),
        });
    Some(frames.boxed_local())
}

/// What a browser's worker offers.
#[derive(Clone, Copy, Debug)]
pub struct Browser;

impl Transport for Browser {
    type Socket = LocalBoxStream<'static, Frame>;

    fn connect(&self, address: &str, ticket: Option<&str>) -> Option<Self::Socket> {
        connect(address, PROTOCOL, ticket)
    }

    fn now(&self) -> f64 {
        let scope = js_sys::global().dyn_into::<WorkerGlobalScope>().ok();
        let clock = scope.and_then(|scope| scope.performance());
        clock.map_or_else(js_sys::Date::now, |clock| clock.now())
    }

    fn sleep(&self, ms: f64) -> impl Future<Output = ()> {
        TimeoutFuture::new(ms as u32)
    }

    fn seed(&self) -> u32 {
        (js_sys::Math::random() * f64::from(u32::MAX)) as u32
    }
}
