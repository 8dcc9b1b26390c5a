//! What the kernel costs, as numbers in JSON; `npm run bench` asks and prints them.
//!
//! - `compare DIR ..`: the rollbacks of whole histories, against parsing the same statements with `sqlparser` alone.
//! - `length N DIR ..`: the rollbacks of a history of N migrations, made by repeating those histories with every object
//!   under another name each time; time and peak memory of this process.
//! - `write N INTO DIR ..`: the same history as a folder of Prisma's, for a run of the whole command.

use serde_json::{Value, json};
use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::lex::{Kind, lex};
use unmigrate_kernel::lower::Lowering;
use unmigrate_kernel::split::split;
use unmigrate_kernel::{Dialect, History, Migration, rollbacks};
use unmigrate_sources::{Context, NoConfig, read};

/// How often each thing is measured; the fastest counts, since everything else on the machine only adds.
const ROUNDS: usize = 7;

fn main() {
    // `cargo bench` puts a flag of its own among them.
    let words: Vec<String> = std::env::args().skip(1).filter(|w| w != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = match words.as_slice() {
        ["compare", dirs @ ..] if !dirs.is_empty() => compare(&histories(dirs)),
        ["length", count, dirs @ ..] if !dirs.is_empty() => length(&repeated(&histories(dirs), number(count))),
        ["write", count, into, dirs @ ..] if !dirs.is_empty() => {
            write(&repeated(&histories(dirs), number(count)), Path::new(into))
        }
        _ => panic!("compare DIR .., length N DIR .. or write N INTO DIR .."),
    };
    println!("{answer}");
}

fn number(word: &str) -> usize {
    word.parse().unwrap_or_else(|_| panic!("{word} is no number"))
}

fn histories(dirs: &[&str]) -> Vec<History> {
    let cwd = std::env::current_dir().expect("there is a working directory");
    let context = Context { cwd: &cwd, tool: None, dialect: None, server: None, loader: &NoConfig };
    dirs.iter()
        .map(|dir| read(&PathBuf::from(dir), &context).unwrap_or_else(|why| panic!("{dir}: {}", why.message)).history)
        .collect()
}

/// The fastest of some rounds.
fn best(mut run: impl FnMut()) -> Duration {
    (0..ROUNDS).map(|_| timed(&mut run)).min().unwrap_or_default()
}

/// What a run costs: time on the processor where the system tells, so that other work on the machine does not count.
fn timed(run: &mut impl FnMut()) -> Duration {
    let (start, on_processor) = (Instant::now(), processor_time());
    run();
    match (on_processor, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    }
}

/// The time that this thread has had on a processor (Linux).
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(status.split_whitespace().next()?.parse().ok()?))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn compare(histories: &[History]) -> Value {
    let mut rows = Vec::new();
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
        let own: Vec<&History> = histories.iter().filter(|h| h.dialect == dialect).collect();
        if own.is_empty() {
            continue;
        }
        let migrations = own.iter().flat_map(|h| &h.migrations);
        let statements: Vec<&str> = migrations.flat_map(|m| texts(m, dialect)).collect();
        let undone = best(|| {
            for history in &own {
                assert_eq!(rollbacks(history).len(), history.migrations.len());
            }
        });
        let parsed = best(|| {
            statements.iter().for_each(|s| {
                black_box(parse(s, dialect));
            })
        });
        rows.push(json!({
            "dialect": dialect.word(),
            "histories": own.len(),
            "migrations": own.iter().map(|h| h.migrations.len()).sum::<usize>(),
            "statements": statements.len(),
            "bytes": statements.iter().map(|s| s.len()).sum::<usize>(),
            "rollbacks": milliseconds(undone),
            "sqlparser": milliseconds(parsed),
        }));
    }
    Value::Array(rows)
}

fn texts(migration: &Migration, dialect: Dialect) -> impl Iterator<Item = &str> {
    split(&migration.sql, dialect, migration.breakpoints).into_iter().map(|s| &migration.sql[s.span])
}

