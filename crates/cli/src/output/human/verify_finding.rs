//! One rollback that needs a look, drawn on the files it is about.

use super::snippet::{Finding, Part, Place, draw};
use super::style::{count, name};
use super::verify::{again, code};
use crate::output::quote::{Files, line_start, place};
use std::ops::Range;
use std::rc::Rc;
use unmigrate_app::check::Severity;
use unmigrate_app::verify::{Change, Gap, MigrationVerdict, Refusal, Verdict, VerifiedHistory};

/// How many objects of one migration are shown.
const CHANGES: usize = 8;
/// And how many columns whose rows differ.
const GAPS: usize = 12;
/// How much of a long definition is shown.
const WORDS: usize = 240;
/// And how much of a value.
const VALUE: usize = 80;

/// The finding about a migration, `width` columns wide. None where there is nothing to draw: it is proven, for a person to
/// finish, missing, or did not run.
pub fn drawn(m: &MigrationVerdict, history: &VerifiedHistory, files: &Files, width: usize) -> Option<String> {
    let title = title(m)?;
    let sources = Sources::read(m, files);
    let mut parts = vec![];
    parts.extend(sources.claim(m));
    rows(m, &mut parts);
    changes(m, &sources, &mut parts);
    if let Some(refusal) = &m.refusal {
        parts.extend(refused(refusal, history, &sources));
    }
    parts.push(Part::Words("help", help(m)));
    Some(draw(&Finding { severity: Severity::Error, code: code(m.verdict), title, parts }, width))
}

/// The same in one line: what, where, and the first thing that is wrong. None as in [`drawn`], and for what is missing.
pub fn one_line(m: &MigrationVerdict) -> Option<String> {
    let what = title(m)?;
    let (file, line) = spot(m);
    let at = if line > 0 { format!("{file}:{line}") } else { file.to_owned() };
    Some(format!("{}: {what}", name(&at)))
}

/// The place to look at: the file, and the line where one is known, else 0.
pub fn spot(m: &MigrationVerdict) -> (&str, usize) {
    match (&m.refusal, m.differences.first()) {
        (Some(refusal), _) => (&refusal.file, refusal.line),
        (None, Some(change)) => (&change.file, change.line),
        (None, None) => (&m.down, 0),
    }
}

/// What is wrong, in one sentence. None where nothing is.
pub fn title(m: &MigrationVerdict) -> Option<String> {
    let shown = name(&m.name);
    Some(match m.verdict {
        Verdict::RowsDiffer if m.is_false_lossless() => {
            format!("the rollback of `{shown}` claims to be lossless, and {}", lost(&m.gaps))
        }
        Verdict::RowsDiffer => format!("after the rollback of `{shown}`, {}", lost(&m.gaps)),
        Verdict::Differs => {
            let objects = m.differences.len();
            let verb = if objects == 1 { "is" } else { "are" };
            format!("after the rollback of `{shown}`, {} {verb} not as before", count(objects, "object"))
        }
        Verdict::Refused => format!("the rollback of `{shown}` is refused by the engine"),
        Verdict::UpRefused => {
            format!("`{shown}` itself is refused by the engine, so nothing can be said of its rollback")
        }
        Verdict::Exact | Verdict::Approximate | Verdict::ByHand | Verdict::Missing | Verdict::Unverified => {
            return None;
        }
    })
}

/// `3 rows of users are not what they were`: the largest of the gaps in each table counts.
fn lost(gaps: &[Gap]) -> String {
    match gaps.iter().max_by_key(|gap| gap.count) {
        None => "rows are not what they were".into(),
        Some(gap) => {
            let verb = if gap.count == 1 { "is" } else { "are" };
            let others = gaps.iter().filter(|other| other.table != gap.table).count() > 0;
            let more = if others { ", and others" } else { "" };
            let table = name(&gap.table);
            format!("{} of `{table}` {verb} not what they were{more}", count(gap.count, "row"))
                .replace("is not what they were", "is not what it was")
        }
    }
}

