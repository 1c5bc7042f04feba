//! A picture that stands for somebody, or the letters of their name.

use leptos::prelude::*;

/// How large an avatar is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px: beside a name in a line of text.
    Small,
    /// 28 px: the top bar, comments.
    #[default]
    Medium,
    /// 72 px: the head of a profile.
    Large,
}

impl AvatarSize {
    fn class(self) -> &'static str {
        match self {
            Self::Small => "avatar avatar-small",
            Self::Medium => "avatar",
            Self::Large => "avatar avatar-large",
        }
    }
}

/// Somebody's picture; the letters of their name while there is none and when it cannot be shown. Screen readers pass
/// over it: the name stands beside it, or is the name of the button around it.
#[component]
pub fn Avatar(
    /// Whose it is.
    #[prop(into)]
    name: Signal<String>,
    /// Address of the picture.
    #[prop(optional, into)]
    picture: Signal<Option<String>>,
    /// How large it is.
    #[prop(optional)]
    size: AvatarSize,
) -> impl IntoView {
    // The address that could not be shown: another one is tried again.
    let failed = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        picture
            .get()
            .filter(|address| failed.get().as_ref() != Some(address))
    });
    view! {
        <span class=size.class() aria-hidden="true">
            {move || match shown.get() {
                Some(address) => {
                    let own = address.clone();
                    view! { <img src=address alt="" on:error=move |_| failed.set(Some(own.clone()))/> }.into_any()
                }
                None => view! { <span>{move || initials(&name.get())}</span> }.into_any(),
            }}
        </span>
    }
}

/// Up to two letters that stand for a name: of its first two words, else its first two letters. A Chinese name is
/// known by its first character.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split(['-', '_', '.', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let letters: String = match words.as_slice() {
        [first, ..] if !first.starts_with(|c: char| c.is_ascii()) => {
            first.chars().take(1).collect()
        }
        [first, second, ..] => first
            .chars()
            .take(1)
            .chain(second.chars().take(1))
            .collect(),
        [only] => only.chars().take(2).collect(),
        [] => String::new(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_letters_stand_for_a_name() {
        for (name, letters) in [
            ("alice", "AL"),
            ("alice-b", "AB"),
            ("a_", "A"),
            ("9lives", "9L"),
            ("Ada Lovelace", "AL"),
            ("王小明", "王"),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters);
        }
    }
}
