//! Dates as the browser writes them.

use api::Time;
use russell_cloud_web::format::absolute;
use russell_cloud_web::i18n::Locale;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_time_zone_stands_behind_day_and_time() {
    let time = Time::from_seconds(1_795_689_539);
    let (zh, en) = (absolute(time, Locale::zh), absolute(time, Locale::en));
    let zone = |text: &str| text.rsplit(' ').next().map(str::to_owned);
    assert_eq!(zone(&zh), zone(&en), "{zh}; {en}");
    let day_and_time = zh.rsplit_once(' ').map_or("", |(rest, _)| rest);
    let (day, time) = day_and_time.split_once(' ').unwrap_or_default();
    assert!(day.starts_with("2026年") && day.ends_with('日'), "{zh}");
    assert_eq!(time.len(), "19:38:59".len(), "{zh}");
}
