//! A column of a table gets another name: where PostgreSQL's queries mean it, and where they mean another of the name.

use super::Name;
use crate::Dialect;
use crate::dialect::{quote, quote_like};
use crate::lex::{Kind, Token, lex};
use crate::reader::identifier;

const PG: Dialect = Dialect::Postgres;

/// What may follow an element of FROM that is no alias.
const NO_ALIAS: [&str; 24] = [
    "ON",
    "USING",
    "WHERE",
    "JOIN",
    "INNER",
    "LEFT",
    "RIGHT",
    "FULL",
    "CROSS",
    "NATURAL",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "FOR",
    "WINDOW",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "TABLESAMPLE",
    "SELECT",
    "LATERAL",
];

/// A SELECT, or what is around all of them.
#[derive(Default)]
struct Scope {
    around: Option<usize>,
    /// By what the columns of its FROM are qualified, and whether they are the table's.
    items: Vec<(String, bool)>,
    /// Something else in its FROM has a column of the name, or may have one.
    another: bool,
}

/// The text of a query with the new name wherever the column is meant. `own` says that the text stands on the table itself,
/// as a policy's expression does; a column that a SELECT gives keeps its name elsewhere.
pub(super) fn renamed_column(
    text: &str,
    (table, from, to): (&Name, &str, &str),
    own: Option<&Name>,
    has: &dyn Fn(&Name) -> bool,
) -> Option<String> {
    let query = Query::new(text, table, own, has);
    let mut out = String::with_capacity(text.len() + to.len());
    let mut copied = 0;
    for (at, token) in query.tokens.iter().enumerate() {
        if query.named(at).as_deref() != Some(from) || query.punct(at + 1, b'(') || !query.is_meant(at) {
            continue;
        }
        out.push_str(&text[copied..token.start]);
        out.push_str(&quote_like(&text[token.start..token.end], to, PG));
        if own.is_none() && query.is_given(at) {
            out.push_str(" AS ");
            out.push_str(&quote(from, PG));
        }
        copied = token.end;
    }
    out.push_str(&text[copied..]);
    (copied > 0).then_some(out)
}

struct Query<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    scopes: Vec<Scope>,
    /// The scope of every token, and whether it stands in the list of what its SELECT gives.
    places: Vec<(usize, bool)>,
}

