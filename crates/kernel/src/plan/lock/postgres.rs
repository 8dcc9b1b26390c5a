//! PostgreSQL's locks.

use super::{Lock, Mode, Work, add, holds, lock, references, relation};
use crate::reader::Reader;
use Mode::{
    AccessExclusive, AccessShare, Exclusive, RowExclusive, RowShare, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use Work::{Quick, Rewrite, Scan};

/// The locks of one statement.
pub fn locks(mut r: Reader) -> Vec<Lock> {
    match () {
        () if r.eat("ALTER TABLE") => alter_table(r),
        () if r.eat("ALTER INDEX") => {
            let mode = if holds(&r, "RENAME TO") { ShareUpdateExclusive } else { AccessExclusive };
            named(r, mode, Quick)
        }
        () if r.eat("ALTER SEQUENCE") => {
            let moved = ["RENAME TO", "OWNER TO", "SET SCHEMA"].iter().any(|words| holds(&r, words));
            named(r, if moved { AccessExclusive } else { ShareRowExclusive }, Quick)
        }
        () if r.eat_any(&["ALTER VIEW", "ALTER MATERIALIZED VIEW", "ALTER FOREIGN TABLE"]).is_some() => {
            named(r, AccessExclusive, Quick)
        }
        () if r.eat_any(&["CREATE UNIQUE INDEX", "CREATE INDEX"]).is_some() => {
            let mode = if r.eat("CONCURRENTLY") { ShareUpdateExclusive } else { Share };
            on(r, mode, Scan)
        }
        () if r.eat("DROP INDEX") => {
            let mode = if r.eat("CONCURRENTLY") { ShareUpdateExclusive } else { AccessExclusive };
            list(r, mode, Quick)
        }
        () if r
            .eat_any(&["DROP TABLE", "DROP VIEW", "DROP MATERIALIZED VIEW", "DROP SEQUENCE", "DROP FOREIGN TABLE"])
            .is_some() =>
        {
            list(r, AccessExclusive, Quick)
        }
        () if r.eat("TRUNCATE") => {
            r.eat("TABLE");
            list(r, AccessExclusive, Quick)
        }
        () if r.is("CREATE") && is_table(&r) => create_table(r),
        () if r.is("CREATE") && holds_early(&r, "TRIGGER") => on(r, ShareRowExclusive, Quick),
        () if r.is("CREATE") && holds_early(&r, "RULE") => to(r),
        () if r.are("CREATE POLICY") || r.are("ALTER POLICY") => on(r, AccessExclusive, Quick),
        () if r.are("DROP TRIGGER") || r.are("ALTER TRIGGER") || r.are("DROP POLICY") || r.are("DROP RULE") => {
            on(r, AccessExclusive, Quick)
        }
        () if r.eat("CREATE STATISTICS") => from(r),
        () if r.eat("COMMENT ON") => comment(r),
        () if r.eat("UPDATE") => named(r, RowExclusive, Rewrite),
        () if r.eat_any(&["INSERT INTO", "DELETE FROM", "MERGE INTO"]).is_some() => named(r, RowExclusive, Quick),
        () if r.eat("COPY") && holds(&r, "FROM") => named(r, RowExclusive, Quick),
        () if r.eat("REFRESH MATERIALIZED VIEW") => {
            let mode = if r.eat("CONCURRENTLY") { Exclusive } else { AccessExclusive };
            named(r, mode, Rewrite)
        }
        () if r.eat("REINDEX") => {
            let mode = if holds(&r, "CONCURRENTLY") { ShareUpdateExclusive } else { AccessExclusive };
            r.eat_any(&["TABLE", "INDEX"]);
            r.eat("CONCURRENTLY");
            named(r, mode, Scan)
        }
        () if r.eat("CLUSTER") => named(r, AccessExclusive, Rewrite),
        () if r.eat("LOCK") => {
            r.eat("TABLE");
            let mode = asked(&r);
            named(r, mode, Quick)
        }
        () if r.is("DO") || r.is("CALL") => vec![lock(None, Mode::Unknown, Quick)],
        // Types, functions, schemas, extensions, grants, sequences that are made: no table is locked.
        () => vec![],
    }
}

/// `IN SHARE ROW EXCLUSIVE MODE`; the strongest where none is asked for.
fn asked(r: &Reader) -> Mode {
    let weaker = [AccessShare, RowShare, RowExclusive, ShareUpdateExclusive, Share, ShareRowExclusive, Exclusive];
    let mut modes = weaker.into_iter().filter(|mode| holds(r, &format!("IN {} MODE", mode.words())));
    modes.next().unwrap_or(AccessExclusive)
}

/// `[IF EXISTS] [ONLY] name`
fn named(mut r: Reader, mode: Mode, work: Work) -> Vec<Lock> {
    skip_options(&mut r);
    relation(&mut r).map(|name| lock(Some(name), mode, work)).into_iter().collect()
}

fn skip_options(r: &mut Reader) {
    while r.eat_any(&["IF NOT EXISTS", "IF EXISTS", "ONLY"]).is_some() {}
}

/// `[IF EXISTS] a, b [CASCADE]`
fn list(mut r: Reader, mode: Mode, work: Work) -> Vec<Lock> {
    skip_options(&mut r);
    r.commas().into_iter().filter_map(|mut part| relation(&mut part)).map(|name| lock(Some(name), mode, work)).collect()
}

/// `... ON [ONLY] name`
fn on(mut r: Reader, mode: Mode, work: Work) -> Vec<Lock> {
    r.until(&["ON"]);
    r.skip();
    named(r, mode, work)
}

/// `CREATE RULE ... TO name`
fn to(mut r: Reader) -> Vec<Lock> {
    r.until(&["TO"]);
    r.skip();
    named(r, AccessExclusive, Quick)
}

/// `CREATE STATISTICS ... FROM name`
fn from(mut r: Reader) -> Vec<Lock> {
    r.until(&["FROM"]);
    r.skip();
    named(r, ShareUpdateExclusive, Quick)
}

fn is_table(r: &Reader) -> bool {
    let mut r = r.clone();
    r.skip();
    r.eat_any(&["GLOBAL", "LOCAL"]);
    r.eat_any(&["TEMPORARY", "TEMP", "UNLOGGED"]);
    r.is("TABLE")
}

/// The word stands among the first, before the name.
fn holds_early(r: &Reader, word: &str) -> bool {
    (1..5).any(|n| r.is_at(n, word)) && !r.is_at(1, "TABLE")
}

/// A new table meets nobody; what it refers to does.
fn create_table(r: Reader) -> Vec<Lock> {
    let mut out = Vec::new();
    references(&r).into_iter().for_each(|name| add(&mut out, lock(Some(name), ShareRowExclusive, Quick)));
    let mut at = r;
    at.until(&["PARTITION OF"]);
    if at.eat("PARTITION OF") {
        out.extend(relation(&mut at).map(|name| lock(Some(name), AccessExclusive, Quick)));
    }
    out
}

/// `COMMENT ON TABLE t`, `COLUMN t.c`; for a comment on other objects no table stays locked.
fn comment(mut r: Reader) -> Vec<Lock> {
    if r.eat_any(&["TABLE", "VIEW", "MATERIALIZED VIEW", "INDEX", "SEQUENCE"]).is_some() {
        return named(r, ShareUpdateExclusive, Quick);
    }
    if r.eat("COLUMN") {
        let mut parts = Vec::new();
        while let Some(part) = r.ident() {
            parts.push(part);
            if !r.eat_punct(b'.') {
                break;
            }
        }
        parts.pop();
        return vec![lock(Some(parts.join(".")), ShareUpdateExclusive, Quick)];
    }
    vec![]
}

fn alter_table(mut r: Reader) -> Vec<Lock> {
    skip_options(&mut r);
    let Some(table) = relation(&mut r) else { return vec![] };
    r.eat_punct(b'*');
    let mut out = Vec::new();
    for part in r.commas() {
        let (mode, work) = subcommand(&part);
        add(&mut out, lock(Some(table.clone()), mode, work));
        others(part).into_iter().for_each(|other| add(&mut out, other));
    }
    out
}

/// What one part of an ALTER TABLE does to the table itself.
fn subcommand(part: &Reader) -> (Mode, Work) {
    let mut r = part.clone();
    let is_new = |r: &Reader| !holds(r, "NOT VALID") && !holds(r, "USING INDEX");
    match () {
        () if r.eat("VALIDATE CONSTRAINT") => (ShareUpdateExclusive, Scan),
        () if r.is("SET") && r.clone().eat("SET") && set_is_light(&r) => (ShareUpdateExclusive, Quick),
        () if r.is("RESET") || r.are("CLUSTER ON") || r.are("SET WITHOUT CLUSTER") => (ShareUpdateExclusive, Quick),
        () if r.are("SET TABLESPACE") || r.are("SET LOGGED") || r.are("SET UNLOGGED") => (AccessExclusive, Rewrite),
        () if (r.is("ENABLE") || r.is("DISABLE")) && holds(&r, "TRIGGER") => (ShareRowExclusive, Quick),
        () if r.are("ATTACH PARTITION") => (ShareUpdateExclusive, Quick),
        () if r.are("DETACH PARTITION") && holds(&r, "CONCURRENTLY") => (ShareUpdateExclusive, Quick),
        () if r.eat("ALTER") => {
            r.eat("COLUMN");
            r.skip();
            alter_column(&r)
        }
        () if r.eat("ADD") => {
            if r.eat("CONSTRAINT") {
                r.skip();
            }
            match () {
                () if r.are("FOREIGN KEY") => (ShareRowExclusive, if is_new(&r) { Scan } else { Quick }),
                () if ["CHECK", "UNIQUE", "PRIMARY", "EXCLUDE"].iter().any(|word| r.is(word)) => {
                    (AccessExclusive, if is_new(&r) { Scan } else { Quick })
                }
                () => (AccessExclusive, added_column(&r)),
            }
        }
        () => (AccessExclusive, Quick),
    }
}

/// `SET (fillfactor = 70)`
fn set_is_light(r: &Reader) -> bool {
    let mut r = r.clone();
    r.skip();
    r.is_punct(b'(')
}

fn alter_column(r: &Reader) -> (Mode, Work) {
    match () {
        () if r.are("SET STATISTICS") => (ShareUpdateExclusive, Quick),
        () if r.is("RESET") || r.is("SET") && set_is_light(r) => (ShareUpdateExclusive, Quick),
        // Some types need no rewrite (a longer varchar); which ones the text alone does not tell.
        () if r.is("TYPE") || r.are("SET DATA TYPE") => (AccessExclusive, Rewrite),
        () if r.are("SET NOT NULL") => (AccessExclusive, Scan),
        () => (AccessExclusive, Quick),
    }
}

/// A default that is computed for each row, and values that are stored, are written into every row.
fn added_column(r: &Reader) -> Work {
    let words = ["GENERATED", "SERIAL", "BIGSERIAL", "SMALLSERIAL"];
    let mut default = r.clone();
    default.until(&["DEFAULT"]);
    let text = default.peek_rest().to_ascii_lowercase();
    let volatile = ["random(", "gen_random_uuid(", "uuid_generate", "clock_timestamp(", "nextval("];
    if words.iter().any(|word| holds(r, word)) || volatile.iter().any(|call| text.contains(call)) {
        Rewrite
    } else {
        Quick
    }
}

/// Relations beside the table that one part of an ALTER TABLE names.
fn others(part: Reader) -> Vec<Lock> {
    let mut out: Vec<Lock> =
        references(&part).into_iter().map(|name| lock(Some(name), ShareRowExclusive, Quick)).collect();
    let mut r = part;
    let concurrently = holds(&r, "CONCURRENTLY");
    if let Some(words) = r.eat_any(&["ATTACH PARTITION", "DETACH PARTITION"]) {
        let work = if words == "ATTACH PARTITION" { Scan } else { Quick };
        let mode = if concurrently { ShareUpdateExclusive } else { AccessExclusive };
        out.extend(relation(&mut r).map(|name| lock(Some(name), mode, work)));
    }
    out
}
