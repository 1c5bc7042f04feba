//! What changed with a version, in a few words.

use crate::format;
use crate::i18n::*;

/// "3 added, 1 changed, 2 deleted": what is none is not said, unless all is.
pub fn changes_words(added: u64, changed: u64, removed: u64, locale: Locale) -> String {
    let count = |count: u64| (count > 0).then(|| format::number(count));
    let parts = [
        count(added).map(|count| td_string!(locale, upload.count_added, count = count)),
        count(changed).map(|count| td_string!(locale, upload.count_changed, count = count)),
        count(removed).map(|count| td_string!(locale, upload.count_removed, count = count)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => td_string!(locale, upload.count_none).to_owned(),
        false => parts.join(td_string!(locale, upload.count_next)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_is_not_said() {
        let words = |added, changed, removed| changes_words(added, changed, removed, Locale::en);
        assert_eq!(words(3, 1, 2), "3 added, 1 changed, 2 deleted");
        assert_eq!(words(0, 1, 0), "1 changed");
        assert_eq!(words(0, 0, 0), "no file changed");
        assert_eq!(changes_words(3, 0, 2, Locale::zh), "新增 3 个，删除 2 个");
    }
}
