//! SQLite: AFTER triggers that write the same row once more, one for INSERT and one for UPDATE.
//!
//! A trigger of SQLite can't assign NEW (sqlite.org/lang_createtrigger.html). So the row is written as the client gave it, and
//! completed in the same statement; what can't be kept in both shapes is refused there with RAISE(ABORT), which takes the
//! whole statement back, whatever its own conflict clause says (run on 3.40).
//!
//! Every statement of a trigger looks at the row as it is by then, and not at NEW alone: triggers fire in no order that is
//! promised, and others may have written to it. What a statement of ours writes fires the trigger for UPDATE; where
//! `recursive_triggers` is on, from within itself too. So each writes only where the sides are not in step: they are where
//! the new one is what the old one gives, and as well where the old one is what the new one gives, which is how a row stands
//! that a new version has written.

use super::{Conversion, Side};
use crate::Dialect;
use crate::catalog::{Column, ConstraintKind, Index, Table, replace_identifier};
use crate::dialect::quote;
use crate::expand::Meanwhile;
use crate::expand::recipe::truncate_to;
use crate::render::clause;

const LITE: Dialect = Dialect::Sqlite;
/// SQLite knows no longest name; ours stay readable.
pub const LONGEST: usize = 120;

/// The default of a column that a statement may leave out though it is required: bytes, which are like no text and no number.
/// A trigger puts the value in its place, or refuses the row, within the same statement.
pub const NOT_GIVEN: &str = "x'756e6d696772617465'";

/// What the triggers hold to, beside what the conversion says.
pub struct Held {
    /// Columns that may not be NULL, on which the engine does not hold to that meanwhile.
    pub required: Vec<String>,
    /// Columns of the old side that are eased, and how.
    pub eased: Vec<(String, Meanwhile)>,
    /// What is written by a conversion is of its column's type. The engine keeps whatever it is given (but in STRICT tables).
    pub typed: bool,
}

/// Do two values differ, as SQL? To the byte, whatever the column's collation takes for the same. A column that converts
/// nothing tells 1 from 1.0 by its type alone.
pub fn differ(column: &Column, a: &str, b: &str) -> String {
    let bytes = format!("{a} IS NOT {b} COLLATE BINARY");
    let plain = column.canonical.is_empty() || ["blob", "any"].iter().any(|t| column.canonical.contains(t));
    if plain { format!("({bytes} OR typeof({a}) <> typeof({b}))") } else { bytes }
}

/// The engine fills the column where a statement does not name it.
pub fn has_default(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|d| !d.text.eq_ignore_ascii_case("null"))
}

/// The condition that a row is the one that a trigger fired for: by its number, else by its key. None where the table has no
/// name left for the number.
pub fn this_row(table: &Table) -> Option<String> {
    let all = row_names(table);
    let one = |name: &String| format!("{name} = NEW.{name}");
    (!all.is_empty()).then(|| all.iter().map(one).collect::<Vec<_>>().join(" AND "))
}

/// What tells the rows of a table apart, in SQL: their number, else their key.
fn row_names(table: &Table) -> Vec<String> {
    if table.options.text.to_ascii_uppercase().contains("WITHOUT ROWID") {
        return table.key_columns().into_iter().map(|name| quote(name, LITE)).collect();
    }
    let free = |name: &str| !table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].into_iter().find(|n| free(n)).map(str::to_owned).into_iter().collect()
}

/// What refuses that a column holds nothing (`NULL`, or what stands for it), in the engine's own words, as one statement of a
/// trigger.
pub fn refuse_null(table: &Table, row: &str, column: &str, nothing: &str) -> String {
    let said = format!("NOT NULL constraint failed: {}.{column}", table.name.name);
    raise(table, &said, &format!("{row} AND {} IS {nothing}", quote(column, LITE)))
}

impl Held {
    /// What a column holds where nothing was given for it.
    fn nothing(&self, column: &str) -> &'static str {
        let as_default = |(name, how): &(String, Meanwhile)| name == column && *how == Meanwhile::Default;
        if self.eased.iter().any(as_default) { NOT_GIVEN } else { "NULL" }
    }
}

fn raise(table: &Table, why: &str, when: &str) -> String {
    let (own, why) = (clause::name(&table.name, LITE), why.replace('\'', "''"));
    format!("  SELECT RAISE(ABORT, '{why}') FROM {own} WHERE {when};\n")
}

fn q(side: &Side) -> String {
    quote(&side.column.name, LITE)
}

fn written(name: &str) -> String {
    format!("NEW.{name}")
}

