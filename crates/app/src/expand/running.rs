//! The gate `statements`: has anything run lately that names what the contract takes away? Asked of `pg_stat_statements`, where
//! it is there.
//!
//! It counts how often each statement has run, and not when. So `backfill` notes the counts when all is filled, and `contract`
//! looks which have grown since. A statement that names no column (`SELECT *`) is not seen.

use super::contract::ContractOptions;
use super::plan::{Part, PlanFile};
use super::refusal;
use super::report::{ContractReport, GateReport};
use crate::archive::Home;
use crate::archive::sql::literal;
use std::collections::BTreeMap;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::mentions;

const GATE: &str = "statements";
const ASKS: &str = "statements that name what goes have run since `backfill` was done";
const NOTED: &str = "backfill_statements";
/// Stands for the look itself, so that one that found nothing is one too.
const LOOKED: &str = "";
const PG: Dialect = Dialect::Postgres;

/// A statement and how often it has run.
struct Ran {
    calls: u64,
    text: String,
}

/// What goes: a table, and of it one column; none: all of it.
fn leaving(part: &Part) -> Option<(&str, Option<&str>)> {
    let table = part.table.rsplit('.').next().unwrap_or_default();
    match part.recipe.as_str() {
        "drop-table" | "merge-tables" => Some((table, None)),
        "rename-table" => Some((part.old.rsplit('.').next().unwrap_or_default(), None)),
        "rename-column" | "drop-column" | "split-column" | "merge-columns" | "move-column" | "split-table" => {
            Some((table, Some(&part.old)))
        }
        // Else versions name it through the contract.
        "change-type" if part.new == part.last => Some((table, Some(&part.old))),
        _ => None,
    }
}

fn named(text: &str, (table, column): (&str, Option<&str>)) -> bool {
    mentions(text, table, PG) && column.is_none_or(|c| mentions(text, c, PG))
}

/// What a person runs to change the schema names it too, and so does what is run here.
fn of_a_client(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let own = ["ALTER", "CREATE", "DROP", "COMMENT", "GRANT", "REVOKE", "LOCK"].contains(&word.as_str());
    !own && !text.contains("unmigrate")
}

/// A query of ours, so that it is told from one of a client.
pub fn ours(query: &str) -> String {
    query.replacen("SELECT ", "SELECT /* unmigrate */ ", 1)
}

/// Every statement of this database that names what a plan takes away. None where nothing counts them.
fn running(db: &mut dyn Database, plan: &PlanFile) -> Result<Option<BTreeMap<String, Ran>>, Failure> {
    let place = "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
                 WHERE e.extname = 'pg_stat_statements'";
    let Some(schema) = db.query(place)?.first().map(str::to_owned) else { return Ok(None) };
    let sql = format!(
        "SELECT s.queryid, sum(s.calls), min(s.query) FROM {schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid \
         WHERE d.datname = current_database() AND s.queryid IS NOT NULL GROUP BY s.queryid"
    );
    let goes: Vec<_> = plan.parts.iter().filter_map(leaving).collect();
    let mut found = BTreeMap::new();
    for row in db.query(&sql)?.rows {
        let [Some(id), Some(calls), Some(text)] = row.as_slice() else { continue };
        if of_a_client(text) && goes.iter().any(|what| named(text, *what)) {
            found.insert(id.clone(), Ran { calls: calls.parse().unwrap_or_default(), text: text.clone() });
        }
    }
    Ok(Some(found))
}

fn concerns(db: &dyn Database, plan: &PlanFile) -> bool {
    db.dialect() == PG && plan.parts.iter().any(|part| leaving(part).is_some())
}

/// Notes how often each has run until now. What can't be read is not noted.
///
/// # Errors
/// Where our own table can't be written.
pub fn note(db: &mut dyn Database, plan: &PlanFile) -> Result<(), Failure> {
    if !concerns(db, plan) {
        return Ok(());
    }
    let Ok(Some(found)) = running(db, plan) else { return Ok(()) };
    let table = Home::find(db)?.make(db)?.table(NOTED, PG);
    let word = literal(&plan.migration, PG);
    db.execute(&format!(
        "CREATE TABLE IF NOT EXISTS {table} (backfill TEXT, statement TEXT, calls BIGINT NOT NULL, PRIMARY KEY (backfill, statement))"
    ))?;
    let looked = format!("({word}, {}, 0)", literal(LOOKED, PG));
    let row = |(id, ran): (&String, &Ran)| format!("({word}, {}, {})", literal(id, PG), ran.calls);
    let rows: Vec<String> = std::iter::once(looked).chain(found.iter().map(row)).collect();
    db.execute(&format!("DELETE FROM {table} WHERE backfill = {word}"))?;
    let values = rows.join(", ");
    db.execute(&format!("INSERT INTO {table} (backfill, statement, calls) VALUES {values} ON CONFLICT DO NOTHING"))
        .map(drop)
}

/// Asks the gate, where the plan takes something away that statements name.
pub fn ask(db: &mut dyn Database, plan: &PlanFile, options: &ContractOptions, report: &mut ContractReport) {
    if !concerns(db, plan) {
        return;
    }
    let gate = |saw: Option<usize>, skipped: Option<String>| GateReport {
        name: GATE.to_owned(),
        asks: ASKS.to_owned(),
        saw: saw.map(|n| n.to_string()),
        open: saw.is_none_or(|n| n == 0),
        skipped,
    };
    if options.skip_gate.iter().any(|name| name == GATE) {
        report.gates.push(gate(None, options.reason.clone()));
        return;
    }
    match since(db, plan) {
        Ok(grown) => {
            report.problems.extend(grown.iter().take(3).map(|text| refusal::still_running(text)));
            report.gates.push(gate(Some(grown.len()), None));
        }
        Err(why) => report.gates.push(gate(None, Some(why))),
    }
}

/// The statements that have run since `backfill` looked; why not, where that can't be told.
fn since(db: &mut dyn Database, plan: &PlanFile) -> Result<Vec<String>, String> {
    let unread = |f: Failure| format!("pg_stat_statements can't be read: {f}");
    let found = running(db, plan).map_err(unread)?.ok_or("pg_stat_statements is not there to count them")?;
    let nothing = || "`backfill` has noted nothing here".to_owned();
    let table = Home::find(db).map_err(unread)?.table(NOTED, PG);
    let word = literal(&plan.migration, PG);
    let noted =
        db.query(&format!("SELECT statement, calls FROM {table} WHERE backfill = {word}")).map_err(|_| nothing())?;
    let noted: BTreeMap<String, u64> = noted
        .rows
        .into_iter()
        .filter_map(|row| match row.as_slice() {
            [Some(id), Some(calls)] => Some((id.clone(), calls.parse().unwrap_or_default())),
            _ => None,
        })
        .collect();
    if !noted.contains_key(LOOKED) {
        return Err(nothing());
    }
    // Fewer: the counts were set to zero meanwhile, and it has run since.
    let grown = found.into_iter().filter(|(id, ran)| ran.calls != noted.get(id).copied().unwrap_or_default());
    Ok(grown.map(|(_, ran)| ran.text).collect())
}
