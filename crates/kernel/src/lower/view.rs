//! Views and materialized views, kept as text.

use super::star::spelled_out;
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{List, Name, Sql, View, replace_identifier};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::lex::{Kind, Token, lex};
use crate::reader::{Reader, identifier};
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
            query: self.query(r.rest()),
            indexes: List::default(),
            triggers: old.as_ref().map(|o| o.triggers.clone()).unwrap_or_default(),
        };
        if replace && old.is_none() && self.catalog.unread.remove(&view.name) {
            let why = format!("{}: a change of this view was not read, so what it was is not known", view.name);
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
            after.query = self.query(r.rest());
        }
        if *before != after {
            self.emit(Change::View(Pair::alter(before, Rc::new(after))));
        }
        Ok(())
    }
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
