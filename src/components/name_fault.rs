//! What can be said of a name before it is sent.

use api::limits::NAME_MAX;
use api::name::check_name;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Nothing was typed.
    Missing,
    /// It is so many characters too long.
    TooLong(usize),
    /// It has a character that is not allowed.
    Illegal,
}

/// What is wrong with a name; nothing when it may be sent.
pub fn name_fault(name: &str) -> Option<NameFault> {
    let over = name.chars().count().saturating_sub(NAME_MAX);
    match check_name(name) {
        Ok(()) => None,
        Err(_) if name.is_empty() => Some(NameFault::Missing),
        // A name that is only too long has no other fault when it is cut.
        Err(_) if over > 0 && check_name(name.get(..NAME_MAX).unwrap_or(" ")).is_ok() => {
            Some(NameFault::TooLong(over))
        }
        Err(_) => Some(NameFault::Illegal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_exactly() {
        assert_eq!(name_fault("tf-mnist_2"), None);
        assert_eq!(name_fault(""), Some(NameFault::Missing));
        assert_eq!(name_fault(&"x".repeat(33)), Some(NameFault::TooLong(2)));
        for bad in [
            "a b",
            "项目",
            "a.b",
            "<script>",
            "😀😀😀😀😀😀😀😀😀",
            &"项".repeat(40),
        ] {
            assert_eq!(name_fault(bad), Some(NameFault::Illegal), "{bad}");
        }
    }

    #[test]
    fn what_is_not_faulted_is_taken_by_the_rule() {
        for name in ["a", "A-1", "x y", "", "é"] {
            assert_eq!(
                name_fault(name).is_none(),
                check_name(name).is_ok(),
                "{name}"
            );
        }
    }
}
