//! A file of SQL with its lines numbered, its words coloured, and what was found standing below the line it is about.

use maud::{Markup, html};
use std::iter;
use std::ops::Range;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lex::{Kind, lex};

/// How many lines are shown from the beginning of a file.
const LINES: usize = 400;
/// And how many around a mark that stands further down.
const AROUND: usize = 5;
/// How many characters of a line: a dump in one line would be most of the page.
const WIDTH: usize = 2000;

/// What was found on a line.
pub struct Mark {
    /// From 1.
    pub line: usize,
    /// Where it stands on the page.
    pub id: String,
    /// One for each finding.
    pub words: Vec<String>,
}

/// The text, whose lines end in LF. `marks` are in the order of their lines.
pub fn listing(text: &str, dialect: Option<Dialect>, marks: &[Mark]) -> Markup {
    let lines = lines(text);
    let tokens = dialect.map_or(vec![], |dialect| colored(text, dialect));
    let shown = shown(lines.len(), marks);
    // Nothing that is marked goes unsaid, even if the file has become shorter since.
    let beyond = marks.iter().filter(|mark| mark.line > lines.len());
    html! {
        @if lines.is_empty() { p.aside { "The file is empty." } }
        pre.sql { code {
            @for (at, part) in shown.iter().enumerate() {
                @let skipped = part.start - shown[..at].last().map_or(0, |before| before.end);
                @if skipped > 0 { (gap(skipped)) }
                @for number in part.clone() {
                    @let mark = marks.iter().find(|mark| mark.line == number + 1);
                    (line(text, lines[number].clone(), number + 1, &tokens, mark))
                }
            }
            @let skipped = lines.len() - shown.last().map_or(0, |last| last.end);
            @if skipped > 0 { (gap(skipped)) }
            @for mark in beyond { span id=(mark.id) { (words(mark)) } }
        } }
    }
}

fn line(text: &str, span: Range<usize>, number: usize, tokens: &[(Range<usize>, char)], mark: Option<&Mark>) -> Markup {
    let whole = &text[span.clone()];
    let end = whole.char_indices().nth(WIDTH).map_or(span.end, |(at, _)| span.start + at);
    html! {
        span.l.hit[mark.is_some()] id=[mark.map(|mark| &mark.id)] {
            span.n { (number) }
            span.t {
                @for (piece, class) in pieces(span.start..end, tokens) {
                    @match class {
                        Some(class) => span class=(class) { (&text[piece]) },
                        None => (&text[piece]),
                    }
                }
                @if end < span.end { span.c { " … " (span.end - end) " more bytes" } }
            }
        }
        @if let Some(mark) = mark { (words(mark)) }
    }
}

fn words(mark: &Mark) -> Markup {
    html! { @for words in &mark.words { span.said { (words) } } }
}

fn gap(lines: usize) -> Markup {
    html! { span.l.gap { span.n { "⋮" } span.t { (lines) " more line" @if lines != 1 { "s" } } } }
}

/// The lines, without their ends; a last one that is empty is none.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut out = vec![];
    for line in text.split_inclusive('\n') {
        out.push(at..at + line.trim_end_matches('\n').len());
        at += line.len();
    }
    out
}

/// The beginning, and what is around the marks further down: ranges from 0, in order, that do not meet.
fn shown(lines: usize, marks: &[Mark]) -> Vec<Range<usize>> {
    let around = marks.iter().filter(|mark| (1..=lines).contains(&mark.line)).map(|mark| {
        let at = mark.line - 1;
        at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines)
    });
    let mut out: Vec<Range<usize>> = vec![];
    for part in iter::once(0..lines.min(LINES)).chain(around) {
        match out.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => out.push(part),
        }
    }
    out
}

/// The tokens that have a colour: comments, strings, keywords.
fn colored(text: &str, dialect: Dialect) -> Vec<(Range<usize>, char)> {
    let class = |kind, word: &str| match kind {
        Kind::Comment => Some('c'),
        Kind::String => Some('s'),
        Kind::Word if KEYWORDS.binary_search(&&*word.to_ascii_uppercase()).is_ok() => Some('k'),
        _ => None,
    };
    let tokens = lex(text, 0, dialect).into_iter();
    tokens.filter_map(|t| Some((t.start..t.end, class(t.kind, text.get(t.start..t.end)?)?))).collect()
}

