//! The text of a rollback file below its head line.

use super::{Grade, Note, NoteKind};
use crate::render::Statement;
use crate::split::{line_of, split};
use crate::{Dialect, Migration};
use std::borrow::Cow;
use std::collections::HashMap;

/// Writes the file: notes above the statement that they belong to, a transaction where the database has one.
pub fn write(
    dialect: Dialect,
    migration: &Migration,
    grade: Grade,
    statements: &[Statement],
    notes: &[Note],
    checks: &[String],
) -> String {
    let end = end(dialect, checks);
    let mut out = format!("-- Undoes {}\n", comment_text(&migration.name));
    for observed in &migration.observed {
        let line = line_of(&migration.sql, observed.statement.start);
        out.push_str(&format!("-- What line {line} does was observed on {}\n", comment_text(&observed.engine)));
    }
    let (mut own, left) = placed(statements, notes);
    let text: Vec<(bool, String)> = statements
        .iter()
        .zip(&mut own)
        .map(|(statement, own)| {
            let mut piece = String::with_capacity(statement.sql.len() + 2);
            own.drain(..).for_each(|n| push_note(&mut piece, n));
            piece.push_str(&statement.sql);
            piece.push_str(";\n");
            (statement.apart, piece)
        })
        .collect();
    if !left.is_empty() {
        out.push_str("--\n");
        left.iter().for_each(|n| push_note(&mut out, n));
    }
    out.push('\n');
    match grade {
        Grade::Manual => push_by_hand(&mut out, (dialect, &end), migration, notes, &text),
        _ if text.is_empty() => out.push_str("-- Nothing to undo.\n"),
        _ => push_segments(&mut out, (dialect, &end), &text),
    }
    out
}

/// The notes of each statement, and those that belong to none. Of an object that goes and comes back, what is discarded
/// stands above the statement that takes it away, and all else above the one that brings it back.
fn placed<'a>(statements: &[Statement], notes: &'a [Note]) -> (Vec<Vec<&'a Note>>, Vec<&'a Note>) {
    let mut own = vec![Vec::new(); statements.len()];
    // The first statement about an object, and the first that does not take it away.
    let mut about: HashMap<&str, (usize, Option<usize>)> = HashMap::new();
    for (at, statement) in statements.iter().enumerate() {
        let brings_back = (!takes_away(&statement.sql)).then_some(at);
        for object in &statement.objects {
            let known = about.entry(object).or_insert((at, None));
            known.1 = known.1.or(brings_back);
        }
    }
    let mut left = Vec::new();
    for note in notes {
        let about = about.get(note.object.as_str());
        let place = match note.kind {
            NoteKind::ByHand => None,
            NoteKind::Discards => about.map(|(first, _)| *first),
            NoteKind::Approximate | NoteKind::MayRefuse | NoteKind::Gone => {
                about.map(|(first, back)| back.unwrap_or(*first))
            }
        };
        match place {
            Some(at) => own[at].push(note),
            None => left.push(note),
        }
    }
    (own, left)
}

fn takes_away(sql: &str) -> bool {
    sql.starts_with("DROP ") || sql.contains(" DROP COLUMN ") || sql.contains(" DROP CONSTRAINT ")
}

fn push_note(out: &mut String, note: &Note) {
    let line = [note.kind.words(), " ", &note.object, ": ", &note.detail].concat();
    let (line, at) = (comment_text(&line), note.line.to_string());
    ["-- ", &line, " (line ", &at, ")\n"].into_iter().for_each(|piece| out.push_str(piece));
    if let Some(question) = &note.question {
        ["--   how many: ", &comment_text(question), "\n"].into_iter().for_each(|piece| out.push_str(piece));
    }
}

/// On one line: nothing of it may end the comment.
fn comment_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let space = |b: &u8| *b == b' ';
    let plain = bytes.iter().all(|b| (b' '..0x7f).contains(b)) && !bytes.windows(2).any(|two| two.iter().all(space));
    match plain && !bytes.first().is_some_and(space) && !bytes.last().is_some_and(space) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// What the statement begins with, to name it by.
pub fn first_words(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().take(6).collect();
    let text = words.join(" ");
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{} ...", &text[..at]),
        None => text,
    }
}

