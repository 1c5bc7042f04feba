//! What of the files a user chose is sent, and in which order: decided before the first byte.

use api::module::ModuleType;
use api::upload::{NewUpload, UploadFile};
use api::{Reason, Time};
use engine::ignore::Ignore;
use engine::plan;

/// A file as it was chosen: where it is, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Path with `/` between its parts, as the browser tells it.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// When it last changed, in milliseconds since 1970.
    pub modified: i64,
}

/// What is sent of the chosen files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Index among the chosen files and path in the version, in the order in which they are sent.
    pub files: Vec<(usize, String)>,
    /// Bytes of these.
    pub bytes: u64,
    /// Folders without anything in them: their paths in the version.
    pub folders: Vec<String>,
    /// How many bytes of each chosen path are not part of it in the version.
    pub skip: usize,
    /// Index of each file that the ignore rules leave out.
    pub ignored: Vec<usize>,
    /// Paths that no version can hold, and why, in the order in which they were chosen. They are not sent if that was wished.
    pub refused: Vec<(String, Reason)>,
    /// How many of the files are archives that the server can unpack.
    pub archives: usize,
    /// Whether it is to do so.
    pub unpack: bool,
}

/// What the user wishes of what was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Archives are unpacked by the server.
    pub unpack: bool,
    /// What cannot be held is left out.
    pub leave_refused: bool,
}

/// Whether a file is an archive by its name, and lies in no folder: one inside of a folder is a part of that.
fn is_archive(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    let ends = [".zip", ".tar", ".tar.gz", ".tgz"];
    !path.contains('/') && ends.iter().any(|end| name.ends_with(end))
}

/// The folder all is in, when it was chosen as one folder: its name is not part of the paths.
fn common_folder<'a>(chosen: &'a [Chosen], folders: &[String]) -> Option<&'a str> {
    let (folder, _) = chosen.first()?.path.split_once('/')?;
    let within = |path: &str| path.split_once('/').is_some_and(|(top, _)| top == folder);
    let all = chosen.iter().all(|file| within(&file.path));
    (all && folders.iter().all(|path| within(path))).then_some(folder)
}

/// How many bytes of each path are not part of it in the version.
fn skip(chosen: &[Chosen], folders: &[String]) -> usize {
    common_folder(chosen, folders).map_or(0, |folder| folder.len() + 1)
}

/// Index of the file with the ignore rules of the folder that was chosen, if there is one.
pub fn rules_file(chosen: &[Chosen], folders: &[String]) -> Option<usize> {
    let skip = skip(chosen, folders);
    chosen
        .iter()
        .position(|file| file.path[skip..] == *engine::ignore::FILE_NAME)
}

/// Leaves out what `rules` name, and puts the rest in order. `folders` are those without anything in them. Where archives are
/// unpacked, what they hold becomes part of the version, not they.
pub fn select(chosen: &[Chosen], folders: &[String], rules: &Ignore, wishes: Wishes) -> Selection {
    let skip = skip(chosen, folders);
    let paths: Vec<&str> = chosen.iter().map(|file| &file.path[skip..]).collect();
    let (ignored, mut kept): (Vec<usize>, Vec<usize>) =
        (0..chosen.len()).partition(|at| rules.ignores(paths[*at]));
    let reason = |path: &str| api::name::check_path(path).err();
    let refusal = |path: &str| Some((path.to_owned(), reason(path)?));
    let mut refused: Vec<(String, Reason)> =
        kept.iter().filter_map(|at| refusal(paths[*at])).collect();
    let mut folders: Vec<&str> = folders.iter().map(|path| &path[skip..]).collect();
    folders.retain(|path| !rules.ignores(path));
    refused.extend(folders.iter().filter_map(|path| refusal(path)));
    if wishes.leave_refused && !refused.is_empty() {
        kept.retain(|at| reason(paths[*at]).is_none());
        folders.retain(|path| reason(path).is_none());
    }
    let archive = |at: &&usize| is_archive(&chosen[**at].path) && chosen[**at].size > 0;
    let archives = kept.iter().filter(archive).count();
    let sizes: Vec<u64> = kept.iter().map(|at| chosen[*at].size).collect();
    let order = plan::order(&sizes);
    Selection {
        files: order
            .into_iter()
            .map(|at| (kept[at], paths[kept[at]].to_owned()))
            .collect(),
        bytes: sizes.iter().fold(0, |sum, size| sum.saturating_add(*size)),
        folders: folders.into_iter().map(str::to_owned).collect(),
        skip,
        ignored,
        refused,
        archives,
        unpack: wishes.unpack && archives > 0,
    }
}

