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

/// As the local header and the directory of each entry have it: where the flags are.
fn encrypt(zip: &mut [u8]) {
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in 0..zip.len() - 30 {
            if zip[at..].starts_with(signature) {
                zip[at + flags] |= 1;
            }
        }
    }
}

#[test]
fn an_encrypted_zip_is_refused() {
    let mut bytes = zip(&[("secret-plan", 0o644, "some content")]);
    encrypt(&mut bytes);
    let (reason, message) = refused(&bytes, Format::Zip);
    assert_eq!(reason, Reason::BadArchive);
    assert!(message.contains("encrypted"), "{message}");
}

#[test]
fn entries_that_share_their_bytes_are_refused() {
    let mut bytes = zip(&[("name-1", 0o644, "content"), ("name-2", 0o644, "content")]);
    let directory: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    // The second entry begins where the first one does.
    let offset = directory[1] + 42;
    bytes[offset..offset + 4].copy_from_slice(&[0; 4]);
    let (reason, message) = refused(&bytes, Format::Zip);
    assert_eq!(reason, Reason::BadArchive);
    assert!(
        message.contains("\"name-2\"") && message.contains("shares"),
        "{message}"
    );
}

#[test]
fn a_zip_of_the_large_kind_is_read() {
    let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = ::zip::write::SimpleFileOptions::default().large_file(true);
    zip.start_file("d/a", options).unwrap();
    zip.write_all(b"content").unwrap();
    let case = Case::new(&zip.finish().unwrap().into_inner());
    case.unpack(Format::Zip, None).unwrap();
    assert_eq!(case.read("d/a"), b"content");
}

#[test]
fn the_same_folder_for_ever_is_too_much() {
    let count = LIMITS.entries * 2 + 1;
    let folders = vec![("d", DIR, ""); count];
    assert_eq!(refused_tar(&folders), Reason::TooManyFiles);
    let names: Vec<String> = (0..count).map(|n| format!("{n:03}/")).collect();
    let mut bytes = {
        let mut zip = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for name in &names {
            let options = ::zip::write::SimpleFileOptions::default();
            zip.add_directory(name, options).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    for name in &names {
        let at: Vec<usize> = (0..bytes.len() - 4)
            .filter(|at| bytes[*at..].starts_with(name.as_bytes()))
            .collect();
        at.iter()
            .for_each(|at| bytes[*at..at + 3].copy_from_slice(b"ddd"));
    }
    assert_eq!(refused(&bytes, Format::Zip).0, Reason::TooManyFiles);
}

/// A tar of ten million files, made as it is read.
struct Endless<'a> {
    next: u64,
    block: io::Cursor<Vec<u8>>,
    read: &'a std::cell::Cell<u64>,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.block.position() == self.block.get_ref().len() as u64 && self.next < 10_000_000 {
            let mut header = Header::new_ustar();
            header.set_path(format!("f{}", self.next)).unwrap();
            header.set_size(0);
            header.set_cksum();
            self.block = io::Cursor::new(header.as_bytes().to_vec());
            self.next += 1;
        }
        let read = self.block.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

impl Seek for Endless<'_> {
    fn seek(&mut self, _: io::SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[test]
fn ten_million_entries_are_not_read_to_their_end() {
    let read = std::cell::Cell::new(0);
    let open = || {
        Ok(Endless {
            next: 0,
            block: io::Cursor::default(),
            read: &read,
        })
    };
    let dir = tempfile::tempdir().unwrap();
    let result = unpack_from(open, Format::Tar, &dir.path().join("into"), LIMITS, None);
    let Err(UnpackError::Refused { reason, .. }) = result else {
        panic!("not refused")
    };
    assert_eq!(reason, Reason::TooManyFiles);
    assert!(
        read.get() < 512 * (LIMITS.entries as u64 + 10) + BUFFER as u64,
        "{}",
        read.get()
    );
}

#[test]
fn archives_are_known_by_their_content() {
    let start = |bytes: &[u8]| recognize(&bytes[..bytes.len().min(START)]);
    let plain = tar(&[("a", FILE, "x")]);
    assert_eq!(start(&plain), Some(Format::Tar));
    assert_eq!(start(&gzip(&plain)), Some(Format::TarGz));
    assert_eq!(start(&zip(&[("a", 0o644, "x")])), Some(Format::Zip));
    assert_eq!(start(&zip(&[])), Some(Format::Zip));
    // As tar wrote it before POSIX.
    let mut old = TarBuilder::new(Vec::new());
    let mut header = Header::new_old();
    header.set_path("a").unwrap();
    header.set_size(0);
    header.set_cksum();
    old.append(&header, &b""[..]).unwrap();
    assert_eq!(start(&old.into_inner().unwrap()), Some(Format::Tar));
    for other in [
        &b""[..],
        b"P",
        b"text",
        &[0; START],
        &[b'x'; START],
        b"%PDF-1.7",
    ] {
        assert_eq!(start(other), None);
    }
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
