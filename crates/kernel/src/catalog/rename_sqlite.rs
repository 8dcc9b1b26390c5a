//! SQLite rewrites the text of views, triggers, checks and indexes when a table or a column is renamed, by resolving
//! every name in it (sqlite.org/lang_altertable.html, sections 3 and 4). Here names are resolved by where they stand.

use super::rename::replace;
use super::sql::replace_if;
use super::{Catalog, ConstraintKind, Name, Sql, Table};
use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::identifier;

const SQLITE: Dialect = Dialect::Sqlite;

/// A text taken apart, with what its names can mean.
struct Text<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Text<'a> {
        Text { text, tokens: lex(text, 0, SQLITE).into_iter().filter(|t| t.kind != Kind::Comment).collect() }
    }

    fn name(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted))?;
        identifier(&self.text[token.start..token.end], token.kind, SQLITE)
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|t| t.kind == Kind::Word && self.text[t.start..t.end].eq_ignore_ascii_case(word))
    }

    fn punct(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    /// Does a table's name stand here?
    fn relation(&self, at: usize, listing: bool) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        if self.punct(before, b'.') {
            return before > 0 && (self.is(before - 1, "main") || self.is(before - 1, "temp"));
        }
        let resolved = ["rollback", "abort", "replace", "fail", "ignore"].iter().any(|w| self.is(before, w));
        ["from", "join", "into", "update", "table"].iter().any(|w| self.is(before, w))
            || (resolved && before > 1 && self.is(before - 1, "or") && self.is(before - 2, "update"))
            || (listing && self.punct(before, b','))
    }

    /// Every table's name with the alias that follows it, and the statement that it stands in.
    fn relations(&self) -> Vec<Relation> {
        let mut out = Vec::new();
        let mut listing = vec![false];
        let mut statement = 0;
        for at in 0..self.tokens.len() {
            self.scope(at, &mut listing, &mut statement);
            if !self.relation(at, listing.last().copied().unwrap_or_default()) {
                continue;
            }
            // `main.t`: the name follows.
            let schema = self.punct(at + 1, b'.') && (self.is(at, "main") || self.is(at, "temp"));
            let Some(name) = self.name(at).filter(|_| !schema) else { continue };
            let next = at + 1 + usize::from(self.is(at + 1, "as"));
            let alias = self.name(next).filter(|a| !CLAUSES.iter().any(|w| a.eq_ignore_ascii_case(w)));
            out.push(Relation { at, name, alias, statement });
        }
        out
    }

    /// The name in front of AS, and of a list of columns between them.
    fn common_name(&self, as_at: usize) -> Option<String> {
        let mut at = as_at.checked_sub(1)?;
        if self.punct(at, b')') {
            while at > 0 && !self.punct(at, b'(') {
                at -= 1;
            }
            at = at.checked_sub(1)?;
        }
        self.name(at)
    }

    /// Is a FROM list being read? For every bracket its own answer.
    fn scope(&self, at: usize, listing: &mut Vec<bool>, statement: &mut usize) {
        if self.punct(at, b'(') {
            listing.push(false);
        } else if self.punct(at, b')') && listing.len() > 1 {
            listing.pop();
        } else if self.punct(at, b';') {
            *statement += 1;
            listing.truncate(1);
            listing[0] = false;
        } else if let Some(now) = listing.last_mut() {
            if self.is(at, "from") || self.is(at, "join") {
                *now = true;
            } else if ["where", "group", "order", "limit", "set", "select", "having", "values", "union"]
                .iter()
                .any(|w| self.is(at, w))
            {
                *now = false;
            }
        }
    }
}

const CLAUSES: [&str; 22] = [
    "where", "group", "order", "limit", "set", "select", "having", "values", "union", "on", "using", "join", "left",
    "inner", "cross", "natural", "default", "begin", "end", "indexed", "not", "when",
];

struct Relation {
    at: usize,
    name: String,
    alias: Option<String>,
    statement: usize,
}

