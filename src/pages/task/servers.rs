//! The ways to the servers of a running task, for its owner.

use crate::client::tasks;
use crate::components::load::load;
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::{Button, LinkButton, icons};
use api::server::{Server, TaskDetail};
use api::task::{Task, TaskState};
use leptos::prelude::*;

/// Milliseconds between two questions whether a server answers.
const AGAIN: u32 = 1_500;

/// A button for each server while the task runs.
#[component]
pub(super) fn Servers(task: Signal<Task>) -> impl IntoView {
    let session = use_session();
    let wanted = Memo::new(move |_| {
        task.with(|task| {
            let open = task.state == TaskState::Running && session.is(&task.owner);
            let servers = Server::of_task(&task.mode, task.enable_tensorboard);
            if open { servers } else { Vec::new() }
        })
    });
    let id = task.with_untracked(|task| task.id.clone());
    move || {
        let servers = wanted.get();
        (!servers.is_empty()).then(|| view! { <Links id=id.clone() servers/> })
    }
}

#[component]
fn Links(id: String, servers: Vec<Server>) -> impl IntoView {
    let all = servers.clone();
    let detail = load(move || {
        let id = id.clone();
        async move { tasks::detail(&id).await }
    })
    .poll(move |detail: &TaskDetail| {
        let answer = all.iter().all(|server| detail.answering.contains(server));
        (!answer).then_some(AGAIN)
    });
    let link = |server| {
        let url = Memo::new(move |_| {
            detail.data.with(|detail| {
                let detail = detail.as_ref()?;
                let answers = detail.answering.contains(&server);
                detail.url(server).filter(|_| answers).map(str::to_owned)
            })
        });
        view! { <ServerLink server url/> }
    };
    servers.into_iter().map(link).collect_view()
}

/// The way to one server; until it answers, what is waited for.
#[component]
fn ServerLink(server: Server, url: Memo<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let open = move || match server {
        Server::Notebook => t_string!(i18n, task.open_notebook),
        Server::Serve => t_string!(i18n, task.open_service),
        Server::Tensorboard => t_string!(i18n, task.open_tensorboard),
    };
    let starting = move || match server {
        Server::Notebook => t_string!(i18n, task.notebook_starting),
        Server::Serve => t_string!(i18n, task.service_starting),
        Server::Tensorboard => t_string!(i18n, task.tensorboard_starting),
    };
    let why = Signal::derive(move || {
        Some(
            match server {
                Server::Serve => t_string!(i18n, task.service_starting_hint),
                Server::Notebook | Server::Tensorboard => t_string!(i18n, task.starting_hint),
            }
            .to_owned(),
        )
    });
    move || match url.get() {
        Some(url) => view! {
            <LinkButton icon=icons::LuExternalLink new_tab=true href=url>
                {open}
            </LinkButton>
        }
        .into_any(),
        None => view! {
            <Button busy=true title=why>
                {starting}
            </Button>
        }
        .into_any(),
    }
}

/// When the servers of a task can be reached, while they cannot: before it runs, and after its end. For its owner.
#[component]
pub(super) fn ServersLater(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let first = Memo::new(move |_| {
        task.with(|task| {
            let servers = Server::of_task(&task.mode, task.enable_tensorboard);
            let mine = session.is(&task.owner);
            servers.into_iter().next().filter(|_| mine)
        })
    });
    let words = move || {
        let server = first.get()?;
        match task.with(|task| task.state) {
            TaskState::Running => None,
            TaskState::Waiting => Some(match server {
                Server::Notebook => t_string!(i18n, tasks.server_later_notebook),
                Server::Serve => t_string!(i18n, tasks.server_later_service),
                Server::Tensorboard => t_string!(i18n, tasks.server_later_tensorboard),
            }),
            // Whoever asked for TensorBoard finds its files in the output.
            _ if server == Server::Tensorboard => None,
            _ => Some(t_string!(i18n, tasks.server_over)),
        }
    };
    move || words().map(|words| view! { <p class="queue-position">{words}</p> })
}
