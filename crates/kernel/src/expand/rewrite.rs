//! The migration's text without what the phases stand for.

use super::Refusal;
use crate::catalog::{Constraint, ConstraintKind, Index, Name, Part, Sql, mentions};
use crate::change::{Change, Pair};
use crate::dialect::Dialect;
use crate::lint::{Statement, Step};
use crate::split::line_of;

/// A column under two names, and what is said of them in the migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// The table.
    pub table: Name,
    /// Both names; one where it keeps its name.
    pub names: Vec<String>,
    /// What is on the column stays as the migration has it.
    pub columns_only: bool,
    /// Instead of columns: indexes and constraints of the table, by name; columns that are named beside them become NOT NULL.
    pub objects: Vec<String>,
    /// Instead of columns: the table itself, which goes.
    pub whole: bool,
    /// Types that the phases make and drop.
    pub types: Vec<Name>,
    /// What is filled in another table: that table, and its columns, each with the one of this table that it is filled from.
    pub filled: Option<(Name, Vec<(String, String)>)>,
}

impl Replaced {
    fn named(&self, name: &str) -> bool {
        self.names.iter().any(|n| n == name)
    }

    fn mentioned(&self, text: &str, dialect: Dialect) -> bool {
        self.names.iter().chain(&self.objects).any(|n| mentions(text, n, dialect))
    }

    /// Is a change the making of one of its indexes and constraints?
    fn makes(&self, change: &Change) -> bool {
        let own = |name: &String| self.objects.contains(name);
        match change {
            Change::Index { table, pair: Pair { before: None, after: Some(i) } } => {
                *table == self.table && own(&i.name)
            }
            Change::Constraint { table, pair: Pair { before: None, after: Some(c) } } => {
                *table == self.table && own(&c.name)
            }
            _ => false,
        }
    }

    /// Does a change make a column NOT NULL that is one of a key that comes?
    fn requires(&self, change: &Change) -> bool {
        let Change::Column { table, pair: Pair { before: Some(was), after: Some(is) }, .. } = change else {
            return false;
        };
        let alike = crate::catalog::Column { not_null: is.not_null, ..(**was).clone() } == **is;
        *table == self.table && self.named(&was.name) && is.not_null && alike
    }

    /// Does a change take the table away, or something with it?
    fn drops(&self, change: &Change) -> bool {
        match change {
            Change::Table(Pair { before: Some(table), after: None }) => table.name == self.table,
            Change::Column { table, pair: Pair { after: None, .. }, .. }
            | Change::Index { table, pair: Pair { after: None, .. } }
            | Change::Constraint { table, pair: Pair { after: None, .. } }
            | Change::Trigger { table, pair: Pair { after: None, .. } }
            | Change::Policy { table, pair: Pair { after: None, .. } } => *table == self.table,
            Change::Comment { target, pair: Pair { after: None, .. } } => target.name == self.table,
            // What a table's own columns count by goes with it.
            Change::Sequence(Pair { after: None, .. }) | Change::Privilege { pair: Pair { after: None, .. }, .. } => {
                true
            }
            _ => false,
        }
    }

    /// Is a change one of those that the phases make?
    fn holds(&self, change: &Change, dialect: Dialect) -> bool {
        let on_index = |i: &Index| self.names.iter().any(|n| is_over(i, n, dialect));
        let on_constraint = |c: &Constraint| self.names.iter().any(|n| is_about(c, n, dialect));
        if let Change::Type(pair) = change {
            return pair.before.iter().chain(&pair.after).any(|t| self.types.contains(&t.name));
        }
        if !self.objects.is_empty() {
            return self.makes(change) || self.requires(change);
        }
        if self.whole {
            return self.drops(change);
        }
        match change {
            Change::Column { table, pair, .. } => {
                *table == self.table && pair.before.iter().chain(&pair.after).all(|c| self.named(&c.name))
            }
            Change::Index { .. } | Change::Constraint { .. } if self.columns_only => false,
            Change::Index { table, pair } => {
                *table == self.table && pair.before.iter().chain(&pair.after).all(|i| on_index(i))
            }
            Change::Constraint { table, pair } => {
                *table == self.table && pair.before.iter().chain(&pair.after).all(|c| on_constraint(c))
            }
            Change::Comment { target, pair: Pair { after: None, .. } } => {
                target.name == self.table && self.named(&target.part)
            }
            Change::Privilege { pair: Pair { after: None, .. }, .. } => true,
            _ => false,
        }
    }
}

