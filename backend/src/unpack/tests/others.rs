//! Zips, and archives that build on an older version.

use super::*;
use std::io::Write as _;

fn zip(entries: &[(&str, u32, &str)]) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, mode, body) in entries {
        let options = ::zip::write::SimpleFileOptions::default();
        if mode & 0o170_000 == 0o120_000 {
            zip.add_symlink(*name, *body, options).unwrap();
        } else {
            zip.start_file(*name, options.unix_permissions(*mode))
                .unwrap();
            zip.write_all(body.as_bytes()).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_zip_arrives_like_a_tar() {
    use std::os::unix::fs::PermissionsExt as _;
    let bytes = zip(&[
        ("d/run.sh", 0o755, "#!/bin/sh\n"),
        ("latest", 0o120_777, "d/run.sh"),
        ("名", 0o644, "x"),
    ]);
    let case = Case::new(&bytes);
    let tree = case.unpack(Format::Zip, None).unwrap();
    assert_eq!(tree.len(), 4);
    assert_eq!(case.read("latest"), b"#!/bin/sh\n");
    let mode = case.target().join("d/run.sh").metadata().unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o755);
}

#[test]
fn zips_are_held_to_the_same_rules() {
    for (name, mode, body, reason) in [
        ("../secret", 0o644, "x", Reason::IllegalPath),
        ("/secret", 0o644, "x", Reason::IllegalPath),
        ("link", 0o120_777, "../secret", Reason::IllegalPath),
    ] {
        let bytes = zip(&[("a", 0o644, ""), (name, mode, body)]);
        assert_eq!(refused(&bytes, Format::Zip).0, reason, "{name}");
    }
    let whole = zip(&[("a", 0o644, "some content that is stored")]);
    assert_eq!(
        refused(&whole[..whole.len() - 30], Format::Zip).0,
        Reason::BadArchive
    );
    // A flipped bit in the content: the checksum disagrees.
    let mut flipped = whole;
    flipped[40] ^= 1;
    assert_eq!(refused(&flipped, Format::Zip).0, Reason::BadArchive);
    let half = "x".repeat(LIMITS.bytes as usize / 2 + 1);
    let large = zip(&[("a", 0o644, &half), ("b", 0o644, &half)]);
    assert!(large.len() < 10_000, "a bomb");
    assert_eq!(refused(&large, Format::Zip).0, Reason::TooLarge);
}

#[test]
fn a_zip_names_each_entry_once_and_not_too_many() {
    let names: Vec<String> = (0..=LIMITS.entries).map(|n| n.to_string()).collect();
    let entries: Vec<(&str, u32, &str)> = names.iter().map(|n| (n.as_str(), 0o644, "")).collect();
    assert_eq!(refused(&zip(&entries), Format::Zip).0, Reason::TooManyFiles);
    let mut twice = zip(&[("name-1", 0o644, "x"), ("name-2", 0o644, "y")]);
    while let Some(at) = twice.windows(6).position(|name| name == b"name-2") {
        twice[at + 5] = b'1';
    }
    assert_eq!(refused(&twice, Format::Zip).0, Reason::BadArchive);
}

#[test]
fn an_increment_is_the_old_version_without_what_is_ignored_and_with_the_new() {
    let old = Case::new(&tar(&[
        ("keep/a", FILE, "kept"),
        ("changed", FILE, "old"),
        ("gone", FILE, "x"),
        ("d2/z", FILE, "x"),
        ("d2/empty", DIR, ""),
        ("was-a-file", FILE, "x"),
        ("was-a-folder/x", FILE, "x"),
    ]));
    let tree = old.unpack(Format::Tar, None).unwrap();
    let ignore = ["changed", "gone", "d2"].map(str::to_owned).into();
    let base = Base {
        folder: &old.target(),
        tree: &tree,
        ignore: &ignore,
    };
    let new = Case::new(&tar(&[
        ("./changed", FILE, "new"),
        ("./link", SYMLINK, "keep/a"),
        ("./was-a-file/x", FILE, "y"),
        ("./was-a-folder", FILE, "y"),
    ]));
    let tree = new.unpack(Format::Tar, Some(&base)).unwrap();
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "changed",
            "keep",
            "keep/a",
            "link",
            "was-a-file",
            "was-a-file/x",
            "was-a-folder"
        ]
    );
    assert_eq!(new.read("changed"), b"new");
    assert_eq!(
        (new.read("keep/a"), new.read("link")),
        (b"kept".to_vec(), b"kept".to_vec())
    );
    assert_eq!(old.read("changed"), b"old");
}

#[test]
fn an_increment_counts_what_it_takes_over() {
    let half = "x".repeat(LIMITS.bytes as usize / 2 + 1);
    let old = Case::new(&tar(&[("old", FILE, &half)]));
    let tree = old.unpack(Format::Tar, None).unwrap();
    let base = Base {
        folder: &old.target(),
        tree: &tree,
        ignore: &HashSet::new(),
    };
    let new = Case::new(&tar(&[("new", FILE, &half)]));
    let error = new.unpack(Format::Tar, Some(&base)).unwrap_err();
    assert!(error.to_string().contains("larger"), "{error}");
}
