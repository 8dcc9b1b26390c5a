//! Columns whose values stand in another table: who writes a row there has the row here computed anew.
//!
//! The row here is always written, even where nothing seems to differ: whoever fills it at this moment has it locked, and may have
//! looked at the other table before. Behind him the trigger of the row looks again.

use super::marks::quoted;
use super::parts::Parts;
use super::written::{name_of, trigger};
use super::{Between, Coming, PG};
use crate::catalog::{Catalog, Name};
use crate::expand::restore::Restore;
use crate::lex::{Kind, Token, lex};
use crate::render::clause;

/// How the row of another table is found.
pub struct Link {
    /// The other table.
    pub from: Name,
    /// Columns here, each with that of the other table.
    pub by: Vec<(String, String)>,
    /// The columns over there that the value is made of, those of the link among them.
    pub of: Vec<String>,
}

impl Link {
    /// Read from the expression, as a move writes it: `moved` is the row of the other table. None where it is not that.
    pub fn of(restore: &Restore, from: &Name, now: &Catalog, between: &Between) -> Option<Link> {
        let there = now.table(from)?;
        let here = now.table(&restore.table)?;
        if !between.is_as_then(from) || !between.is_as_then(&restore.table) {
            return None;
        }
        let (text, own) = (&restore.expression, clause::name(&restore.table, PG));
        let tokens = lex(text, 0, PG);
        let mut link = Link { from: from.clone(), by: vec![], of: vec![] };
        for at in 0..tokens.len() {
            let Some((column, next)) = moved(text, &tokens[at..]) else { continue };
            there.column(&column)?;
            let rest = text[tokens[at + next - 1].end..].strip_prefix(&format!(" = {own}."));
            let end = rest.map(|rest| lex(rest, 0, PG)).and_then(|rest| rest.first().map(|t| t.end));
            if let (Some(rest), Some(end)) = (rest, end) {
                let name = named(&rest[..end]);
                here.column(&name)?;
                let pair = (name, column.clone());
                if !link.by.contains(&pair) {
                    link.by.push(pair);
                }
            }
            if !link.of.contains(&column) {
                link.of.push(column);
            }
        }
        (!link.by.is_empty()).then_some(link)
    }
}

/// `moved."bio"`: the column, and how many tokens it takes.
fn moved(text: &str, tokens: &[Token]) -> Option<(String, usize)> {
    let [row, dot, column, ..] = tokens else { return None };
    let is = row.kind == Kind::Word && &text[row.start..row.end] == "moved" && dot.kind == Kind::Punct(b'.');
    is.then(|| (named(&text[column.start..column.end]), 3))
}

fn named(text: &str) -> String {
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

/// A trigger on each of the other tables.
pub fn keep(coming: &[Coming], parts: &mut Parts) {
    let mut met: Vec<(&Name, &Name)> = Vec::new();
    for one in coming {
        let Some(link) = &one.link else { continue };
        let pair = (&one.now.name, &link.from);
        if met.contains(&pair) {
            continue;
        }
        met.push(pair);
        let alike = |c: &&Coming| c.now.name == *pair.0 && c.link.as_ref().is_some_and(|l| l.from == *pair.1);
        let mut of: Vec<&str> = Vec::new();
        for column in coming.iter().filter(alike).filter_map(|c| c.link.as_ref()).flat_map(|l| &l.of) {
            if !of.contains(&column.as_str()) {
                of.push(column);
            }
        }
        let touch = |row: &str| {
            let by = |(here, there): &(String, String)| format!("{} = {row}.{}", quoted(here), quoted(there));
            let by: Vec<String> = link.by.iter().map(by).collect();
            let column = quoted(&one.meanwhile);
            format!("UPDATE {} SET {column} = {column} WHERE {};\n", clause::name(pair.0, PG), by.join(" AND "))
        };
        let same = |column: &&str| {
            let text = |row: &str| format!("{row}.{}::text COLLATE \"C\"", quoted(column));
            format!("{} IS DISTINCT FROM {}", text("OLD"), text("NEW"))
        };
        let differs: Vec<String> = of.iter().map(same).collect();
        let body = format!(
            "BEGIN\n{}  IF TG_OP = 'UPDATE' AND NOT ({}) THEN\n    RETURN NULL;\n  END IF;\n  \
             IF TG_OP <> 'INSERT' THEN\n    {}  END IF;\n  IF TG_OP <> 'DELETE' THEN\n    {}  END IF;\n  RETURN NULL;\nEND\n",
            hidden(pair.0),
            differs.join(" OR "),
            touch("OLD"),
            touch("NEW"),
        );
        trigger(parts, (&name_of(pair.0, Some(pair.1)), ""), &body, "AFTER INSERT OR UPDATE OR DELETE", pair.1);
    }
}

/// Refuses where a temporary table hides the one that is written.
fn hidden(table: &Name) -> String {
    if !table.schema.is_empty() {
        return String::new();
    }
    format!(
        "  IF to_regclass({}) IS NOT NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'duplicate_table', MESSAGE = {};\n  END IF;\n",
        clause::literal(&format!("pg_temp.{}", quoted(&table.name))),
        clause::literal(&format!("a temporary table hides {table}, which is written too until the way back is done"))
    )
}
