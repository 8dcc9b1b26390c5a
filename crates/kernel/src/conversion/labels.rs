//! What a USING does to the values of an enum: `CASE "status"::text WHEN 'live' THEN 'open' .. END`.

use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::Reader;

/// Where each value of an enum goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// What is named, in its order.
    named: Vec<(String, String)>,
    /// What the rest becomes.
    rest: Rest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rest {
    Itself,
    Null,
    Constant(String),
}

impl Labels {
    /// Every value stays itself.
    pub fn same() -> Labels {
        Labels { named: Vec::new(), rest: Rest::Itself }
    }

    /// Reads a USING; none where it does something else than to give values other names.
    pub fn read(using: &str) -> Option<Labels> {
        let tokens: Vec<Token> =
            lex(using, 0, Dialect::Postgres).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        value(Reader::new(using, &tokens, Dialect::Postgres), 0)
    }

    /// What becomes of a value; none is NULL.
    fn of<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        match (self.named.iter().find(|(from, _)| from == label), &self.rest) {
            (Some((_, to)), _) => Some(to),
            (None, Rest::Itself) => Some(label),
            (None, Rest::Null) => None,
            (None, Rest::Constant(to)) => Some(to),
        }
    }

    /// The way back from the values that `had` became, as pairs of other names; and those of `had` that can't be told
    /// apart any more.
    pub fn back(&self, had: &[String]) -> (Vec<(String, String)>, Vec<String>) {
        let (mut ways, mut lost): (Vec<(String, String)>, Vec<String>) = (Vec::new(), Vec::new());
        for label in had {
            match self.of(label) {
                Some(to) if !ways.iter().any(|(is, _)| is == to) => ways.push((to.to_string(), label.clone())),
                _ => lost.push(label.clone()),
            }
        }
        (ways, lost)
    }
}

/// A value, under parentheses and casts.
fn value(mut r: Reader, depth: usize) -> Option<Labels> {
    // Nobody writes more parentheses than that, and a stack is not endless.
    let labels = if let Some(inside) = r.parens().filter(|_| depth < 10) {
        value(inside, depth + 1)?
    } else if r.eat("CASE") {
        case(&mut r)?
    } else {
        r.ident()?;
        Labels::same()
    };
    casts(&mut r);
    r.done().then_some(labels)
}

/// `WHEN 'a' THEN 'b'`, over one column throughout: behind CASE, or with `column = 'a'` behind each WHEN.
fn case(r: &mut Reader) -> Option<Labels> {
    let subject = if r.is("WHEN") { None } else { Some(column(r)?) };
    let mut of = subject.clone();
    let mut named = Vec::new();
    while r.eat("WHEN") {
        if subject.is_none() {
            let column = column(r)?;
            if *of.get_or_insert(column.clone()) != column || !r.eat_punct(b'=') {
                return None;
            }
        }
        let from = label(r)?;
        if !r.eat("THEN") {
            return None;
        }
        named.push((from, label(r)?));
    }
    let rest = if r.eat("ELSE") { rest(r, of.as_deref())? } else { Rest::Null };
    (r.eat("END") && !named.is_empty()).then_some(Labels { named, rest })
}

fn rest(r: &mut Reader, of: Option<&str>) -> Option<Rest> {
    if r.eat("NULL") {
        casts(r);
        return Some(Rest::Null);
    }
    match label(r) {
        Some(constant) => Some(Rest::Constant(constant)),
        None => (column(r).as_deref() == of).then_some(Rest::Itself),
    }
}

/// `"s"`, `("s")`, each with casts.
fn column(r: &mut Reader) -> Option<String> {
    bare_or_in_parens(r, Reader::ident)
}

/// `'a'`, `('a')`, each with casts.
fn label(r: &mut Reader) -> Option<String> {
    bare_or_in_parens(r, Reader::string)
}

fn bare_or_in_parens<'a>(r: &mut Reader<'a>, read: impl Fn(&mut Reader<'a>) -> Option<String>) -> Option<String> {
    let text = match r.clone().parens() {
        Some(mut inside) => {
            let text = read(&mut inside)?;
            casts(&mut inside);
            if !inside.done() {
                return None;
            }
            r.skip_balanced();
            text
        }
        None => read(r)?,
    };
    casts(r);
    Some(text)
}

/// Steps over `::"schema"."type"[]`.
fn casts(r: &mut Reader) {
    while r.eat_cast() {
        let _ = r.name();
        while r.is_punct(b'[') {
            r.skip_balanced();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    type Back = (Vec<(String, String)>, Vec<String>);

    fn back(using: &str, had: &[&str]) -> Option<Back> {
        Some(Labels::read(using)?.back(&had.iter().map(|l| l.to_string()).collect::<Vec<_>>()))
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    }

    #[test]
    fn names_that_can_be_told_apart() {
        let using = r#"(CASE "s"::text WHEN 'a' THEN 'x'::new WHEN 'b' THEN ('y')::"new" ELSE 'x'::new END)"#;
        assert_eq!(back(using, &["a", "b"]), Some((pairs(&[("x", "a"), ("y", "b")]), vec![])));
        let using = "(CASE WHEN s::text = 'a' THEN 'b' ELSE s::text END)::new";
        assert_eq!(back(using, &["a", "c"]), Some((pairs(&[("b", "a"), ("c", "c")]), vec![])));
        assert_eq!(back(r#"("s"::text::"new")"#, &["a"]), Some((pairs(&[("a", "a")]), vec![])));
    }

    #[test]
    fn names_that_can_not() {
        let using = "CASE s WHEN 'a' THEN 'x' WHEN 'b' THEN 'x' END";
        assert_eq!(back(using, &["a", "b", "c"]), Some((pairs(&[("x", "a")]), vec!["b".into(), "c".into()])));
        for unknown in ["CASE WHEN a > 1 THEN 'x' END", "CASE s WHEN 'a' THEN f('x') END", "f(s)", "CASE s WHEN 'a'"] {
            assert_eq!(Labels::read(unknown), None, "{unknown}");
        }
    }
}
