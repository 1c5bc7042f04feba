//! Markdown as a tree of what may be shown: no markup of the text survives but as one of these kinds.

use super::link::{self, Target};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Longest text that is read, in bytes; the rest is cut off.
pub const BYTES_MAX: usize = 256 * 1024;
/// Most nodes of a tree.
const NODES_MAX: usize = 20_000;
/// Deepest nesting that is kept; deeper text stays, its nesting does not.
const DEPTH_MAX: usize = 24;

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text as it is.
    Text(String),
    /// A kind with what is in it.
    Element(Kind, Vec<Node>),
}

/// What a piece of the text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A paragraph.
    Paragraph,
    /// A heading of level 1 to 6 with the name links know it by.
    Heading(u8, String),
    /// A quotation.
    Quote,
    /// A block of code in this language (may be empty).
    CodeBlock(String),
    /// Code in a line.
    Code,
    /// A list; numbered from here, or with bullets.
    List(Option<u64>),
    /// An entry of a list.
    Item,
    /// The box of a task in a list, ticked or not.
    Task(bool),
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck through.
    Strike,
    /// A table.
    Table,
    /// A row of a table; the first is its head.
    Row,
    /// A cell of a table's head or body.
    Cell(bool, Align),
    /// A ruler.
    Rule,
    /// A line break.
    Break,
    /// A link.
    Link(Target),
    /// A picture among the text's files, as written there; the words for it are inside.
    Picture(String),
}

/// On which side a table's column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// As the language has it.
    #[default]
    Start,
    /// In the middle.
    Middle,
    /// At the end, as numbers do.
    End,
}

/// A text that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What there is to show.
    pub nodes: Vec<Node>,
    /// Whether the text was longer than what is shown.
    pub cut: bool,
}

/// Reads CommonMark with tables, task lists and strikethrough.
pub fn parse(text: &str) -> Document {
    let mut end = text.len().min(BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder {
        cut: end < text.len(),
        ..Builder::default()
    };
    for event in Parser::new_ext(&text[..end], options) {
        if builder.nodes >= NODES_MAX {
            builder.cut = true;
            break;
        }
        builder.take(event);
    }
    builder.finish()
}

#[derive(Default)]
struct Builder {
    /// What is open, outermost first: whether it is kept, or dropped or too deep.
    open: Vec<bool>,
    /// What is open and kept, outermost first.
    kept: Vec<(Kind, Vec<Node>)>,
    top: Vec<Node>,
    /// Columns of the table that is open.
    columns: Vec<Align>,
    /// The next cell's column.
    column: usize,
    head: bool,
    nodes: usize,
    cut: bool,
}

impl Builder {
    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.add(Node::Element(
                    Kind::Code,
                    vec![Node::Text(text.into_string())],
                ));
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]")),
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.add(Node::Element(Kind::Break, Vec::new())),
            Event::Rule => self.add(Node::Element(Kind::Rule, Vec::new())),
            Event::TaskListMarker(done) => self.add(Node::Element(Kind::Task(done), Vec::new())),
        }
    }

    fn start(&mut self, tag: Tag) {
        let kind = match tag {
            Tag::Paragraph => Some(Kind::Paragraph),
            Tag::Heading { level, .. } => Some(Kind::Heading(depth_of(level), String::new())),
            Tag::BlockQuote(_) => Some(Kind::Quote),
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) => Some(Kind::CodeBlock(
                language.split_whitespace().next().unwrap_or("").to_owned(),
            )),
            Tag::CodeBlock(CodeBlockKind::Indented) => Some(Kind::CodeBlock(String::new())),
            Tag::List(first) => Some(Kind::List(first)),
            Tag::Item => Some(Kind::Item),
            Tag::Emphasis => Some(Kind::Emphasis),
            Tag::Strong => Some(Kind::Strong),
            Tag::Strikethrough => Some(Kind::Strike),
            Tag::Table(alignments) => {
                self.columns = alignments.iter().map(align_of).collect();
                Some(Kind::Table)
            }
            Tag::TableHead => {
                (self.head, self.column) = (true, 0);
                Some(Kind::Row)
            }
            Tag::TableRow => {
                (self.head, self.column) = (false, 0);
                Some(Kind::Row)
            }
            Tag::TableCell => {
                let align = self.columns.get(self.column).copied().unwrap_or_default();
                self.column += 1;
                Some(Kind::Cell(self.head, align))
            }
            Tag::Link { dest_url, .. } => link::target(&dest_url).map(Kind::Link),
            // A picture of another site would tell that site who reads: it becomes a link.
            Tag::Image { dest_url, .. } => match link::target(&dest_url) {
                Some(Target::File(path)) => Some(Kind::Picture(path)),
                Some(Target::Outside(address)) => Some(Kind::Link(Target::Outside(address))),
                Some(Target::Heading(_)) | None => None,
            },
            _ => None,
        };
        let kind = kind.filter(|_| self.kept.len() < DEPTH_MAX);
        self.open.push(kind.is_some());
        self.kept.extend(kind.map(|kind| (kind, Vec::new())));
    }

    fn end(&mut self, end: TagEnd) {
        let closed = self
            .open
            .pop()
            .filter(|kept| *kept)
            .and_then(|_| self.kept.pop());
        if let Some((mut kind, children)) = closed {
            if let Kind::Heading(_, name) = &mut kind {
                *name = link::slug(&plain(&children));
            }
            self.add(Node::Element(kind, children));
        } else if matches!(end, TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock) {
            // Where a block is not kept, its text must not run into the next one's.
            self.text("\n");
        }
    }

    /// Markup of the text's own is dropped; what stands between it stays, as text.
    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(open) = rest.find('<') {
            self.text(&rest[..open]);
            let tag = &rest[open..];
            let (end, skip) = if tag.starts_with("<!--") {
                ("-->", 3)
            } else {
                (">", 1)
            };
            let Some(close) = tag.find(end) else {
                return;
            };
            let name = tag[1..close].trim_end_matches('/').trim();
            if name.eq_ignore_ascii_case("br") {
                self.add(Node::Element(Kind::Break, Vec::new()));
            }
            rest = &tag[close + skip..];
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Node::Text(last)) = self.place().last_mut() {
            last.push_str(text);
        } else {
            self.add(Node::Text(text.to_owned()));
        }
    }

    fn add(&mut self, node: Node) {
        self.nodes += 1;
        self.place().push(node);
    }

    fn place(&mut self) -> &mut Vec<Node> {
        match self.kept.last_mut() {
            Some((_, children)) => children,
            None => &mut self.top,
        }
    }

    fn finish(mut self) -> Document {
        while let Some((kind, children)) = self.kept.pop() {
            self.place().push(Node::Element(kind, children));
        }
        Document {
            nodes: self.top,
            cut: self.cut,
        }
    }
}

/// The text in some nodes.
pub fn plain(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(_, children) => plain(children),
        })
        .collect()
}

fn depth_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn align_of(alignment: &Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Middle,
        Alignment::Right => Align::End,
    }
}

#[cfg(test)]
mod tests;
