//! How many tables of real histories get rows. Run apart, over folders of histories by dialect:
//!
//! `UNMIGRATE_CORPUS=dir[:dir..] cargo test -p unmigrate-tests --test seed corpus -- --ignored --nocapture`
//!
//! Each history is applied as far as it goes; then every table is to get rows.

use crate::session::{Outcome, Session};
use crate::sow::{Sown, sow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::{read, tables};
use unmigrate_kernel::seed::Options;
use unmigrate_kernel::{Dialect, History};
use unmigrate_sources::{Context, NoConfig};

/// Of a hundred tables, so many have to get a row, and so many rows the first variant.
const WANTED: [usize; 2] = [99, 90];

#[test]
#[ignore = "needs UNMIGRATE_CORPUS: folders of histories"]
fn corpus() {
    let mut total = Figures::default();
    for folder in histories() {
        match seeded(&folder) {
            Ok(figures) => {
                println!("{}: {figures}", folder.file_name().unwrap_or_default().to_string_lossy());
                total.add(figures);
            }
            Err(why) => println!("{}: left out: {why}", folder.display()),
        }
    }
    println!("all: {total}");
    assert!(total.tables > 0, "nothing was found");
    assert!(total.filled * 100 >= total.tables * WANTED[0]);
    assert!(total.variants.get(&0).copied().unwrap_or(0) * 100 >= total.rows * WANTED[1]);
}

/// The folders that UNMIGRATE_CORPUS names.
pub fn histories() -> Vec<PathBuf> {
    let folders = std::env::var("UNMIGRATE_CORPUS").expect("UNMIGRATE_CORPUS names folders of histories");
    let mut out: Vec<PathBuf> = Vec::new();
    for folder in folders.split(':') {
        out.extend(std::fs::read_dir(folder).expect("a folder of histories").flatten().map(|entry| entry.path()));
    }
    out.sort();
    out
}

/// The history in a folder.
pub fn history(folder: &Path) -> Outcome<History> {
    let cwd = std::env::current_dir().map_err(|e| e.to_string())?;
    let context = Context { cwd: &cwd, tool: None, dialect: None, server: None, loader: &NoConfig };
    Ok(unmigrate_sources::read(folder, &context).map_err(|e| e.message)?.history)
}

/// The end of a long message on one line.
pub fn words(why: &str, most: usize) -> String {
    let start = why.char_indices().rev().nth(most).map_or(0, |(at, _)| at);
    why[start..].replace('\n', " ")
}

/// What came of it.
#[derive(Default)]
struct Figures {
    tables: usize,
    filled: usize,
    rows: usize,
    refused: usize,
    unlinked: usize,
    variants: BTreeMap<usize, usize>,
    sow: Duration,
    read: Duration,
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.tables += other.tables;
        self.filled += other.filled;
        self.rows += other.rows;
        self.refused += other.refused;
        self.unlinked += other.unlinked;
        self.sow += other.sow;
        self.read += other.read;
        for (variant, count) in other.variants {
            *self.variants.entry(variant).or_default() += count;
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Figures { tables, filled, rows, refused, unlinked, variants, sow, read } = self;
        write!(
            f,
            "{filled} of {tables} tables, {rows} rows, {refused} refused, {unlinked} links refused, variants {variants:?}, \
             made in {sow:.1?}, read in {read:.1?}"
        )
    }
}

fn seeded(folder: &Path) -> Outcome<Figures> {
    let history = history(folder)?;
    let Some(mut session) = Session::open(history.dialect)? else { return Ok(Figures::default()) };
    apply(&mut session, &history);
    let dialect = session.dialect;
    let names: Vec<Name> = tables(dialect, &mut |sql| session.query(sql))?;
    let started = Instant::now();
    // One transaction for all, as a proof would have it.
    let sown = session.transaction(|session| sow(session, &names, &Options::default()))?;
    let sow = started.elapsed();
    let started = Instant::now();
    let rows = read(dialect, &names, &mut |sql| session.query(sql))?;
    let read = started.elapsed();
    say(&sown);
    Ok(Figures {
        tables: names.len(),
        filled: rows.tables.values().filter(|t| !t.rows.is_empty()).count(),
        rows: sown.rows.values().sum(),
        refused: sown.refused.len(),
        unlinked: sown.unlinked.len(),
        variants: sown.variants,
        sow,
        read,
    })
}

/// Applies migrations up to the first that is refused here (an extension that is missing ...).
fn apply(session: &mut Session, history: &History) {
    for migration in &history.migrations {
        if let Err(why) = session.script(&migration.sql) {
            println!("  stops at {}: {}", migration.name, why.lines().last().unwrap_or_default());
            break;
        }
    }
    if history.dialect.is_postgres() {
        // What a script left open or set.
        let _ = session.execute("ROLLBACK");
    }
    if history.dialect == Dialect::Sqlite {
        let _ = session.execute("PRAGMA foreign_keys=ON");
    }
}

/// What did not go as planned, once for each table.
fn say(sown: &Sown) {
    for (what, all) in [("refused", &sown.refused), ("not linked", &sown.unlinked), ("plainer", &sown.plainer)] {
        let mut by_table: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for (table, why) in all {
            by_table.entry(table).or_insert((0, why)).0 += 1;
        }
        for (table, (count, why)) in by_table {
            println!("  {table}: {count} {what}: {}", words(why, 400));
        }
    }
}