/// The tables and views that a query or a trigger's body names; what a WITH names there, and functions, are none.
pub fn relations_in(text: &str) -> Vec<String> {
    let parsed = Text::new(text);
    let tokens = 0..parsed.tokens.len();
    let common: Vec<String> = tokens
        .filter(|at| at.checked_sub(1).is_some_and(|as_at| parsed.is(as_at, "as")) && parsed.punct(*at, b'('))
        .filter_map(|at| parsed.common_name(at - 1))
        .collect();
    let mut out = Vec::new();
    for relation in parsed.relations() {
        let called = parsed.punct(relation.at + 1, b'(') && !parsed.is(relation.at - 1, "into");
        let own = relation.name.to_ascii_lowercase().starts_with("sqlite_");
        if !called && !own && !common.iter().any(|name| name.eq_ignore_ascii_case(&relation.name)) {
            out.push(relation.name);
        }
    }
    out
}

/// A table's new name in a query or in a trigger's body.
fn table_in(text: &str, from: &str, to: &str) -> Option<String> {
    let parsed = Text::new(text);
    let relations = parsed.relations();
    replace_if(text, &parsed.tokens, from, to, SQLITE, |at| {
        let qualifier = parsed.punct(at + 1, b'.') && !(at > 0 && parsed.punct(at - 1, b'.'));
        qualifier || relations.iter().any(|r| r.at == at)
    })
}

/// A table's new name in front of its own columns, in a check or an index.
fn qualifier_in(text: &str, from: &str, to: &str) -> Option<String> {
    let parsed = Text::new(text);
    replace_if(text, &parsed.tokens, from, to, SQLITE, |at| parsed.punct(at + 1, b'.'))
}

/// A column that gets another name, and what has to be known to find it.
struct Renamed<'a> {
    table: &'a str,
    from: &'a str,
    to: &'a str,
    /// NEW and OLD are rows of the table.
    own: bool,
    /// Has another relation a column of the old name?
    others: &'a dyn Fn(&str) -> bool,
}

/// A column's new name in a query or in a trigger's body.
fn column_in(text: &str, renamed: &Renamed) -> Option<String> {
    let parsed = Text::new(text);
    let relations = parsed.relations();
    let statements: Vec<usize> = parsed
        .tokens
        .iter()
        .scan(0, |n, t| {
            *n += usize::from(t.kind == Kind::Punct(b';'));
            Some(*n)
        })
        .collect();
    let is_table = |name: &str| name.eq_ignore_ascii_case(renamed.table);
    let listed = target_lists(&parsed, &relations);
    replace_if(text, &parsed.tokens, renamed.from, renamed.to, SQLITE, |at| {
        let call = parsed.punct(at + 1, b'(') && parsed.tokens[at].kind == Kind::Word;
        if relations.iter().any(|r| r.at == at) || (at > 0 && parsed.is(at - 1, "as")) || parsed.punct(at + 1, b'.') {
            return false;
        }
        let here: Vec<&Relation> = relations.iter().filter(|r| r.statement == statements[at]).collect();
        if at > 1 && parsed.punct(at - 1, b'.') {
            let qualifier = parsed.name(at - 2).unwrap_or_default();
            if qualifier.eq_ignore_ascii_case("new") || qualifier.eq_ignore_ascii_case("old") {
                return renamed.own;
            }
            let aliased = here.iter().find(|r| r.alias.as_ref().is_some_and(|a| a.eq_ignore_ascii_case(&qualifier)));
            return aliased.map_or(is_table(&qualifier), |r| is_table(&r.name));
        }
        if let Some((_, target)) = listed.iter().find(|(place, _)| *place == at) {
            return is_table(target);
        }
        !call && here.iter().any(|r| is_table(&r.name)) && !here.iter().any(|r| (renamed.others)(&r.name))
    })
}

/// The words that can only be columns of the table that is written to: `INTO t (a, b)`, `UPDATE t SET a = ..`.
fn target_lists(parsed: &Text, relations: &[Relation]) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for relation in relations {
        let before = relation.at.saturating_sub(1);
        let mut at = relation.at + 1;
        if parsed.is(before, "into") && parsed.punct(at, b'(') {
            while at < parsed.tokens.len() && !parsed.punct(at, b')') {
                out.push((at, relation.name.clone()));
                at += 1;
            }
        } else if parsed.is(at, "set") {
            let mut depth = 0;
            while at < parsed.tokens.len() && !parsed.punct(at, b';') && !(depth == 0 && parsed.is(at, "where")) {
                depth += i32::from(parsed.punct(at, b'(')) - i32::from(parsed.punct(at, b')'));
                if depth == 0 && parsed.punct(at + 1, b'=') && (parsed.is(at - 1, "set") || parsed.punct(at - 1, b','))
                {
                    out.push((at, relation.name.clone()));
                }
                at += 1;
            }
        }
    }
    out
}

