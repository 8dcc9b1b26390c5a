//! PostgreSQL: columns that come back are filled while others read and write.
//!
//! Filled in one transaction, a table is shut for as long as every row takes. So the way back is three: the first adds the
//! columns under names that nobody reads, and triggers that keep them what they are to be; then rows are filled and looked at,
//! indexes made, while everybody goes on; the last gives everything its name, and looks at no row. Meanwhile only versions of after
//! the contract run: what they write goes to the columns that come, and nothing comes back.

mod between;
mod counted;
mod hung;
mod linked;
mod ours;
mod parts;
mod written;

use super::{Restore, Restores, added_at, identity};
use crate::Dialect;
use crate::catalog::{Catalog, Column, Name, Table, Trigger};
use crate::expand::locked::{Lock, together};
use crate::render::{Statement, clause, identity_clause, object};
use crate::rollback::{Note, NoteKind};
use between::Between;
use linked::Link;
use parts::Parts;

const PG: Dialect = Dialect::Postgres;

/// A column that comes back.
struct Coming<'a> {
    restore: &'a Restore,
    /// Its table when the way back begins.
    now: &'a Table,
    /// Its table at the end.
    later: &'a Table,
    /// The column at the end.
    column: &'a Column,
    /// Its name until then.
    meanwhile: String,
    /// Its value until then, as SQL over the row.
    value: String,
    /// Its type until then.
    ty: String,
    /// Where the value stands in another table, how its rows are found.
    link: Option<Link>,
}

/// Does so for all columns, or for none: what would be shut out, or not filled as it should be, stays with one transaction. `begins`
/// is what each transaction begins with. Gives whether it was done.
pub fn apart(
    found: &[(&Restore, Table)],
    (now, then): (&Catalog, &Catalog),
    begins: &[Statement],
    statements: &mut Vec<Statement>,
    notes: &mut Vec<Note>,
) -> bool {
    let names = |(restore, table): &(&Restore, Table)| (restore.table.clone(), restore.column.clone(), table.clone());
    let Some(between) = Between::of(&found.iter().map(names).collect::<Vec<_>>(), now, then, statements) else {
        return false;
    };
    let coming: Option<Vec<Coming>> = found.iter().map(|found| coming(found, now, then, &between)).collect();
    let Some(coming) = coming.filter(|all| !all.is_empty()) else { return false };
    let mut parts = Parts::default();
    for one in &coming {
        if column(one, statements, &mut parts).is_none() {
            return false;
        }
    }
    between.types(statements, &mut parts);
    written::keep(&coming, &mut parts);
    linked::keep(&coming, &mut parts);
    hung::take(&between, (now, then), statements, &mut parts);
    counted::asked(&coming, then, statements, &mut parts);
    written::asked(&coming, &mut parts);
    written::fill(&coming, &mut parts);
    let (first, last) = locks(&coming, begins);
    *statements = parts.put_together(std::mem::take(statements), [&first, &last]);
    let required = |n: &Note, c: &Coming| n.object == object(&c.restore.table, &c.restore.column);
    notes.retain(|n| {
        let eased = n.kind == NoteKind::MayRefuse && n.detail.starts_with("NOT NULL");
        !eased || !coming.iter().any(|c| required(n, c))
    });
    true
}

/// What the first transactions and the last begin with: whoever writes one of several tables may look at another.
fn locks(coming: &[Coming], begins: &[Statement]) -> (Vec<Statement>, Vec<Statement>) {
    let mut tables: Vec<&Name> = Vec::new();
    for name in coming.iter().flat_map(|c| [Some(&c.now.name), c.link.as_ref().map(|l| &l.from)]).flatten() {
        if !tables.contains(&name) {
            tables.push(name);
        }
    }
    if tables.len() < 2 {
        return (begins.to_vec(), begins.to_vec());
    }
    let all: Vec<Lock> = tables.into_iter().map(Lock::all).collect();
    let all = vec![Statement::new(together(&all), "")];
    (if begins.is_empty() { all.clone() } else { begins.to_vec() }, all)
}