/// `sqlparser` by itself, on one statement; what it can't read costs what it costs.
fn parse(statement: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Mysql => Parser::parse_sql(&MySqlDialect {}, statement).is_ok(),
        Dialect::Sqlite => Parser::parse_sql(&SQLiteDialect {}, statement).is_ok(),
        Dialect::Postgres | Dialect::Cockroach => Parser::parse_sql(&PostgreSqlDialect {}, statement).is_ok(),
    }
}

fn length(history: &History) -> Value {
    let mut count = 0;
    let mut once = || count = black_box(rollbacks(history)).len();
    let (mut all, mut rounds) = (timed(&mut once), 1);
    // The system tells the time on a processor in steps of some milliseconds.
    while all < Duration::from_millis(50) {
        all += timed(&mut once);
        rounds += 1;
    }
    json!({
        "migrations": count,
        "bytes": history.migrations.iter().map(|m| m.sql.len()).sum::<usize>(),
        "milliseconds": milliseconds(all / rounds),
        "peak": peak_memory(),
    })
}

/// The most memory that this process ever had, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The histories, of one dialect, one after the other and again, until there are enough migrations.
fn repeated(histories: &[History], count: usize) -> History {
    let dialect = histories[0].dialect;
    let own: Vec<&History> = histories.iter().filter(|h| h.dialect == dialect).collect();
    let names: Vec<BTreeSet<String>> = own.iter().map(|h| objects(h)).collect();
    let mut migrations = Vec::with_capacity(count);
    for round in 0.. {
        for (history, names) in own.iter().zip(&names) {
            for migration in &history.migrations {
                if migrations.len() == count {
                    return History { dialect, server: None, migrations };
                }
                let at = migrations.len();
                let sql = renamed(&migration.sql, names, &format!("_{round}"), dialect);
                let name = format!("{:014}_repeated", 20_200_101_000_000_u64 + at as u64);
                migrations.push(Migration { name, sql, ..migration.clone() });
            }
        }
    }
    unreachable!("it is repeated until there are enough")
}

/// The names of all objects that a history ever made.
fn objects(history: &History) -> BTreeSet<String> {
    let mut catalog = Catalog::new(history.dialect);
    let mut names = BTreeSet::new();
    for migration in &history.migrations {
        let mut lowering = Lowering::new(&mut catalog, &migration.sql);
        split(&migration.sql, history.dialect, migration.breakpoints).iter().for_each(|s| lowering.statement(s));
        for (name, table) in catalog.tables.iter() {
            names.insert(name.name.clone());
            names.extend(table.indexes.iter().map(|i| i.name.clone()));
            names.extend(table.constraints.iter().map(|c| c.name.clone()));
        }
        let others = catalog.views.keys().chain(catalog.types.keys()).chain(catalog.sequences.keys());
        names.extend(others.map(|n| n.name.clone()));
        names.extend(catalog.routines.keys().map(|(name, _)| name.name.clone()));
    }
    names
}

/// A text with a suffix behind those names wherever they stand.
fn renamed(text: &str, names: &BTreeSet<String>, suffix: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut copied = 0;
    for token in lex(text, 0, dialect) {
        let quotes = usize::from(token.kind == Kind::Quoted);
        if !matches!(token.kind, Kind::Word | Kind::Quoted) || token.cut || token.end - token.start <= 2 * quotes {
            continue;
        }
        let inside = token.start + quotes..token.end - quotes;
        if names.contains(&text[inside.clone()]) {
            out.push_str(&text[copied..inside.end]);
            out.push_str(suffix);
            copied = inside.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

fn write(history: &History, into: &Path) -> Value {
    for migration in &history.migrations {
        let folder = into.join(&migration.name);
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        std::fs::write(folder.join("migration.sql"), &migration.sql).expect("a file can be written");
    }
    let lock = format!("provider = \"{}\"\n", history.dialect.word());
    std::fs::write(into.join("migration_lock.toml"), lock).expect("a file can be written");
    json!({ "migrations": history.migrations.len() })
}