fn rewrite(sql: &mut Sql, rewritten: Option<String>) {
    if let Some(text) = rewritten {
        *sql = Sql::new(&text, SQLITE);
    }
}

fn qualify_inside(table: &mut Table, from: &str, to: &str) {
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            let text = qualifier_in(&generated.expression.text, from, to);
            rewrite(&mut generated.expression, text);
        }
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(sql) = &mut constraint.kind {
            let text = qualifier_in(&sql.text, from, to);
            rewrite(sql, text);
        }
    }
    for index in &mut table.indexes {
        let parts = index.parts.iter_mut().filter_map(|p| p.expression.as_mut());
        for sql in parts.chain(index.predicate.as_mut()) {
            let text = qualifier_in(&sql.text, from, to);
            rewrite(sql, text);
        }
    }
}

/// A table under another name, which its own expressions use too. Its foreign keys to itself name what it was called.
pub fn renamed(table: &Table, to: &Name) -> Table {
    let mut out = table.clone();
    qualify_inside(&mut out, &table.name.name, &to.name);
    out.name = to.clone();
    out
}

impl Catalog {
    /// The texts that a renamed table stands in.
    pub(super) fn rewrite_table_sqlite(&mut self, from: &Name, to: &Name) {
        if let Some(table) = self.tables.get_mut(to) {
            qualify_inside(table, &from.name, &to.name);
        }
        self.rewrite_bodies(&from.name, |_, text| table_in(text, &from.name, &to.name));
    }

    /// The texts that a renamed column stands in, those of its own table's checks and indexes apart.
    pub(super) fn rewrite_column_sqlite(&mut self, table: &Name, from: &str, to: &str) {
        let having: Vec<String> = self
            .tables
            .iter()
            .filter(|(n, t)| *n != table && t.column(from).is_some())
            .map(|(n, _)| n.name.clone())
            .collect();
        let others = |name: &str| having.iter().any(|h| h.eq_ignore_ascii_case(name));
        let name = table.name.clone();
        self.rewrite_bodies(&name, |owner, text| {
            let own = owner.eq_ignore_ascii_case(&name);
            column_in(text, &Renamed { table: &name, from, to, own, others: &others })
        });
        if let Some(inside) = self.tables.get_mut(table) {
            inside.triggers.iter_mut().for_each(|t| replace(&mut t.event, from, to, SQLITE));
        }
    }

    /// Rewrites the views and triggers that name a table, or stand on it; `rewrite` gets the relation that a trigger
    /// stands on.
    fn rewrite_bodies(&mut self, table: &str, rewrite_text: impl Fn(&str, &str) -> Option<String>) {
        let named = |text: &str| super::mentions(text, table, SQLITE);
        let tables: Vec<Name> = self
            .tables
            .iter()
            .filter(|(n, t)| t.triggers.iter().any(|t| n.name.eq_ignore_ascii_case(table) || named(&t.rest.text)))
            .map(|(n, _)| n.clone())
            .collect();
        for name in tables {
            let Some(inside) = self.tables.get_mut(&name) else { continue };
            for trigger in &mut inside.triggers {
                let text = rewrite_text(&name.name, &trigger.rest.text);
                rewrite(&mut trigger.rest, text);
            }
        }
        let views: Vec<Name> = self
            .views
            .iter()
            .filter(|(_, v)| named(&v.query.text) || v.triggers.iter().any(|t| named(&t.rest.text)))
            .map(|(n, _)| n.clone())
            .collect();
        for name in views {
            let Some(view) = self.views.get_mut(&name) else { continue };
            let text = rewrite_text("", &view.query.text);
            rewrite(&mut view.query, text);
            for trigger in &mut view.triggers {
                let text = rewrite_text(&name.name, &trigger.rest.text);
                rewrite(&mut trigger.rest, text);
            }
        }
    }
}
