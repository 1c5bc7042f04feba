//! `russell_requirements.txt`: real installations of a package that each test builds, without a network.

use crate::support::World;
use crate::support::lab::Lab;
use russell_backend::tasks::{packages, queue};
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A wheel of the package `tiny`, with a program of the same name.
fn wheel(folder: &Path) {
    let path = folder.join("tiny-1.0-py3-none-any.whl");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let metadata = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n";
    let kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let record = "tiny.py,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/WHEEL,,\n\
        tiny-1.0.dist-info/entry_points.txt,,\ntiny-1.0.dist-info/RECORD,,\n";
    for (name, text) in [
        ("tiny.py", "def main():\n    print('tiny speaks')\n"),
        ("tiny-1.0.dist-info/METADATA", metadata),
        ("tiny-1.0.dist-info/WHEEL", kind),
        (
            "tiny-1.0.dist-info/entry_points.txt",
            "[console_scripts]\ntiny = tiny:main\n",
        ),
        ("tiny-1.0.dist-info/RECORD", record),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// A lab whose project has a version that asks for these packages; with the folder that pip finds packages in.
async fn lab(asks: &str, settings: &str) -> (Lab, String, tempfile::TempDir) {
    let wheels = tempfile::tempdir().unwrap();
    wheel(wheels.path());
    let text = format!(
        "[machine]\ncpu_slots = 2\n[packages]\n{settings}\n[packages.variables]\nPIP_NO_INDEX = \"1\"\n\
         PIP_FIND_LINKS = {:?}\n[[environment]]\nname = \"python3\"\n",
        wheels.path()
    );
    let world = World::with(|config| {
        let file = config.data.with_extension("toml");
        std::fs::write(&file, text).unwrap();
        config.environments = Some(file);
    })
    .await;
    let lab = Lab::idle(world, 1).await;
    let code = lab.world.version(&lab.project, "code").await;
    let files: [(&str, &[u8]); 1] = [("russell_requirements.txt", asks.as_bytes())];
    lab.world.fill(&code, &files).await;
    queue::start(&lab.world.app).await.unwrap();
    (lab, code, wheels)
}

fn caches(lab: &Lab) -> Vec<PathBuf> {
    let folder = lab.world.app.store.root().join("packages");
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_code_asks_for_is_installed_once_and_cannot_be_changed() {
    let (lab, code, wheels) = lab("# ours\ntiny==1.0\n", "").await;
    let command =
        "python3 -c 'import tiny; print(tiny.__file__)'; tiny; touch /packages/x || echo closed";
    let both = [
        lab.run(command, json!({"module_id": code})).await,
        lab.run(command, json!({"module_id": code})).await,
    ];
    let mut installed = 0;
    for id in &both {
        let task = lab.until(id, "success").await;
        let log = lab.log(id);
        for words in ["/packages/tiny.py", "tiny speaks", "closed"] {
            assert!(log.contains(words), "{words} in {task} {log}");
        }
        installed += log.matches("Successfully installed tiny-1.0").count();
    }
    assert_eq!(installed, 1, "two at a time install once");
    assert_eq!(caches(&lab).len(), 1);
    // It is there also when pip would find it no more.
    drop(wheels);
    let third = lab.run("tiny", json!({"module_id": code})).await;
    lab.until(&third, "success").await;

    // Nobody has used it for a month.
    packages::sweep(&lab.world.app).await.unwrap();
    assert_eq!(caches(&lab).len(), 1);
    let month = SystemTime::now() - Duration::from_secs(31 * 86_400);
    let folder = std::fs::File::open(&caches(&lab)[0]).unwrap();
    folder.set_modified(month).unwrap();
    let root = lab.world.app.store.root().join("packages");
    std::fs::create_dir_all(root.join("half.old/d")).unwrap();
    packages::sweep(&lab.world.app).await.unwrap();
    assert_eq!(caches(&lab), [""; 0].map(PathBuf::from));
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_in_use_are_not_removed() {
    let (lab, code, _wheels) = lab("tiny\n", "").await;
    let id = lab
        .run("echo up; sleep 60", json!({"module_id": code}))
        .await;
    lab.said(&id, "up\n").await;
    let folder = std::fs::File::open(&caches(&lab)[0]).unwrap();
    folder.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    packages::sweep(&lab.world.app).await.unwrap();
    assert_eq!(caches(&lab).len(), 1);
    assert_eq!(lab.stop(&id).await.code, 200);
    lab.until(&id, "stopped").await;
    packages::sweep(&lab.world.app).await.unwrap();
    assert_eq!(caches(&lab).len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_installed_fails_the_task_before_its_command() {
    let (lab, code, _wheels) = lab("no-such-package-anywhere\n", "").await;
    let id = lab.run("echo begun", json!({"module_id": code})).await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(task["end_reason"], "packages_failed", "{task}");
    assert!(task["started"].is_null(), "{task}");
    let log = lab.log(&id);
    assert!(
        log.contains("No matching distribution") && !log.contains("begun\n"),
        "{log}"
    );
    assert_eq!(caches(&lab).len(), 0, "no half of it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_installed_the_task_says_so() {
    let (lab, code, _wheels) = lab("tiny\n", "install = false").await;
    let id = lab.run("echo begun", json!({"module_id": code})).await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(task["end_reason"], "packages_failed", "{task}");
    let message = task["end_message"].as_str().unwrap();
    assert!(message.contains("this service installs none"), "{message}");
    // Code that asks for nothing runs.
    let id = lab.run("true", json!({})).await;
    lab.until(&id, "success").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_can_be_stopped_and_sees_nothing_but_its_file() {
    // A package that is built from its source runs code of its own.
    let (lab, code, wheels) = lab("slow\n", "").await;
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(
        std::fs::File::create(wheels.path().join("slow-1.0.tar.gz")).unwrap(),
        flate2::Compression::fast(),
    ));
    let pyproject =
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";
    let backend = "import os, sys, time\nsys.stderr.write('sees %s %s\\n' % (sorted(os.listdir('/workspace')), \
        sorted(os.listdir('/input'))))\nsys.stderr.flush()\nopen('/output/seen', 'w').write(repr(sorted(os.listdir('/workspace'))))\ntime.sleep(60)\n";
    for (path, text) in [
        ("slow-1.0/pyproject.toml", pyproject),
        ("slow-1.0/backend.py", backend),
        (
            "slow-1.0/PKG-INFO",
            "Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n",
        ),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
    let id = lab.run("true", json!({"module_id": code})).await;
    let seen = lab.world.app.store.task(&id).join("install/output/seen");
    for _ in 0..400 {
        if seen.metadata().is_ok_and(|seen| seen.len() > 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let what = std::fs::read_to_string(&seen).unwrap_or_else(|_| panic!("{}", lab.log(&id)));
    assert_eq!(what, "['russell_requirements.txt']");
    assert_eq!(lab.task(&id).await["stage"], "configuring");
    lab.stop(&id).await;
    let task = lab.until(&id, "stopped").await;
    assert_eq!(task["end_reason"], "stopped", "{task}");
    assert_eq!(caches(&lab).len(), 0);
}
