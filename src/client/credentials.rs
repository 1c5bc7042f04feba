//! Whose requests these are, and whom the client tells of what it meets. The session and the shell plug themselves
//! in here, so that the client knows neither of them. A tab has exactly one session: hence one place for it.

use super::{ClientError, bearer_of, memory};
use std::cell::RefCell;
use std::rc::Rc;

/// Whom the client tells of what it meets.
#[derive(Clone)]
pub struct Hooks {
    /// A request with a token was refused because of the token.
    pub refused: Rc<dyn Fn(&ClientError)>,
    /// Whether the server answers.
    pub reachable: Rc<dyn Fn(bool)>,
}

#[derive(Default)]
struct State {
    authorization: Option<String>,
    hooks: Option<Hooks>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Plugs in whom to tell. The last one stays.
pub fn install(hooks: Hooks) {
    STATE.with_borrow_mut(|state| state.hooks = Some(hooks));
}

/// The token of all later requests; none makes them a stranger's.
pub fn set_token(token: Option<&str>) {
    let header = token.map(|token| format!("Basic {}", bearer_of(token)));
    STATE.with_borrow_mut(|state| state.authorization = header);
    memory::forget();
}

/// The value of the header `Authorization` for a request that this module does not send itself (an upload by
/// XMLHttpRequest); none when nobody is signed in.
pub fn authorization() -> Option<String> {
    STATE.with_borrow(|state| state.authorization.clone())
}

fn hooks() -> Option<Hooks> {
    STATE.with_borrow(|state| state.hooks.clone())
}

/// Tells the session that its token was refused, unless the token is another one by now.
pub(super) fn refused(error: &ClientError, sent: Option<&str>) {
    if sent.is_some()
        && sent == authorization().as_deref()
        && let Some(hooks) = hooks()
    {
        (hooks.refused)(error);
    }
}

/// Tells whether the server answers.
pub(super) fn reachable(yes: bool) {
    if let Some(hooks) = hooks() {
        (hooks.reachable)(yes);
    }
}
