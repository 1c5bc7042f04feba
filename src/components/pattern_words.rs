//! What is wrong with a pattern, in words.

use crate::components::task_words::Texts;
use crate::i18n::*;
use engine::log::search::PatternError;

/// What is wrong with a pattern, in the language in use. Mistakes of its syntax are told in English, as the reader of patterns
/// words them.
pub fn pattern_words(i18n: Texts, error: &PatternError) -> String {
    match error {
        PatternError::Empty => t_string!(i18n, log.pattern_empty).to_owned(),
        PatternError::TooLarge => t_string!(i18n, log.pattern_large).to_owned(),
        PatternError::Syntax { message, .. } => message.clone(),
    }
}