/// Runs of statements that share a transaction, and those that stand apart.
fn push_segments(out: &mut String, (dialect, end): (Dialect, &str), text: &[(bool, String)]) {
    out.push_str(apart_because(text));
    let mut open = false;
    for (apart, piece) in text {
        if *apart == open && dialect != Dialect::Mysql {
            out.push_str(if open { end } else { begin(dialect) });
            open = !open;
        }
        out.push_str(piece);
        out.push('\n');
    }
    if open {
        out.push_str(end);
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
}

/// Says why the file is not one transaction, where it is not.
fn apart_because(text: &[(bool, String)]) -> &'static str {
    let mut apart = text.iter().filter(|(apart, _)| *apart).map(|(_, piece)| piece).peekable();
    match (apart.peek().is_none(), apart.all(|piece| piece.contains("CONCURRENTLY"))) {
        (true, _) => "",
        (_, true) => {
            "-- CONCURRENTLY can't run in a transaction: those statements stand apart, and a failure leaves what ran.\n\n"
        }
        _ => {
            "-- Rows are filled and looked at while others read and write, so this is not one transaction: a failure leaves what ran,\n\
             -- and `unmigrate rollback` goes on from there. By hand: psql -v ON_ERROR_STOP=1.\n\n"
        }
    }
}

fn begin(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "",
        // Inside a transaction the pragma does nothing (sqlite.org/pragma.html#pragma_foreign_keys).
        Dialect::Sqlite => "PRAGMA foreign_keys=OFF;\nBEGIN;\n\n",
        Dialect::Postgres | Dialect::Cockroach => "BEGIN;\n\n",
    }
}

fn end(dialect: Dialect, checks: &[String]) -> String {
    let checks: String = checks.iter().map(|c| format!("{c};\n")).collect();
    match dialect {
        Dialect::Mysql => String::new(),
        Dialect::Sqlite => format!("{checks}COMMIT;\nPRAGMA foreign_keys=ON;\n\n"),
        Dialect::Postgres | Dialect::Cockroach => "COMMIT;\n\n".to_string(),
    }
}

/// A person has to finish it: the first statement fails, so that nothing of it runs by mistake.
fn push_by_hand(
    out: &mut String,
    (dialect, end): (Dialect, &str),
    migration: &Migration,
    notes: &[Note],
    text: &[(bool, String)],
) {
    let first = notes.iter().find(|n| n.kind == NoteKind::ByHand);
    let why = first.map_or_else(|| "finish it by hand".to_string(), |n| format!("line {}: {}", n.line, n.detail));
    out.push_str("-- Finish this file by hand, then take this statement out:\n");
    out.push_str(&stop(dialect, &format!("{} is to be undone by hand, {why}", migration.name)));
    out.push('\n');
    for statement in split(&migration.sql, dialect, migration.breakpoints) {
        let line = line_of(&migration.sql, statement.span.start);
        if notes.iter().any(|n| n.kind == NoteKind::ByHand && n.line == line) {
            out.push_str(&format!("-- by hand, line {line}:\n"));
            push_commented(out, &migration.sql[statement.span]);
            out.push('\n');
        }
    }
    if !text.is_empty() {
        out.push_str("-- What undoes the rest:\n");
        let mut rest = String::new();
        push_segments(&mut rest, (dialect, end), text);
        push_commented(out, rest.trim_end());
    }
}

fn push_commented(out: &mut String, text: &str) {
    for line in text.lines() {
        out.push_str(format!("--   {line}").trim_end());
        out.push('\n');
    }
}

fn stop(dialect: Dialect, message: &str) -> String {
    let message: String = comment_text(message).replace('\'', "''").replace('\\', "/");
    match dialect {
        // MESSAGE_TEXT holds 128 characters (MySQL 8.0 manual, SIGNAL).
        Dialect::Mysql => {
            let short: String = comment_text(&message).chars().filter(|c| *c != '\'').take(120).collect();
            format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{short}';\n")
        }
        Dialect::Sqlite => format!("SELECT unmigrate_by_hand('{message}');\n"),
        Dialect::Postgres | Dialect::Cockroach => {
            let tag = if message.contains("$unmigrate$") { "$unmigrate_$" } else { "$unmigrate$" };
            format!("DO {tag} BEGIN RAISE EXCEPTION '%', '{message}'; END {tag};\n")
        }
    }
}
