//! The guide: what to type into a terminal for this project or dataset.

use super::commands::{Purpose, Step, steps};
use super::{EntityContext, use_entity};
use crate::components::cli;
use crate::i18n::*;
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::CopyField;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// The commands of the CLI, step by step.
#[component]
pub fn Guide() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let session = use_session();
    let host = StoredValue::new(cli::host());
    view! {
        <section class="guide">
            <h2>{t!(i18n, entity.guide.title)}</h2>
            <p>{t!(i18n, entity.guide.lead)}</p>
            <ol class="guide-steps">
                {move || {
                    let signed_in = session.name().is_some();
                    host.with_value(|host| entity.with(|entity| steps(entity, mine.get(), host)))
                        .into_iter()
                        .map(|step| view! { <GuideStep step=step token=signed_in/> })
                        .collect_view()
                }}
            </ol>
            <h3>{t!(i18n, entity.guide.files)}</h3>
            <FileServer lines=host.with_value(|host| cli::file_server(host))/>
        </section>
    }
}

/// What has to be set so that uploads and logs find this server: the option for the host does not lead them here.
#[component]
fn FileServer(lines: Option<[String; 2]>) -> impl IntoView {
    let i18n = use_i18n();
    match lines {
        Some(lines) => view! {
            <p>{t!(i18n, entity.guide.files_text)}</p>
            {lines.map(|line| view! { <CopyField text=line/> }).into_iter().collect_view()}
            <p>{t!(i18n, entity.guide.files_where)}</p>
            <CopyField text=r#"python -c "import russell; print(russell.__file__)""#.to_owned()/>
        }
        .into_any(),
        None => view! { <p>{t!(i18n, entity.guide.files_insecure)}</p> }.into_any(),
    }
}

#[component]
fn GuideStep(
    step: Step,
    /// Whether to lead to the reader's token.
    token: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let Step { purpose, lines } = step;
    let name = entity.with_untracked(|entity| entity.name.clone());
    view! {
        <li>
            <h3>{move || title(purpose, i18n)}</h3>
            <p>
                {move || text(purpose, &name, i18n)}
                {(purpose == Purpose::SignIn && token)
                    .then(|| {
                        view! {
                            " "
                            <a href=Route::Welcome.href()>{t!(i18n, entity.guide.welcome)}</a>
                        }
                    })}
            </p>
            {lines.into_iter().map(|line| view! { <CopyField text=line/> }).collect_view()}
        </li>
    }
}

fn title(purpose: Purpose, i18n: I18nContext<Locale>) -> String {
    match purpose {
        Purpose::SignIn => t_string!(i18n, entity.guide.sign_in),
        Purpose::BindProject => t_string!(i18n, entity.guide.bind_project),
        Purpose::BindDataset => t_string!(i18n, entity.guide.bind_dataset),
        Purpose::Run => t_string!(i18n, entity.guide.run),
        Purpose::RunWithData => t_string!(i18n, entity.guide.run_data),
        Purpose::Follow => t_string!(i18n, entity.guide.follow),
        Purpose::Upload => t_string!(i18n, entity.guide.upload),
        Purpose::Status => t_string!(i18n, entity.guide.status),
        Purpose::Mount => t_string!(i18n, entity.guide.mount),
        Purpose::Clone => t_string!(i18n, entity.guide.clone),
    }
    .to_string()
}

fn text(purpose: Purpose, name: &str, i18n: I18nContext<Locale>) -> String {
    match purpose {
        Purpose::SignIn => t_string!(i18n, entity.guide.sign_in_text).to_string(),
        Purpose::BindProject => t_string!(i18n, entity.guide.bind_project_text).to_string(),
        Purpose::BindDataset => t_string!(i18n, entity.guide.bind_dataset_text).to_string(),
        Purpose::Run => t_string!(i18n, entity.guide.run_text).to_string(),
        Purpose::RunWithData => t_string!(i18n, entity.guide.run_data_text).to_string(),
        Purpose::Follow => t_string!(i18n, entity.guide.follow_text).to_string(),
        Purpose::Upload => t_string!(i18n, entity.guide.upload_text).to_string(),
        Purpose::Status => t_string!(i18n, entity.guide.status_text).to_string(),
        Purpose::Mount => {
            t_string!(i18n, entity.guide.mount_text, name = name.to_owned()).to_string()
        }
        Purpose::Clone => t_string!(i18n, entity.guide.clone_text).to_string(),
    }
}
