use super::*;

#[test]
fn without_a_file_the_machine_s_own_python_is_offered() {
    let catalog = Catalog::load(None).unwrap();
    let wire = catalog.to_wire(None, true);
    assert_eq!((wire.cpu.len(), wire.gpu.len()), (1, 0));
    assert_eq!(wire.cpu[0].name, "python3");
    assert!(wire.cpu[0].description.starts_with("Python 3."));
    assert!(wire.memory_bytes > 0 && wire.time_limit > 0);
}

#[test]
fn a_file_says_who_runs_where() {
    let catalog = Catalog::parse(
        "[machine]\ncpu_slots = 3\ngpu_slots = 1\nmemory_bytes = 0\n\
         [[environment]]\nname = \"a\"\n\
         [[environment]]\nname = \"b\"\ninstances = [\"gpu\"]\ndescription = \"B\"\n\
         [environment.variables]\nX = \"1\"\n",
    )
    .unwrap();
    let wire = catalog.to_wire(Some("no"), true);
    assert_eq!(
        (wire.cpu[0].name.as_str(), wire.gpu[0].name.as_str()),
        ("a", "b")
    );
    assert_eq!(wire.gpu[0].description, "B");
    assert_eq!(
        (wire.memory_bytes, wire.unavailable.as_deref()),
        (0, Some("no"))
    );
    assert_eq!(catalog.default_name(), "a");
    assert_eq!(catalog.get("b").unwrap().variables["X"], "1");
}

#[test]
fn the_example_offers_the_old_names_everywhere() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../deploy/environments.example.toml"
    );
    let wire = Catalog::load(Some(Path::new(file)))
        .unwrap()
        .to_wire(None, true);
    for list in [wire.cpu, wire.gpu] {
        let names: Vec<_> = list.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["python3", "keras", "tensorflow-1.4"]);
    }
}

#[test]
fn the_operator_has_the_last_word_on_servers() {
    let text =
        "[[environment]]\nname = \"a\"\nsupport_jupyter = true\nsupport_tensorboard = false\n";
    let catalog = Catalog::parse(text).unwrap();
    let flags = |servers| {
        let wire = catalog.to_wire(None, servers);
        let one = &wire.cpu[0];
        (
            one.support_jupyter,
            one.support_tensorboard,
            one.support_serve,
        )
    };
    assert_eq!(flags(true), (true, false, true));
    assert_eq!(flags(false), (false, false, false), "nothing leads to them");
}

#[test]
fn a_kind_without_slots_is_not_offered() {
    let text = "[[environment]]\nname = \"a\"\ninstances = [\"cpu\", \"gpu\"]\n";
    assert!(
        Catalog::parse(text)
            .unwrap()
            .to_wire(None, true)
            .gpu
            .is_empty()
    );
}

#[test]
fn mistakes_are_told_in_words() {
    let cases = [
        ("", "no [[environment]]"),
        ("[[environment]]\nname = \"\"\n", "1 to 64 characters"),
        (
            "[[environment]]\nname = \"a\"\n[[environment]]\nname = \"a\"\n",
            "two environments",
        ),
        (
            "[[environment]]\nname = \"a\"\npyhton = \"x\"\n",
            "unknown field",
        ),
        (
            "[[environment]]\nname = \"a\"\npython = \"/no/such\"\n",
            "/no/such",
        ),
        (
            "[[environment]]\nname = \"a\"\nbinds = [\"x\"]\n",
            "not an absolute path",
        ),
        (
            "[machine]\ncpu_slots = 0\n[[environment]]\nname = \"a\"\n",
            "no task could ever run",
        ),
    ];
    for (text, words) in cases {
        let error = format!("{:#}", Catalog::parse(text).unwrap_err());
        assert!(error.contains(words), "{error}");
    }
}
