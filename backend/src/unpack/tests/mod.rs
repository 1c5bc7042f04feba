//! Archives as nobody should send them.

mod others;

use super::*;
use ::tar::{Builder as TarBuilder, EntryType, Header};
use api::Time;
use std::io::Write as _;
use std::path::PathBuf;

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    entries: 100,
};

/// An archive and the folder beside it that it is unpacked into.
struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new(bytes: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("archive"), bytes).unwrap();
        std::fs::write(dir.path().join("secret"), b"secret").unwrap();
        Self { dir }
    }

    fn target(&self) -> PathBuf {
        self.dir.path().join("into")
    }

    fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.target().join(path)).unwrap()
    }

    fn unpack(&self, format: Format, base: Option<&Base<'_>>) -> Result<Tree, UnpackError> {
        let archive = self.dir.path().join("archive");
        let result = unpack(&archive, format, &self.target(), LIMITS, base);
        let beside: Vec<_> = std::fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(beside.len(), 3, "only the folder is new: {beside:?}");
        assert_eq!(self.secret(), b"secret");
        result
    }

    fn secret(&self) -> Vec<u8> {
        std::fs::read(self.dir.path().join("secret")).unwrap()
    }
}

/// An entry with its name written as it is, which the library would refuse to do.
fn entry(tar: &mut TarBuilder<Vec<u8>>, name: &[u8], kind: EntryType, target: &str, body: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(body.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    if !target.is_empty() {
        header.set_link_name_literal(target).unwrap();
    }
    header.set_cksum();
    tar.append(&header, body).unwrap();
}

fn tar(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
    let mut tar = TarBuilder::new(Vec::new());
    for (name, kind, text) in entries {
        let link = matches!(kind, EntryType::Symlink | EntryType::Link);
        let (target, body) = if link { (*text, "") } else { ("", *text) };
        entry(&mut tar, name.as_bytes(), *kind, target, body.as_bytes());
    }
    tar.into_inner().unwrap()
}

fn refused(bytes: &[u8], format: Format) -> (Reason, String) {
    match Case::new(bytes).unpack(format, None) {
        Err(UnpackError::Refused { reason, message }) => (reason, message),
        other => panic!("not refused: {other:?}"),
    }
}

fn refused_tar(entries: &[(&str, EntryType, &str)]) -> Reason {
    refused(&tar(entries), Format::Tar).0
}

const FILE: EntryType = EntryType::Regular;
const DIR: EntryType = EntryType::Directory;
const SYMLINK: EntryType = EntryType::Symlink;
const HARDLINK: EntryType = EntryType::Link;

#[test]
fn what_the_cli_sends_arrives() {
    let bytes = tar(&[
        (".", DIR, ""),
        ("./a.txt", FILE, "hello"),
        ("./d", DIR, ""),
        ("./d/empty", DIR, ""),
        ("./d/.hidden", FILE, ""),
        ("./名/x", FILE, "y"),
    ]);
    let case = Case::new(&bytes);
    let tree = case.unpack(Format::Tar, None).unwrap();
    assert_eq!(case.read("a.txt"), b"hello");
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(paths, ["a.txt", "d", "d/.hidden", "d/empty", "名", "名/x"]);
    assert_eq!(
        tree["a.txt"],
        Node::File {
            size: 5,
            modified: Time::from_seconds(1_700_000_000),
            md5: "5d41402abc4b2a76b9719d911017c592".into()
        }
    );
    let modified = case.target().join("a.txt").metadata().unwrap().modified();
    assert_eq!(
        crate::clock::of_system(modified.unwrap()),
        Time::from_seconds(1_700_000_000)
    );
}

#[test]
fn paths_that_leave_are_refused() {
    for name in [
        "../secret",
        "a/../../secret",
        "/tmp/x",
        "..",
        "a/..",
        "./../x",
    ] {
        assert_eq!(
            refused_tar(&[(name, FILE, "x")]),
            Reason::IllegalPath,
            "{name}"
        );
    }
    assert_eq!(refused_tar(&[("../d", DIR, "")]), Reason::IllegalPath);
    assert_eq!(refused_tar(&[(".", FILE, "x")]), Reason::IllegalPath);
}

#[test]
fn links_out_are_refused_and_nothing_is_written_through_one() {
    for target in ["../secret", "/etc/passwd", "d/../../secret", "..", ""] {
        for kind in [SYMLINK, HARDLINK] {
            let reason = refused_tar(&[("x", FILE, "x"), ("link", kind, target)]);
            assert_eq!(reason, Reason::IllegalPath, "{target}");
        }
    }
    // Through a link to a folder outside, to one inside, and over a link to a file.
    for target in ["..", "d"] {
        let through = [
            ("d", DIR, ""),
            ("link", SYMLINK, target),
            ("link/secret", FILE, "gotcha"),
        ];
        assert_eq!(refused_tar(&through), Reason::BadArchive);
    }
    let over = [("link", SYMLINK, "../secret"), ("link", FILE, "gotcha")];
    assert_eq!(refused_tar(&over), Reason::BadArchive);
    // A chain whose last link leads out, and one whose parts only together do.
    let chain = [
        ("a", FILE, ""),
        ("one", SYMLINK, "d/two"),
        ("d/two", SYMLINK, "../../secret"),
    ];
    assert_eq!(refused_tar(&chain), Reason::IllegalPath);
    let parts = [
        ("a", FILE, ""),
        ("d/up", SYMLINK, ".."),
        ("out", SYMLINK, "d/up/../secret"),
    ];
    assert_eq!(refused_tar(&parts), Reason::IllegalPath);
}

#[test]
fn links_to_files_inside_become_files() {
    let bytes = tar(&[
        ("d/first", SYMLINK, "../a"),
        ("second", SYMLINK, "./d/first"),
        ("hard", HARDLINK, "./d/../a"),
        ("a", FILE, "content"),
    ]);
    let case = Case::new(&bytes);
    let tree = case.unpack(Format::Tar, None).unwrap();
    for path in ["d/first", "second", "hard"] {
        assert_eq!(case.read(path), b"content");
        assert!(
            case.target()
                .join(path)
                .symlink_metadata()
                .unwrap()
                .is_file()
        );
        assert_eq!(tree[path], tree["a"]);
    }
}

#[test]
fn links_to_folders_to_nothing_and_in_circles_are_refused() {
    let f = ("a", FILE, "x");
    for links in [
        vec![f, ("d", DIR, ""), ("l", SYMLINK, "d")],
        vec![f, ("l", SYMLINK, "none")],
        vec![f, ("l", SYMLINK, "l")],
        vec![f, ("l", HARDLINK, "m"), ("m", HARDLINK, "l")],
    ] {
        assert_eq!(refused_tar(&links), Reason::IllegalPath, "{links:?}");
    }
}

#[test]
fn devices_and_pipes_are_refused() {
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo] {
        assert_eq!(refused_tar(&[("dev", kind, "")]), Reason::BadArchive);
    }
}

