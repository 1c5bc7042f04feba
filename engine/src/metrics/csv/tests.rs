use super::super::Metrics;
use super::*;
use crate::log::LogStore;

fn table(log: &str) -> String {
    let mut store = LogStore::default();
    store.append(log.as_bytes());
    let mut metrics = Metrics::new(Vec::new(), 480);
    assert!(metrics.step(&store, usize::MAX));
    csv(&metrics.series().iter().collect::<Vec<_>>())
}

#[test]
fn a_row_is_a_line_or_a_state_of_it() {
    let log = "loss=0.5\n2026-11-23 20:25:57 step 3 loss=1e-7 acc=nan\nacc=-inf\n\
        1/3 [] loss=1\r2/3 [] loss=2 acc=1e20\r2/3 [] acc=inf\n";
    assert_eq!(
        table(log),
        "line,step,time,loss,acc\r\n\
         1,,,0.5,\r\n\
         2,3,2026-11-23T12:25:57.000Z,1e-7,NaN\r\n\
         3,,2026-11-23T12:25:57.000Z,,-Infinity\r\n\
         4,1,2026-11-23T12:25:57.000Z,1,\r\n\
         4,2,2026-11-23T12:25:57.000Z,2,1e20\r\n\
         4,2,2026-11-23T12:25:57.000Z,,Infinity\r\n"
    );
    assert_eq!(csv(&[]), "line,step,time\r\n");
}

#[test]
fn names_are_quoted_and_no_formulas() {
    let log = "{\"a,b\": 1, \"c\\\"d\": 2, \"=1+1\": 3, \"+x\": 4, \"-y\": -5, \"@z\": 6, \"=\\\"q\\\",\": 7, \"\\tt\": 8}\n";
    assert_eq!(
        table(log),
        "line,step,time,\"a,b\",\"c\"\"d\",'=1+1,'+x,'-y,'@z,\"'=\"\"q\"\",\", t\r\n1,,,1,2,3,4,-5,6,7,8\r\n"
    );
}
