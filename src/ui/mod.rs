//! Pieces that know nothing of the domain, over native elements. No piece writes a `style` attribute or HTML.
//!
//! Words that a piece needs itself (copy, close, try again) come from the name space `common`; whatever else it
//! shows is handed in, as a [`leptos::prelude::TextProp`]: a text or a closure that makes one.

mod avatar;
mod badge;
mod button;
mod chip;
mod combobox;
mod copy;
mod dialog;
mod error_note;
mod field;
mod focus;
mod icon;
mod inline_edit;
mod inputs;
mod keys;
mod menu;
mod page_head;
mod pagination;
mod placeholder;
mod popover;
mod progress;
mod save;
mod selection;
mod stat;
mod table;
mod tabs;
mod tag_input;
mod time;
mod timeline;
mod toast;
mod tooltip;

pub use avatar::{Avatar, AvatarSize};
pub use badge::{Badge, Tone};
pub use button::{Button, IconButton, IconLink, LinkButton, Look};
pub use chip::Chip;
pub use combobox::{ComboOption, Combobox};
pub use copy::{CopyButton, CopyField, copy_text};
pub use dialog::{ConfirmDialog, Dialog, Drawer};
pub use error_note::ErrorNote;
pub use field::{Field, FieldIds};
pub use focus::{is_field, keep_focus};
pub use icon::{Icon, icons};
pub use inline_edit::InlineEdit;
pub use inputs::{Checkbox, Choice, PasswordInput, Segmented, Select, TextArea, TextInput};
pub use keys::is_composing;
pub use menu::{Menu, MenuButton, MenuGroup, MenuHeading, MenuLink, MenuRadio};
pub use page_head::{Arrival, PageHead, provide_arrival};
pub use pagination::Pagination;
pub use placeholder::{EmptyState, Skeleton};
pub use popover::{Popover, Tick};
pub use progress::Progress;
pub use save::{save_blob, save_csv, save_link};
pub use selection::{Chosen, SelectCell, Selection};
pub use stat::Stat;
pub use table::{Column, Sort, Table};
pub use tabs::{Tab, Tabs};
pub use tag_input::TagInput;
pub use time::{TimeAgo, TimeAt, now_coarse, now_fine, provide_clock};
pub use timeline::{Standing, Timeline, TimelineStep};
pub use toast::{ToastRegion, Toasts, provide_toasts, use_toasts};
pub use tooltip::Tooltip;
