//! Tests of the proof itself: what it has to turn down.

use crate::case::Case;
use crate::roundtrip::check;
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use unmigrate_kernel::{Dialect, Grade, Note, NoteKind, Rollback};

/// A rollback that is wrong in one way, and what has to be said of it.
struct Wrong {
    name: &'static str,
    body: &'static str,
    grade: Grade,
    said: &'static str,
}

const RIGHT: &str = "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int DEFAULT 7;";

const WRONG: &[Wrong] = &[
    Wrong { name: "empty", body: "", grade: Grade::Lossless, said: "column t.b is missing" },
    Wrong {
        name: "a-column-missing",
        body: "ALTER TABLE t ADD COLUMN b text",
        grade: Grade::Lossy,
        said: "column t.c is missing",
    },
    Wrong {
        name: "a-default-missing",
        body: "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int",
        grade: Grade::Lossy,
        said: "column t.c",
    },
    Wrong {
        name: "an-index-missing",
        body: "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int DEFAULT 7; DROP INDEX i",
        grade: Grade::Lossy,
        said: "index i is missing",
    },
    Wrong { name: "a-loss-that-is-called-none", body: RIGHT, grade: Grade::Lossless, said: "the rows of t" },
    Wrong { name: "by-hand-and-it-runs", body: RIGHT, grade: Grade::Manual, said: "graded manual, and it runs" },
    Wrong {
        name: "by-hand-and-it-changes",
        body: "DROP INDEX i; SELECT * FROM nothing",
        grade: Grade::Manual,
        said: "graded manual, and it changed something",
    },
    Wrong {
        name: "rows-that-are-not-named",
        body: "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int DEFAULT 7; DELETE FROM t",
        grade: Grade::Lossy,
        said: "the rows of t",
    },
    Wrong { name: "refused", body: "SELECT * FROM nothing", grade: Grade::Lossy, said: "down: near" },
    Wrong {
        name: "a-loss-that-is-none",
        body: "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int DEFAULT 7; UPDATE t SET b = 'x', c = 1",
        grade: Grade::Lossy,
        said: "graded lossy, and every row came back",
    },
];

/// The tests of the proof, and one that there is something to prove.
pub fn trials(cases: &[Case]) -> Vec<Trial> {
    let mut out: Vec<Trial> = WRONG
        .iter()
        .map(|wrong| Trial::test(format!("proof/{}", wrong.name), || turned_down(wrong).map_err(Failed::from)))
        .collect();
    let count = cases.len();
    out.push(Trial::test("proof/there-are-cases", move || match count {
        0 => Err(Failed::from("no case was found")),
        _ => Ok(()),
    }));
    out
}

fn turned_down(wrong: &Wrong) -> Result<(), String> {
    let case = dropped_columns();
    let note = |object: &str| Note {
        kind: NoteKind::Gone,
        object: object.to_string(),
        detail: String::new(),
        line: 1,
        question: None,
    };
    let rollback = Rollback {
        grade: wrong.grade,
        body: wrong.body.to_string(),
        base: String::new(),
        notes: vec![note("t.b"), note("t.c")],
    };
    match check(&case, &rollback) {
        Ok(()) => Err("it was taken for right".to_string()),
        Err(why) if why.contains(wrong.said) => Ok(()),
        Err(why) => Err(format!("it was turned down for another reason: {why}")),
    }
}

fn dropped_columns() -> Case {
    Case {
        path: PathBuf::new(),
        name: "sqlite/proof".to_string(),
        dialect: Dialect::Sqlite,
        about: "-- Two columns go.\n".to_string(),
        before: "CREATE TABLE t (a integer PRIMARY KEY, b text, c int DEFAULT 7); CREATE INDEX i ON t (a);".to_string(),
        rows: Some("INSERT INTO t VALUES (1, 'x', 1);".to_string()),
        up: "ALTER TABLE t DROP COLUMN c; ALTER TABLE t DROP COLUMN b;".to_string(),
        down: String::new(),
        loss: String::new(),
    }
}
