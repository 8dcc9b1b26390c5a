//! What migrations of real histories say to rows in the tables, which stay from step to step. PostgreSQL only, where a
//! step can be tried and taken back. Run apart:
//!
//! `UNMIGRATE_CORPUS=dir[:dir..] cargo test -p unmigrate-tests --test seed walk -- --ignored --nocapture`

use crate::corpus::{histories, words};
use crate::session::{Outcome, Session};
use crate::sow::sow_around;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::tables;
use unmigrate_kernel::seed::{Options, Spice, clear};

#[test]
#[ignore = "needs UNMIGRATE_CORPUS: folders of histories"]
fn walk() {
    let mut total = Figures::default();
    for folder in histories() {
        match walked(&folder) {
            Ok(figures) => {
                println!("{}: {figures}", folder.file_name().unwrap_or_default().to_string_lossy());
                total.add(figures);
            }
            Err(why) => println!("{}: left out: {why}", folder.display()),
        }
    }
    println!("all: {total}");
    let accepted: usize = total.accepted.values().sum();
    let none = total.accepted.get("no rows").copied().unwrap_or(0);
    assert!(accepted > 0, "nothing was found");
    assert!(none * 100 <= accepted * 5, "more than one of twenty takes no rows");
}

#[derive(Default)]
struct Figures {
    /// Migrations by the rows that they accepted.
    accepted: BTreeMap<&'static str, usize>,
    rows: usize,
    refused: usize,
    sow: Duration,
    up: Duration,
}

impl Figures {
    fn add(&mut self, other: Figures) {
        for (what, count) in other.accepted {
            *self.accepted.entry(what).or_default() += count;
        }
        self.rows += other.rows;
        self.refused += other.refused;
        self.sow += other.sow;
        self.up += other.up;
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Figures { accepted, rows, refused, sow, up } = self;
        write!(f, "{accepted:?}, {rows} rows made, {refused} refused; rows took {sow:.1?}, migrations {up:.1?}")
    }
}

/// Which tables are emptied before.
#[derive(Clone, Copy, PartialEq)]
enum Empty {
    No,
    /// Those that the refused statement names; they stay empty.
    Refused,
    All,
}

/// What is tried, one after the other: the rows that are there and odd ones to it, tamer ones in emptied tables, rows
/// only around those that the refused statement is about, none.
const STEPS: [(&str, Option<Spice>, Empty); 5] = [
    ("full", Some(Spice::Full), Empty::No),
    ("mild", Some(Spice::Mild), Empty::All),
    ("plain", Some(Spice::Plain), Empty::All),
    ("around", Some(Spice::Full), Empty::Refused),
    ("no rows", None, Empty::All),
];

fn walked(folder: &Path) -> Outcome<Figures> {
    let history = crate::corpus::history(folder)?;
    let mut out = Figures::default();
    let Some(mut session) = Session::open(history.dialect)?.filter(|s| s.dialect.is_postgres()) else { return Ok(out) };
    for (number, migration) in history.migrations.iter().enumerate() {
        let all: Vec<Name> = tables(session.dialect, &mut |sql| session.query(sql))?;
        // Those that it touches, roughly.
        let names: Vec<Name> = all.into_iter().filter(|n| migration.sql.contains(&n.name)).collect();
        let mut found = None;
        let mut refused: Vec<Name> = Vec::new();
        for (word, spice, empty) in STEPS {
            session.execute("BEGIN")?;
            session.in_transaction = true;
            let started = Instant::now();
            let emptied = match empty {
                Empty::No => &[][..],
                Empty::Refused => &refused,
                Empty::All => &names,
            };
            if !emptied.is_empty() {
                for sql in clear(session.dialect, emptied, &mut |sql| session.query(sql))? {
                    session.execute(&sql)?;
                }
            }
            if let Some(spice) = spice {
                let closed = if empty == Empty::Refused { &refused[..] } else { &[] };
                let options = Options { spice, from: number * 7, ..Options::default() };
                let sown = sow_around(&mut session, &names, closed, &options)?;
                out.rows += sown.rows.values().sum::<usize>();
                out.refused += sown.refused.len();
                for (table, why) in &sown.refused {
                    println!("  {} ({word}): {table}: {}", migration.name, words(why, 300));
                }
            }
            out.sow += started.elapsed();
            let started = Instant::now();
            let mut done = session.script(&migration.sql);
            if done.as_ref().is_err_and(|why| apart(why)) {
                // What can't run in a transaction is run with the rows in place.
                session.execute("ROLLBACK")?;
                done = session.script(&migration.sql);
            }
            out.up += started.elapsed();
            session.in_transaction = false;
            session.execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
            match done {
                Ok(()) => {
                    found = Some(word);
                    break;
                }
                Err(why) if spice.is_none() => println!("  stops at {}: {}", migration.name, words(&why, 200)),
                Err(why) => {
                    refused.extend(names.iter().filter(|n| why.contains(&n.name)).cloned());
                    println!("  {} ({word}): {}", migration.name, words(&why, 300));
                }
            }
        }
        let Some(word) = found else { break };
        *out.accepted.entry(word).or_default() += 1;
    }
    Ok(out)
}

fn apart(why: &str) -> bool {
    why.contains("cannot run inside a transaction block") || why.contains("unsafe use of new value")
}
