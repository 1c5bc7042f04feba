//! What page and worker say to each other survives the way between them.

use api::task::TaskState;
use api::{Code, Reason};
use engine::log::LogStore;
use gloo_worker::{Bincode, Codec};
use russell_cloud_web::work::{
    Anchor, FromWorker, Link, Refusal, Snapshot, TicketError, ToWorker, View,
};
use wasm_bindgen_test::wasm_bindgen_test;

fn refusal() -> Refusal {
    Refusal {
        code: Code::Other(599),
        reason: Reason::TooManyAttempts,
        message: "训练".to_owned(),
    }
}

#[wasm_bindgen_test]
fn the_page_s_words_arrive() {
    let words = [
        ToWorker::Open("wss://host/log".to_owned()),
        ToWorker::Ticket(Ok(Some("t".to_owned()))),
        ToWorker::Ticket(Ok(None)),
        ToWorker::Ticket(Err(TicketError::Later {
            why: Some(refusal()),
            after: Some(4),
        })),
        ToWorker::Ticket(Err(TicketError::SignIn)),
        ToWorker::Ticket(Err(TicketError::Never(refusal()))),
        ToWorker::View(View {
            cols: Some(80),
            anchor: Anchor::Row(u64::MAX),
            rows: 9,
        }),
        ToWorker::Text(7),
        ToWorker::Retry,
    ];
    for word in words {
        assert_eq!(
            Bincode::decode::<ToWorker>(Bincode::encode(word.clone())),
            word
        );
    }
}

#[wasm_bindgen_test]
fn the_worker_s_words_arrive() {
    let mut store = LogStore::default();
    store.append(
        "\x1b[1;38;5;208mloss\x1b[0m 0.5\n[2026-11-23 20:25:57] [INFO] | 训练 🚀\n".as_bytes(),
    );
    let links = [
        Link::Connecting,
        Link::Live,
        Link::Waiting {
            seconds: 4,
            why: Some(refusal()),
        },
        Link::SignIn,
        Link::Ended,
        Link::Refused(refusal()),
    ];
    for link in links {
        let word = FromWorker::Snapshot(Snapshot {
            lines: store.lines(),
            dropped: 0,
            bytes: store.bytes(),
            caught_up: true,
            has_output: store.has_output(),
            rows: store.rows(Some(20)),
            from: 0,
            window: store.window(Some(20), 0, 9),
            link,
            task: Some(TaskState::Stopped),
        });
        assert_eq!(
            Bincode::decode::<FromWorker>(Bincode::encode(word.clone())),
            word
        );
    }
    for word in [
        FromWorker::NeedTicket,
        FromWorker::Text(None),
        FromWorker::Text(Some("x".to_owned())),
    ] {
        assert_eq!(
            Bincode::decode::<FromWorker>(Bincode::encode(word.clone())),
            word
        );
    }
}
