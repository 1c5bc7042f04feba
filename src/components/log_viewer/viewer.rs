//! What the parts of a viewer share: what is shown of the log, and where.

use super::clock::Clock;
use super::compare::Compared;
use super::frame::Frame;
use super::picked::Picked;
use super::scroll::Scroll;
use super::selected::Selected;
use crate::components::log_link::{LogLink, PLATFORM_ZONE};
use crate::place::Place;
use crate::work::{Apart, Found, Seek, Sought, Spot, Tally, ToWorker, View};
use leptos::prelude::*;

/// How a log is shown. `Copy`.
#[derive(Clone, Copy)]
pub struct Viewer {
    /// The worker's end.
    pub link: LogLink,
    /// What is laid out.
    pub frame: Frame,
    /// Stays at the end.
    pub follow: RwSignal<bool>,
    /// Wraps long lines.
    pub wrap: RwSignal<bool>,
    /// Only lines with what is looked for, and so many around each.
    pub only: RwSignal<Option<u32>>,
    /// What is looked for is shown and asked for.
    pub searching: RwSignal<bool>,
    /// Lines as they were written.
    pub raw: RwSignal<bool>,
    /// Without what is folded.
    pub fold: RwSignal<bool>,
    /// The times of lines beside them.
    pub times: RwSignal<Clock>,
    /// The run that it is compared with.
    pub compared: Compared,
    /// The line whose earlier states are asked for.
    pub unfolded: RwSignal<Option<u64>>,
    /// What of the text is selected.
    pub selected: Selected,
    /// The line that was led to last, and how many up to it have what was sought.
    pub current: RwSignal<Option<(u64, u64)>>,
    /// Lines chosen by their numbers.
    pub picked: RwSignal<Option<Picked>>,
    /// Rows of the view.
    pub rows: Memo<u64>,
    /// Lines of the log.
    pub lines: Memo<u64>,
    /// How much the log and another one have apart, once the rows are that.
    pub apart: Memo<Option<Apart>>,
}

impl Viewer {
    /// Follows the log at `address`, and shows the lines that the address of the page names.
    pub fn open(address: String, place: Place) -> Self {
        let link = LogLink::open(address);
        let snapshot = link.snapshot;
        let picked = Picked::of_address();
        let viewer = Self {
            link,
            frame: Frame::new(),
            follow: RwSignal::new(picked.is_none()),
            wrap: RwSignal::new(true),
            only: RwSignal::new(None),
            searching: RwSignal::new(false),
            raw: RwSignal::new(false),
            fold: RwSignal::new(false),
            times: RwSignal::new(Clock::Off),
            compared: Compared::of_address(place),
            unfolded: RwSignal::new(None),
            selected: Selected::new(),
            current: RwSignal::new(None),
            picked: RwSignal::new(picked),
            rows: Memo::new(move |_| snapshot.with(|s| s.as_ref().map_or(0, |s| s.rows))),
            lines: Memo::new(move |_| snapshot.with(|s| s.as_ref().map_or(0, |s| s.lines))),
            apart: Memo::new(move |_| snapshot.with(|s| s.as_ref().and_then(|s| s.apart))),
        };
        viewer.tell_view();
        viewer.stay_at_end();
        viewer.go_where_led();
        viewer.begin_apart_at_top();
        if let Some(picked) = picked {
            viewer.seek(Seek::Line(picked.first));
        }
        // Another address of the same page, typed or by the browser's buttons.
        let moved = window_event_listener(leptos::ev::hashchange, move |_| {
            viewer.picked.set(Picked::of_address());
            if let Some(picked) = viewer.picked.get_untracked() {
                viewer.seek(Seek::Line(picked.first));
            }
        });
        on_cleanup(move || moved.remove());
        // The address names the lines that are chosen, so that it can be handed on.
        Effect::new(move |before: Option<Option<Picked>>| {
            let picked = viewer.picked.get();
            if before.is_some_and(|before| before != picked) {
                let here = untrack(|| place.with(&[]));
                let lines = picked.map(Picked::fragment).unwrap_or_default();
                place.replace(&format!("{here}{lines}"));
            }
            picked
        });
        viewer
    }

    /// Where the worker leads, the view goes: once it has the rows up to there.
    fn go_where_led(self) {
        let led = RwSignal::new(None::<Spot>);
        Effect::new(move || {
            if let Some(spot) = self.link.spot.get() {
                self.current.set(Some((spot.line, spot.rank)));
                self.follow.set(false);
                led.set(Some(spot));
            }
        });
        Effect::new(move || {
            let rows = self.rows.get();
            if let Some(spot) = led.get().filter(|spot| spot.row < rows) {
                led.set(None);
                request_animation_frame(move || self.frame.to_row(rows, spot.row));
            }
        });
    }

