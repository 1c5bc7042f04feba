//! What page and worker say to each other survives the way between them.

use api::task::TaskState;
use api::{Code, Reason};
use engine::chart::{Mark, MarkKind, Points};
use engine::log::LogStore;
use engine::log::search::{PatternError, Query};
use engine::metrics::{Summary, UserPattern, ValueAt};
use gloo_worker::{Bincode, Codec};
use russell_cloud_web::work::{
    Across, Against, Anchor, Apart, Asked, Curve, Drawn, Found, FromWorker, Heads, Link, Refusal,
    Sample, Seek, Snapshot, Sought, Spot, Tally, TicketError, Times, ToWorker, Trial, View,
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
            only: Some(3),
            raw: true,
            fold: true,
            times: Some(-480),
        }),
        ToWorker::Text(1..=u64::MAX, 7),
        ToWorker::Unfold(7),
        ToWorker::Earlier(u64::MAX, 7, 500),
        ToWorker::Try(UserPattern {
            name: "psnr".to_owned(),
            pattern: "(".to_owned(),
        }),
        ToWorker::Against(Against::Begin),
        ToWorker::Against(Against::Piece(b"\xff\n".to_vec())),
        ToWorker::Against(Against::End),
        ToWorker::Against(Against::IgnoreNumbers(true)),
        ToWorker::Against(Against::Stop),
        ToWorker::Retry,
        ToWorker::Preview(b"\xff\n".to_vec()),
        ToWorker::Find(None),
        ToWorker::Find(Some(Query {
            text: "训练".to_owned(),
            regex: true,
            case: false,
            word: true,
        })),
        ToWorker::Seek(Seek::Line(7)),
        ToWorker::Seek(Seek::Found {
            what: Sought::Failure,
            from: 7,
            forward: false,
        }),
        ToWorker::Draw(None),
        ToWorker::Draw(Some(Asked {
            across: Across::Wall,
            range: Some((f64::MIN, f64::INFINITY)),
            pixels: 800,
            smoothing: 0.6,
            names: "loss".to_owned(),
            patterns: vec![UserPattern {
                name: "psnr".to_owned(),
                pattern: "(?<value>[0-9]+) dB".to_owned(),
            }],
            zone: -480,
        })),
        ToWorker::Csv,
    ];
    for word in words {
        assert_eq!(
            Bincode::decode::<ToWorker>(Bincode::encode(word.clone())),
            word
        );
    }
}

/// Metrics with every kind of value but those that are unlike themselves.
fn drawn() -> Drawn {
    let points = Points {
        x: vec![1.0, 2.0],
        y: vec![0.5, f64::NEG_INFINITY],
        index: vec![0, 1],
        marks: vec![Mark {
            x: 3.0,
            kind: MarkKind::Nan,
            index: 2,
        }],
    };
    Drawn {
        curves: vec![Curve {
            name: "loss".to_owned(),
            summary: Summary {
                count: 3,
                last: Some(ValueAt {
                    value: 0.5,
                    line: u64::MAX,
                }),
                ..Summary::default()
            },
            points: points.clone(),
            lines: vec![1, 2],
            ghost: Some(points),
            thinned: true,
        }],
        range: (0.0, 1.0),
        all: None,
        names: 1,
        left_out: 2,
        whole: false,
    }
}

#[wasm_bindgen_test]
fn a_pattern_s_mistake_arrives() {
    for error in [
        PatternError::Empty,
        PatternError::TooLarge,
        PatternError::Syntax {
            message: "unclosed group".to_owned(),
            from: 2,
            to: 3,
        },
    ] {
        let wanted = Some(Err::<Tally, _>(error));
        let arrived: Option<Result<Tally, PatternError>> =
            Bincode::decode(Bincode::encode(wanted.clone()));
        assert_eq!(arrived, wanted);
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
    let tally = Tally {
        matches: 3,
        lines: 2,
        whole: true,
        density: vec![0, 2],
    };
    let found = Found {
        wanted: Some(Ok(tally.clone())),
        failures: tally,
        marks: vec![(7, vec![0..4, 7..9])],
        failed: vec![7],
    };
    for link in links {
        let word = FromWorker::Snapshot(Snapshot {
            lines: store.lines(),
            dropped: 0,
            bytes: store.bytes(),
            promised: 7,
            caught_up: true,
            preview: false,
            found: Box::new(found.clone()),
            times: Times {
                began: Some(-1),
                lines: vec![(7, i64::MAX)],
            },
            apart: Some(Apart {
                there: 7,
                here: 0,
                both: u64::MAX,
            }),
            folds: vec![Heads {
                line: 7,
                lines: u64::MAX,
                open: true,
            }],
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
        FromWorker::Spot(None),
        FromWorker::Spot(Some(Spot {
            line: 7,
            row: 6,
            rank: 2,
        })),
        FromWorker::Drawn(drawn()),
        FromWorker::Earlier(None),
        FromWorker::Earlier(store.earlier(1, 0, 9)),
        FromWorker::Tried(Err(PatternError::Empty)),
        FromWorker::Tried(Ok(Trial {
            samples: vec![Sample {
                line: 7,
                text: "PSNR 31.5 dB".to_owned(),
                at: 0..12,
                name: "psnr".to_owned(),
                value: Some(31.5),
                step: None,
            }],
            lines: 9,
        })),
    ] {
        assert_eq!(
            Bincode::decode::<FromWorker>(Bincode::encode(word.clone())),
            word
        );
    }
}