fn was(name: &str) -> String {
    format!("OLD.{name}")
}

fn none(side: &[Side], of: fn(&str) -> String, held: &Held) -> String {
    let one = |s: &Side| format!("{} IS {}", of(&q(s)), held.nothing(&s.column.name));
    side.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

fn any(side: &[Side], of: fn(&str) -> String, held: &Held) -> String {
    let one = |s: &Side| format!("{} IS NOT {}", of(&q(s)), held.nothing(&s.column.name));
    either(&side.iter().map(one).collect::<Vec<_>>())
}

fn here(name: &str) -> String {
    name.to_owned()
}

/// Alternatives, in parentheses where there are several.
fn either(all: &[String]) -> String {
    if all.len() == 1 { all.concat() } else { format!("({})", all.join(" OR ")) }
}

/// The value of a side over the row: a name as it is, all else in parentheses.
fn value(side: &Side) -> String {
    let name = side.value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).is_some_and(|v| !v.contains('"'));
    if name { side.value.clone() } else { format!("({})", side.value) }
}

/// One of the new side is not what the old side gives, in the row as it is.
pub fn apart(of: &Conversion) -> String {
    let one = |s: &Side| differ(s.column, &q(s), &value(s));
    either(&of.new.iter().map(one).collect::<Vec<_>>())
}

/// The old side is what the new one gives, in the row as it is.
fn gives_back(of: &Conversion) -> String {
    let one = |s: &Side| format!("NOT ({})", differ(s.column, &q(s), &value(s)));
    of.old.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

/// The statement has changed one of them.
fn changed(side: &[Side]) -> String {
    let one = |s: &Side| differ(s.column, &written(&q(s)), &was(&q(s)));
    either(&side.iter().map(one).collect::<Vec<_>>())
}

/// Nothing has changed them since the statement wrote the row.
fn untouched(side: &[Side]) -> String {
    let one = |s: &Side| format!("NOT ({})", differ(s.column, &q(s), &written(&q(s))));
    side.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

fn assign(of: &Conversion, side: &[Side], when: &str) -> String {
    let set: Vec<String> = side.iter().map(|s| format!("{} = {}", q(s), value(s))).collect();
    format!("  UPDATE {} SET {} WHERE {when};\n", clause::name(&of.table.name, LITE), set.join(", "))
}

const INTEGERS: [&str; 8] = ["int", "integer", "tinyint", "smallint", "mediumint", "bigint", "int2", "int8"];

/// The types that a column of a declared type is to hold; none where any will do.
fn types(column: &Column) -> Option<&'static str> {
    let word = column.canonical.to_ascii_lowercase();
    let base = word.split('(').next().unwrap_or_default().trim();
    let is = |parts: &[&str]| parts.iter().any(|p| base.contains(p));
    // Not whatever has the affinity: FLOATING POINT has it.
    if INTEGERS.contains(&base) {
        Some("'integer', 'null'")
    } else if is(&["char", "clob", "text"]) {
        Some("'text', 'null'")
    } else if is(&["real", "floa", "doub"]) {
        Some("'real', 'null'")
    } else {
        None
    }
}

/// A value that a conversion has made is of another type than its column.
fn mistyped(side: &[Side]) -> Option<String> {
    let one = |s: &Side| types(s.column).map(|types| format!("typeof({}) NOT IN ({types})", q(s)));
    let all: Vec<String> = side.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| either(&all))
}

/// The new side of a row holds a value that is of no type of its columns. None where the engine itself holds to them.
pub fn of_no_type(of: &Conversion) -> Option<String> {
    let strict = of.table.options.text.to_ascii_uppercase().contains("STRICT");
    mistyped(&of.new).filter(|_| !strict)
}

/// One column and a copy of it: they are in step where they are the same, and nowhere else.
fn copies(of: &Conversion) -> bool {
    let ([old], [new]) = (of.old.as_slice(), of.new.as_slice()) else { return false };
    of.exact && old.value == q(new) && new.value == q(old)
}

/// Words for a write of one side that did not reach the other: a conflict clause of the statement passed it over.
fn left_behind(of: &Conversion) -> String {
    let names = |side: &[Side]| side.iter().map(|s| s.column.name.as_str()).collect::<Vec<_>>().join(" and ");
    format!("{}: what was written to {} or {} could not be kept in both", of.table.name, names(&of.old), names(&of.new))
}

