//! MySQL and MariaDB: BEFORE triggers that convert, one for INSERT and one for UPDATE.

use super::super::mysql::{LONGEST, same};
use super::{Conversion, Side};
use crate::Dialect;
use crate::catalog::{Column, Table, mentions};
use crate::dialect::quote;
use crate::expand::recipe::truncate_to;
use crate::render::clause;

const MY: Dialect = Dialect::Mysql;
/// While a session holds something in it, its statements convert nothing: the way back of a contract fills column by column.
pub const FILLING: &str = "@unmigrate_filling";

/// Are two values one, as SQL? Texts to the byte: a collation that knows no case takes a changed case for no change.
pub fn equal(column: &Column, a: &str, b: &str) -> String {
    let word = column.canonical.split('(').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = ["char", "text", "enum", "set", "blob", "binary", "json"].iter().any(|t| word.ends_with(t));
    if bytes { same(a, b) } else { format!("{a} <=> {b}") }
}

/// An expression over the row as one over NEW; `others` are columns that come beside those of the table.
pub fn written(table: &Table, others: &[Side], value: &str) -> String {
    let known = table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.as_str());
    let beside = others.iter().map(|s| s.column.name.as_str()).filter(|n| table.column(n).is_none());
    let known: Vec<&str> = known.chain(beside).collect();
    if !known.iter().any(|name| mentions(value, name, MY)) {
        return format!("({value})");
    }
    let names: Vec<String> = known.iter().map(|n| quote(n, MY)).collect();
    if names.iter().any(|n| n == value) {
        return format!("NEW.{value}");
    }
    let row: Vec<String> = names.iter().map(|n| format!("NEW.{n} AS {n}")).collect();
    format!("(SELECT {value} FROM (SELECT {}) AS written)", row.join(", "))
}

fn new(side: &Side) -> String {
    format!("NEW.{}", quote(&side.column.name, MY))
}

fn none(side: &[Side]) -> String {
    side.iter().map(|s| format!("{} IS NULL", new(s))).collect::<Vec<_>>().join(" AND ")
}

fn any(side: &[Side]) -> String {
    side.iter().map(|s| format!("{} IS NOT NULL", new(s))).collect::<Vec<_>>().join(" OR ")
}

fn value(of: &Conversion, side: &Side) -> String {
    written(of.table, &of.new, &side.value)
}

fn apart(of: &Conversion) -> String {
    let one = |s: &Side| format!("NOT ({})", equal(s.column, &new(s), &value(of, s)));
    of.new.iter().map(one).collect::<Vec<_>>().join(" OR ")
}

fn changed(side: &[Side]) -> String {
    let old = |s: &Side| format!("OLD.{}", quote(&s.column.name, MY));
    let one = |s: &Side| format!("NOT ({})", equal(s.column, &new(s), &old(s)));
    side.iter().map(one).collect::<Vec<_>>().join(" OR ")
}

fn refuse(why: &str) -> String {
    // MESSAGE_TEXT holds 128 characters.
    let text: String = why.chars().take(120).collect::<String>().replace('\'', "''");
    format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{text}'")
}

fn assign(of: &Conversion, side: &[Side], indent: &str) -> String {
    side.iter().map(|s| format!("{indent}SET {} = {};\n", new(s), value(of, s))).collect()
}

fn fill_new(of: &Conversion, indent: &str) -> String {
    if of.free {
        return assign(of, &of.new, indent);
    }
    format!(
        "{}{indent}IF ({}) AND {} THEN\n{indent}  {};\n{indent}END IF;\n",
        assign(of, &of.new, indent),
        any(&of.old),
        none(&of.new),
        refuse(&of.no_new())
    )
}

fn fill_old(of: &Conversion, indent: &str) -> String {
    let mut lost = format!("({}) AND {}", any(&of.new), none(&of.old));
    if of.exact {
        lost = format!("{lost} OR {}", apart(of));
    }
    format!(
        "{}{indent}IF {lost} THEN\n{indent}  {};\n{indent}END IF;\n",
        assign(of, &of.old, indent),
        refuse(&of.no_old())
    )
}

fn inserted(of: &Conversion) -> String {
    let (apart, different) = (apart(of), refuse(&of.different()));
    let rest = match of.has_default() {
        true => format!("  ELSEIF {apart} THEN\n{}", fill_old(of, "    ")),
        false => format!(
            "  ELSEIF {} THEN\n{}  ELSEIF {apart} THEN\n    {different};\n",
            none(&of.old),
            fill_old(of, "    ")
        ),
    };
    format!("  IF {} THEN\n{}{rest}  END IF;\n", none(&of.new), fill_new(of, "    "))
}

/// A row that was not filled yet, of which a statement has written a part of the new side.
fn complete(of: &Conversion) -> String {
    if of.new.len() < 2 {
        return String::new();
    }
    let empty: Vec<String> = of.new.iter().map(|s| format!("OLD.{} IS NULL", quote(&s.column.name, MY))).collect();
    let one = |s: &Side| format!("      SET {} = coalesce({}, {});\n", new(s), new(s), value(of, s));
    let rest: String = of.new.iter().map(one).collect();
    format!("    IF {} THEN\n{rest}    END IF;\n", empty.join(" AND "))
}

fn updated(of: &Conversion) -> String {
    let old_written = changed(&of.old);
    format!(
        "  IF NOT ({}) THEN\n    IF {} OR {old_written} THEN\n{}    END IF;\n  ELSE\n{}    IF {} THEN\n      \
         IF {old_written} THEN\n        {};\n      END IF;\n{}    END IF;\n  END IF;\n",
        changed(&of.new),
        none(&of.new),
        fill_new(of, "      "),
        complete(of),
        apart(of),
        refuse(&of.different()),
        fill_old(of, "      "),
    )
}

/// Statements that make the triggers, and those that drop them.
pub fn triggers(of: &Conversion, name: &str) -> (Vec<String>, Vec<String>) {
    let own = clause::name(&of.table.name, MY);
    let name = truncate_to(LONGEST, name);
    let trigger = |ending: &str| clause::name(&of.table.name.sibling(format!("{name}{ending}")), MY);
    let make = |ending: &str, event: &str, body: String| {
        format!(
            "CREATE TRIGGER {} BEFORE {event} ON {own} FOR EACH ROW\nBEGIN\nIF {FILLING} IS NULL THEN\n{body}END IF;\nEND",
            trigger(ending)
        )
    };
    let drop = |ending: &str| format!("DROP TRIGGER {}", trigger(ending));
    (vec![make("_ins", "INSERT", inserted(of)), make("_upd", "UPDATE", updated(of))], vec![drop("_ins"), drop("_upd")])
}
