//! Views and materialized views, kept as text.

use super::star::spelled_out;
use super::{Lowering, Read, changed_unread, expected};
use crate::Dialect;
use crate::catalog::{List, Name, Reads, Sql, View, replace_identifier};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::lex::{Kind, Token, lex};
use crate::reader::{Reader, identifier};
use crate::rows::references;
use std::rc::Rc;

impl Lowering<'_> {
    pub(super) fn create_view(&mut self, mut r: Reader, replace: bool) -> Read {
        let dialect = self.dialect();
        let modifiers = r.until(&["VIEW"]).to_string();
        r.skip();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the view's name"))?;
        if unless_exists && self.catalog.views.contains(&name) {
            return Ok(());
        }
        let options = r.until(&["AS"]).to_string();
        if !r.eat("AS") {
            return Err("AS is missing".to_string());
        }
        let materialized = modifiers.to_ascii_uppercase().contains("MATERIALIZED");
        let words: Vec<&str> =
            modifiers.split_whitespace().filter(|w| !w.eq_ignore_ascii_case("materialized")).collect();
        let old = self.catalog.views.shared(&name).filter(|_| replace);
        let view = View {
            lineage: match &old {
                Some(old) => old.lineage,
                None => self.fresh(),
            },
            defined: self.fresh(),
            name,
            materialized,
            modifiers: Sql::new(&words.join(" "), dialect),
            options: Sql::new(&options, dialect),
            reads: self.reads(r.peek_rest()),
            query: self.query(r.rest()),
            indexes: List::default(),
            triggers: old.as_ref().map(|o| o.triggers.clone()).unwrap_or_default(),
        };
        if replace && old.is_none() && self.catalog.unread.remove(&view.name) {
            let why = changed_unread("view", &view.name);
            self.catalog.views.assume(view.name.clone(), view);
            return Err(why);
        }
        match old {
            Some(old) if *old == view => {}
            Some(old) => self.emit(Change::View(Pair::alter(old, Rc::new(view)))),
            None => self.emit(Change::View(Pair::create(Rc::new(view)))),
        }
        Ok(())
    }

    /// SQLite keeps a view's text and reads its stars anew each time; the others keep what they stood for.
    fn query(&self, text: &str) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => Sql::new(text, Dialect::Sqlite),
            dialect => Sql::new(&spelled_out(text, self.catalog), dialect),
        }
    }

    /// What MySQL has to find when it makes the view.
    fn reads(&self, text: &str) -> Reads {
        let found = (self.dialect() == Dialect::Mysql).then(|| references(&self.query(text).text, Dialect::Mysql));
        let Some(found) = found.flatten() else { return Reads::default() };
        let named = |column: &str| found.columns.iter().any(|c| c.eq_ignore_ascii_case(column));
        let known = found.tables.iter().filter_map(|name| {
            let name = super::name(name);
            match self.catalog.table(&name) {
                Some(table) => {
                    let columns = table.columns.iter().filter(|c| named(&c.name)).map(|c| c.name.clone());
                    Some((table.name.clone(), columns.collect()))
                }
                None => self.catalog.views.contains(&name).then(|| (name, Vec::new())),
            }
        });
        Reads(known.collect())
    }

    pub(super) fn alter_view(&mut self, mut r: Reader) -> Read {
        let if_exists = r.eat("IF EXISTS");
        let name = r.name().ok_or_else(expected("the view's name"))?;
        if !self.catalog.views.contains(&name) {
            if if_exists || r.is("OWNER") {
                return Ok(());
            }
            return Err(format!("{name}: no file makes this view"));
        }
        self.alter_view_named(name, r)
    }

    /// MySQL's `ALTER ALGORITHM = .. DEFINER = .. SQL SECURITY .. VIEW v AS ..`: what is not said stays as it was.
    pub(super) fn redefine_view(&mut self, mut r: Reader) -> Read {
        let said = r.until(&["VIEW", "EVENT"]).to_string();
        if !r.eat("VIEW") {
            return Err(format!("ALTER {} .. is not inverted", r.peek_rest()));
        }
        let name = r.name().ok_or_else(expected("the view's name"))?;
        let Some(before) = self.catalog.views.shared(&name) else {
            return Err(format!("{name}: no file makes this view"));
        };
        let options = r.until(&["AS"]).to_string();
        if !r.eat("AS") {
            return Err("AS is missing".to_string());
        }
        let after = View {
            defined: self.fresh(),
            modifiers: Sql::new(&modified(&before.modifiers.text, &said), Dialect::Mysql),
            options: Sql::new(&options, Dialect::Mysql),
            reads: self.reads(r.peek_rest()),
            query: self.query(r.rest()),
            ..(*before).clone()
        };
        self.emit(Change::View(Pair::alter(before, Rc::new(after))));
        Ok(())
    }

    pub(super) fn alter_view_named(&mut self, name: Name, mut r: Reader) -> Read {
        let dialect = self.dialect();
        let Some(before) = self.catalog.views.shared(&name) else { return Ok(()) };
        let mut after = (*before).clone();
        if r.eat("RENAME TO") {
            after.name = name.sibling(r.ident().ok_or_else(expected("the new name"))?);
        } else if r.eat("RENAME") {
            r.eat("COLUMN");
            let from = r.ident().ok_or_else(expected("the column's name"))?;
            if !r.eat("TO") {
                return Err("TO is missing".to_string());
            }
            let to = r.ident().ok_or_else(expected("the new name"))?;
            let listed = replace_identifier(&before.options.text, &from, &to, dialect, false);
            match (
                before.options.text.starts_with('(').then_some(listed).flatten(),
                printed_as(&before.query.text, &from, &to),
            ) {
                (Some(options), _) => after.options = Sql::new(&options, dialect),
                (None, Some(query)) => after.query = Sql::new(&query, dialect),
                _ => {
                    // What its query prints from here on is not known.
                    self.catalog.views.forget(&name);
                    self.catalog.unread.insert(name.clone());
                    return Err(format!("{name}.{from}: which column of the query it is can't be told"));
                }
            }
            after.defined = self.fresh();
        } else if r.eat("SET SCHEMA") {
            after.name = Name::new(r.ident().ok_or_else(expected("the schema"))?, name.name.clone(), dialect);
        } else if r.is("OWNER") {
            return Ok(());
        } else if dialect.is_postgres()
            && (r.is("RESET") || r.is("SET") && r.peek_rest()[3..].trim_start().starts_with('('))
        {
            after.options = Sql::new(&changed_options(&before, &mut r)?, dialect);
        } else if dialect.is_postgres() && (r.is("ALTER") || r.is("SET")) {
            // What it is from here on is not known: a DROP of it can't be undone either.
            self.catalog.views.forget(&name);
            self.catalog.unread.insert(name.clone());
            return Err(format!("ALTER VIEW .. {} is not inverted", r.peek_rest()));
        } else {
            // A view's own definition, on MySQL.
            let options = r.until(&["AS"]).to_string();
            if !r.eat("AS") {
                return Err(format!("ALTER VIEW .. {} is not understood", r.peek_rest()));
            }
            after.defined = self.fresh();
            after.options = Sql::new(&options, dialect);
            after.reads = self.reads(r.peek_rest());
            after.query = self.query(r.rest());
        }
        if *before != after {
            self.emit(Change::View(Pair::alter(before, Rc::new(after))));
        }
        Ok(())
    }
}

