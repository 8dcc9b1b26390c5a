//! Statements that can't be read are run on a scratch database, and what they did is read from its catalogs. What was
//! observed is kept in the evidence, so that a machine without an engine writes the same rollback.

use super::evidence::{Evidence, Observation, bases};
use super::filling::is_gone;
use super::run::up;
use super::stage::Stage;
use crate::head::Digest;
use std::ops::Range;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::observe::{Observer, changes};
use unmigrate_kernel::script::{Piece, blocks};
use unmigrate_kernel::snapshot::Options;
use unmigrate_kernel::{Dialect, History, Migration, Observed, opaque_statements};

/// Takes from the evidence what was observed over the same texts.
pub fn recall(history: &mut History, evidence: &Evidence) {
    if evidence.observed.is_empty() {
        return;
    }
    let opaque = opaque_statements(history);
    let bases = bases(ups(history));
    for (at, migration) in history.migrations.iter_mut().enumerate() {
        let Some(known) = evidence.observed.get(&migration.name) else { continue };
        for span in &opaque[at] {
            let (statement, base) = hashes(migration, span, &bases[at]);
            let found = known.iter().find(|o| o.statement == statement && o.base == base);
            migration.observed.extend(found.map(|o| Observed {
                statement: span.clone(),
                text: o.sql.clone(),
                engine: o.engine.clone(),
            }));
        }
    }
}

/// Is there a statement that can't be read and was not observed?
pub fn is_due(history: &History) -> bool {
    opaque_statements(history).iter().any(|spans| !spans.is_empty())
}

/// Runs the history, and observes what can't be read. What the engine showed goes into the history and the evidence; where it
/// shows nothing that can be written, the statement stays unread.
///
/// # Errors
/// Where the engine does not answer. A migration that it refuses ends the observing, and is no error.
pub fn observe(history: &mut History, evidence: &mut Evidence, stage: &mut dyn Stage) -> Result<(), Failure> {
    let opaque = opaque_statements(history);
    let bases = bases(ups(history));
    let last = opaque.iter().rposition(|spans| !spans.is_empty());
    let engine = stage.engine();
    for at in 0..last.map_or(0, |last| last + 1) {
        let migration = &history.migrations[at];
        let Some(shown) = run(stage.db(), migration, &opaque[at])? else { break };
        let name = migration.name.clone();
        let entries: Vec<Observation> = shown
            .iter()
            .map(|(span, sql)| {
                let (statement, base) = hashes(migration, span, &bases[at]);
                Observation { statement, base, engine: engine.clone(), sql: sql.clone() }
            })
            .collect();
        let observed = shown.into_iter().map(|(statement, text)| Observed { statement, text, engine: engine.clone() });
        history.migrations[at].observed.extend(observed);
        if !entries.is_empty() {
            evidence.observed.insert(name, entries);
        }
    }
    Ok(())
}

/// Statements, and SQL that does what each was seen to do.
type Shown = Vec<(Range<usize>, String)>;

/// Runs one migration; none where the engine refuses it. Gives what was seen of the statements in `opaque`.
fn run(db: &mut dyn Database, migration: &Migration, opaque: &[Range<usize>]) -> Result<Option<Shown>, Failure> {
    if opaque.is_empty() {
        return match up(db, &migration.sql, migration.breakpoints) {
            Ok(()) => Ok(Some(vec![])),
            Err(stop) if is_gone(&stop.failure) => Err(*stop.failure),
            Err(_) => Ok(None),
        };
    }
    let mut observer = Observer::new(db.dialect());
    let mut shown = Vec::new();
    for block in blocks(&migration.sql, db.dialect(), migration.breakpoints) {
        // Its own transactions are kept; elsewhere each statement stands for itself, so that its work can be seen.
        let inside = block.transaction && db.dialect() != Dialect::Mysql;
        if inside {
            db.execute("BEGIN")?;
        }
        for piece in &block.pieces {
            let seen = if opaque.contains(&piece.span) {
                watched(db, &mut observer, piece).map(|sql| shown.extend(sql.map(|sql| (piece.span.clone(), sql))))
            } else {
                db.execute(&piece.sql).map(drop)
            };
            match seen {
                Err(failure) if is_gone(&failure) => return Err(failure),
                Err(_) => return Ok(None),
                Ok(()) => {}
            }
        }
        if inside && db.execute("COMMIT").is_err() {
            return Ok(None);
        }
    }
    Ok(Some(shown))
}

/// Runs a statement between two looks. None where what it did can't be written down.
fn watched(db: &mut dyn Database, observer: &mut Observer, piece: &Piece) -> Result<Option<String>, Failure> {
    let options = Options { ignore: &["_unmigrate_scratch"], ..Options::default() };
    let before = observer.read(&mut |sql| db.query(sql), &options)?;
    db.execute(&piece.sql)?;
    let after = observer.read(&mut |sql| db.query(sql), &options)?;
    Ok(changes(&before, &after).ok())
}

/// The texts that follow each other.
fn ups(history: &History) -> impl Iterator<Item = &str> {
    history.migrations.iter().map(|m| m.sql.as_str())
}

/// Over a statement, and over all before it.
fn hashes(migration: &Migration, span: &Range<usize>, base: &str) -> (String, String) {
    let statement = Digest::of(&migration.sql[span.clone()]).to_string();
    (statement, Digest::of(&format!("{base} {}", Digest::of(&migration.sql[..span.start]))).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str =
        "CREATE TABLE t (a int);\nDO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD b int', trim('t')); END $$;\n";

    fn history(before: &str) -> History {
        let migration = |name: &str, sql: &str| Migration {
            name: name.into(),
            file: name.into(),
            sql: sql.into(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        };
        let migrations = vec![migration("a", before), migration("b", UP)];
        History { dialect: Dialect::Postgres, server: None, migrations }
    }

    #[test]
    fn recalled_over_the_same_texts_alone() {
        let plain = history("CREATE TABLE u (a int);");
        let span = opaque_statements(&plain)[1][0].clone();
        let (statement, base) = hashes(&plain.migrations[1], &span, &bases(ups(&plain))[1]);
        let sql = "ALTER TABLE t ADD COLUMN b int".to_owned();
        let mut evidence = Evidence::default();
        evidence
            .observed
            .insert("b".into(), vec![Observation { statement, base, engine: "PostgreSQL 17".into(), sql }]);
        let mut same = plain.clone();
        recall(&mut same, &evidence);
        assert_eq!(same.migrations[1].observed.len(), 1);
        assert!(!is_due(&same) && is_due(&plain));
        let mut other = history("CREATE TABLE u (a bigint);");
        recall(&mut other, &evidence);
        assert!(other.migrations[1].observed.is_empty(), "what came before is another");
    }
}