/// What to do about it.
pub fn help(m: &MigrationVerdict) -> String {
    // A file with a grade was written by us, and perhaps edited; the report does not tell which.
    let ours = match m.grade {
        Some(_) => "\nif nobody edited it, this is a defect of unmigrate: please report it with the migration",
        None => "",
    };
    let then = format!("then\n{}", again(m));
    match m.verdict {
        Verdict::RowsDiffer => format!(
            "don't run it where these rows matter: keep the values in the migration, or have the file name the loss, \
             {then}{ours}"
        ),
        Verdict::UpRefused => {
            format!("use a scratch server that has what the migration needs (an extension, a role, a version), {then}")
        }
        _ => format!("correct the rollback, {then}{ours}"),
    }
}

/// `lossless`, where the file says it.
impl Sources<'_> {
    fn claim<'a>(&'a self, m: &'a MigrationVerdict) -> Option<Part<'a>> {
        if m.verdict != Verdict::RowsDiffer {
            return None;
        }
        let place = self.text(&m.down).filter(|_| m.is_false_lossless()).and_then(|text| {
            let first = text.lines().next().unwrap_or_default();
            let at = first.find("lossless").filter(|_| first.starts_with("-- unmigrate "))?;
            let label = "it says so here".into();
            // Without the hashes behind it, which no one reads.
            let shown = &first[..at + "lossless".len()];
            Some(Place { file: &m.down, text: shown, first_line: 1, span: at..shown.len(), label })
        });
        Some(place.map_or(Part::File(&m.down), Part::Place))
    }
}

fn rows<'a>(m: &'a MigrationVerdict, parts: &mut Vec<Part<'a>>) {
    parts.extend(m.gaps.iter().take(GAPS).map(|gap| Part::Words("rows", gap_words(gap))));
    if m.gaps.len() > GAPS {
        parts.push(Part::Words("rows", format!("… and {} more columns; --json has all", m.gaps.len() - GAPS)));
    }
}

/// `users.email: 3 rows, such as 'a' that is now NULL`
pub fn gap_words(gap: &Gap) -> String {
    let rows = count(gap.count, "row");
    let mut words = match &gap.column {
        Some(column) => format!("{}.{}  {rows}", name(&gap.table), name(column)),
        None => format!("{}  {rows} missing or new", name(&gap.table)),
    };
    if let (Some(row), None) = (&gap.row, &gap.example) {
        words.push_str(&format!("\none     {}", name(row)));
    }
    if let Some((was, is)) = &gap.example {
        let [was, is] = both(was, is, VALUE);
        words.push_str(&format!("\nbefore  {was}\nafter   {is}"));
    }
    words
}

/// The objects that differ, those of one statement together.
fn changes<'a>(m: &'a MigrationVerdict, sources: &'a Sources<'_>, parts: &mut Vec<Part<'a>>) {
    let shown = &m.differences[..m.differences.len().min(CHANGES)];
    for here in shown.chunk_by(|a, b| (&a.file, a.line, &a.statement) == (&b.file, b.line, &b.statement)) {
        let first = &here[0];
        let label = match here {
            [one] => change_words(one),
            many => count(many.len(), "object") + " not as before",
        };
        parts.push(sources.part(&first.file, first.line, &first.statement, label));
        match here {
            [one] => {
                let [before, after] = sides(one);
                parts.extend([Part::Words("before", before), Part::Words("after", after)]);
            }
            many => parts.extend(many.iter().map(|change| Part::Words("object", in_lines(change)))),
        }
    }
    if m.differences.len() > shown.len() {
        let more = m.differences.len() - shown.len();
        parts.push(Part::Words("object", format!("… and {}; --json has all", count(more, "more object"))));
    }
}

/// `column users.email is gone`
pub fn change_words(change: &Change) -> String {
    let what = match (&change.before, &change.after) {
        (Some(_), None) => "is not brought back",
        (None, Some(_)) => "is still there",
        _ => "is not as before",
    };
    let redo = if change.after_redo { ", once the migration runs again" } else { "" };
    format!("{} {what}{redo}", name(&change.object))
}

/// What it is, and below it how it was and is.
pub fn in_lines(change: &Change) -> String {
    let [before, after] = sides(change);
    format!("{}\nbefore  {before}\nafter   {after}", change_words(change))
}

/// As it was and as it is; where both are long, from where they begin to differ.
fn sides(change: &Change) -> [String; 2] {
    let not_there = || "(not there)".to_owned();
    match (change.before.as_deref(), change.after.as_deref()) {
        (Some(before), Some(after)) => both(before, after, WORDS),
        (before, after) => [before, after].map(|text| text.map_or_else(not_there, |text| clipped(text, WORDS))),
    }
}

