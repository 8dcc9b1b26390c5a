//! Makes the rows that the kernel plans.

use crate::session::{Outcome, Session};
use std::collections::BTreeMap;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::seed::{Options, Planned, Purpose, facts, plan};

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Sown {
    /// How many rows each table got.
    pub rows: BTreeMap<String, usize>,
    /// How many rows were made of the first variant, the second, ...
    pub variants: BTreeMap<usize, usize>,
    /// Rows that were refused in every variant: the table and why.
    pub refused: Vec<(String, String)>,
    /// Why the first variant was refused where another was accepted: the table and the engine's words.
    pub plainer: Vec<(String, String)>,
    /// Links that were refused.
    pub unlinked: Vec<(String, String)>,
}

/// Gives rows to tables, and to those around them.
pub fn sow(session: &mut Session, tables: &[Name], options: &Options) -> Outcome<Sown> {
    sow_around(session, tables, &[], options)
}

/// The same, but for some tables that are left empty.
pub fn sow_around(session: &mut Session, tables: &[Name], empty: &[Name], options: &Options) -> Outcome<Sown> {
    let mut facts = facts(session.dialect, tables, &mut |sql| session.query(sql))?;
    facts.leave_empty(empty);
    let mut out = Sown::default();
    let all = plan(&facts, options);
    // Nearly always every first variant is accepted, and one text of a table's rows takes one trip to the server.
    for of_table in all.chunk_by(|a, b| a.table == b.table && a.purpose == b.purpose) {
        let first: Vec<String> = of_table.iter().map(|p| p.variants[0].clone()).collect();
        if session.in_transaction && session.dialect.is_postgres() && session.in_savepoint(&first.join(";")).is_ok() {
            if of_table[0].purpose == Purpose::Row {
                *out.rows.entry(of_table[0].table.to_string()).or_default() += first.len();
                *out.variants.entry(0).or_default() += first.len();
            }
            continue;
        }
        of_table.iter().for_each(|planned| one(session, planned, &mut out));
    }
    Ok(out)
}

fn one(session: &mut Session, planned: &Planned, out: &mut Sown) {
    let table = planned.table.to_string();
    match (session.first_accepted(&planned.variants), planned.purpose) {
        (Ok((at, why)), Purpose::Row) => {
            out.plainer.extend(why.into_iter().next().map(|why| (table.clone(), why)));
            *out.rows.entry(table).or_default() += 1;
            *out.variants.entry(at).or_default() += 1;
        }
        (Ok(_), Purpose::Link) => {}
        (Err(why), Purpose::Row) => out.refused.push((table, why.join("\n"))),
        (Err(why), Purpose::Link) => out.unlinked.push((table, why.join("\n"))),
    }
}