impl<'a> Query<'a> {
    fn new(text: &'a str, table: &Name, own: Option<&Name>, has: &dyn Fn(&Name) -> bool) -> Query<'a> {
        let tokens: Vec<Token> = lex(text, 0, PG).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        let mut query = Query { text, tokens, scopes: vec![Scope::default()], places: Vec::new() };
        if let Some(own) = own {
            query.scopes[0].items.push((own.name.clone(), own == table));
        }
        query.read(table, has);
        query
    }

    fn named(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted))?;
        identifier(&self.text[token.start..token.end], token.kind, PG)
    }

    fn punct(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|t| {
            t.kind == Kind::Word && words.iter().any(|w| self.text[t.start..t.end].eq_ignore_ascii_case(w))
        })
    }

    /// Finds the scopes, with what their FROM names.
    fn read(&mut self, table: &Name, has: &dyn Fn(&Name) -> bool) {
        // What is open: the scope, whether it gives columns here, whether a relation is expected, whether FROM was there.
        let mut open: Vec<(usize, bool, bool, bool)> = vec![(0, false, false, false)];
        for at in 0..self.tokens.len() {
            let Some((scope, gives, expects, in_from)) = open.last_mut() else { return };
            self.places.push((*scope, *gives));
            if self.punct(at, b'(') {
                let inner = (*scope, false, *expects && !self.is(at + 1, &["SELECT", "WITH"]), *expects);
                if *expects {
                    self.scopes[*scope].another = true;
                }
                *expects = false;
                open.push(inner);
            } else if self.punct(at, b')') {
                if open.len() > 1 {
                    open.pop();
                }
                if let Some((scope, true, ..)) = open.last() {
                    self.places[at] = (*scope, true);
                }
            } else if self.is(at, &["SELECT"]) {
                let around = if self.is_first(at) { Some(*scope) } else { self.scopes[*scope].around };
                self.scopes.push(Scope { around, ..Scope::default() });
                (*scope, *gives, *expects, *in_from) = (self.scopes.len() - 1, true, false, false);
            } else if self.is(at, &["FROM"]) && *gives {
                (*gives, *expects, *in_from) = (false, true, true);
            } else if self.is(at, &["JOIN"]) || (self.punct(at, b',') && *in_from) {
                *expects = true;
            } else if self.is(at, &["WHERE", "GROUP", "ORDER", "HAVING", "UNION", "INTERSECT", "EXCEPT", "LIMIT"]) {
                (*gives, *expects, *in_from) = (false, false, false);
            } else if *expects && !self.is(at, &["ONLY", "LATERAL"]) && !self.punct(at, b'.') {
                let (scope, last) = (*scope, !self.punct(at + 1, b'.'));
                if last {
                    *expects = false;
                    self.item(at, scope, table, has);
                }
            }
        }
    }

    /// Does the SELECT begin what is in its parentheses, or the text?
    fn is_first(&self, at: usize) -> bool {
        at == 0 || self.punct(at - 1, b'(') || !self.is(at - 1, &["UNION", "INTERSECT", "EXCEPT", "ALL", "DISTINCT"])
    }

    /// An element of FROM whose name ends here.
    fn item(&mut self, at: usize, scope: usize, table: &Name, has: &dyn Fn(&Name) -> bool) {
        let Some(name) = self.named(at) else { return };
        let schema = if at > 1 && self.punct(at - 1, b'.') { self.named(at - 2) } else { None };
        let relation = Name::new(schema.unwrap_or_default(), name, PG);
        let called = self.punct(at + 1, b'(');
        let alias_at = at + 1 + usize::from(self.is(at + 1, &["AS"]));
        let alias = self.named(alias_at).filter(|_| !called && !self.is(alias_at, &NO_ALIAS));
        let is_it = relation == *table && !called;
        self.scopes[scope].another |= called || (!is_it && has(&relation));
        self.scopes[scope].items.push((alias.unwrap_or(relation.name), is_it));
    }

    /// Is the table's column meant by the name here?
    fn is_meant(&self, at: usize) -> bool {
        let (mut scope, _) = self.places[at];
        if at > 1 && self.punct(at - 1, b'.') {
            let Some(qualifier) = self.named(at - 2) else { return false };
            loop {
                let here = &self.scopes[scope];
                if let Some((_, is_it)) = here.items.iter().find(|(name, _)| *name == qualifier) {
                    return *is_it;
                }
                match here.around {
                    Some(around) => scope = around,
                    None => return false,
                }
            }
        }
        // What only names something: an alias, a field.
        if at > 0 && self.is(at - 1, &["AS"]) || self.punct(at + 1, b'.') {
            return false;
        }
        loop {
            let here = &self.scopes[scope];
            match here.around {
                _ if here.items.iter().any(|(_, is_it)| *is_it) => return true,
                Some(around) if !here.another => scope = around,
                _ => return false,
            }
        }
    }

    /// Is it all of what a SELECT gives as one column, without another name?
    fn is_given(&self, at: usize) -> bool {
        let ends = at + 1 >= self.tokens.len()
            || self.punct(at + 1, b',')
            || self.is(at + 1, &["FROM"])
            || (self.punct(at + 1, b')') && self.places[at].0 != self.places.get(at + 2).map_or(0, |p| p.0));
        let mut first = at;
        while first > 1 && self.punct(first - 1, b'.') {
            first -= 2;
        }
        let begins = first > 0 && (self.punct(first - 1, b',') || self.is(first - 1, &["SELECT", "DISTINCT", "ALL"]));
        self.places[at].1 && ends && begins
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, renamed_column};

    fn of(query: &str) -> String {
        let renamed = renamed_column(query, (&Name::plain("t"), "a", "b"), None, &|other| other.name == "m");
        renamed.unwrap_or_else(|| query.to_string())
    }

    #[test]
    fn in_views() {
        assert_eq!(
            of("SELECT a, lower(a), t.a FROM t WHERE a > 1"),
            r#"SELECT b AS "a", lower(b), t.b AS "a" FROM t WHERE b > 1"#
        );
        assert_eq!(
            of("(select \"a\" from \"t\" where \"t\".\"a\" = 1)"),
            r#"(select "b" AS "a" from "t" where "t"."b" = 1)"#
        );
        assert_eq!(of("SELECT a AS c, x.a FROM t x"), r#"SELECT b AS c, x.b AS "a" FROM t x"#);
        assert_eq!(of("SELECT z.a, a FROM (SELECT a FROM t) z"), r#"SELECT z.a, a FROM (SELECT b AS "a" FROM t) z"#);
        assert_eq!(
            of("SELECT u.a, t.a AS c FROM u JOIN t ON t.a = u.a"),
            "SELECT u.a, t.b AS c FROM u JOIN t ON t.b = u.a"
        );
        assert_eq!(
            of("SELECT id FROM u WHERE EXISTS (SELECT 1 FROM t WHERE a = u.a) UNION SELECT a FROM t"),
            r#"SELECT id FROM u WHERE EXISTS (SELECT 1 FROM t WHERE b = u.a) UNION SELECT b AS "a" FROM t"#
        );
        assert_eq!(of("SELECT count(a) AS a FROM t GROUP BY a"), "SELECT count(b) AS a FROM t GROUP BY b");
        assert_eq!(of("SELECT a FROM u"), "SELECT a FROM u");
    }

    #[test]
    fn in_policies() {
        let on = |own: &str, text: &str| {
            renamed_column(text, (&Name::plain("t"), "a", "b"), Some(&Name::plain(own)), &|other| other.name == "m")
        };
        assert_eq!(
            on("t", "a = 1 AND EXISTS (SELECT 1 FROM m WHERE m.a = t.a)").as_deref(),
            Some("b = 1 AND EXISTS (SELECT 1 FROM m WHERE m.a = t.b)")
        );
        assert_eq!(
            on("d", "a IN (SELECT a FROM t WHERE t.a = d.a)").as_deref(),
            Some("a IN (SELECT b FROM t WHERE t.b = d.a)")
        );
        assert_eq!(on("d", "a > 1"), None);
        assert_eq!(on("t", "a IN (SELECT a FROM m)").as_deref(), Some("b IN (SELECT a FROM m)"));
        assert_eq!(
            on("t", "1 IN (SELECT c FROM n WHERE n.c = a)").as_deref(),
            Some("1 IN (SELECT c FROM n WHERE n.c = b)")
        );
    }
}
