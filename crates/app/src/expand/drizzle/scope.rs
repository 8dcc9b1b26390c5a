//! What the names in a piece of one version of a file mean in another: imports, constants.

use super::tokens::{Kind, Tokens};
use std::collections::{BTreeMap, BTreeSet};

/// Where a name of a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub module: String,
    /// What it is called there; none: all of it, or its default.
    pub name: Option<String>,
}

/// The imported names.
pub fn imports(tokens: &Tokens) -> BTreeMap<String, Import> {
    let mut out = BTreeMap::new();
    let starts = (0..tokens.all.len()).filter(|at| tokens.word(*at) == "import" && begins_line(tokens, *at));
    for start in starts {
        let Some(from) = (start..start + 400)
            .take_while(|at| *at < tokens.all.len())
            .find(|at| tokens.word(*at) == "from" && tokens.quoted(at + 1).is_some() || tokens.word(*at) == ";")
        else {
            continue;
        };
        let Some(module) = tokens.quoted(from + 1) else { continue };
        let import = |name: Option<&str>| Import { module: module.to_owned(), name: name.map(str::to_owned) };
        let mut at = start + 1;
        while at < from {
            if tokens.word(at) == "{" {
                for (first, last) in tokens.parts(at) {
                    let first = if tokens.word(first) == "type" && first < last { first + 1 } else { first };
                    out.insert(tokens.word(last).to_owned(), import(Some(tokens.word(first))));
                }
                at = tokens.partner(at);
            } else if tokens.is_name(at) && !["type", "as"].contains(&tokens.word(at)) {
                out.insert(tokens.word(at).to_owned(), import(None));
            }
            at += 1;
        }
    }
    out
}

/// Nothing but space stands before it on its line.
fn begins_line(tokens: &Tokens, at: usize) -> bool {
    let before = &tokens.text[..tokens.all[at].start];
    before[before.rfind('\n').map_or(0, |n| n + 1)..].trim().is_empty()
}

/// What a file declares, outside of any bracket: the names with the tokens of what they are.
pub fn declared(tokens: &Tokens) -> BTreeMap<String, String> {
    const WORDS: [&str; 7] = ["const", "let", "var", "function", "class", "enum", "type"];
    const STARTS: [&str; 11] =
        ["export", "import", "const", "let", "var", "function", "class", "enum", "type", "interface", "declare"];
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    let mut at = 0;
    while at < tokens.all.len() {
        let word = tokens.word(at);
        if word == ";" || STARTS.contains(&word) && begins_line(tokens, at) {
            current = None;
        }
        if WORDS.contains(&word) && tokens.is_name(at + 1) && current.is_none() {
            at += 1;
            let name = tokens.word(at).to_owned();
            out.insert(name.clone(), String::new());
            current = Some(name);
        }
        let end = tokens.partner(at).max(at);
        if let Some(said) = current.as_ref().and_then(|name| out.get_mut(name)) {
            (at..=end).for_each(|at| said.push_str(&format!("{} ", tokens.word(at))));
        }
        at = end + 1;
    }
    out
}

/// The names that a piece of a file uses: not those behind a dot, nor keys.
pub fn used(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let Ok(tokens) = Tokens::of(text) else { return out };
    for at in 0..tokens.all.len() {
        let token = tokens.all[at];
        if token.kind == Kind::Other {
            let inner = token.text.split("${").skip(1).filter_map(|part| part.split('}').next());
            inner.for_each(|text| out.extend(used(text)));
        }
        let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens.word(at));
        let member = before(1) == "." && before(2) != ".";
        let key = tokens.word(at + 1) == ":" && ["", "{", ","].contains(&before(1));
        if tokens.is_name(at) && !member && !key {
            out.insert(token.text.to_owned());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_where_they_come_from() {
        let file = "import { sql, type AnyPgColumn, text as t } from 'drizzle-orm'\nimport * as pg from \"pg\";\nimport 'x'\n\
                    const a = 1, b = 2\nexport const users = pgTable('users', {\n  const: 1 })\n";
        let tokens = Tokens::of(file).unwrap();
        let all = imports(&tokens);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["AnyPgColumn", "pg", "sql", "t"]);
        assert_eq!(all["t"], Import { module: "drizzle-orm".into(), name: Some("text".into()) });
        assert_eq!(all["pg"].name, None);
        assert_eq!(declared(&tokens)["a"], "a = 1 , b = 2 ");
        assert!(declared(&tokens)["users"].contains("pgTable"));
    }

    #[test]
    fn names_that_are_used() {
        let names =
            used("bio: text('bio').references((): AnyPgColumn => users.id, { onDelete: act }).default(sql`${now}`)");
        assert_eq!(
            names.iter().map(String::as_str).collect::<Vec<_>>(),
            ["AnyPgColumn", "act", "now", "sql", "text", "users"]
        );
    }
}
