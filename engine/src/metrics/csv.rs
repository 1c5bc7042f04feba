//! Series as a table.

use super::series::Series;
use super::time;
use std::fmt::Write as _;

/// Series as CSV (RFC 4180): the columns `line`, `step`, `time` (ISO 8601, UTC) and one for each series, a row for each line of
/// the log, or state of a bar, that has values of them.
///
/// What was not told is an empty cell; values are `NaN`, `Infinity` and `-Infinity` where they are no numbers. A name that a
/// spreadsheet would take for a formula has an apostrophe in front.
pub fn csv(series: &[&Series]) -> String {
    let mut out = String::from("line,step,time");
    for series in series {
        out.push(',');
        push_text(series.name(), &mut out);
    }
    out.push_str("\r\n");
    let mut next = vec![0; series.len()];
    // Steps that were not told come first.
    let place = |series: &Series, at: usize| {
        let step = series.steps()[at];
        (
            series.lines()[at],
            if step.is_nan() {
                f64::NEG_INFINITY
            } else {
                step
            },
        )
    };
    loop {
        let heads = series.iter().zip(&next);
        let heads = heads.filter(|(series, at)| **at < series.values().len());
        let places = heads.map(|(series, at)| (place(series, *at), series.walls()[*at]));
        let first = places.min_by(|((line, step), _), ((other, than), _)| {
            line.cmp(other).then(step.total_cmp(than))
        });
        let Some(((line, step), wall)) = first else {
            return out;
        };
        let _ = write!(out, "{line},");
        if step > f64::NEG_INFINITY {
            push_number(step, &mut out);
        }
        out.push(',');
        time::push_iso(wall, &mut out);
        for (series, at) in series.iter().zip(&mut next) {
            out.push(',');
            if *at < series.values().len() && place(series, *at) == (line, step) {
                push_number(series.values()[*at], &mut out);
                *at += 1;
            }
        }
        out.push_str("\r\n");
    }
}

/// Appends the shortest digits that are read as the same number; `NaN`, `Infinity` and `-Infinity` are no numbers.
pub fn push_number(value: f64, out: &mut String) {
    let _ = match value {
        _ if value == f64::INFINITY => write!(out, "Infinity"),
        _ if value == f64::NEG_INFINITY => write!(out, "-Infinity"),
        // Otherwise the other form writes a point and a zero, which would be wrong for steps.
        _ if value.fract() == 0.0 && value.abs() < 1e15 => write!(out, "{value}"),
        _ => write!(out, "{value:?}"),
    };
}

fn push_text(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let quoted = text.contains(['"', ',', '\r', '\n']);
    let begin = if quoted { "\"" } else { "" };
    out.push_str(begin);
    if formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push_str(begin);
}

#[cfg(test)]
mod tests;