/// Does an index have to do with a column?
pub fn is_over(index: &Index, column: &str, dialect: Dialect) -> bool {
    let inside = |sql: &Option<Sql>| sql.as_ref().is_some_and(|e| mentions(&e.text, column, dialect));
    let part = |p: &Part| p.column.as_deref() == Some(column) || inside(&p.expression);
    index.parts.iter().any(part) || index.include.iter().any(|c| c == column) || inside(&index.predicate)
}

/// Does a constraint have to do with a column of its table?
pub fn is_about(constraint: &Constraint, column: &str, dialect: Dialect) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) => mentions(&sql.text, column, dialect),
        ConstraintKind::PrimaryKey { include, .. } | ConstraintKind::Unique { include, .. } => {
            constraint.columns().contains(&column) || include.iter().any(|c| c == column)
        }
        ConstraintKind::ForeignKey(_) => constraint.columns().contains(&column),
    }
}

/// The statements that stay, each without its semicolon, with the comments above it; `gone`: those that don't, by their place.
pub fn without(step: &Step, replaced: &[&Replaced], gone: &[usize]) -> Result<Vec<String>, Refusal> {
    let mut out: Vec<String> = Vec::new();
    let mut emptied = false;
    for statement in step.statements.iter().filter(|s| !gone.contains(&s.index)) {
        let whose: Vec<&Replaced> = replaced.iter().copied().filter(|r| touches(step, statement, r)).collect();
        let Some(first) = whose.first() else {
            // A transaction of which nothing is left goes with it.
            let ends = step.is_edge(statement) && !step.begins(statement, "BEGIN");
            if ends && out.last().is_some_and(|s: &String| s.eq_ignore_ascii_case("BEGIN")) && emptied {
                out.pop();
                continue;
            }
            out.push(step.sql(statement).to_owned());
            emptied = false;
            continue;
        };
        let held = |c: &crate::lower::Lowered| whose.iter().any(|r| r.holds(&c.change, step.dialect));
        if !statement.changes.is_empty() && statement.changes.iter().all(held) {
            emptied = true;
            continue;
        }
        // The highest value of an identity column is that of its type: it comes with the type.
        let highest = || step.begins(statement, "ALTER TABLE") && step.has_word(statement, "MAXVALUE");
        if statement.changes.is_empty() && highest() {
            continue;
        }
        if whose.iter().any(|r| copies(step, statement, r) || copies_over(step, statement, r)) {
            continue;
        }
        match step.begins(statement, "ALTER TABLE").then(|| fewer_actions(step, statement, &whose)).flatten() {
            Some(text) => out.push(text),
            None => return Err(refusal(step, statement, first)),
        }
    }
    Ok(out)
}

/// A statement that is about the table and names one of the two.
fn touches(step: &Step, statement: &Statement, replaced: &Replaced) -> bool {
    let text = step.sql(statement);
    let own = statement.changes.iter().any(|c| match &c.change {
        Change::Privilege { .. } | Change::Comment { .. } | Change::Sequence(_) => false,
        change => replaced.holds(change, step.dialect),
    });
    // A table that comes has columns of its own, whatever it refers to.
    let another = statement.changes.iter().any(|c| match &c.change {
        Change::Table(Pair { before: None, after: Some(table) }) => table.name != replaced.table,
        _ => false,
    });
    let hung = |c: &crate::lower::Lowered| matches!(c.change, Change::Index { .. } | Change::Constraint { .. });
    let stays = replaced.columns_only && !statement.changes.is_empty() && statement.changes.iter().all(hung);
    let mentioned = || {
        !another
            && !stays
            && mentions(text, &replaced.table.name, step.dialect)
            && replaced.mentioned(text, step.dialect)
    };
    // A name of an index or a constraint may be that of anything else.
    own || replaced.objects.is_empty() && !replaced.whole && mentioned()
}