#[test]
fn a_name_stands_for_one_thing() {
    for entries in [
        [("a", FILE, "1"), ("./a", FILE, "2")],
        [("a", FILE, "1"), ("a", DIR, "")],
        [("a", FILE, "1"), ("a/b", FILE, "2")],
        [("a/b", FILE, "1"), ("a", FILE, "2")],
        [("a/b", FILE, "1"), ("a", SYMLINK, "a/b")],
    ] {
        assert_eq!(refused_tar(&entries), Reason::BadArchive, "{entries:?}");
    }
}

#[test]
fn names_must_be_utf_8() {
    let mut tar = TarBuilder::new(Vec::new());
    entry(&mut tar, b"caf\xe9", FILE, "", b"x");
    let (reason, message) = refused(&tar.into_inner().unwrap(), Format::Tar);
    assert_eq!(reason, Reason::IllegalPath);
    assert!(message.contains("UTF-8"), "{message}");
}

#[test]
fn long_names_and_exact_times_are_read() {
    let long = format!("{}/{}", "d".repeat(200), "f".repeat(200));
    let mut tar = TarBuilder::new(Vec::new());
    let mut header = Header::new_ustar();
    header.set_size(1);
    tar.append_data(&mut header, &long, &b"x"[..]).unwrap();
    let pax = [("mtime", &b"1700000000.25"[..]), ("path", "é".as_bytes())];
    tar.append_pax_extensions(pax).unwrap();
    entry(&mut tar, b"short", FILE, "", b"y");
    let case = Case::new(&tar.into_inner().unwrap());
    let tree = case.unpack(Format::Tar, None).unwrap();
    assert_eq!(case.read(&long), b"x");
    let Node::File { modified, .. } = tree["é"] else {
        panic!("a file")
    };
    assert_eq!(modified, Time(1_700_000_000_250_000));
}

