//! The file that a command begins with, as far as it can be told.

/// Programs whose first argument that is no option is a file of the code.
const INTERPRETERS: [&str; 8] = [
    "python", "python2", "python3", "bash", "sh", "node", "Rscript", "julia",
];

/// The path in the code version of the file that a command runs first: `train.py` of `python -u train.py --lr 0.1`. None when
/// the command begins with something else, or the shell may change the word.
pub(super) fn entry_file(command: &str) -> Option<String> {
    let mut words = command.split_whitespace();
    let mut word = words.next()?;
    // Variables of the command's own.
    while word.split_once('=').is_some_and(|(name, _)| is_name(name)) {
        word = words.next()?;
    }
    let file = if INTERPRETERS.contains(&word) {
        let mut file = words.next()?;
        while file.starts_with('-') {
            // Of these the next word is a program or a module and no file.
            if matches!(file, "-c" | "-m" | "-e" | "--eval" | "-") {
                return None;
            }
            file = words.next()?;
        }
        file
    } else if word.starts_with("./") {
        word
    } else {
        return None;
    };
    let file = file.strip_suffix(';').unwrap_or(file);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-');
    let file = file.strip_prefix("./").unwrap_or(file);
    let inside = !file.starts_with('/') && !file.split('/').any(|part| part == "..");
    (inside && !file.is_empty() && file.chars().all(plain)).then(|| file.to_owned())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::entry_file;

    #[test]
    fn the_file_is_told_where_it_can_be() {
        for (command, file) in [
            ("python train.py --lr 0.1", Some("train.py")),
            ("python3 -u src/train.py", Some("src/train.py")),
            ("CUDA_VISIBLE_DEVICES=0 python train.py", Some("train.py")),
            ("bash ./run.sh; echo done", Some("run.sh")),
            ("./run.sh", Some("run.sh")),
            ("python 训练.py", Some("训练.py")),
            ("python -m pytest", None),
            ("python -c 'print(1)'", None),
            ("python \"$FILE\"", None),
            ("cd src && python train.py", None),
            ("python ../train.py", None),
            ("python /input/iris/train.py", None),
            ("ls", None),
            ("python", None),
            ("", None),
        ] {
            assert_eq!(entry_file(command).as_deref(), file, "{command}");
        }
    }
}
