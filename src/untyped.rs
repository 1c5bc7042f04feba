//! Calls by name. What web-sys has a type for is some hundred bytes of glue in the first load for each method, whoever
//! calls it; this is none.

use js_sys::{Array, Function, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};

/// What an object has under a name; `undefined` where it has nothing.
pub fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method. `None` where there is none, or when it throws.
pub fn call(of: &JsValue, method: &str, with: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(of, method).dyn_into().ok()?;
    let with: Array = with.iter().collect();
    method.apply(of, &with).ok()
}

/// Gives an object something under a name, a handler of an event say.
pub fn set(of: &JsValue, name: &str, value: &JsValue) {
    // The objects of browsers that this is called with are not frozen.
    let _ = Reflect::set(of, &name.into(), value);
}
