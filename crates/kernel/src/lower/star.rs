//! What `*` means in a view's query. PostgreSQL and MySQL keep the columns that it stood for when the view was made, not
//! the star (PostgreSQL manual, "CREATE VIEW": Notes; MySQL manual, "CREATE VIEW Statement"), so a view comes back with
//! those and not with the ones that its table has by then.

use crate::catalog::{Catalog, Name, Table};
use crate::dialect::quote;
use crate::lex::{Kind, Token, lex};
use crate::reader::Reader;

/// Ends a FROM clause.
const AFTER_FROM: [&str; 13] = [
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "UNION",
    "INTERSECT",
    "EXCEPT",
    "WINDOW",
    "FETCH",
    "FOR",
    "WITH",
];
/// Can't be an alias where a table was named.
const AFTER_TABLE: [&str; 14] = [
    "ON",
    "USING",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "FULL",
    "CROSS",
    "NATURAL",
    "TABLESAMPLE",
    "STRAIGHT_JOIN",
    "FORCE",
    "USE",
    "IGNORE",
];

/// The query with its stars spelled out, as far as the catalog knows the tables that they stand for.
pub fn spelled_out(query: &str, catalog: &Catalog) -> String {
    if !query.contains('*') {
        return query.to_string();
    }
    let text = Query::new(query, catalog);
    let mut out = String::with_capacity(query.len());
    let mut copied = 0;
    for at in 0..text.tokens.len() {
        if let Some((from, columns)) = text.star(at) {
            out.push_str(&query[copied..text.tokens[from].start]);
            out.push_str(&columns);
            copied = text.tokens[at].end;
        }
    }
    out.push_str(&query[copied..]);
    out
}

/// Is there a star that stands for columns?
pub fn has_star(query: &str, catalog: &Catalog) -> bool {
    let text = Query::new(query, catalog);
    query.contains('*') && (0..text.tokens.len()).any(|at| text.stands_for_columns(at).is_some())
}

struct Query<'a> {
    text: &'a str,
    catalog: &'a Catalog,
    tokens: Vec<Token>,
    /// How deep in parentheses each token stands; a parenthesis counts to what is around it.
    depth: Vec<usize>,
    /// The names that WITH gives.
    common: Vec<Name>,
}

/// One element of a FROM clause.
struct Item<'a> {
    /// By what its columns are qualified, as it is written and as it is meant.
    qualifier: (String, String),
    table: Option<&'a Table>,
}

impl<'a> Query<'a> {
    fn new(text: &'a str, catalog: &'a Catalog) -> Query<'a> {
        let tokens: Vec<Token> =
            lex(text, 0, catalog.dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        let mut inside = 0usize;
        let depth = tokens.iter().map(|token| {
            if token.kind == Kind::Punct(b')') {
                inside = inside.saturating_sub(1);
            }
            let here = inside;
            if token.kind == Kind::Punct(b'(') {
                inside += 1;
            }
            here
        });
        let depth = depth.collect();
        let mut query = Query { text, catalog, tokens, depth, common: Vec::new() };
        query.common = query.common_names();
        query
    }