/// What has to hold of a row when both triggers are through with it; `new_written`: a statement wrote the new side.
fn checks(of: &Conversion, held: &Held, row: &str, new_written: &str) -> String {
    let refuse = |why: &str, when: String| raise(of.table, why, &format!("{row} AND {when}"));
    let mut out: String =
        held.required.iter().map(|column| refuse_null(of.table, row, column, held.nothing(column))).collect();
    if copies(of) {
        return out + &refuse(&left_behind(of), apart(of));
    }
    if !of.free {
        out.push_str(&refuse(&of.no_new(), format!("{} AND {}", any(&of.old, here, held), none(&of.new, here, held))));
    }
    out.push_str(&refuse(&of.no_old(), format!("{} AND {}", any(&of.new, here, held), none(&of.old, here, held))));
    if of.exact {
        out.push_str(&refuse(&of.no_old(), apart(of)));
    }
    if held.typed && !of.table.options.text.to_ascii_uppercase().contains("STRICT") {
        let old = mistyped(&of.old).map(|bad| refuse(&of.no_old(), format!("{new_written} AND {bad}")));
        let new = of_no_type(of).map(|bad| refuse(&of.no_new(), bad));
        out.extend(old.into_iter().chain(new));
    }
    out
}

/// What the old columns would refuse, told before it is written to them.
///
/// A statement of a trigger has the conflict clause of the statement that fired it, and OR FAIL takes nothing back: a row of
/// half a value would be left. What only an index over an expression, or a part of the rows, is unique by is not foreseen.
fn foreseen(of: &Conversion, held: &Held, when: &str) -> String {
    let mut out = String::new();
    let eased = |name: &str| held.eased.iter().any(|(n, how)| n == name && *how == Meanwhile::Null);
    let required = |s: &&Side| s.column.not_null && (!eased(&s.column.name) || held.required.contains(&s.column.name));
    for side in of.old.iter().filter(required) {
        let said = format!("NOT NULL constraint failed: {}.{}", of.table.name.name, side.column.name);
        out.push_str(&raise(of.table, &said, &format!("{when} AND {} IS NULL", value(side))));
    }
    for constraint in &of.table.constraints {
        let ConstraintKind::Check(check) = &constraint.kind else { continue };
        if let Some(other) = of_the_copy(of, &check.text) {
            let said = format!("CHECK constraint failed: {}", check.text);
            out.push_str(&raise(of.table, &said, &format!("{when} AND NOT ({other})")));
        }
    }
    for key in unique_keys(of.table) {
        if of.old.iter().any(|s| key.contains(&s.column.name.as_str())) {
            let named: Vec<String> = key.iter().map(|k| format!("{}.{k}", of.table.name.name)).collect();
            let said = format!("UNIQUE constraint failed: {}", named.join(", "));
            out.push_str(&raise(of.table, &said, &format!("{when} AND {}", taken(of, &key))));
        }
    }
    out
}

/// A check of the old column as one of its copy: checks are on no other columns that have something beside them. None where it
/// is not about that.
fn of_the_copy(of: &Conversion, check: &str) -> Option<String> {
    let ([old], [new]) = (of.old.as_slice(), of.new.as_slice()) else { return None };
    replace_identifier(check, &old.column.name, &new.column.name, LITE, true).filter(|text| text != check)
}

/// The columns that no two rows may share.
fn unique_keys(table: &Table) -> Vec<Vec<&str>> {
    let constraints = table.constraints.iter().filter(|c| c.has_index()).map(|c| c.columns());
    let plain = |i: &&Index| i.unique && i.predicate.is_none() && i.parts.iter().all(|p| p.column.is_some());
    let indexes = table.indexes.iter().filter(plain);
    let indexes = indexes.map(|i| i.parts.iter().filter_map(|p| p.column.as_deref()).collect());
    constraints.chain(indexes).collect()
}

/// Another row has what this one would have. Its columns go by names of ours, so that all others are those of this row.
fn taken(of: &Conversion, key: &[&str]) -> String {
    let rows = row_names(of.table);
    let mut columns: Vec<String> =
        rows.iter().enumerate().map(|(n, name)| format!("{name} AS unmigrate_row{n}")).collect();
    columns.extend(key.iter().enumerate().map(|(n, name)| format!("{} AS unmigrate_key{n}", quote(name, LITE))));
    let own = |name: &str| {
        let side = of.old.iter().find(|s| s.column.name == name);
        side.map_or_else(|| quote(name, LITE), value)
    };
    let same: Vec<String> =
        key.iter().enumerate().map(|(n, name)| format!("unmigrate_key{n} = {}", own(name))).collect();
    let table = clause::name(&of.table.name, LITE);
    let itself: Vec<String> =
        rows.iter().enumerate().map(|(n, name)| format!("unmigrate_row{n} = {table}.{name}")).collect();
    format!(
        "EXISTS (SELECT 1 FROM (SELECT {} FROM {table}) AS other WHERE {} AND NOT ({}))",
        columns.join(", "),
        same.join(" AND "),
        itself.join(" AND ")
    )
}