#[test]
fn too_much_is_refused_by_what_really_arrives() {
    let half = "x".repeat(LIMITS.bytes as usize / 2 + 1);
    let large = [("a", FILE, half.as_str()), ("b", FILE, half.as_str())];
    assert_eq!(refused_tar(&large), Reason::TooLarge);
    // A second name is no second copy on the disk, but it is one to whoever reads the version.
    let linked = [("a", FILE, half.as_str()), ("b", HARDLINK, "a")];
    assert_eq!(refused_tar(&linked), Reason::TooLarge);
    let names: Vec<String> = (0..=LIMITS.entries).map(|n| format!("f{n}")).collect();
    let many: Vec<_> = names.iter().map(|n| (n.as_str(), FILE, "")).collect();
    assert_eq!(refused_tar(&many), Reason::TooManyFiles);
    let deep = vec!["d"; LIMITS.entries + 1].join("/");
    let mut tar = TarBuilder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(0);
    tar.append_data(&mut header, &deep, &b""[..]).unwrap();
    let bytes = tar.into_inner().unwrap();
    assert_eq!(refused(&bytes, Format::Tar).0, Reason::TooManyFiles);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn bombs_stop_at_the_limit() {
    let mut tar = TarBuilder::new(Vec::new());
    entry(&mut tar, b"zeros", FILE, "", &vec![0; 64 << 20]);
    let bomb = gzip(&tar.into_inner().unwrap());
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let case = Case::new(&bomb);
    let error = case.unpack(Format::TarGz, None).unwrap_err();
    assert!(matches!(
        error,
        UnpackError::Refused {
            reason: Reason::TooLarge,
            ..
        }
    ));
    let written = case.target().join("zeros").metadata().unwrap().len();
    assert!(written <= LIMITS.bytes, "{written}");
}

#[test]
fn a_name_as_long_as_a_film_is_not_kept_in_memory() {
    let mut tar = TarBuilder::new(Vec::new());
    entry(
        &mut tar,
        b"x",
        EntryType::GNULongName,
        "",
        &vec![b'a'; 8 << 20],
    );
    entry(&mut tar, b"x", FILE, "", b"");
    let bytes = gzip(&tar.into_inner().unwrap());
    let (reason, message) = refused(&bytes, Format::TarGz);
    assert_eq!(reason, Reason::BadArchive);
    assert!(message.contains("larger than any"), "{message}");
}

#[test]
fn what_is_cut_off_or_no_archive_is_refused() {
    let whole = tar(&[("a", FILE, &"x".repeat(2000)), ("b", FILE, "y")]);
    for cut in [0, 100, 512, 1000, 3072, 3584] {
        let (reason, message) = refused(&whole[..cut], Format::Tar);
        assert_eq!(reason, Reason::BadArchive, "{cut}: {message}");
    }
    let mut zipped = gzip(&whole);
    let end = zipped.len();
    assert_eq!(
        refused(&zipped[..end - 4], Format::TarGz).0,
        Reason::BadArchive
    );
    zipped[end - 6] ^= 1;
    let (reason, message) = refused(&zipped, Format::TarGz);
    assert_eq!(reason, Reason::BadArchive, "the checksum: {message}");
    for format in [Format::Tar, Format::TarGz, Format::Zip] {
        let text = "no archive at all\n".repeat(100);
        assert_eq!(refused(text.as_bytes(), format).0, Reason::BadArchive);
    }
    assert_eq!(refused_tar(&[("d", DIR, "")]), Reason::EmptyUpload);
}