/// `UPDATE users SET display_name = full_name`: the backfill does that.
fn copies(step: &Step, statement: &Statement, replaced: &Replaced) -> bool {
    let [old, new] = replaced.names.as_slice() else { return false };
    let text: String = step.sql(statement).chars().filter(|c| !"\"`;".contains(*c)).collect();
    let words: Vec<String> = text.replace('=', " = ").split_whitespace().map(str::to_lowercase).collect();
    let wanted = ["update", &replaced.table.name, "set", new, "=", old].map(str::to_lowercase);
    words == wanted
}

/// `INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users`: so does it here.
fn copies_over(step: &Step, statement: &Statement, replaced: &Replaced) -> bool {
    let Some((there, pairs)) = &replaced.filled else { return false };
    let plain = |text: &str| text.chars().filter(|c| !"\"`;".contains(*c)).collect::<String>().to_lowercase();
    let text = plain(step.sql(statement));
    let part = |from: &str, to: &str| {
        let (_, rest) = text.split_once(from)?;
        Some(rest.split_once(to).map_or(rest, |(part, _)| part).trim().to_owned())
    };
    let list = |part: Option<String>| {
        let one = |name: &str| name.trim().rsplit('.').next().unwrap_or_default().to_owned();
        part.map(|p| p.split(',').map(one).collect::<Vec<_>>()).unwrap_or_default()
    };
    let (to, from) = (list(part("(", ")")), list(part("select ", " from ")));
    let own = |(column, value): (&String, &String)| {
        pairs.iter().any(|(there, here)| there.to_lowercase() == *column && here.to_lowercase() == *value)
    };
    let shape = format!("insert into {} ({}) select {} from {}", there, to.join(", "), from.join(", "), replaced.table);
    let words =
        |text: &str| text.replace(['(', ')', ','], " ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    to.len() == from.len() && to.iter().zip(&from).all(own) && words(&plain(&shape)) == words(&text)
}

/// An ALTER TABLE without its actions that name one of the two. None where an action that stays does, too.
fn fewer_actions(step: &Step, statement: &Statement, replaced: &[&Replaced]) -> Option<String> {
    let text = step.text();
    let actions = step.actions(statement);
    let first = actions.first()?.start;
    let span = |a: &std::ops::Range<usize>| statement.tokens[a.start].start..statement.tokens[a.end - 1].end;
    let phased = |action: &&str| replaced.iter().any(|r| r.mentioned(action, step.dialect));
    let stay: Vec<&str> = actions.iter().map(|a| &text[span(a)]).filter(|a| !phased(a)).collect();
    if stay.is_empty() || stay.len() == actions.len() {
        return None;
    }
    let head = text[statement.span.start..statement.tokens[first].start].trim_end();
    Some(format!("{head} {}", stay.join(",\n")))
}

fn refusal(step: &Step, statement: &Statement, replaced: &Replaced) -> Refusal {
    let line = line_of(step.text(), statement.span.start);
    let names: Vec<String> = replaced.names.iter().chain(&replaced.objects).map(|n| format!("`{n}`")).collect();
    Refusal {
        object: replaced.table.to_string(),
        why: format!(
            "line {line} of {} does more with {} than is known to work while old and new versions run",
            step.migration.file,
            if names.is_empty() { "the table".to_owned() } else { names.join(" or ") }
        ),
        instead: "move that statement into a migration of its own, before this one or after the contract".into(),
    }
}
