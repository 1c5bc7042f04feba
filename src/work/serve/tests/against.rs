//! A log that is compared with another one.

use super::*;
use crate::work::message::{Against, Apart};

#[test]
fn what_two_logs_have_apart_takes_the_place_of_the_lines() {
    let mut bench = Bench::new();
    bench.open();
    bench.server(Frame::Bytes(b"begin\nloss 1\nend\n".to_vec()));
    bench.pass(300);
    bench.page(ToWorker::Find(loss()));
    bench.page(ToWorker::Against(Against::Begin));
    bench.page(ToWorker::Against(Against::Piece(
        b"begin\nloss 2\n".to_vec(),
    )));
    let reading = bench.snapshot(300);
    assert_eq!((reading.rows, reading.apart), (3, None));
    bench.page(ToWorker::Against(Against::Piece(b"end\n".to_vec())));
    bench.page(ToWorker::Against(Against::End));
    let apart = bench.snapshot(300);
    // The log's own lines are counted, and what is looked for is looked for in what is on screen.
    assert_eq!(
        (apart.lines, apart.rows, text(&apart)),
        (3, 5, vec!["+loss 1", " end"])
    );
    let counts = |there, here, both| Some(Apart { there, here, both });
    assert_eq!(apart.apart, counts(1, 1, 2));
    let tally = apart.found.wanted.expect("it is looked for");
    assert_eq!(tally.expect("it is a pattern").lines, 2);
    bench.page(ToWorker::Text(1..=u64::MAX, 99));
    let copied = "@@ -1,3 +1,3 @@\n begin\n-loss 2\n+loss 1\n end\n";
    assert!(
        bench
            .pass(0)
            .contains(&FromWorker::Text(Some(copied.to_owned())))
    );
    bench.page(ToWorker::Seek(Seek::Found {
        what: Sought::Wanted,
        from: 3,
        forward: true,
    }));
    let spot = Spot {
        line: 4,
        row: 3,
        rank: 2,
    };
    assert!(bench.pass(300).contains(&FromWorker::Spot(Some(spot))));
    bench.page(ToWorker::Against(Against::IgnoreNumbers(true)));
    let same = bench.snapshot(300);
    assert_eq!((same.rows, same.apart), (0, counts(0, 0, 3)));
    bench.page(ToWorker::Against(Against::Stop));
    let own = bench.snapshot(300);
    assert_eq!(
        (own.rows, text(&own), own.apart),
        (3, vec!["loss 1", "end"], None)
    );
}