fn coming<'a>(
    (restore, table): &'a (&'a Restore, Table),
    now: &Catalog,
    then: &'a Catalog,
    between: &Between,
) -> Option<Coming<'a>> {
    let later = then.table(&restore.table)?;
    let column = later.column(&restore.column)?;
    // What fires on every UPDATE would fire for every row that is filled, and can't be put aside while others write.
    let fires = |t: &Trigger| !matches!(t.state, 'D' | 'R') && t.event.text.to_ascii_uppercase().contains("UPDATE");
    if table.triggers.iter().any(fires)
        || column.generated.is_some()
        || table.partition_of.is_some()
        || restore.kind == Restores::Filled
    {
        return None;
    }
    let meanwhile = between.column(&restore.table, &restore.column)?;
    let link = match &restore.from {
        Some(from) => Some(Link::of(restore, from, now, between)?),
        None => None,
    };
    // What stands in another table is found by names that stay as they are.
    let value = match link {
        Some(_) => restore.expression.clone(),
        None => between.said(&restore.table, &restore.expression),
    };
    let ty = between.type_of(column);
    Some(Coming { restore, now: table, later, column, meanwhile, value, ty, link })
}

/// The column itself: added under the name of the time between, and what makes it what it was. None where it is added in a way
/// that this does not know.
fn column(coming: &Coming, statements: &[Statement], parts: &mut Parts) -> Option<()> {
    let (own, column) = (clause::name(&coming.now.name, PG), coming.column);
    let at = added_at(coming.restore, statements)?;
    let whole = format!("ALTER TABLE {own} ADD COLUMN {}", definition(column));
    if statements[at].sql != whole {
        return None;
    }
    let (meanwhile, last) = (ours::quoted(&coming.meanwhile), ours::quoted(&column.name));
    let collation = column.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
    let add = format!("ALTER TABLE {own} ADD COLUMN {meanwhile} {}{collation}", coming.ty);
    parts.first.push(Statement { sql: add, ..statements[at].clone() });
    let filled = written::required(coming, parts);
    let mut instead = vec![format!("ALTER TABLE {own} RENAME COLUMN {meanwhile} TO {last}")];
    // Where it was validated it looks at nothing any more.
    instead.extend(filled.iter().map(|check| format!("ALTER TABLE {own} VALIDATE CONSTRAINT {check}")));
    let dropped = filled.map(|check| format!("ALTER TABLE {own} DROP CONSTRAINT {check}"));
    if column.identity.is_some() {
        let counted = identity::later(&whole, coming.restore, coming.now, coming.later)?;
        parts.counted.push(Statement::new(counted.first, ""));
        let gone = statements.iter().rposition(|s| s.sql.starts_with(&counted.gone))?;
        let after = counted.after.into_iter().chain(dropped);
        parts.behind.push((gone, after.map(|sql| Statement::new(sql, "")).collect()));
    } else {
        let default = clause::default(column).map(|default| format!("ALTER COLUMN {last} SET {default}"));
        let required = column.not_null.then(|| format!("ALTER COLUMN {last} SET NOT NULL"));
        let actions: Vec<String> = default.into_iter().chain(required).collect();
        instead.extend((!actions.is_empty()).then(|| format!("ALTER TABLE {own} {}", actions.join(", "))));
        instead.extend(dropped);
    }
    parts.instead.push((at, instead.into_iter().map(|sql| Statement::new(sql, "")).collect()));
    Some(())
}

/// A column as the renderer adds it.
fn definition(column: &Column) -> String {
    let collation = column.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
    let identity = column.identity.as_ref().map(|i| format!(" {}", identity_clause(i))).unwrap_or_default();
    let required = if column.not_null { " NOT NULL" } else { "" };
    let default = clause::default(column).map(|d| format!(" {d}")).unwrap_or_default();
    format!("{} {}{collation}{identity}{required}{default}", ours::quoted(&column.name), column.data_type)
}
