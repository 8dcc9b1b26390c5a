//! What can be done about a finding without a person, as data: other words in the migration's file, and what runs after it
//! in migrations of their own. That it ends in the same schema is for who applies it to see.

use super::runner::Scope;
use super::step::{Statement, Step};
use crate::Dialect;
use crate::catalog::{Column, Index, Name, Table};
use crate::change::{Change, Pair};
use crate::dialect::{quote, quote_needed};
use crate::lex::Kind;
use crate::split::BREAKPOINT;
use std::ops::Range;

/// How a finding is mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    /// What is done, in a few words: `build the index CONCURRENTLY, in a migration of its own`.
    pub title: String,
    /// Pieces of the up file and what comes in their place.
    pub edits: Vec<Edit>,
    /// What runs after all other migrations.
    pub later: Option<Later>,
    /// What is done instead where nothing else would be left in the file.
    pub alone: Option<Edit>,
    /// Only a person knows whether it is meant: the words that say so, `users.user_name=username`.
    pub asks: Option<String>,
}

/// A piece of a text, and what comes in its place.
pub type Edit = (Range<usize>, String);

/// Statements for a migration behind the last one, without semicolons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Later {
    /// What its name ends in.
    pub slug: String,
    /// No other statement may stand in its file.
    pub apart: bool,
    /// It makes a unique index of this table, on which other migrations may count.
    pub unique: Option<String>,
    /// What reads rows, under a lock that stands in nobody's way: before all else.
    pub checks: Vec<String>,
    /// What needs a strong lock for a moment, once those have run.
    pub then: Vec<String>,
}

impl Repair {
    /// One piece of the file.
    pub fn edit(title: &str, span: Range<usize>, text: impl Into<String>) -> Repair {
        Repair { title: title.into(), edits: vec![(span, text.into())], ..Repair::default() }
    }
}

/// Another transaction than the file's can be had by a file behind it.
fn can_wait(step: &Step) -> bool {
    let own_edges = step.statements.iter().any(|s| step.is_edge(s));
    step.dialect == Dialect::Postgres && !own_edges && matches!(step.runner.scope, Scope::Message | Scope::File)
}

/// CREATE INDEX or DROP INDEX goes into a migration of its own, where no transaction is around it.
///
/// None under runners that open one anyway, and where what comes after counts on a unique index.
pub fn concurrently(step: &Step, statement: &Statement, table: &Name, index: &Index) -> Option<Repair> {
    let text = step.text();
    let word = statement.tokens.iter().find(|t| text[t.start..t.end].eq_ignore_ascii_case("INDEX"))?;
    let insert = (word.end..word.end, " CONCURRENTLY".to_owned());
    if statement.transaction.is_none() {
        let title = "say CONCURRENTLY".to_owned();
        return Some(Repair { title, edits: vec![insert], ..Repair::default() });
    }
    let counts = index.unique && !step.begins(statement, "DROP");
    let behind = &step.statements[statement.index + 1..];
    if step.runner.scope != Scope::Message
        || !can_wait(step)
        || counts && behind.iter().any(|s| counts_on(step, s, table, index))
    {
        return None;
    }
    let at = word.end - statement.span.start;
    let sql = step.sql(statement);
    let apart = format!("{} CONCURRENTLY{}", &sql[..at], &sql[at..]);
    let verb = if step.begins(statement, "DROP") { "drop" } else { "create" };
    let unique = counts.then(|| table.name.clone());
    let later =
        Later { slug: format!("{verb}_{}", index.name), apart: true, unique, checks: vec![apart], then: vec![] };
    Some(Repair {
        title: format!(
            "CONCURRENTLY, in a migration of its own: {} wraps a file of several statements into a transaction",
            step.runner.name
        ),
        edits: vec![(whole(step, statement), String::new())],
        later: Some(later),
        alone: Some(insert),
        asks: None,
    })
}

/// A foreign key that refers to the columns of a unique index, a row that would conflict with it, or words that name it.
fn counts_on(step: &Step, statement: &Statement, table: &Name, index: &Index) -> bool {
    let columns: Option<Vec<&str>> = index.parts.iter().map(|p| p.column.as_deref()).collect();
    let refers = |c: &Change| match c {
        Change::Constraint { pair: Pair { after: Some(constraint), .. }, .. } => {
            constraint.foreign_key().is_some_and(|key| {
                let same = |columns: &Vec<&str>| {
                    columns.len() == key.references.len()
                        && columns.iter().all(|c| key.references.iter().any(|r| r == c))
                };
                key.table == *table && columns.as_ref().is_some_and(same)
            })
        }
        _ => false,
    };
    let sql = step.sql(statement);
    let named = |name: &str| crate::catalog::mentions(sql, name, step.dialect);
    statement.changes.iter().any(|c| refers(&c.change))
        || step.has_word(statement, "CONFLICT") && named(&table.name)
        || named(&index.name)
}

