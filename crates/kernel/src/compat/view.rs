//! The columns of a view, as far as its text tells, and whether rows can be written through it.

use crate::catalog::{Catalog, Table, View};
use crate::lex::{Kind, Token, lex};
use crate::lower::star::spelled_out;
use crate::reader::Reader;

/// The names of a view's columns; none where its text does not tell them.
pub fn columns(view: &View, catalog: &Catalog) -> Option<Vec<String>> {
    let listed = lexed(&view.options.text, catalog);
    if listed.first().is_some_and(|t| t.kind == Kind::Punct(b'(')) {
        let mut reader = Reader::new(&view.options.text, &listed[1..], catalog.dialect);
        let mut names = Vec::new();
        while let Some(name) = reader.ident() {
            names.push(name);
            if !reader.eat_punct(b',') {
                return Some(names);
            }
        }
        return None;
    }
    let query = spelled_out(&view.query.text, catalog);
    let tokens = lexed(&query, catalog);
    items(&query, &tokens, catalog)?.into_iter().map(|item| output_name(&query, item, catalog)).collect()
}

/// The one table whose rows a view is: it neither joins, groups nor computes which rows there are.
pub fn base<'c>(view: &View, catalog: &'c Catalog) -> Option<&'c Table> {
    let text = &view.query.text;
    let tokens = lexed(text, catalog);
    let reader = |at: usize| Reader::new(text, &tokens[at..], catalog.dialect);
    let words = ["JOIN", "GROUP", "DISTINCT", "HAVING", "UNION", "INTERSECT", "EXCEPT", "LIMIT", "OFFSET", "WITH"];
    let plain = !(0..tokens.len()).any(|at| words.iter().any(|w| reader(at).is(w)));
    let from = (0..tokens.len()).find(|at| reader(*at).is("FROM"))?;
    let mut after = reader(from + 1);
    let name = after.name()?;
    (plain && !view.materialized && !after.is_punct(b',')).then(|| catalog.table(&name)).flatten()
}

fn lexed(text: &str, catalog: &Catalog) -> Vec<Token> {
    lex(text, 0, catalog.dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect()
}

/// The elements of the outermost SELECT's list.
fn items<'t>(text: &str, tokens: &'t [Token], catalog: &Catalog) -> Option<Vec<&'t [Token]>> {
    let is = |at: usize, word: &str| Reader::new(text, &tokens[at..], catalog.dialect).is(word);
    if tokens.is_empty() || !is(0, "SELECT") {
        return None;
    }
    let start = if tokens.len() > 1 && is(1, "DISTINCT") { 2 } else { 1 };
    let (mut depth, mut from, mut out) = (0usize, start, Vec::new());
    for at in start..tokens.len() {
        match tokens[at].kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth = depth.checked_sub(1)?,
            Kind::Punct(b',') if depth == 0 => {
                out.push(&tokens[from..at]);
                from = at + 1;
            }
            _ if depth == 0 && is(at, "FROM") => {
                out.push(&tokens[from..at]);
                return Some(out);
            }
            _ => {}
        }
    }
    out.push(&tokens[from..]);
    Some(out)
}

/// What an element is called: its alias, or the column that it is.
fn output_name(text: &str, item: &[Token], catalog: &Catalog) -> Option<String> {
    let last = item.last()?;
    if !matches!(last.kind, Kind::Word | Kind::Quoted) {
        return None;
    }
    let alone = item.len() == 1;
    let before = item.len().checked_sub(2).map(|at| &item[at]);
    let qualified = before.is_some_and(|t| t.kind == Kind::Punct(b'.'));
    let alias = before
        .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Quoted | Kind::String | Kind::Number | Kind::Punct(b')')));
    let name = Reader::new(text, &item[item.len() - 1..], catalog.dialect).ident();
    name.filter(|_| alone || qualified || alias)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::rollback::read;

    fn of(view: &str) -> (Option<Vec<String>>, bool) {
        let catalog = read(&format!("CREATE TABLE t (a int, b int); {view};"), Dialect::Postgres);
        let view = catalog.views.iter().next().unwrap().1;
        (columns(view, &catalog), base(view, &catalog).is_some())
    }

    #[test]
    fn names_of_what_is_selected() {
        let some = |names: &[&str]| Some(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(of("CREATE VIEW v AS SELECT * FROM t"), (some(&["a", "b"]), true));
        assert_eq!(of("CREATE VIEW v AS SELECT a AS x, t.b FROM t WHERE a > 1"), (some(&["x", "b"]), true));
        assert_eq!(of("CREATE VIEW v (p, \"Q\") AS SELECT a, count(*) FROM t GROUP BY a"), (some(&["p", "Q"]), false));
        assert_eq!(of("CREATE VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a"), (some(&["a", "n"]), false));
        assert_eq!(of("CREATE VIEW v AS SELECT a + b FROM t").0, None);
        assert!(!of("CREATE VIEW v AS SELECT x.a FROM t x JOIN t y ON x.a = y.a").1);
    }
}