/// A line cut where colours begin and end.
fn pieces(line: Range<usize>, tokens: &[(Range<usize>, char)]) -> Vec<(Range<usize>, Option<char>)> {
    let first = tokens.partition_point(|(token, _)| token.end <= line.start);
    let mut out = vec![];
    let mut at = line.start;
    for (token, class) in tokens[first..].iter().take_while(|(token, _)| token.start < line.end) {
        let token = token.start.max(at)..token.end.min(line.end);
        if at < token.start {
            out.push((at..token.start, None));
        }
        at = token.end;
        out.push((token, Some(*class)));
    }
    if at < line.end {
        out.push((at..line.end, None));
    }
    out
}

/// In alphabetical order.
const KEYWORDS: [&str; 91] = [
    "ADD",
    "AFTER",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "ASC",
    "BEFORE",
    "BEGIN",
    "BY",
    "CASCADE",
    "CASE",
    "CHECK",
    "COLLATE",
    "COLUMN",
    "COMMENT",
    "COMMIT",
    "CONCURRENTLY",
    "CONSTRAINT",
    "CREATE",
    "DATA",
    "DATABASE",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DO",
    "DROP",
    "EACH",
    "ELSE",
    "ENABLE",
    "END",
    "ENUM",
    "EXECUTE",
    "EXISTS",
    "EXTENSION",
    "FOR",
    "FOREIGN",
    "FROM",
    "FUNCTION",
    "GENERATED",
    "GRANT",
    "GROUP",
    "HAVING",
    "IF",
    "IN",
    "INDEX",
    "INSERT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LEFT",
    "LIMIT",
    "MODIFY",
    "NOT",
    "NULL",
    "OF",
    "ON",
    "OR",
    "ORDER",
    "POLICY",
    "PRAGMA",
    "PRIMARY",
    "REFERENCES",
    "RENAME",
    "REPLACE",
    "RESTRICT",
    "RETURNS",
    "REVOKE",
    "ROLLBACK",
    "SCHEMA",
    "SELECT",
    "SEQUENCE",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRIGGER",
    "TYPE",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
    "WITH",
    "WITHOUT",
    "ZONE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(line: usize) -> Mark {
        Mark { line, id: format!("x-{line}"), words: vec![format!("at {line}")] }
    }

    #[test]
    fn keywords_can_be_searched() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn a_line_is_cut_into_its_colours_and_stays_whole() {
        let text = "ALTER TABLE \"ä\" -- <b>\nSET x = 'é\nü';\n";
        let tokens = colored(text, Dialect::Postgres);
        let spans = lines(text);
        assert_eq!(spans.len(), 3);
        for span in spans {
            let joined: String = pieces(span.clone(), &tokens).into_iter().map(|(piece, _)| &text[piece]).collect();
            assert_eq!(joined, &text[span]);
        }
        let page = listing(text, Some(Dialect::Postgres), &[mark(2)]).into_string();
        assert!(page.contains(r#"<span class="c">-- &lt;b&gt;</span>"#), "{page}");
        assert!(
            page.contains(r#"<span class="s">'é</span>"#) && page.contains(r#"<span class="s">ü'</span>;"#),
            "{page}"
        );
        assert!(page.contains(r#"<span class="l hit" id="x-2"><span class="n">2</span>"#), "{page}");
        assert!(page.contains(r#"<span class="said">at 2</span>"#), "{page}");
    }

    #[test]
    fn a_long_file_is_folded_around_its_marks() {
        let parts = |lines, marks: &[usize]| {
            let marks: Vec<_> = marks.iter().map(|n| mark(*n)).collect();
            shown(lines, &marks).into_iter().map(|part| (part.start, part.end)).collect::<Vec<_>>()
        };
        assert_eq!(parts(30, &[30]), [(0, 30)]);
        assert_eq!(parts(5000, &[]), [(0, 400)]);
        assert_eq!(parts(5000, &[398, 402, 3000, 3004, 5000]), [(0, 407), (2994, 3009), (4994, 5000)]);
        assert_eq!(parts(0, &[1]), [(0, 0)]);
        let text = "SELECT 1;\n".repeat(900);
        let page = listing(&text, None, &[mark(800), mark(1000)]).into_string();
        assert!(page.contains("394 more lines") && page.contains("95 more lines"), "{page}");
        assert!(page.contains("at 800") && page.contains("at 1000"), "{page}");
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let page = listing(&"ü".repeat(5000), Some(Dialect::Mysql), &[]).into_string();
        assert!(page.contains(&("ü".repeat(2000) + "<span class=\"c\"> … 6000 more bytes</span>")), "{}", page.len());
    }
}