fn refused<'a>(refusal: &'a Refusal, history: &'a VerifiedHistory, sources: &'a Sources<'_>) -> [Part<'a>; 2] {
    let engine = history.engine.as_deref().unwrap_or("the engine");
    let code = refusal.code.as_ref().map_or(String::new(), |code| format!(" ({})", name(code)));
    [
        sources.part(&refusal.file, refusal.line, &refusal.statement, "refused".into()),
        Part::Words(engine, format!("{}{code}", refusal.message.trim_end())),
    ]
}

/// The texts of the files that a finding is about.
struct Sources<'a> {
    texts: Vec<(&'a str, Option<Rc<str>>)>,
}

impl<'a> Sources<'a> {
    fn read(m: &'a MigrationVerdict, files: &Files) -> Sources<'a> {
        let mut names = vec![m.down.as_str()];
        names.extend(m.differences.iter().map(|change| change.file.as_str()));
        names.extend(m.refusal.iter().map(|refusal| refusal.file.as_str()));
        names.sort_unstable();
        names.dedup();
        Sources { texts: names.into_iter().map(|file| (file, files.text(file))).collect() }
    }

    fn text(&self, file: &str) -> Option<&str> {
        self.texts.iter().find(|(name, _)| *name == file)?.1.as_deref()
    }

    /// A statement in its file; where the file says something else by now, the statement as it was judged.
    fn part<'b>(&'b self, file: &'b str, line: usize, statement: &'b str, label: String) -> Part<'b> {
        let here = self.text(file).and_then(|text| Some((text, self::here(text, line, statement)?)));
        let (text, first_line, span) = match here {
            Some((text, span)) => (text, 1, span),
            None if statement.is_empty() => return Part::Words("at", format!("{}:{line}\n{label}", name(file))),
            None => (statement, line, 0..statement.len()),
        };
        Part::Place(Place { file, text, first_line, span, label })
    }
}

/// The statement's place; without a statement, the line.
fn here(text: &str, line: usize, statement: &str) -> Option<Range<usize>> {
    if !statement.is_empty() {
        return place(text, line, statement);
    }
    let start = line_start(text, line)?;
    let words = text[start..].lines().next()?;
    let start = start + words.len() - words.trim_start().len();
    Some(start..start + words.trim().len()).filter(|span| !span.is_empty())
}

/// Two texts, each on one line; where they are long, from where they begin to differ.
fn both(before: &str, after: &str, most: usize) -> [String; 2] {
    let [a, b] = [before, after].map(one_line_of);
    // Where layout is all that differs, it is shown.
    let [a, b] = if a == b { [before, after].map(escaped) } else { [a, b] };
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let long = a.chars().count().max(b.chars().count()) > most;
    let skipped = if long { same.saturating_sub(most / 4) } else { 0 };
    [a, b].map(|text| {
        let rest: String = text.chars().skip(skipped).collect();
        if skipped > 0 { format!("…{}", cut(&rest, most)) } else { cut(&rest, most) }
    })
}

/// On one line, and no longer than it has to be.
fn clipped(text: &str, most: usize) -> String {
    cut(&one_line_of(text), most)
}

fn cut(text: &str, most: usize) -> String {
    text.char_indices().nth(most).map_or(text.to_owned(), |(at, _)| format!("{}…", &text[..at]))
}

fn one_line_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_begin_where_they_differ() {
        let long = |end: &str| format!("{}{end}", "x".repeat(500));
        let [before, after] = both(&long("A"), &long("B"), 100);
        assert_eq!((before, after), (format!("…{}A", "x".repeat(25)), format!("…{}B", "x".repeat(25))));
        assert_eq!(both("a", "b", 100), ["a", "b"]);
        assert_eq!(both(&"ü".repeat(200), "", 3), ["üüü…", ""]);
    }

    #[test]
    fn layout_is_shown_where_it_is_all_that_differs() {
        assert_eq!(both("a\n  b", "c b", 9), ["a b", "c b"]);
        assert_eq!(both("a\n b", "a b", 9), ["a\\n b", "a b"]);
        assert_eq!(both("a ", "a", 9), ["a ", "a"]);
    }
}
