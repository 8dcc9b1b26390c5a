//! PostgreSQL: the bodies of the triggers that convert.

use super::super::postgres::differ;
use super::{Conversion, Side};
use crate::Dialect;
use crate::dialect::quote;

const PG: Dialect = Dialect::Postgres;

/// A value in the type of its column.
pub fn typed(side: &Side) -> String {
    cast(&side.value, side)
}

fn cast(value: &str, side: &Side) -> String {
    format!("({value})::{}", side.column.data_type)
}

/// An expression over the row as one over NEW.
fn written(value: &str) -> String {
    format!("(SELECT {value} FROM (SELECT NEW.*) AS written)")
}

fn new(side: &Side) -> String {
    format!("NEW.{}", quote(&side.column.name, PG))
}

fn none(side: &[Side]) -> String {
    side.iter().map(|s| format!("{} IS NULL", new(s))).collect::<Vec<_>>().join(" AND ")
}

fn any(side: &[Side]) -> String {
    side.iter().map(|s| format!("{} IS NOT NULL", new(s))).collect::<Vec<_>>().join(" OR ")
}

/// Both, each in parentheses where it needs them.
fn both(held: &[Side], empty: &[Side]) -> String {
    match held {
        [_] => format!("{} AND {}", any(held), none(empty)),
        _ => format!("({}) AND {}", any(held), none(empty)),
    }
}

/// One side is not what the other makes of it.
fn apart(side: &[Side]) -> String {
    side.iter().map(|s| differ(s.column, &new(s), &cast(&written(&s.value), s))).collect::<Vec<_>>().join(" OR ")
}

/// An UPDATE has changed one of them.
fn changed(side: &[Side]) -> String {
    let old = |s: &Side| format!("OLD.{}", quote(&s.column.name, PG));
    side.iter().map(|s| differ(s.column, &new(s), &old(s))).collect::<Vec<_>>().join(" OR ")
}

fn refuse(state: &str, why: &str) -> String {
    format!("RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = '{}'", why.replace('\'', "''"))
}

fn assign(side: &[Side], indent: &str) -> String {
    side.iter().map(|s| format!("{indent}{} := {};\n", new(s), written(&s.value))).collect()
}

fn fill_new(of: &Conversion, indent: &str) -> String {
    if of.free {
        return assign(&of.new, indent);
    }
    format!(
        "{}{indent}IF {} THEN\n{indent}  {};\n{indent}END IF;\n",
        assign(&of.new, indent),
        both(&of.old, &of.new),
        refuse("data_exception", &of.no_new())
    )
}

fn fill_old(of: &Conversion, indent: &str) -> String {
    let mut lost = both(&of.new, &of.old);
    if of.exact {
        lost = format!("{lost} OR {}", apart(&of.new));
    }
    format!(
        "{}{indent}IF {lost} THEN\n{indent}  {};\n{indent}END IF;\n",
        assign(&of.old, indent),
        refuse("data_exception", &of.no_old())
    )
}

/// A row that was not filled yet, of which a statement has written a part of the new side: the rest is what the old side makes
/// of it.
fn complete(of: &Conversion) -> String {
    if of.new.len() < 2 {
        return String::new();
    }
    let empty: Vec<String> = of.new.iter().map(|s| format!("OLD.{} IS NULL", quote(&s.column.name, PG))).collect();
    let one = |s: &Side| format!("      {} := coalesce({}, {});\n", new(s), new(s), cast(&written(&s.value), s));
    let rest: String = of.new.iter().map(one).collect();
    format!("    IF {} THEN\n{rest}    END IF;\n", empty.join(" AND "))
}

/// The body of the first trigger: what was written to one side goes to the other.
pub fn meet(of: &Conversion) -> String {
    let apart = apart(&of.new);
    let different = refuse("check_violation", &of.different());
    let (no_new, no_old) = (none(&of.new), none(&of.old));
    // In step is what the old side makes of the new one, whatever the way back would: the backfill writes it, and leaves the
    // old one alone.
    let insert = match of.has_default() {
        true => format!("    ELSIF {apart} THEN\n{}", fill_old(of, "      ")),
        false => {
            format!("    ELSIF {no_old} THEN\n{}    ELSIF {apart} THEN\n      {different};\n", fill_old(of, "      "))
        }
    };
    let filled = fill_new(of, "      ");
    let (old_written, new_written) = (changed(&of.old), changed(&of.new));
    format!(
        "BEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF {no_new} THEN\n{filled}{insert}    END IF;\n  \
         ELSIF NOT ({new_written}) THEN\n    IF {no_new} OR {old_written} THEN\n{filled}    END IF;\n  \
         ELSE\n{}    IF {apart} THEN\n      IF {old_written} THEN\n        {different};\n      END IF;\n{}    END IF;\n  \
         END IF;\n  RETURN NEW;\nEND\n",
        complete(of),
        fill_old(of, "      "),
    )
}

/// The body of the last trigger: what others have made of the old side goes to the new one.
pub fn follow(of: &Conversion) -> String {
    format!(
        "BEGIN\n  IF ({}) AND ({}) THEN\n{}  END IF;\n  RETURN NEW;\nEND\n",
        apart(&of.new),
        apart(&of.old),
        fill_new(of, "    ")
    )
}
