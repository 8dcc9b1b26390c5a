//! The values of columns that come: kept what they are to be by a trigger, filled for the rows that were there, and asked for before
//! anything changes.

use super::ours::{ours, quoted};
use super::parts::{Parts, beside};
use super::{Coming, PG, linked};
use crate::catalog::{Name, Table, mentions};
use crate::expand::recipe::truncate_to;
use crate::expand::restore::Restores;
use crate::expand::sync::postgres::{LONGEST, around, differ};
use crate::lex::{Kind, lex};
use crate::names::truncate;
use crate::plan::BATCHED;
use crate::render::{Statement, clause};

/// Those of one table after another.
fn by_table<'c, 'a>(coming: &'c [Coming<'a>]) -> Vec<(&'a Table, Vec<&'c Coming<'a>>)> {
    let mut out: Vec<(&Table, Vec<&Coming>)> = Vec::new();
    for one in coming {
        match out.iter_mut().find(|(table, _)| table.name == one.now.name) {
            Some((_, own)) => own.push(one),
            None => out.push((one.now, vec![one])),
        }
    }
    out
}

/// A value in the type of its column.
fn typed(one: &Coming) -> String {
    format!("({})::{}", one.value, one.ty)
}

/// Makes a function and a trigger of the time between.
pub fn trigger(parts: &mut Parts, (name, prefix): (&str, &str), body: &str, event: &str, table: &Name) {
    let function = clause::name(&table.sibling(name), PG);
    let (trigger, own) = (quoted(&format!("{prefix}{name}")), clause::name(table, PG));
    parts.kept.push(Statement::new(
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $unmigrate$\n{body}$unmigrate$"
        ),
        "",
    ));
    parts.kept.push(Statement::new(
        format!("CREATE TRIGGER {trigger} {event} ON {own} FOR EACH ROW EXECUTE FUNCTION {function}()"),
        "",
    ));
    parts.gone.push(Statement::new(format!("DROP TRIGGER {trigger} ON {own}"), ""));
    parts.gone.push(Statement::new(format!("DROP FUNCTION {function}()"), ""));
}

/// A trigger for each table: the last of all that change the row, so that what others make of it counts.
pub fn keep(coming: &[Coming], parts: &mut Parts) {
    for (table, own) in by_table(coming) {
        let one = |c: &&Coming| {
            let row = quoted(&table.name.name);
            // The row stands under the name of its table alone, whatever schema that is in.
            let value = c.value.replace(&format!("{}.", clause::name(&table.name, PG)), &format!("{row}."));
            format!("  NEW.{} := (SELECT {value} FROM (SELECT NEW.*) AS {row});\n", quoted(&c.meanwhile))
        };
        // One that keeps something of what the column holds begins with nothing, as the rows that are filled do.
        let none = |c: &&Coming| format!("  NEW.{} := NULL;\n", quoted(&c.meanwhile));
        let none: String = match own.iter().any(|c| names_coming(c, &own)) {
            true => own.iter().map(none).collect(),
            false => String::new(),
        };
        let set: String = own.iter().map(one).collect();
        let locked: String = own.iter().find_map(|c| c.link.as_ref()).map(linked::locked).unwrap_or_default();
        let prefix = around(table).1.unwrap_or_default();
        let name = name_of(&table.name, None);
        let body = format!("BEGIN\n{locked}{none}{set}  RETURN NEW;\nEND\n");
        trigger(parts, (&name, &prefix), &body, "BEFORE INSERT OR UPDATE", &table.name);
    }
}

/// Is its value made of a column that comes too, or of what it holds itself?
fn names_coming(one: &Coming, own: &[&Coming]) -> bool {
    own.iter().any(|c| mentions(&one.value, &c.meanwhile, PG))
}

/// What the function and the trigger of a table are called.
pub fn name_of(table: &Name, of: Option<&Name>) -> String {
    let from = of.map(|of| format!("_from_{}", of.name)).unwrap_or_default();
    truncate_to(LONGEST, &format!("unmigrate_back_{}{from}", table.name))
}

/// A column that comes NOT NULL has a check that stands for it: looked at while others go on. Gives its name.
pub fn required(one: &Coming, parts: &mut Parts) -> Option<String> {
    one.column.not_null.then(|| {
        let own = clause::name(&one.now.name, PG);
        let check =
            quoted(&truncate(PG, &format!("{}_filled", ours(&format!("{}_{}", one.now.name.name, one.column.name)))));
        let holds = format!("{} IS NOT NULL", quoted(&one.meanwhile));
        parts
            .first
            .push(Statement::new(format!("ALTER TABLE {own} ADD CONSTRAINT {check} CHECK ({holds}) NOT VALID"), ""));
        parts.beside.push(beside(format!("ALTER TABLE {own} VALIDATE CONSTRAINT {check}")));
        check
    })
}

