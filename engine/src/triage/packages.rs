//! Under which name pip knows a module.

/// Modules whose package has another name.
const OTHERS: [(&str, &str); 22] = [
    ("Bio", "biopython"),
    ("Crypto", "pycryptodome"),
    ("MySQLdb", "mysqlclient"),
    ("PIL", "pillow"),
    ("attr", "attrs"),
    ("bs4", "beautifulsoup4"),
    ("cv2", "opencv-python-headless"),
    ("dateutil", "python-dateutil"),
    ("dotenv", "python-dotenv"),
    ("faiss", "faiss-cpu"),
    ("git", "GitPython"),
    ("google.protobuf", "protobuf"),
    ("imblearn", "imbalanced-learn"),
    ("jose", "python-jose"),
    ("magic", "python-magic"),
    ("pytorch_lightning", "pytorch-lightning"),
    ("serial", "pyserial"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
    ("umap", "umap-learn"),
    ("wx", "wxPython"),
    ("yaml", "pyyaml"),
];

/// The package that most probably has a module, by the module's full name. None for what comes with Python itself and
/// for names that no package can have.
pub(super) fn of_module(module: &str) -> Option<String> {
    let top = module.split('.').next().unwrap_or_default();
    let known = OTHERS.iter().find(|(name, _)| {
        *name == top
            || module
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    match known {
        Some((_, package)) => Some((*package).to_owned()),
        // Many packages share `google`.
        None if top.is_empty() || top.starts_with('_') || top == "google" => None,
        None if !top.is_ascii() => None,
        None => Some(top.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_its_module_s_name_or_another() {
        let package = |module| of_module(module).unwrap_or_default();
        assert_eq!(package("torchvision"), "torchvision");
        assert_eq!(package("tensorflow.keras.layers"), "tensorflow");
        assert_eq!(package("sklearn.svm"), "scikit-learn");
        assert_eq!(package("google.protobuf.message"), "protobuf");
        for none in ["", ".", "_tkinter", "google.cloud", "模型"] {
            assert_eq!(of_module(none), None, "{none}");
        }
    }
}
