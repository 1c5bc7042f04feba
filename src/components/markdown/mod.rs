//! Markdown as views: a README, a remark. The text's own markup never becomes markup of the page; there is no
//! `innerHTML` here. The parser is large: it is in a chunk of its own, which [`Markdown`] fetches.

pub mod link;
mod picture;
pub mod tree;

use crate::components::highlight::highlighted;
use crate::components::lazy::{self, Part};
use crate::i18n::*;
use crate::ui::Skeleton;
use leptos::context::Provider;
use leptos::prelude::*;
use link::Target;
use picture::Picture;
use tree::{Align, Kind, Node};

/// Where a text stands, so that its links and pictures are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Id of the version or output.
    pub id: String,
    /// The folder the text is in; empty at the top.
    pub folder: String,
}

/// How links to other files of the version are spelled: from a path in the version to an address of the app.
pub type FileHref = Callback<String, String>;

/// What is to be shown; handed to the chunk over the context.
#[derive(Clone)]
struct Source {
    text: Signal<String>,
    context: Context,
}

/// A text in Markdown, fetching the chunk that can show it.
#[component]
pub fn Markdown(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Where it stands; without it links to files are only words.
    #[prop(optional, into)]
    place: Option<Place>,
    /// How links to files are spelled; without it they are only words.
    #[prop(optional, into)]
    file_href: Option<FileHref>,
) -> impl IntoView {
    let context = Context { place, file_href };
    let waiting = || view! { <Skeleton lines=3/> }.into_any();
    view! {
        <Provider value=Source {
            text,
            context,
        }>{lazy::part_or(Part::Markdown, waiting)}</Provider>
    }
}

/// What the chunk makes: the text in the context.
pub fn view() -> AnyView {
    let i18n = use_i18n();
    let Source { text, context } = expect_context();
    let document = Memo::new(move |_| text.with(|text| tree::parse(text)));
    view! {
        <div class="markdown">
            {move || document.with(|document| context.all(&document.nodes))}
            {move || {
                document
                    .with(|document| document.cut)
                    .then(|| view! { <p class="markdown-missing">{t!(i18n, markdown.cut)}</p> })
            }}
        </div>
    }
    .into_any()
}

#[derive(Clone)]
struct Context {
    place: Option<Place>,
    file_href: Option<FileHref>,
}

impl Context {
    fn all(&self, nodes: &[Node]) -> Vec<AnyView> {
        nodes.iter().map(|node| self.one(node)).collect()
    }

    fn one(&self, node: &Node) -> AnyView {
        let (kind, children) = match node {
            Node::Text(text) => return text.clone().into_any(),
            Node::Element(kind, children) => (kind, children),
        };
        let inside = self.all(children);
        match kind {
            Kind::Paragraph => view! { <p>{inside}</p> }.into_any(),
            Kind::Heading(level, name) => heading(*level, name, inside),
            Kind::Quote => view! { <blockquote>{inside}</blockquote> }.into_any(),
            Kind::CodeBlock(language) => {
                let code = highlighted(language, &tree::plain(children));
                view! { <pre tabindex="0"><code>{code}</code></pre> }.into_any()
            }
            Kind::Code => view! { <code>{inside}</code> }.into_any(),
            Kind::List(None) => view! { <ul>{inside}</ul> }.into_any(),
            Kind::List(Some(first)) => {
                view! { <ol start=first.to_string()>{inside}</ol> }.into_any()
            }
            Kind::Item => view! { <li>{inside}</li> }.into_any(),
            Kind::Task(done) => task(*done),
            Kind::Emphasis => view! { <em>{inside}</em> }.into_any(),
            Kind::Strong => view! { <strong>{inside}</strong> }.into_any(),
            Kind::Strike => view! { <del>{inside}</del> }.into_any(),
            Kind::Table => self.table(children),
            Kind::Row => view! { <tr>{inside}</tr> }.into_any(),
            // A head without words would be read out as one.
            Kind::Cell(true, align) if !children.is_empty() => {
                view! { <th scope="col" class=side(*align)>{inside}</th> }.into_any()
            }
            Kind::Cell(_, align) => view! { <td class=side(*align)>{inside}</td> }.into_any(),
            Kind::Rule => view! { <hr/> }.into_any(),
            Kind::Break => view! { <br/> }.into_any(),
            Kind::Link(target) => self.link(target, inside),
            Kind::Picture(path) => self.picture(path, children),
        }
    }

    fn table(&self, rows: &[Node]) -> AnyView {
        let (head, body) = rows.split_at(rows.len().min(1));
        view! {
            <div class="markdown-table" tabindex="0" role="group">
                <table>
                    <thead>{self.all(head)}</thead>
                    <tbody>{self.all(body)}</tbody>
                </table>
            </div>
        }
        .into_any()
    }

    fn link(&self, target: &Target, inside: Vec<AnyView>) -> AnyView {
        match target {
            Target::Outside(address) => {
                view! { <a href=address.clone() rel="noopener noreferrer" target="_blank">{inside}</a> }.into_any()
            }
            Target::File(path) => match self.href(path) {
                Some(href) => view! { <a href=href>{inside}</a> }.into_any(),
                None => inside.into_any(),
            },
            // The page's <base> would send `#name` to another page: scrolled to by hand.
            Target::Heading(name) => {
                let id = heading_id(name);
                let here = format!("#{id}");
                view! {
                    <a
                        href=here
                        rel="external"
                        on:click=move |event| {
                            event.prevent_default();
                            if let Some(heading) = document().get_element_by_id(&id) {
                                heading.scroll_into_view();
                            }
                        }
                    >
                        {inside}
                    </a>
                }
                .into_any()
            }
        }
    }

    fn picture(&self, path: &str, words: &[Node]) -> AnyView {
        let words = tree::plain(words);
        let found = self
            .place
            .as_ref()
            .and_then(|place| Some((place.id.clone(), link::file_path(&place.folder, path)?)));
        match found {
            Some((id, path)) => view! { <Picture id=id path=path words=words/> }.into_any(),
            None => words.into_any(),
        }
    }

    fn href(&self, path: &str) -> Option<String> {
        let path = link::file_path(&self.place.as_ref()?.folder, path)?;
        Some(self.file_href?.run(path))
    }
}

/// One level lower than written: the page has a heading of its own.
fn heading(level: u8, name: &str, inside: Vec<AnyView>) -> AnyView {
    let id = heading_id(name);
    match level {
        1 => view! { <h2 id=id>{inside}</h2> }.into_any(),
        2 => view! { <h3 id=id>{inside}</h3> }.into_any(),
        3 => view! { <h4 id=id>{inside}</h4> }.into_any(),
        4 => view! { <h5 id=id>{inside}</h5> }.into_any(),
        _ => view! { <h6 id=id>{inside}</h6> }.into_any(),
    }
}

/// The prefix keeps names in a text apart from the page's own.
fn heading_id(name: &str) -> String {
    format!("md-{name}")
}

fn task(done: bool) -> AnyView {
    let i18n = use_i18n();
    let words = move || match done {
        true => t_string!(i18n, markdown.task_done).to_owned(),
        false => t_string!(i18n, markdown.task_open).to_owned(),
    };
    view! { <input type="checkbox" disabled checked=done aria-label=words/> }.into_any()
}

fn side(align: Align) -> Option<&'static str> {
    match align {
        Align::Start => None,
        Align::Middle => Some("align-middle"),
        Align::End => Some("align-end"),
    }
}