/// NOT VALID here, VALIDATE CONSTRAINT in a transaction after it.
///
/// None where all that is pending runs in one transaction: the lock of the first would be held through the second.
pub fn validated(
    step: &Step,
    statement: &Statement,
    table: &Name,
    constraint: &str,
    action: Range<usize>,
) -> Option<Repair> {
    let validate =
        format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", quote_needed(table), quote_needed(&Name::plain(constraint)));
    let not_valid = (action.end..action.end, " NOT VALID".to_owned());
    if can_wait(step) {
        return Some(Repair {
            title: "add it NOT VALID, and VALIDATE it in a migration behind the last one".into(),
            edits: vec![not_valid],
            later: Some(Later { slug: format!("validate_{constraint}"), checks: vec![validate], ..Later::default() }),
            ..Repair::default()
        });
    }
    if step.runner.scope != Scope::Statement || statement.transaction.is_some() {
        return None;
    }
    let end = statement.span.end;
    let next = (end..end, format!("{}{validate}", between(step)));
    // One piece where both stand at the same place, so that their order is not in doubt.
    let edits =
        if action.end == end { vec![(end..end, format!(" NOT VALID{}", next.1))] } else { vec![not_valid, next] };
    Some(Repair {
        title: "add it NOT VALID, and VALIDATE it in a statement of its own".into(),
        edits,
        ..Repair::default()
    })
}