impl Selection {
    /// Whether the server is to unpack this file.
    fn unpacks(&self, file: &Chosen) -> bool {
        self.unpack && file.size > 0 && is_archive(&file.path)
    }

    /// The files that are unpacked: place in the list, and name.
    pub fn unpacked(&self, chosen: &[Chosen]) -> Vec<(usize, String)> {
        let files = self.files.iter().enumerate();
        files
            .filter(|(_, (at, _))| self.unpacks(&chosen[*at]))
            .map(|(place, (_, name))| (place, name.clone()))
            .collect()
    }

    /// The request that begins the upload.
    pub fn request(
        &self,
        chosen: &[Chosen],
        entity_id: &str,
        module_type: ModuleType,
        remark: &str,
    ) -> NewUpload {
        let file = |(at, path): &(usize, String)| {
            let Chosen { size, modified, .. } = chosen[*at];
            let unpack = self.unpacks(&chosen[*at]);
            UploadFile {
                // What is in an archive goes where it lies.
                path: if unpack { String::new() } else { path.clone() },
                size,
                modified: modified.checked_mul(1_000).map(Time),
                kept: None,
                unpack,
            }
        };
        NewUpload {
            entity_id: entity_id.to_owned(),
            module_type,
            description: remark.to_owned(),
            files: self.files.iter().map(file).collect(),
            folders: self.folders.clone(),
            base: None,
            key: None,
        }
    }

