//! Columns whose values stand in another table: who writes a row there has the row here computed anew.
//!
//! The row here is always written, even where nothing seems to differ: whoever fills it at this moment has it locked, and may have
//! looked at the other table before. Behind him the trigger of the row looks again (READ COMMITTED), or he finds the row changed and
//! begins anew (REPEATABLE READ, in which the batches of `rollback` run).

use super::ours::quoted;
use super::parts::Parts;
use super::written::{name_of, trigger};
use super::{Between, Coming, PG};
use crate::catalog::{Catalog, Name};
use crate::expand::restore::Restore;
use crate::lex::{Kind, Token, lex};
use crate::render::{Statement, clause};

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

/// What the trigger of a row here begins with, where it gets another row over there: who writes that one at this moment does not
/// see this one yet. So it is waited for, and looked at behind him.
pub fn locked(link: &Link) -> String {
    let differs =
        |(here, _): &(String, String)| format!("{} IS DISTINCT FROM {}", text("OLD", here), text("NEW", here));
    let found = |(here, there): &(String, String)| format!("moved.{} = NEW.{}", quoted(there), quoted(here));
    let (differs, found): (Vec<String>, Vec<String>) = link.by.iter().map(|by| (differs(by), found(by))).unzip();
    format!(
        "  IF TG_OP = 'INSERT' OR {} THEN\n    PERFORM 1 FROM {} AS moved WHERE {} FOR SHARE;\n  END IF;\n",
        differs.join(" OR "),
        clause::name(&link.from, PG),
        found.join(" AND ")
    )
}

fn text(row: &str, column: &str) -> String {
    format!("{row}.{}::text COLLATE \"C\"", quoted(column))
}

/// A trigger on each of the other tables, and one that refuses to empty it, which no row would tell of.
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
        let same = |column: &&str| format!("{} IS DISTINCT FROM {}", text("OLD", column), text("NEW", column));
        let differs: Vec<String> = of.iter().map(same).collect();
        let body = format!(
            "BEGIN\n  IF TG_OP = 'TRUNCATE' THEN\n    \
             RAISE EXCEPTION USING ERRCODE = 'object_in_use', MESSAGE = {};\n  END IF;\n{}  IF TG_OP = 'UPDATE' AND NOT ({}) THEN\n    RETURN NULL;\n  END IF;\n  \
             IF TG_OP <> 'INSERT' THEN\n    {}  END IF;\n  IF TG_OP <> 'DELETE' THEN\n    {}  END IF;\n  RETURN NULL;\nEND\n",
            clause::literal(&format!("{} can not be emptied by TRUNCATE until the way back is done", pair.1)),
            hidden(pair.0),
            differs.join(" OR "),
            touch("OLD"),
            touch("NEW"),
        );
        let name = name_of(pair.0, Some(pair.1));
        trigger(parts, (&name, ""), &body, "AFTER INSERT OR UPDATE OR DELETE", pair.1);
        emptied(&name, pair.1, parts);
    }
}

fn emptied(name: &str, table: &Name, parts: &mut Parts) {
    let (own, function) = (clause::name(table, PG), clause::name(&table.sibling(name), PG));
    let trigger = quoted(&format!("{name}_emptied"));
    parts.kept.push(Statement::new(
        format!("CREATE TRIGGER {trigger} BEFORE TRUNCATE ON {own} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"),
        "",
    ));
    // Before the function that both call.
    let at = parts.gone.len() - 1;
    parts.gone.insert(at, Statement::new(format!("DROP TRIGGER {trigger} ON {own}"), ""));
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