    fn reader(&self, at: usize) -> Reader<'_> {
        Reader::new(self.text, self.tokens.get(at..).unwrap_or_default(), self.catalog.dialect)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        let reader = self.reader(at);
        words.iter().any(|w| reader.is(w))
    }

    fn punct(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    fn common_names(&self) -> Vec<Name> {
        let opens = |at: usize| at > 0 && (self.is(at - 1, &["WITH", "RECURSIVE"]) || self.punct(at - 1, b','));
        let named = |at: usize| {
            let mut reader = self.reader(at);
            let name = reader.name()?;
            reader.parens();
            let is = reader.eat("AS") && (reader.is("MATERIALIZED") || reader.is("NOT") || reader.is_punct(b'('));
            is.then_some(name)
        };
        (0..self.tokens.len()).filter(|at| opens(*at)).filter_map(named).collect()
    }

    /// Where a `*` stands here for columns that are known: the first token of `t.*`, and the columns.
    fn star(&self, at: usize) -> Option<(usize, String)> {
        let from = self.stands_for_columns(at)?;
        let (items, merged) = self.items(at)?;
        let listed: Vec<&Item> = if from == at {
            items.iter().collect()
        } else {
            let qualifier = self.reader(at - 2).ident()?;
            items.iter().filter(|i| i.qualifier.1 == qualifier).collect()
        };
        if listed.is_empty() || (merged && from == at) || (from != at && listed.len() > 1) {
            return None;
        }
        let mut columns = Vec::new();
        for item in listed {
            for column in &item.table?.columns {
                let column = quote(&column.name, self.catalog.quotes);
                columns.push(if items.len() == 1 { column } else { format!("{}.{column}", item.qualifier.0) });
            }
        }
        Some((from, columns.join(", ")))
    }

    /// Where a star stands in a SELECT's list: the first token of `t.*`.
    fn stands_for_columns(&self, at: usize) -> Option<usize> {
        let ends = at + 1 >= self.tokens.len() || self.punct(at + 1, b',') || self.punct(at + 1, b')');
        if !self.punct(at, b'*') || !(ends || self.is(at + 1, &["FROM"])) {
            return None;
        }
        let mut from = at;
        while from >= 2 && self.punct(from - 1, b'.') {
            from -= 2;
        }
        self.selects(from).map(|()| from)
    }

    /// Does an element of a SELECT's list begin here?
    fn selects(&self, at: usize) -> Option<()> {
        let before = at.checked_sub(1)?;
        if !self.is(before, &["SELECT", "DISTINCT", "ALL"]) && !self.punct(before, b',') {
            return None;
        }
        let own = self.depth[at];
        for before in (0..at).rev() {
            if self.depth[before] < own || (self.depth[before] == own && self.is(before, &["FROM"])) {
                return None;
            }
            if self.depth[before] == own && self.is(before, &["SELECT"]) {
                return Some(());
            }
        }
        None
    }

    /// What the FROM clause behind a star names, and whether a join merges columns.
    fn items(&self, star: usize) -> Option<(Vec<Item<'a>>, bool)> {
        let own = self.depth[star];
        let mut at = star;
        while !(self.depth[at] == own && self.is(at, &["FROM"])) {
            at += 1;
            if at >= self.tokens.len() || self.depth[at] < own {
                return None;
            }
        }
        let (mut items, mut merged, mut expected) = (Vec::new(), false, true);
        at += 1;
        while at < self.tokens.len() && self.depth[at] >= own && !(self.depth[at] == own && self.is(at, &AFTER_FROM)) {
            if self.depth[at] > own {
                at += 1;
            } else if self.punct(at, b')') {
                break;
            } else if expected && !self.is(at, &["LATERAL", "ONLY"]) {
                at = self.item(at, &mut items)?;
                expected = false;
            } else {
                expected |= self.punct(at, b',') || self.is(at, &["JOIN", "STRAIGHT_JOIN"]);
                merged |= self.is(at, &["USING", "NATURAL"]);
                at += 1;
            }
        }
        Some((items, merged))
    }

    /// Reads one element of a FROM clause; gives the token behind it.
    fn item(&self, at: usize, items: &mut Vec<Item<'a>>) -> Option<usize> {
        let mut reader = self.reader(at);
        let (mut table, mut written, mut meant) = (None, String::new(), String::new());
        if reader.parens().is_none() {
            let name = reader.name()?;
            written = self.text_before(at + reader.mark());
            meant = name.name.clone();
            if reader.parens().is_none() && !self.common.contains(&name) {
                table = self.catalog.table(&name).filter(|t| !t.partial && !t.columns.is_empty());
            }
        }
        reader.eat("AS");
        let keyword = AFTER_FROM.iter().chain(&AFTER_TABLE).any(|w| reader.is(w));
        if !keyword && let Some(alias) = reader.clone().ident() {
            reader.skip();
            written = self.text_before(at + reader.mark());
            meant = alias;
            if reader.parens().is_some() {
                table = None;
            }
        }
        items.push(Item { qualifier: (written, meant), table });
        Some(at + reader.mark())
    }

    fn text_before(&self, at: usize) -> String {
        at.checked_sub(1)
            .and_then(|t| self.tokens.get(t))
            .map_or(String::new(), |t| self.text[t.start..t.end].to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::spelled_out;
    use crate::Dialect;
    use crate::rollback::read;

    fn of(query: &str) -> String {
        spelled_out(query, &read("CREATE TABLE t (a int, b int); CREATE TABLE u (c int);", Dialect::Postgres))
    }

    #[test]
    fn stars_that_stand_for_known_columns() {
        assert_eq!(of("SELECT * FROM t"), r#"SELECT "a", "b" FROM t"#);
        assert_eq!(of("SELECT t.*, 1 FROM public.t"), r#"SELECT "a", "b", 1 FROM public.t"#);
        assert_eq!(
            of("SELECT x.*, u.c FROM t AS x LEFT JOIN u ON x.a = u.c WHERE x.a * 2 > 1"),
            r#"SELECT x."a", x."b", u.c FROM t AS x LEFT JOIN u ON x.a = u.c WHERE x.a * 2 > 1"#
        );
        assert_eq!(of("SELECT * FROM t, u"), r#"SELECT t."a", t."b", u."c" FROM t, u"#);
        let sub = of("SELECT o.n FROM (SELECT count(*) AS n, t.* FROM t) o");
        assert_eq!(sub, r#"SELECT o.n FROM (SELECT count(*) AS n, "a", "b" FROM t) o"#);
        assert_eq!(
            of("SELECT * FROM t UNION SELECT c, c FROM u"),
            r#"SELECT "a", "b" FROM t UNION SELECT c, c FROM u"#
        );
    }

    #[test]
    fn stars_that_are_left() {
        for query in [
            "WITH t AS (SELECT 1) SELECT * FROM t",
            "SELECT * FROM t JOIN u USING (a)",
            "SELECT * FROM (SELECT 1) x",
            "SELECT * FROM f(1) x",
            "SELECT * FROM missing",
            "SELECT count(t.*) FROM t",
            "SELECT (t.*)::text FROM t",
            "SELECT t.*::text FROM t",
            "SELECT 2 * a FROM t",
            "SELECT *",
        ] {
            assert_eq!(of(query), query);
        }
    }
}