    /// Why this cannot be sent, and the path at fault where there is one.
    pub fn problem(
        &self,
        chosen: &[Chosen],
        module_type: ModuleType,
    ) -> Option<(Reason, Option<String>)> {
        self.request(chosen, "", module_type, "").check().err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(files: &[(&str, u64)]) -> Vec<Chosen> {
        let file = |(path, size): &(&str, u64)| Chosen {
            path: (*path).to_owned(),
            size: *size,
            modified: 1_528_359_957_123,
        };
        files.iter().map(file).collect()
    }

    fn sent(files: &[(&str, u64)], rules: &str) -> (Vec<String>, u64, usize) {
        let selection = select(
            &chosen(files),
            &[],
            &Ignore::parse(rules),
            Wishes::default(),
        );
        let paths = selection.files.into_iter().map(|(_, path)| path).collect();
        (paths, selection.bytes, selection.ignored.len())
    }

    #[test]
    fn a_folder_s_own_name_is_no_part_of_the_paths() {
        let all = |paths: &[&str]| {
            paths
                .iter()
                .map(|path| (*path).to_owned())
                .collect::<Vec<_>>()
        };
        let folder = [("mnist/train.py", 5), ("mnist/data/a.csv", 6)];
        assert_eq!(sent(&folder, ""), (all(&["train.py", "data/a.csv"]), 11, 0));
        let loose = [("train.py", 5), ("data/a.csv", 6)];
        assert_eq!(sent(&loose, "").0, all(&["train.py", "data/a.csv"]));
        let two = [("a/x", 1), ("b/x", 1)];
        assert_eq!(sent(&two, "").0, all(&["a/x", "b/x"]));
    }

    #[test]
    fn ignored_files_stay_at_home_and_are_counted() {
        let files = [
            ("p/.russellignore", 9),
            ("p/train.py", 5),
            ("p/.git/config", 3),
            ("p/out/model.h5", 100),
        ];
        assert_eq!(rules_file(&chosen(&files), &[]), Some(0));
        assert_eq!(
            sent(&files, "out\n.*\n"),
            (vec!["train.py".to_owned()], 5, 3)
        );
        assert_eq!(
            rules_file(&chosen(&[("p/a/.russellignore", 1), ("p/b", 1)]), &[]),
            None
        );
    }

    #[test]
    fn empty_folders_are_sent_under_the_same_rules() {
        let files = chosen(&[("p/train.py", 5)]);
        let selected = |folders: &[&str]| {
            let folders: Vec<String> = folders.iter().map(|path| (*path).to_owned()).collect();
            let selection = select(&files, &folders, &Ignore::parse("out\n"), Wishes::default());
            (selection.files[0].1.clone(), selection.folders)
        };
        let (path, folders) = selected(&["p/logs/day", "p/out", "p/out/deep"]);
        assert_eq!(
            (path.as_str(), folders),
            ("train.py", vec!["logs/day".to_owned()])
        );
        // Beside the folder that was chosen: that is not all there is.
        let (path, folders) = selected(&["other"]);
        assert_eq!(
            (path.as_str(), folders),
            ("p/train.py", vec!["other".to_owned()])
        );
        let selection = select(
            &files,
            &["p/../up".to_owned()],
            &Ignore::default(),
            Wishes::default(),
        );
        let fault = Some((Reason::IllegalPath, Some("../up".to_owned())));
        assert_eq!(selection.problem(&files, ModuleType::Data), fault);
        let request = select(
            &files,
            &["p/logs".to_owned()],
            &Ignore::default(),
            Wishes::default(),
        );
        let request = request.request(&files, "8e", ModuleType::Data, "");
        assert_eq!(request.folders, ["logs"]);
    }

    #[test]
    fn the_request_lists_files_in_the_order_of_their_bytes() {
        let chosen = chosen(&[("big", plan::BIG_BYTES), ("small", 3)]);
        let selection = select(&chosen, &[], &Ignore::default(), Wishes::default());
        let request = selection.request(&chosen, "8e", ModuleType::Data, "first");
        let paths: Vec<&str> = request
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(paths, ["small", "big"]);
        assert_eq!(request.bytes(), selection.bytes);
        assert_eq!(request.files[0].modified, Some(Time(1_528_359_957_123_000)));
        assert_eq!(
            (request.entity_id.as_str(), request.description.as_str()),
            ("8e", "first")
        );
    }

    #[test]
    fn what_cannot_be_sent_is_said_before_the_first_byte() {
        let problem = |files: &[(&str, u64)], kind| {
            let chosen = chosen(files);
            select(&chosen, &[], &Ignore::default(), Wishes::default()).problem(&chosen, kind)
        };
        let large = [("a", api::limits::CODE_BYTES + 1)];
        assert_eq!(
            problem(&large, ModuleType::Code),
            Some((Reason::TooLarge, None))
        );
        assert_eq!(problem(&large, ModuleType::Data), None);
        assert_eq!(
            problem(&[], ModuleType::Data),
            Some((Reason::EmptyUpload, None))
        );
        let strange = [("a/../b", 1)];
        let fault = Some((Reason::IllegalPath, Some("../b".to_owned())));
        assert_eq!(problem(&strange, ModuleType::Data), fault);
    }

    #[test]
    fn names_that_no_version_holds_are_told_one_by_one_and_left_out_on_request() {
        let long = "x".repeat(300);
        let chosen = chosen(&[("p/a", 1), ("p/../b", 2), (&format!("p/{long}"), 3)]);
        let folders = ["p/empty".to_owned(), "p/..".to_owned()];
        let ask = |leave_refused| {
            let wishes = Wishes {
                leave_refused,
                ..Wishes::default()
            };
            select(&chosen, &folders, &Ignore::default(), wishes)
        };
        let all = ask(false);
        let told: Vec<&str> = all.refused.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(told, ["../b", &long, ".."]);
        assert_eq!((all.files.len(), all.bytes), (3, 6));
        assert!(all.problem(&chosen, ModuleType::Data).is_some());
        let rest = ask(true);
        assert_eq!(rest.refused, all.refused);
        assert_eq!((rest.files.len(), rest.bytes), (1, 1));
        assert_eq!(rest.folders, ["empty"]);
        assert_eq!(rest.problem(&chosen, ModuleType::Data), None);
    }

    #[test]
    fn archives_are_unpacked_where_they_lie_if_that_is_wanted() {
        let chosen = chosen(&[
            ("photos.ZIP", 9),
            ("more.tar.gz", 8),
            ("empty.tar", 0),
            ("a.csv", 1),
            ("sub/inner.zip", 2),
        ]);
        let ask = |unpack| {
            let selection = select(
                &chosen,
                &[],
                &Ignore::default(),
                Wishes {
                    unpack,
                    ..Wishes::default()
                },
            );
            let request = selection.request(&chosen, "8e", ModuleType::Data, "");
            assert_eq!(request.check(), Ok(()));
            let mut paths: Vec<(String, bool)> = Vec::new();
            paths.extend(
                request
                    .files
                    .into_iter()
                    .map(|file| (file.path, file.unpack)),
            );
            paths.sort();
            (selection, paths)
        };
        let (selection, paths) = ask(true);
        assert_eq!((selection.archives, selection.unpack), (2, true));
        let mut names = selection.unpacked(&chosen);
        names.sort_by(|a, b| a.1.cmp(&b.1));
        let named: Vec<&str> = names.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(named, ["more.tar.gz", "photos.ZIP"]);
        let sent = |path: &str, unpack| (path.to_owned(), unpack);
        assert_eq!(
            paths,
            [
                sent("", true),
                sent("", true),
                sent("a.csv", false),
                sent("empty.tar", false),
                sent("sub/inner.zip", false)
            ]
        );
        let (selection, paths) = ask(false);
        assert_eq!((selection.archives, selection.unpack), (2, false));
        assert!(selection.unpacked(&chosen).is_empty());
        assert!(paths.contains(&sent("photos.ZIP", false)));
    }
}