/// What stands in front of VIEW, where some of it is said anew.
fn modified(old: &str, new: &str) -> String {
    let (old, new) = (modifiers(old), modifiers(new));
    let said = |(old, new): (Option<String>, Option<String>)| new.or(old);
    let parts: Vec<String> = old.into_iter().zip(new).filter_map(said).collect();
    parts.join(" ")
}

/// `ALGORITHM = ..`, `DEFINER = ..` and `SQL SECURITY ..` apart.
fn modifiers(text: &str) -> [Option<String>; 3] {
    const HEADS: [&str; 3] = ["ALGORITHM", "DEFINER", "SQL SECURITY"];
    let tokens = lex(text, 0, Dialect::Mysql);
    let mut r = Reader::new(text, &tokens, Dialect::Mysql);
    let mut out = [None, None, None];
    while !r.done() {
        let mark = r.mark();
        let Some(at) = HEADS.iter().position(|head| r.eat(head)) else {
            r.skip();
            continue;
        };
        // The word that it is set to is no head of its own: SQL SECURITY DEFINER.
        r.eat_punct(b'=');
        r.skip();
        r.until(&["ALGORITHM", "DEFINER", "SQL"]);
        out[at] = Some(r.since(mark).to_string());
    }
    out
}

/// A view's list of columns and its options, after SET (..) or RESET (..).
fn changed_options(view: &View, r: &mut Reader) -> Result<String, String> {
    const PG: Dialect = Dialect::Postgres;
    let text = view.options.text.as_str();
    let tokens: Vec<Token> = lex(text, 0, PG).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut old = Reader::new(text, &tokens, PG);
    let list = old.until(&["WITH"]).trim().to_string();
    let with = Sql::new(old.rest(), PG);
    let with = if r.eat("RESET") {
        let inside = r.parens().ok_or_else(expected("the options"))?;
        let gone: Vec<String> = inside.commas().into_iter().map(|mut o| o.rest().to_ascii_lowercase()).collect();
        super::alter::without_options(&with, &gone, PG)
    } else {
        r.skip();
        super::alter::merge_options(&with, r.parens(), PG)
    };
    Ok(format!("{list} {}", with.text).trim().to_string())
}

/// A PostgreSQL query with another name for one of the columns that it prints: `SELECT t.a, f(b) AS c`.
fn printed_as(query: &str, from: &str, to: &str) -> Option<String> {
    const PG: Dialect = Dialect::Postgres;
    let tokens: Vec<Token> = lex(query, 0, PG).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut r = Reader::new(query, &tokens, PG);
    r.eat("SELECT").then_some(())?;
    let start = r.mark();
    r.until(&["FROM"]);
    let (mut depth, mut found) = (0usize, None);
    for at in start..r.mark() {
        match tokens[at].kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth = depth.saturating_sub(1),
            Kind::Word | Kind::Quoted if depth == 0 => {
                let last = at + 1 == r.mark() || tokens[at + 1].kind == Kind::Punct(b',');
                let piece = &query[tokens[at].start..tokens[at].end];
                if last && identifier(piece, tokens[at].kind, PG).as_deref() == Some(from) {
                    found = Some(at);
                }
            }
            _ => {}
        }
    }
    let at = found?;
    let aliased = at > start && query[tokens[at - 1].start..tokens[at - 1].end].eq_ignore_ascii_case("as");
    let (head, tail) = if aliased {
        (query[..tokens[at].start].to_string(), &query[tokens[at].end..])
    } else {
        (format!("{} AS ", &query[..tokens[at].end]), &query[tokens[at].end..])
    };
    Some(format!("{head}{}{tail}", quote(to, PG)))
}
