//! The reader's time zone, as `api` spells it.

use api::Time;
use api::zone::Zone;

const DAY: i64 = 86_400;

/// The browser's time zone in the `days` before `now`.
#[cfg(target_arch = "wasm32")]
pub fn zone(now: Time, days: i64) -> Zone {
    use js_sys::Date;
    use leptos::wasm_bindgen::JsValue;
    between(now, days, |seconds| {
        let moment = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
        // Minutes west, in whole minutes but for zones of long ago.
        -(moment.get_timezone_offset() as i32)
    })
}

/// UTC: there is no browser to ask.
#[cfg(not(target_arch = "wasm32"))]
pub fn zone(now: Time, days: i64) -> Zone {
    between(now, days, |_| 0)
}

/// What `minutes` says of the seconds since 1970, with each change found to the second.
fn between(now: Time, days: i64, minutes: impl Fn(i64) -> i32) -> Zone {
    let now = now.0.div_euclid(1_000_000);
    let mut at = now - days * DAY;
    let mut zone = Zone {
        minutes: minutes(at),
        changes: Vec::new(),
    };
    let mut last = zone.minutes;
    while at < now {
        let next = (at + DAY).min(now);
        let then = minutes(next);
        if then != last {
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                match minutes(middle) == last {
                    true => before = middle,
                    false => after = middle,
                }
            }
            zone.changes.push((after, then));
            last = then;
        }
        at = next;
    }
    zone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_found_to_the_second() {
        let (spring, autumn) = (1_774_746_000, 1_792_890_000);
        let zone = between(Time::from_seconds(1_798_000_000), 371, |seconds| {
            if (spring..autumn).contains(&seconds) {
                120
            } else {
                60
            }
        });
        assert_eq!(zone.to_string(), "60,1774746000:120,1792890000:60");
        let zone = between(Time::from_seconds(1_798_000_000), 371, |_| 480);
        assert_eq!(zone.to_string(), "480");
    }
}
