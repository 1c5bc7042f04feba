use super::*;
use crate::work::message::Sought;
use api::task::TaskState;
use engine::log::search::Query;
use futures::channel::mpsc;
use futures::executor::LocalPool;
use futures::task::LocalSpawnExt;
use gloo_worker::reactor::ReactorScoped;
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;

mod against;

/// A world of the test's own: its clock moves only by sleeping, its sockets are channels.
#[derive(Clone, Default)]
struct World {
    now: Rc<Cell<f64>>,
    sleepers: Rc<RefCell<Vec<mpsc::UnboundedSender<()>>>>,
    connections: Rc<RefCell<Vec<Connection>>>,
}

struct Connection {
    address: String,
    ticket: Option<String>,
    server: mpsc::UnboundedSender<Frame>,
}

impl Transport for World {
    type Socket = mpsc::UnboundedReceiver<Frame>;

    fn connect(&self, address: &str, ticket: Option<&str>) -> Option<Self::Socket> {
        let (server, socket) = mpsc::unbounded();
        let (address, ticket) = (address.to_owned(), ticket.map(str::to_owned));
        self.connections.borrow_mut().push(Connection {
            address,
            ticket,
            server,
        });
        Some(socket)
    }

    fn now(&self) -> f64 {
        self.now.get()
    }

    fn sleep(&self, _ms: f64) -> impl Future<Output = ()> {
        let (wake, mut woken) = mpsc::unbounded();
        self.sleepers.borrow_mut().push(wake);
        async move {
            woken.next().await;
        }
    }

    fn seed(&self) -> u32 {
        5
    }
}

struct Bench {
    world: World,
    pool: LocalPool,
    page: mpsc::UnboundedSender<ToWorker>,
    said: mpsc::UnboundedReceiver<FromWorker>,
}

impl Bench {
    fn new() -> Self {
        let world = World::default();
        let pool = LocalPool::new();
        let (page, from_page) = mpsc::unbounded();
        let (to_page, said) = mpsc::unbounded();
        let scope = ReactorScope::new(
            from_page,
            futures::sink::unfold(to_page, |to_page, message| async move {
                to_page.unbounded_send(message).expect("the page listens");
                Ok::<_, Infallible>(to_page)
            }),
        );
        pool.spawner()
            .spawn_local(serve(world.clone(), scope))
            .expect("the pool runs");
        Self {
            world,
            pool,
            page,
            said,
        }
    }

    /// Lets time pass in steps and returns all that was said meanwhile.
    fn pass(&mut self, ms: u32) -> Vec<FromWorker> {
        let mut out = Vec::new();
        for _ in 0..=ms / 50 {
            self.pool.run_until_stalled();
            while let Ok(message) = self.said.try_recv() {
                out.push(message);
            }
            self.world.now.set(self.world.now.get() + 50.0);
            self.world.sleepers.borrow_mut().clear();
        }
        out
    }

    fn page(&mut self, message: ToWorker) {
        self.page
            .unbounded_send(message)
            .expect("the worker listens");
    }

    fn server(&mut self, frame: Frame) {
        let connections = self.world.connections.borrow();
        let last = connections.last().expect("there is a connection");
        last.server
            .unbounded_send(frame)
            .expect("the worker listens");
    }

    /// The last snapshot of some time.
    fn snapshot(&mut self, ms: u32) -> Snapshot {
        let last = self
            .pass(ms)
            .into_iter()
            .rev()
            .find_map(|message| match message {
                FromWorker::Snapshot(snapshot) => Some(snapshot),
                _ => None,
            });
        last.expect("there is a snapshot")
    }

    fn open(&mut self) {
        self.page(ToWorker::Open("wss://host/log".into()));
        self.page(ToWorker::View(View {
            cols: None,
            anchor: Anchor::End,
            rows: 2,
            only: None,
            raw: false,
            fold: false,
            times: None,
        }));
        assert!(self.pass(200).contains(&FromWorker::NeedTicket));
        self.page(ToWorker::Ticket(Ok(Some("first".into()))));
        self.pass(200);
        self.server(Frame::Text(
            r#"{"event":"start","offset":0,"size":0,"state":"running"}"#.into(),
        ));
    }
}

fn text(snapshot: &Snapshot) -> Vec<&str> {
    snapshot
        .window
        .iter()
        .map(|row| row.spans[0].text.as_str())
        .collect()
}

#[test]
fn the_page_gets_what_is_on_screen_and_nothing_else() {
    let mut bench = Bench::new();
    bench.open();
    bench.server(Frame::Bytes(b"a\nb\nc\nd\n".to_vec()));
    let end = bench.snapshot(300);
    assert_eq!(
        (end.lines, end.rows, end.from, text(&end)),
        (4, 4, 2, vec!["c", "d"])
    );
    bench.page(ToWorker::View(View {
        cols: None,
        anchor: Anchor::Row(1),
        rows: 2,
        only: None,
        raw: false,
        fold: false,
        times: None,
    }));
    let up = bench.snapshot(0);
    assert_eq!((up.from, text(&up)), (1, vec!["b", "c"]));
    assert_eq!(bench.pass(2_000), [], "nothing new, nothing said");
}

