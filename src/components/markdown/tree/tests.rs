use super::*;

/// A tree as a short text: `kind(children)`.
fn shape(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Text(text) => text.replace('\n', "~"),
        Node::Element(kind, children) => {
            let name = match kind {
                Kind::Heading(level, name) => format!("h{level}#{name}"),
                Kind::CodeBlock(language) => format!("pre:{language}"),
                Kind::List(Some(first)) => format!("ol{first}"),
                Kind::List(None) => "ul".into(),
                Kind::Cell(head, align) => format!("{}{align:?}", if *head { "th" } else { "td" }),
                Kind::Link(target) => format!("{target:?}"),
                other => format!("{other:?}"),
            };
            format!("{name}({})", shape(children))
        }
    };
    nodes.iter().map(one).collect()
}

fn read(text: &str) -> String {
    shape(&parse(text).nodes)
}

fn depth(nodes: &[Node]) -> usize {
    let of = |node: &Node| match node {
        Node::Text(_) => 0,
        Node::Element(_, children) => 1 + depth(children),
    };
    nodes.iter().map(of).max().unwrap_or(0)
}

#[test]
fn common_text_is_read() {
    let cases = [
        ("# A *b*", "h1#a-b(A Emphasis(b))"),
        ("a\nb  \nc", "Paragraph(a~bBreak()c)"),
        ("```py x\na<b\n```", "pre:py(a<b~)"),
        ("> q", "Quote(Paragraph(q))"),
        ("3. a\n4. b", "ol3(Item(a)Item(b))"),
        (
            "- [x] a\n- [ ] b",
            "ul(Item(Task(true)()a)Item(Task(false)()b))",
        ),
        ("~~a~~ **b** `c`", "Paragraph(Strike(a) Strong(b) Code(c))"),
        ("---", "Rule()"),
        (
            "|a|b|\n|:-:|--:|\n|1|2|",
            "Table(Row(thMiddle(a)thEnd(b))Row(tdMiddle(1)tdEnd(2)))",
        ),
        ("[a](b.md)", "Paragraph(File(\"b.md\")(a))"),
        ("![a](b.png)", "Paragraph(Picture(\"b.png\")(a))"),
    ];
    for (text, wanted) in cases {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn markup_of_the_text_is_dropped_and_its_words_stay() {
    let cases = [
        ("a <b onclick=x>b</b><br/>c", "Paragraph(a bBreak()c)"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<!-- secret > -->\n\nb", "~Paragraph(b)"),
        ("<img src=x onerror=alert(1)>", ""),
        (
            "<svg/onload=alert(1)//",
            "Paragraph(<svg/onload=alert(1)//)",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(
            read(text).trim_matches('~'),
            wanted.trim_matches('~'),
            "{text}"
        );
    }
}

#[test]
fn links_that_could_run_are_only_words() {
    for text in [
        "[a](javascript:alert(1))",
        "[a](JAVASCRIPT&colon;alert(1))",
        "[a](java&Tab;script:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](data:text/html;base64,PHN2Zz4=)",
        "![a](javascript:alert(1))",
        "[a]: vbscript:x\n\n[a]",
        "[a](//evil.org)",
    ] {
        assert_eq!(read(text), "Paragraph(a)", "{text}");
    }
    assert_eq!(
        read("![a](https://spy.org/x.png)"),
        "Paragraph(Outside(\"https://spy.org/x.png\")(a))"
    );
}

#[test]
fn no_text_makes_it_deep_large_or_slow() {
    for text in [
        ">".repeat(50_000),
        format!("{}a", "> ".repeat(20_000)),
        (0..2_000)
            .map(|i| format!("{}- a\n", "  ".repeat(i)))
            .collect(),
        "[".repeat(100_000),
        "![".repeat(50_000),
        "*a _b ".repeat(30_000),
        "`".repeat(100_000),
        "<".repeat(100_000),
        "<!--".repeat(50_000),
        "a\n\n".repeat(80_000),
        format!("|a|\n|-|\n{}", "|a".repeat(80_000)),
        "\u{0}\u{202e}\u{feff}".repeat(20_000),
    ] {
        let document = parse(&text);
        assert!(depth(&document.nodes) <= DEPTH_MAX);
        fn count(nodes: &[Node]) -> usize {
            let of = |node: &Node| match node {
                Node::Text(_) => 1,
                Node::Element(_, children) => 1 + count(children),
            };
            nodes.iter().map(of).sum()
        }
        assert!(count(&document.nodes) <= NODES_MAX + DEPTH_MAX + 2);
    }
    let long = "é".repeat(BYTES_MAX);
    let document = parse(&long);
    assert!(document.cut && plain(&document.nodes).len() <= BYTES_MAX);
    assert!(!parse("short").cut);
}
