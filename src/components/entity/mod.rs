//! The parts that the pages of projects and datasets share.
//!
//! Both are a name for versions with an owner and a visibility, so both are an [`Entity`] and their pages are the
//! same pieces; what differs asks for [`Entity::kind`].

mod begin;
mod commands;
mod context;
mod delete_version;
mod facts;
mod files;
mod fork;
mod forks;
mod guide;
mod head;
mod model;
mod mounting;
mod overview;
mod owner_only;
mod page;
mod preview;
mod readme;
mod remark;
mod settings;
mod star;
mod tags;
mod upload;
mod use_in_task;
mod versions;

pub use context::{EntityContext, provide_entity, use_entity};
pub use files::Files;
pub use forks::Forks;
pub use guide::Guide;
pub use head::EntityHead;
pub use model::{Entity, Kind, Tab};
pub use mounting::MountingTasks;
pub use overview::Overview;
pub use owner_only::OwnerOnly;
pub use page::EntityPage;
pub use preview::Preview;
pub use settings::Settings;
pub use upload::UploadPage;
pub use versions::Versions;