    /// Whether the rows are what the log and another one have apart, tracked.
    pub fn is_apart(self) -> bool {
        self.apart.with(Option::is_some)
    }

    /// How the times of lines are shown: not at all where the rows are no lines of the log.
    pub fn clock(self) -> Clock {
        match self.is_apart() {
            true => Clock::Off,
            false => self.times.get(),
        }
    }

    /// What two logs have apart is read from its top on. What was led to and selected is not there any more.
    fn begin_apart_at_top(self) {
        Effect::new(move |before: Option<bool>| {
            let apart = self.is_apart();
            if before.unwrap_or(false) != apart {
                self.selected.clear();
                self.current.set(None);
                self.follow.set(!apart);
                if apart {
                    request_animation_frame(move || self.frame.to_row(1, 0));
                }
            }
            apart
        });
    }

    /// What is on screen, told to the worker whenever it changes.
    fn tell_view(self) {
        let view = Memo::new(move |_| {
            let only = self.only.get().filter(|_| self.searching.get());
            // What two logs have apart has none of these.
            let own = !self.is_apart();
            let (raw, fold) = (own && self.raw.get(), own && self.fold.get());
            let times = self.clock() != Clock::Off;
            let wrapped = self.wrap.get() && only.is_none() && !raw && !fold;
            let cols = wrapped.then(|| self.frame.columns.get());
            View {
                raw,
                fold,
                times: times.then_some(PLATFORM_ZONE),
                ..self.scroll().view(cols, only, self.follow.get())
            }
        });
        Effect::new(move || self.link.tell(ToWorker::View(view.get())));
    }

    /// At the end the scroll bar follows, after the browser has laid out the new height.
    fn stay_at_end(self) {
        Effect::new(move || {
            self.rows.with(|_| ());
            self.frame.height.with(|_| ());
            if self.follow.get() {
                request_animation_frame(move || {
                    // The reader may have scrolled up meanwhile.
                    if self.follow.try_get_untracked() == Some(true) {
                        self.frame.to_end();
                    }
                });
            }
        });
    }

    /// Where the log is scrolled to.
    pub fn scroll(self) -> Scroll {
        Scroll {
            rows: self.rows.get(),
            height: self.frame.height.get(),
            top: self.frame.top.get(),
        }
    }

    /// The reader scrolled, or the page did.
    pub fn scrolled(self) {
        let before = self.frame.top.get_untracked();
        self.frame.measure();
        let now = untrack(|| self.scroll());
        // Only a reader scrolls up: new rows move the end, not the position.
        if now.top < before - 1.0 && !now.at_end() {
            self.follow.set(false);
        } else if now.at_end() {
            self.follow.set(true);
        }
    }

    /// Leads to what is sought as soon as it is known where that is.
    pub fn seek(self, seek: Seek) {
        self.link.tell(ToWorker::Seek(seek));
    }

    /// Leads to the next line that has something, or to the one before: from the line that was led to last, else from what is
    /// on screen.
    pub fn step(self, what: Sought, forward: bool) {
        let from = match self.current.get_untracked() {
            Some((line, _)) => line,
            None => self.top_line().saturating_sub(u64::from(forward)),
        };
        self.seek(Seek::Found {
            what,
            from,
            forward,
        });
    }

    /// Chooses all lines that are held.
    pub fn pick_all(self) {
        let held = self.link.snapshot.with_untracked(|snapshot| {
            let snapshot = snapshot.as_ref().filter(|snapshot| snapshot.lines > 0)?;
            Some(Picked {
                first: snapshot.dropped + 1,
                last: snapshot.lines,
            })
        });
        self.picked.set(held);
    }

    /// The number of the line at the upper edge.
    pub fn top_line(self) -> u64 {
        let first = untrack(|| self.scroll()).first() as u64;
        self.link.snapshot.with_untracked(|snapshot| {
            let Some(snapshot) = snapshot else { return 0 };
            let at = first.saturating_sub(snapshot.from) as usize;
            let row = snapshot.window.get(at).or_else(|| snapshot.window.last());
            row.map_or(0, |row| row.line)
        })
    }

    /// What was found, tracked.
    pub fn found<T>(self, part: impl FnOnce(&Found) -> T) -> Option<T> {
        self.link
            .snapshot
            .with(|snapshot| snapshot.as_ref().map(|snapshot| part(&snapshot.found)))
    }

    /// How much was found of what is looked for, tracked.
    pub fn tally<T>(self, part: impl FnOnce(&Tally) -> T) -> Option<T> {
        self.found(|found| match &found.wanted {
            Some(Ok(tally)) => Some(part(tally)),
            _ => None,
        })
        .flatten()
    }
}