#[test]
fn a_broken_connection_is_replaced_and_nothing_is_lost() {
    let mut bench = Bench::new();
    bench.open();
    bench.server(Frame::Bytes(b"one\n".to_vec()));
    assert_eq!(bench.snapshot(300).link, Link::Live);
    bench.world.connections.borrow_mut()[0]
        .server
        .close_channel();
    let lost = bench.pass(3_000);
    let waits = lost.iter().any(|message| {
        matches!(
            message,
            FromWorker::Snapshot(Snapshot {
                link: Link::Waiting { seconds: 1.., .. },
                ..
            })
        )
    });
    assert!(waits && lost.contains(&FromWorker::NeedTicket));
    bench.page(ToWorker::Ticket(Ok(Some("second".into()))));
    bench.pass(200);
    {
        let connections = bench.world.connections.borrow();
        let [first, second] = connections.as_slice() else {
            panic!("two connections");
        };
        assert_eq!(
            (first.address.as_str(), first.ticket.as_deref()),
            ("wss://host/log?from=0", Some("first"))
        );
        assert_eq!(
            (second.address.as_str(), second.ticket.as_deref()),
            ("wss://host/log?from=4", Some("second"))
        );
    }
    bench.server(Frame::Text(
        r#"{"event":"start","offset":4,"size":8,"state":"running"}"#.into(),
    ));
    bench.server(Frame::Bytes(b"two\n".to_vec()));
    bench.server(Frame::Text(r#"{"event":"end","state":"success"}"#.into()));
    let end = bench.snapshot(300);
    assert_eq!(
        (text(&end), &end.link, end.task),
        (vec!["one", "two"], &Link::Ended, Some(TaskState::Success))
    );
    assert!(
        bench.world.connections.borrow()[1].server.is_closed(),
        "the socket is let go"
    );
}

#[test]
fn many_small_pieces_make_few_snapshots() {
    let mut bench = Bench::new();
    bench.open();
    let mut snapshots = 0;
    for _ in 0..100 {
        for _ in 0..50 {
            bench.server(Frame::Bytes(b"line\n".to_vec()));
        }
        snapshots += bench.pass(0).len();
    }
    let rest = bench.snapshot(500);
    assert_eq!(rest.lines, 5_000);
    assert!((40..=60).contains(&snapshots), "{snapshots} in 5 s");
}

/// What is told of places that are sought.
fn spots(said: Vec<FromWorker>) -> Vec<Option<Spot>> {
    let spot = |message| match message {
        FromWorker::Spot(spot) => Some(spot),
        _ => None,
    };
    said.into_iter().filter_map(spot).collect()
}

fn loss() -> Option<Query> {
    Some(Query {
        text: "loss".to_owned(),
        regex: false,
        case: true,
        word: false,
    })
}

#[test]
fn what_is_looked_for_is_found_while_the_log_grows() {
    let mut bench = Bench::new();
    bench.open();
    bench.page(ToWorker::Find(loss()));
    bench.server(Frame::Bytes(b"a\nloss 1 loss\nb\n".to_vec()));
    let found = bench.snapshot(300).found;
    let tally = found
        .wanted
        .expect("it is looked for")
        .expect("it is a pattern");
    assert_eq!((tally.lines, tally.matches, tally.whole), (1, 2, true));
    assert_eq!(found.marks, [(2, vec![0..4, 7..11])]);
    let seek = |from, forward| {
        ToWorker::Seek(Seek::Found {
            what: Sought::Wanted,
            from,
            forward,
        })
    };
    let spot = |line, rank| {
        Some(Spot {
            line,
            row: line - 1,
            rank,
        })
    };
    bench.page(seek(2, true));
    assert_eq!(spots(bench.pass(200)), [spot(2, 1)], "round the end");
    bench.server(Frame::Bytes(b"los".to_vec()));
    bench.server(Frame::Bytes(b"s 2\n".to_vec()));
    bench.pass(300);
    bench.page(seek(2, true));
    assert_eq!(spots(bench.pass(200)), [spot(4, 2)]);
    bench.page(seek(2, false));
    assert_eq!(spots(bench.pass(200)), [spot(4, 2)], "round the top");
    bench.page(ToWorker::View(View {
        cols: Some(80),
        anchor: Anchor::Row(0),
        rows: 9,
        only: Some(0),
        raw: false,
        fold: false,
        times: None,
    }));
    let shown = bench.snapshot(0);
    assert_eq!(
        (shown.rows, text(&shown)),
        (2, vec!["loss 1 loss", "loss 2"])
    );
    bench.page(seek(2, true));
    let row = Some(Spot {
        line: 4,
        row: 1,
        rank: 2,
    });
    assert_eq!(spots(bench.pass(200)), [row], "a row of what is shown");
    bench.page(ToWorker::Find(None));
    let all = bench.snapshot(300);
    assert_eq!((all.rows, all.found.wanted), (4, None));
    bench.page(seek(0, true));
    assert_eq!(spots(bench.pass(200)), [None]);
}

#[test]
fn a_line_that_is_still_on_its_way_is_waited_for() {
    let mut bench = Bench::new();
    bench.page(ToWorker::Open("wss://host/log".into()));
    bench.pass(100);
    bench.page(ToWorker::Ticket(Ok(None)));
    bench.page(ToWorker::Seek(Seek::Line(3)));
    bench.pass(100);
    bench.server(Frame::Text(
        r#"{"event":"start","offset":0,"size":8,"state":"running"}"#.into(),
    ));
    bench.server(Frame::Bytes(b"a\nb\n".to_vec()));
    assert_eq!(spots(bench.pass(500)), []);
    bench.server(Frame::Bytes(b"c\nd\n".to_vec()));
    let spot = |line: u64| {
        Some(Spot {
            line,
            row: line - 1,
            rank: 0,
        })
    };
    assert_eq!(spots(bench.pass(500)), [spot(3)]);
    bench.page(ToWorker::Seek(Seek::Line(9)));
    assert_eq!(spots(bench.pass(500)), [spot(4)], "the last that is there");
}

#[test]
fn the_end_is_shown_while_the_rest_is_on_its_way() {
    let mut bench = Bench::new();
    bench.page(ToWorker::Open("wss://host/log".into()));
    bench.pass(100);
    let view = |anchor| {
        ToWorker::View(View {
            cols: None,
            anchor,
            rows: 2,
            only: None,
            raw: false,
            fold: false,
            times: None,
        })
    };
    bench.page(view(Anchor::End));
    bench.page(ToWorker::Preview(b"d\ne\nf\n".to_vec()));
    let early = bench.snapshot(100);
    assert_eq!(
        (early.preview, early.rows, text(&early)),
        (true, 3, vec!["e", "f"])
    );
    bench.page(ToWorker::Ticket(Ok(None)));
    bench.pass(100);
    bench.server(Frame::Text(
        r#"{"event":"start","offset":0,"size":12,"state":"running"}"#.into(),
    ));
    bench.server(Frame::Bytes(b"a\nb\nc\n".to_vec()));
    let half = bench.snapshot(300);
    assert_eq!(
        (half.preview, half.bytes, half.promised, text(&half)),
        (true, 6, 12, vec!["e", "f"])
    );
    bench.page(view(Anchor::Row(0)));
    assert_eq!(text(&bench.snapshot(0)), ["d", "e"]);
    bench.server(Frame::Bytes(b"d\ne\nf\n".to_vec()));
    let spot = Spot {
        line: 5,
        row: 4,
        rank: 0,
    };
    let said = bench.pass(500);
    assert!(
        said.contains(&FromWorker::Spot(Some(spot))),
        "led to where it was"
    );
    bench.page(view(Anchor::End));
    let whole = bench.snapshot(0);
    assert_eq!(
        (whole.preview, whole.rows, text(&whole)),
        (false, 6, vec!["e", "f"])
    );
}

#[test]
fn another_log_is_searched_anew() {
    let mut bench = Bench::new();
    bench.open();
    bench.page(ToWorker::Find(loss()));
    bench.server(Frame::Bytes(b"loss\nloss\nValueError: x\n".to_vec()));
    let found = bench.snapshot(300).found;
    assert_eq!((found.failures.lines, found.failed), (1, vec![3]));
    bench.world.connections.borrow_mut()[0]
        .server
        .close_channel();
    bench.pass(3_000);
    bench.page(ToWorker::Ticket(Ok(None)));
    bench.pass(200);
    bench.server(Frame::Text(
        r#"{"event":"start","offset":0,"size":5,"state":"running"}"#.into(),
    ));
    bench.server(Frame::Bytes(b"loss\n".to_vec()));
    let found = bench.snapshot(300).found;
    let tally = found
        .wanted
        .expect("it is looked for")
        .expect("it is a pattern");
    assert_eq!((tally.lines, found.failures.lines), (1, 0));
}

#[test]
fn the_loop_ends_with_the_page() {
    let mut bench = Bench::new();
    bench.open();
    bench.pass(100);
    bench.page.close_channel();
    bench.pass(100);
    assert!(bench.world.connections.borrow()[0].server.is_closed());
}