/// SET NOT NULL by way of a check: NOT VALID here; behind the last migration it is validated, believed and dropped.
pub fn by_check(step: &Step, statement: &Statement, table: &Name, column: &str) -> Option<Repair> {
    let action = step.action(statement, column, "NOT");
    let words: Vec<&str> = step.text()[action.clone()].split_whitespace().collect();
    let says = |end: &[&str]| {
        words.len() >= end.len()
            && words[words.len() - end.len()..].iter().zip(end).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    if !can_wait(step)
        || !words.first().is_some_and(|w| w.eq_ignore_ascii_case("ALTER"))
        || !says(&["SET", "NOT", "NULL"])
    {
        return None;
    }
    let check: String = format!("{}_{column}_not_null", table.name).chars().take(63).collect();
    let taken = step.after.tables.get(table).is_some_and(|t| t.constraints.iter().any(|c| c.name == check));
    if taken || check.len() > 63 {
        return None;
    }
    let (name, column_q) = (quote_needed(&Name::plain(&check)), quote(column, step.dialect));
    let alter = format!("ALTER TABLE {}", quote_needed(table));
    Some(Repair {
        title: "check it NOT VALID, and make it NOT NULL in a migration behind the last one, where no row has to be read for it".into(),
        edits: vec![(action, format!("ADD CONSTRAINT {name} CHECK ({column_q} IS NOT NULL) NOT VALID"))],
        later: Some(Later {
            slug: format!("not_null_{}_{column}", table.name),
            checks: vec![format!("{alter} VALIDATE CONSTRAINT {name}")],
            then: vec![
                format!("{alter} ALTER COLUMN {column_q} SET NOT NULL"),
                format!("{alter} DROP CONSTRAINT {name}"),
            ],
            ..Later::default()
        }),
        ..Repair::default()
    })
}

/// RENAME COLUMN in the place of a drop and an addition. Only where both columns are alike in all but their name and no row
/// of the table is touched; what else hung on the old one shows when the schemas are compared.
pub fn renamed(step: &Step, before: &Table, gone: &Column, new: &Column, drop_at: &Statement) -> Option<Repair> {
    let is_new = |c: &Change| match c {
        Change::Column { table, pair: Pair { before: None, after: Some(now) }, .. } => {
            *table == before.name && now.name == new.name
        }
        _ => false,
    };
    let add_at = step.statement_of(is_new)?;
    let alter = |s: &Statement| step.begins(s, "ALTER TABLE");
    let plain = matches!(step.dialect, Dialect::Postgres | Dialect::Sqlite);
    let touched = step.effects.iter().any(|e| e.table.is_some_and(|l| l.0 == before.lineage.0));
    if !plain || touched || !alter(drop_at) || !alter(add_at) || !alike(gone, new) {
        return None;
    }
    let rename = format!(
        "ALTER TABLE {} RENAME COLUMN {} TO {}",
        quote_needed(&before.name),
        quote(&gone.name, step.dialect),
        quote(&new.name, step.dialect)
    );
    let pieces = [(drop_at, &gone.name, "DROP"), (add_at, &new.name, "ADD")]
        .map(|(s, name, word)| (s, step.action(s, name, word)));
    let first = if drop_at.index <= add_at.index { drop_at } else { add_at };
    let mut edits = Vec::new();
    for statement in [drop_at, add_at] {
        if statement.index == add_at.index && statement.index == drop_at.index && !edits.is_empty() {
            break;
        }
        let own: Vec<&Range<usize>> =
            pieces.iter().filter(|(s, _)| s.index == statement.index).map(|(_, a)| a).collect();
        edits.extend(without(step, statement, &own, (statement.index == first.index).then_some(rename.as_str()))?);
    }
    let named = format!("{}.{}={}", before.name, gone.name, new.name);
    let sure = spelled_alike(&gone.name, &new.name);
    Some(Repair {
        title: format!("rename `{}.{}` to `{}`: its values stay", before.name, gone.name, new.name),
        edits,
        asks: (!sure).then_some(named),
        ..Repair::default()
    })
}

/// The statement without some of its actions, and with another one before it or in its place.
fn without(step: &Step, statement: &Statement, gone: &[&Range<usize>], put: Option<&str>) -> Option<Vec<Edit>> {
    let (text, tokens) = (step.text(), &statement.tokens);
    let actions: Vec<Range<usize>> =
        step.actions(statement).into_iter().map(|a| tokens[a.start].start..tokens[a.end - 1].end).collect();
    let known = gone.iter().all(|g| actions.contains(g));
    if !known && actions.len() > 1 {
        return None;
    }
    let left: Vec<&str> = actions.iter().filter(|a| !gone.contains(a)).map(|a| &text[(*a).clone()]).collect();
    if left.is_empty() || !known {
        return Some(vec![match put {
            Some(put) => (statement.span.clone(), put.to_owned()),
            None => (whole(step, statement), String::new()),
        }]);
    }
    let head = text[statement.span.start..actions[0].start].trim_end();
    let rest = format!("{head} {}", left.join(",\n"));
    let all = put.map_or(rest.clone(), |put| format!("{put}{}{rest}", between(step)));
    Some(vec![(statement.span.clone(), all)])
}

/// What stands between two statements of a file.
fn between(step: &Step) -> String {
    if step.migration.breakpoints { format!(";{BREAKPOINT}\n") } else { ";\n".into() }
}

/// The bytes of a statement with its semicolon, the heading that was generated above it, its breakpoint and its line end.
fn whole(step: &Step, statement: &Statement) -> Range<usize> {
    let text = step.text();
    let mut end = statement.span.end;
    let mut skip = |what: &str| {
        let rest = &text[end..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let found = rest[blank..].starts_with(what);
        end += if found { blank + what.len() } else { 0 };
        found
    };
    skip(";");
    let parted = step.migration.breakpoints && skip(BREAKPOINT);
    let line_end = text[end..].find('\n').filter(|at| text[end..end + at].trim().is_empty());
    end = line_end.map_or(end, |at| end + at + 1);
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |n| n + 1);
    let mut start = line_start(statement.span.start);
    if !text[start..statement.span.start].trim().is_empty() {
        start = statement.span.start;
    } else if statement.heading.is_some() && start > 0 {
        start = line_start(start - 1);
    }
    if step.migration.breakpoints && !parted {
        let before = text[..start].trim_end();
        start = before.strip_suffix(BREAKPOINT).map_or(start, str::len);
    }
    // One blank line is enough between what is left, and none before it.
    let open = start == 0 || text[..start].ends_with("\n\n") || text[..start].ends_with("\n\r\n");
    let blank = ["\n", "\r\n"].into_iter().find(|line| open && text[end..].starts_with(line));
    end += blank.map_or(0, str::len);
    start..end
}

/// The same but for the name.
fn alike(a: &Column, b: &Column) -> bool {
    let (mut a, mut b) = (a.clone(), b.clone());
    let same_type = a.canonical == b.canonical;
    a.name.clear();
    b.name.clear();
    a.data_type.clear();
    b.data_type.clear();
    same_type && a.generated.is_none() && a == b
}

/// The same letters: `user_name` and `userName`, `tag` and `tags`.
fn spelled_alike(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "").trim_end_matches('s').to_owned();
    letters(a) == letters(b)
}

/// Does the action name the constraint that it adds, so that it can be found again?
pub fn is_named(step: &Step, statement: &Statement) -> bool {
    step.begins(statement, "ALTER TABLE")
        && statement
            .tokens
            .iter()
            .any(|t| t.kind == Kind::Word && step.text()[t.start..t.end].eq_ignore_ascii_case("CONSTRAINT"))
}
