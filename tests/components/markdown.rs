//! Whatever a text says, only our own elements with our own attributes come of it.

use leptos::prelude::*;
use leptos::task::tick;
use leptos::web_sys::Element;
use leptos_i18n::context::init_i18n_subcontext;
use russell_cloud_web::components::lazy::{Chunks, Loader};
use russell_cloud_web::components::markdown::{self, Markdown, Place};
use russell_cloud_web::i18n::Locale;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// Elements a text can become.
const ELEMENTS: &str = "div p h2 h3 h4 h5 h6 blockquote pre code ul ol li em strong del table thead tbody tr th td hr br a span input";
/// Their attributes.
const ATTRIBUTES: &str =
    "class id href rel target tabindex role scope start type disabled checked aria-label";

/// Shows `text` and hands the element it is in to `look`.
async fn shown(text: &str, look: impl FnOnce(&Element)) {
    let root = document().create_element("div").expect("an element");
    document()
        .body()
        .expect("a body")
        .append_child(&root)
        .expect("a place");
    let text = text.to_owned();
    let mounted = mount_to(root.clone().unchecked_into(), move || {
        provide_context(init_i18n_subcontext::<Locale>(None));
        // There are no chunks here, the parser is at hand.
        provide_context(Chunks(|_| Loader {
            fetch: || Box::pin(async { Ok(()) }),
            show: |_| Box::pin(async { Ok(markdown::view()) }),
        }));
        view! {
            <Markdown
                text=text
                place=Place { id: "0".repeat(32), folder: "docs".to_owned() }
                file_href=Callback::new(|path: String| format!("/files/{path}"))
            />
        }
    });
    tick().await;
    look(&root);
    drop(mounted);
    root.remove();
}

fn all(root: &Element) -> Vec<Element> {
    let list = root.query_selector_all("*").expect("a list");
    (0..list.length())
        .filter_map(|at| list.get(at)?.dyn_into().ok())
        .collect()
}

#[wasm_bindgen_test]
async fn hostile_text_becomes_nothing_but_text() {
    let texts = [
        "<script>window.fired = 1</script>",
        "<img src=x onerror=\"window.fired = 1\">",
        "a <svg/onload=window.fired=1> b",
        "<a href=\"javascript:window.fired=1\" style=\"position:fixed\">x</a>",
        "[x](javascript:window.fired=1) [y](data:text/html,<script>1</script>)",
        "[x](https://a.org/\"onmouseover=window.fired=1) ![x\" onerror=window.fired=1](//a.org)",
        "<iframe srcdoc=\"<script>parent.fired=1</script>\"></iframe><base href=//evil.org>",
        "`<script>window.fired=1</script>`\n\n    <script>window.fired=1</script>",
        "| <img onerror=window.fired=1 src=x> |\n|-|\n| <b onclick=window.fired=1>x</b> |",
        "<!-- --><form action=//evil.org><input name=x autofocus onfocus=window.fired=1>",
        "# <template><script>window.fired=1</script></template>",
        "&lt;script&gt;window.fired=1&lt;/script&gt; <scr<script>ipt>window.fired=1</script>",
    ];
    for text in texts {
        shown(text, |root| {
            for element in all(root) {
                let name = element.tag_name().to_lowercase();
                assert!(
                    ELEMENTS.split(' ').any(|known| known == name),
                    "{name} of {text}"
                );
                for attribute in element.get_attribute_names() {
                    let attribute = attribute.as_string().unwrap_or_default();
                    let known = ATTRIBUTES.split(' ').any(|known| known == attribute);
                    assert!(known, "{attribute} of {text}");
                }
                let href = element.get_attribute("href").unwrap_or_default();
                let safe = ["https://", "/files/", "#md-"]
                    .iter()
                    .any(|start| href.starts_with(start));
                assert!(href.is_empty() || safe, "{href} of {text}");
            }
        })
        .await;
    }
    let fired = js_sys::Reflect::get(&window(), &"fired".into());
    assert!(fired.is_ok_and(|fired| fired.is_undefined()));
}

#[wasm_bindgen_test]
async fn common_text_is_shown() {
    let text =
        "# Title\n\n- [x] done\n\n[file](../a.md) **b**\n\n|n|\n|-:|\n|1|\n\n```py\nx < 1\n```";
    shown(text, |root| {
        let one = |selector: &str| {
            let found = root.query_selector(selector).ok().flatten();
            found.unwrap_or_else(|| panic!("no {selector}"))
        };
        assert_eq!(one("h2#md-title").text_content().as_deref(), Some("Title"));
        assert_eq!(
            one("a").get_attribute("href").as_deref(),
            Some("/files/a.md")
        );
        assert_eq!(one("strong").text_content().as_deref(), Some("b"));
        assert_eq!(one("td.align-end").text_content().as_deref(), Some("1"));
        assert_eq!(one("pre code").text_content().as_deref(), Some("x < 1\n"));
        assert!(one("li input[type=checkbox]").has_attribute("checked"));
    })
    .await;
}
