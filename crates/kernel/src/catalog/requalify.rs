//! A relation that moves to another schema: queries that read it find it there, as PostgreSQL's do.

use crate::Dialect;
use crate::dialect::quote;
use crate::lex::{Kind, Token, lex};
use crate::reader::identifier;

const PG: Dialect = Dialect::Postgres;

/// Where in its statement a query is, at one depth of parentheses.
#[derive(Clone, Copy, Default)]
struct Place {
    selects: bool,
    in_from: bool,
    /// The next name is a relation's.
    expects: bool,
}

/// The query with the relation's new schema written where it reads it; none where it does not.
pub(super) fn requalified(query: &str, name: &str, from: &str, to: &str) -> Option<String> {
    let tokens: Vec<Token> = lex(query, 0, PG).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let named = |at: usize| {
        let token = tokens.get(at).filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted))?;
        identifier(&query[token.start..token.end], token.kind, PG)
    };
    let punct = |at: usize, punct: u8| tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct));
    let (old, new) = (if from.is_empty() { "public" } else { from }, if to.is_empty() { "public" } else { to });
    let is_it = |at: usize| named(at).as_deref() == Some(name) && !punct(at + 1, b'(');
    let mut places = vec![Place::default()];
    let mut out = String::with_capacity(query.len() + new.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Punct(b')') && places.len() > 1 {
            places.pop();
            continue;
        }
        let place = places.last_mut()?;
        match token.kind {
            Kind::Punct(b'(') => {
                let inner = Place { selects: place.expects, in_from: place.expects, expects: place.expects };
                place.expects = false;
                places.push(inner);
            }
            Kind::Punct(b',') => place.expects = place.in_from,
            Kind::Word | Kind::Quoted => {
                let behind_dot = at > 0 && punct(at - 1, b'.');
                let written = named(at).as_deref() == Some(old) && punct(at + 1, b'.') && is_it(at + 2) && !behind_dot;
                if written && (place.expects || punct(at + 3, b'.')) {
                    out.push_str(&query[copied..token.start]);
                    out.push_str(&quote(new, PG));
                    copied = token.end;
                } else if place.expects && from.is_empty() && is_it(at) && !behind_dot && !punct(at + 1, b'.') {
                    out.push_str(&query[copied..token.start]);
                    out.push_str(&quote(new, PG));
                    out.push('.');
                    copied = token.start;
                }
                let word = if token.kind == Kind::Word { &query[token.start..token.end] } else { "" };
                let distinct =
                    at > 0 && query[tokens[at - 1].start..tokens[at - 1].end].eq_ignore_ascii_case("distinct");
                place.follow(word, distinct);
            }
            _ => {}
        }
    }
    out.push_str(&query[copied..]);
    (copied > 0).then_some(out)
}

impl Place {
    /// What a word makes of it; a word that is no keyword is a name.
    fn follow(&mut self, word: &str, behind_distinct: bool) {
        match word.to_ascii_uppercase().as_str() {
            "SELECT" => *self = Place { selects: true, ..Place::default() },
            // `extract(year FROM at)` and `IS DISTINCT FROM` name no relation.
            "FROM" if self.selects && !behind_distinct => (self.in_from, self.expects) = (true, true),
            "JOIN" => self.expects = self.in_from,
            "ONLY" | "LATERAL" => {}
            "WHERE" | "GROUP" | "ORDER" | "HAVING" | "LIMIT" | "OFFSET" | "FETCH" | "FOR" | "WINDOW" | "UNION"
            | "INTERSECT" | "EXCEPT" => (self.in_from, self.expects) = (false, false),
            _ => self.expects = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::requalified;

    #[test]
    fn relations_and_nothing_else() {
        let moved = |query: &str| requalified(query, "t", "", "app");
        assert_eq!(moved("SELECT t.id, t FROM t").as_deref(), Some("SELECT t.id, t FROM \"app\".t"));
        assert_eq!(
            moved("SELECT id FROM public.t x, (SELECT t FROM \"t\" WHERE extract(year FROM t) > 1) y JOIN t ON true")
                .as_deref(),
            Some(
                "SELECT id FROM \"app\".t x, (SELECT t FROM \"app\".\"t\" WHERE extract(year FROM t) > 1) y JOIN \"app\".t ON true"
            )
        );
        assert_eq!(moved("SELECT public.t.id FROM other.t").as_deref(), Some("SELECT \"app\".t.id FROM other.t"));
        assert_eq!(moved("SELECT t FROM u WHERE t IS DISTINCT FROM t"), None);
    }

    #[test]
    fn back_to_the_default_schema() {
        let back = requalified("SELECT id FROM app.t, t", "t", "app", "");
        assert_eq!(back.as_deref(), Some("SELECT id FROM \"public\".t, t"));
    }
}
