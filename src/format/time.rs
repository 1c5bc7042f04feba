//! Times, through the browser's `Intl`.

use crate::i18n::Locale;
use crate::prefs::tag;
use api::Time;
use js_sys::{Array, Date, Intl, Object, Reflect};
use leptos::wasm_bindgen::JsValue;

/// The time now.
#[cfg(target_arch = "wasm32")]
pub fn now() -> Time {
    Time::from_millis(Date::now() as i64)
}

/// The time now.
#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time::from_millis(since.map_or(0, |since| since.as_millis() as i64))
}

/// How long before (negative: after) `now` a time is, in the unit that fits: for `Intl.RelativeTimeFormat`.
fn distance(time: Time, now: Time) -> (i64, &'static str) {
    const STEPS: [(i64, i64, &str); 6] = [
        (60, 1, "second"),
        (3600, 60, "minute"),
        (86_400, 3600, "hour"),
        (30 * 86_400, 86_400, "day"),
        (365 * 86_400, 30 * 86_400, "month"),
        (i64::MAX, 365 * 86_400, "year"),
    ];
    let seconds = (time.0 - now.0) / 1_000_000;
    let step = STEPS.iter().find(|(below, _, _)| seconds.abs() < *below);
    step.map_or((0, "second"), |(_, unit, name)| (seconds / unit, name))
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

fn tags(locale: Locale) -> Array {
    Array::of1(&JsValue::from_str(tag(locale)))
}

/// A time relative to `now`: "5 minutes ago". Within ten seconds it is "now".
pub fn relative(time: Time, now: Time, locale: Locale) -> String {
    let (value, unit) = match distance(time, now) {
        (-9..=9, "second") => (0, "second"),
        other => other,
    };
    let format = Intl::RelativeTimeFormat::new(&tags(locale), &options(&[("numeric", "auto")]));
    String::from(format.format(value as f64, unit))
}

/// A time with its seconds, and its time zone behind them: left to itself Chinese has it between day and time.
pub fn absolute(time: Time, locale: Locale) -> String {
    let text = formatted(
        time,
        locale,
        &[("dateStyle", "medium"), ("timeStyle", "medium")],
    );
    let long = Intl::DateTimeFormat::new(&tags(locale), &options(&[("timeStyle", "long")]));
    let get = |part: &JsValue, key: &str| Reflect::get(part, &key.into()).ok()?.as_string();
    let zone = long
        .format_to_parts(&date_of(time))
        .iter()
        .find(|part| get(part, "type").as_deref() == Some("timeZoneName"))
        .and_then(|part| get(&part, "value"));
    match zone {
        Some(zone) => format!("{text} {zone}"),
        None => text,
    }
}

/// A time of day with its seconds.
pub fn clock(time: Time, locale: Locale) -> String {
    formatted(
        time,
        locale,
        &[("timeStyle", "medium"), ("hourCycle", "h23")],
    )
}

/// A day.
pub fn date(time: Time, locale: Locale) -> String {
    formatted(time, locale, &[("dateStyle", "medium")])
}

/// When a day, `2026-03-01`, begins where the reader is, or the day that comes so many days `later`; none when it is no day.
pub fn day(text: &str, later: i32) -> Option<Time> {
    // Only a real day is read.
    format!("{text}T00:00:00").parse::<Time>().ok()?;
    let mut parts = text.split('-').filter_map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let begin = Date::new_with_year_month_day(year, month as i32 - 1, day as i32 + later);
    Some(Time::from_millis(begin.get_time() as i64))
}

fn date_of(time: Time) -> Date {
    Date::new(&JsValue::from_f64(time.millis() as f64))
}

fn formatted(time: Time, locale: Locale, wanted: &[(&str, &str)]) -> String {
    let format = Intl::DateTimeFormat::new(&tags(locale), &options(wanted));
    let text = format.format().call1(&JsValue::UNDEFINED, &date_of(time));
    text.ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_take_the_largest_unit_that_fits() {
        let at = |seconds: i64| {
            distance(
                Time::from_seconds(1_000_000_000 + seconds),
                Time::from_seconds(1_000_000_000),
            )
        };
        for (seconds, expected) in [
            (0, (0, "second")),
            (-59, (-59, "second")),
            (-60, (-1, "minute")),
            (-3599, (-59, "minute")),
            (-7200, (-2, "hour")),
            (90_000, (1, "day")),
            (-40 * 86_400, (-1, "month")),
            (-800 * 86_400, (-2, "year")),
        ] {
            assert_eq!(at(seconds), expected);
        }
    }
}