/// The old side follows the new one where a statement wrote that, and it is told where a conflict clause of the statement
/// has left that out in silence. Then the new side follows what anybody made of the old one.
fn meet(of: &Conversion, held: &Held, row: &str, new_written: &str) -> String {
    let old_left = untouched(&of.old);
    let (apart, back) = (apart(of), gives_back(of));
    if copies(of) {
        let when = format!("{row} AND {new_written} AND {apart}");
        return foreseen(of, held, &when)
            + &assign(of, &of.old, &when)
            + &raise(of.table, &left_behind(of), &format!("{when} AND {old_left}"))
            + &assign(of, &of.new, &format!("{row} AND {apart}"));
    }
    let in_step = format!("{} AND {back}", any(&of.new, here, held));
    let when = format!("{row} AND {new_written} AND {apart} AND NOT ({back})");
    let mut out = foreseen(of, held, &when);
    out.push_str(&assign(of, &of.old, &when));
    out.push_str(&raise(of.table, &left_behind(of), &format!("{when} AND {old_left}")));
    out.push_str(&assign(of, &of.new, &format!("{row} AND {apart} AND NOT ({in_step})")));
    out
}

fn inserted(of: &Conversion, held: &Held, row: &str) -> String {
    let apart = apart(of);
    let given = any(&of.new, written, held);
    let mut out = String::new();
    let new_written = match of.has_default() {
        true => given,
        false => {
            let both = format!("{row} AND {given} AND {} AND {apart}", any(&of.old, written, held));
            out.push_str(&raise(of.table, &of.different(), &both));
            format!("{given} AND {}", none(&of.old, written, held))
        }
    };
    out.push_str(&meet(of, held, row, &new_written));
    out.push_str(&checks(of, held, row, &new_written));
    out
}

/// A row that was not filled yet, of which a statement has written a part of the new side.
fn complete(of: &Conversion, held: &Held, row: &str, new_written: &str) -> String {
    if of.new.len() < 2 {
        return String::new();
    }
    let set: Vec<String> = of.new.iter().map(|s| format!("{0} = coalesce({0}, {1})", q(s), value(s))).collect();
    let lacks: Vec<String> = of.new.iter().map(|s| format!("{} IS NULL AND {} IS NOT NULL", q(s), value(s))).collect();
    format!(
        "  UPDATE {} SET {} WHERE {row} AND {new_written} AND {} AND {};\n",
        clause::name(&of.table.name, LITE),
        set.join(", "),
        none(&of.new, was, held),
        either(&lacks)
    )
}

fn updated(of: &Conversion, held: &Held, row: &str) -> String {
    let new_written = changed(&of.new);
    let both = format!("{row} AND {new_written} AND {} AND {}", changed(&of.old), apart(of));
    let mut out = raise(of.table, &of.different(), &both);
    out.push_str(&complete(of, held, row, &new_written));
    out.push_str(&meet(of, held, row, &new_written));
    out.push_str(&checks(of, held, row, &new_written));
    out
}

/// Statements that make the triggers, and those that drop them. `row` is [`this_row`] of the table.
pub fn triggers(of: &Conversion, held: &Held, name: &str, row: &str) -> (Vec<String>, Vec<String>) {
    let columns: Vec<String> = of.old.iter().chain(&of.new).map(q).collect();
    let update = format!("UPDATE OF {}", columns.join(", "));
    install(of.table, name, (&inserted(of, held, row), &update, &updated(of, held, row)))
}

/// Two triggers with these bodies: statements that make them, and those that drop them.
pub fn install(table: &Table, name: &str, of: (&str, &str, &str)) -> (Vec<String>, Vec<String>) {
    let own = clause::name(&table.name, LITE);
    let name = truncate_to(LONGEST, name);
    let trigger = |ending: &str| quote(&format!("{name}{ending}"), LITE);
    let make = |ending: &str, event: &str, body: &str| {
        format!("CREATE TRIGGER {} AFTER {event} ON {own} FOR EACH ROW BEGIN\n{body}END", trigger(ending))
    };
    let (inserted, update, updated) = of;
    (
        vec![make("_ins", "INSERT", inserted), make("_upd", update, updated)],
        ["_ins", "_upd"].map(|ending| format!("DROP TRIGGER {}", trigger(ending))).to_vec(),
    )
}