/// One UPDATE for each table. It finds by itself what is left to do.
///
/// Where a value stands in another table, it leaves it to the trigger, which looks when the row is locked already: what a statement has
/// read of that table before, somebody may have changed by then.
pub fn fill(coming: &[Coming], parts: &mut Parts) {
    for (table, own) in by_table(coming) {
        let linked = own.iter().find(|c| c.link.is_some()).map(|c| quoted(&c.meanwhile));
        let set: Vec<String> = own.iter().map(|c| format!("{} = {}", quoted(&c.meanwhile), c.value)).collect();
        let todo: Vec<String> = own.iter().map(|c| todo(c)).collect();
        let todo = match todo.as_slice() {
            [one] => one.clone(),
            _ => todo.iter().map(|t| format!("({t})")).collect::<Vec<_>>().join(" OR "),
        };
        let own = clause::name(&table.name, PG);
        let rest = match linked {
            Some(column) => format!("{column} = {column}"),
            None => format!("{} WHERE {todo}", set.join(", ")),
        };
        parts.filled.push(beside(format!("UPDATE {BATCHED} {own} SET {rest}")));
    }
}

fn todo(one: &Coming) -> String {
    let column = quoted(&one.meanwhile);
    match one.restore.kind {
        // Whatever the expression gives is as good as what it gives again.
        Restores::Nearly => format!("{column} IS NULL AND ({}) IS NOT NULL", one.value),
        _ if copied(one) => differ(one.column, &column, &one.value),
        _ => differ(one.column, &column, &typed(one)),
    }
}

/// It is a copy of another column of its type.
fn copied(one: &Coming) -> bool {
    let tokens = lex(&one.value, 0, PG);
    let [token] = tokens.as_slice() else { return false };
    let is = |c: &&crate::catalog::Column| match token.kind {
        Kind::Quoted => quoted(&c.name) == one.value,
        Kind::Word => c.name == one.value.to_lowercase(),
        _ => false,
    };
    one.now.columns.iter().find(is).is_some_and(|c| c.canonical == one.column.canonical)
}

/// Before anything changes: a value that a column can't hold, or a row that has none for one that is NOT NULL.
pub fn asked(coming: &[Coming], parts: &mut Parts) {
    for (table, own) in by_table(coming) {
        // A type that comes too is not there to be asked.
        let own: Vec<&Coming> = own.into_iter().filter(|c| c.link.is_none() && c.ty == c.column.data_type).collect();
        let value = |c: &&Coming| typed(c);
        let (required, free): (Vec<&Coming>, Vec<&Coming>) =
            own.iter().copied().filter(|c| c.column.not_null || !copied(c)).partition(|c| c.column.not_null);
        let name = match own.iter().any(|c| names_coming(c, &own)) {
            false => clause::name(&table.name, PG),
            true => {
                let none = |c: &&Coming| format!("NULL::{} AS {}", c.ty, quoted(&c.meanwhile));
                let none: Vec<String> = own.iter().map(none).collect();
                let (table, row) = (clause::name(&table.name, PG), quoted(&table.name.name));
                format!("(SELECT *, {} FROM {table}) AS {row}", none.join(", "))
            }
        };
        let mut body = String::new();
        if !free.is_empty() {
            let counts: Vec<String> = free.iter().map(value).map(|v| format!("count({v})")).collect();
            body.push_str(&format!("  PERFORM {} FROM {name};\n", counts.join(", ")));
        }
        if !required.is_empty() {
            let none: Vec<String> = required.iter().map(value).map(|v| format!("{v} IS NULL")).collect();
            let names: Vec<&str> = required.iter().map(|c| c.column.name.as_str()).collect();
            let words = format!("{}: a row has no value for {}, which is NOT NULL", table.name, names.join(" or "));
            body.push_str(&format!(
                "  IF EXISTS (SELECT 1 FROM {name} WHERE {}) THEN\n    \
                 RAISE EXCEPTION USING ERRCODE = 'not_null_violation', MESSAGE = {};\n  END IF;\n",
                none.join(" OR "),
                clause::literal(&words)
            ));
        }
        if !body.is_empty() {
            let why = "  -- Before anything changes: what every row has for the columns that come, they must be able to hold.\n";
            parts.asked.push(beside(format!("DO $unmigrate$ BEGIN\n{why}{body}END $unmigrate$")));
        }
    }
}
