//! A table in HTML, as pandas writes it, as rows of texts. Nothing else of the HTML is kept.

/// Rows shown at most, and columns of each.
const ROWS_MAX: usize = 200;
const COLUMNS_MAX: usize = 60;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Rows of its head.
    pub head: Vec<Vec<Field>>,
    /// The others.
    pub body: Vec<Vec<Field>>,
    /// Whether rows or columns are left out.
    pub cut: bool,
}

/// A field of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its text.
    pub text: String,
    /// Whether it names a row or column.
    pub heads: bool,
    /// How many columns it takes.
    pub columns: usize,
}

/// The first table of the HTML; none when there is none with a word in it.
pub fn read(html: &str) -> Option<Rows> {
    let mut rows = Rows::default();
    let (mut row, mut field) = (None::<Vec<Field>>, None::<Field>);
    let (mut inside, mut head, mut skipped) = (false, false, None::<&str>);
    let mut rest = html;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            if let (Some(field), None) = (&mut field, skipped) {
                field.text.push_str(&unescaped(&rest[..end]));
            }
            rest = &rest[end..];
            continue;
        };
        let end = tag.find('>').unwrap_or(tag.len());
        let inner = &tag[..end];
        rest = tag.get(end + 1..).unwrap_or("");
        let closes = inner.starts_with('/');
        let name: String = inner
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match (name.as_str(), closes) {
            // Their texts are no words.
            ("script", false) => skipped = Some("script"),
            ("style", false) => skipped = Some("style"),
            (name, true) if skipped == Some(name) => skipped = None,
            _ if skipped.is_some() => {}
            ("table", false) => inside = true,
            ("table", true) if inside => break,
            _ if !inside => {}
            ("thead", closes) => head = !closes,
            ("tbody", false) => head = false,
            ("tr" | "td" | "th", closes) => {
                if let (Some(field), Some(row)) = (field.take(), &mut row) {
                    add(row, field, &mut rows.cut);
                }
                if name == "tr" {
                    end_row(&mut rows, row.take(), head);
                    row = (!closes).then(Vec::new);
                } else if !closes {
                    row.get_or_insert_default();
                    field = Some(Field {
                        text: String::new(),
                        heads: name == "th",
                        columns: columns(inner),
                    });
                }
            }
            ("br", _) => {
                if let Some(field) = &mut field {
                    field.text.push(' ');
                }
            }
            _ => {}
        }
    }
    if let (Some(field), Some(row)) = (field, &mut row) {
        add(row, field, &mut rows.cut);
    }
    end_row(&mut rows, row, head);
    let words = |row: &Vec<Field>| row.iter().any(|field| !field.text.is_empty());
    (rows.head.iter().any(words) || rows.body.iter().any(words)).then_some(rows)
}

fn add(row: &mut Vec<Field>, mut field: Field, cut: &mut bool) {
    field.text = field.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match row.len() < COLUMNS_MAX {
        true => row.push(field),
        false => *cut = true,
    }
}

fn end_row(rows: &mut Rows, row: Option<Vec<Field>>, head: bool) {
    let Some(row) = row.filter(|row| !row.is_empty()) else {
        return;
    };
    let list = if head { &mut rows.head } else { &mut rows.body };
    match list.len() < ROWS_MAX {
        true => list.push(row),
        false => rows.cut = true,
    }
}

fn columns(tag: &str) -> usize {
    let value = tag.split_once("colspan=").map(|(_, value)| value);
    let digits = value.map(|value| value.trim_start_matches(['"', '\'']));
    let digits = digits.and_then(|text| text.split(|c: char| !c.is_ascii_digit()).next());
    let number = digits.and_then(|digits| digits.parse::<usize>().ok());
    number.unwrap_or(1).clamp(1, COLUMNS_MAX)
}

/// The text with the references that tables have written out.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 8);
        let meant = end.and_then(|end| reference(&rest[1..end]));
        match (meant, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    let number = |digits: &str, base| {
        u32::from_str_radix(digits, base)
            .ok()
            .and_then(char::from_u32)
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => match name.strip_prefix('#') {
            Some(hex) if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            Some(digits) => number(digits, 10),
            None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rows: &[Vec<Field>]) -> Vec<Vec<&str>> {
        rows.iter()
            .map(|row| row.iter().map(|field| field.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn a_frame_of_pandas_is_read() {
        let html = "<div><style scoped>.x {color: red} <td>no</td></style><table border=\"1\" class=\"dataframe\">
            <thead><tr style=\"text-align: right;\"><th></th><th colspan=\"2\">a &lt; b</th></tr></thead>
            <tbody><tr><th>0</th><td>1</td><td>名<br>x</td></tr><tr><th>1</th><td onclick='evil()'>&#39;2&amp;</td></tr></tbody>
            </table><p>2 rows</p></div>";
        let rows = read(html).unwrap();
        assert_eq!(texts(&rows.head), [["", "a < b"]]);
        assert_eq!(rows.head[0][1].columns, 2);
        assert_eq!(
            texts(&rows.body),
            [vec!["0", "1", "名 x"], vec!["1", "'2&"]]
        );
        assert!(rows.body[0][0].heads && !rows.body[0][1].heads && !rows.cut);
    }

    #[test]
    fn what_is_no_table_is_none() {
        for html in [
            "",
            "<b>x</b>",
            "<table></table>",
            "<table><tr><td></td></tr></table>",
            "<table><script>x</script>",
            "<td>x",
        ] {
            assert_eq!(read(html), None, "{html}");
        }
    }

    #[test]
    fn broken_and_long_tables_are_read_as_far_as_possible() {
        let rows = read("<table><tr><td>a<td>b<tr><td>c &unknown; &#xZZ; &amp").unwrap();
        assert_eq!(texts(&rows.body)[0], ["a", "b"]);
        let row = format!("<tr>{}</tr>", "<td>1</td>".repeat(COLUMNS_MAX + 1));
        let rows = read(&format!("<table>{}</table>", row.repeat(ROWS_MAX + 1))).unwrap();
        assert_eq!(
            (rows.body.len(), rows.body[0].len()),
            (ROWS_MAX, COLUMNS_MAX)
        );
        assert!(rows.cut);
    }
}
