//! The tables that a file in TypeScript writes as literals: `export const users = pgTable('users', { .. }, (t) => [ .. ])`, with
//! the columns as properties or behind a function of the column types. What is written in another way is no table here.

use super::tokens::{Kind, Tokens};
use std::ops::Range;
use unmigrate_kernel::catalog::Name;

/// The functions that make a table.
const MAKERS: [&str; 3] = ["pgTable", "mysqlTable", "sqliteTable"];
/// Those that make a schema, whose `table` makes one in it.
const SCHEMAS: [&str; 2] = ["pgSchema", "mysqlSchema"];

/// A table.
#[derive(Debug)]
pub struct Table {
    /// The constant that it is.
    pub variable: String,
    /// In the database; the schema as it is written.
    pub name: Name,
    /// What is written before the columns where a function gives them: `(t) => (`.
    pub given: String,
    /// Its columns, and whatever else stands among them.
    pub properties: Vec<Property>,
    /// Where the second argument ends.
    pub end: usize,
    /// The third argument.
    pub extras: Option<Extras>,
    /// The bytes of the whole call.
    pub call: Range<usize>,
}

/// Something between two commas of a table's literal.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its key; nothing for `...others`.
    pub key: String,
    /// Its bytes, from the key to the end of its value.
    pub bytes: Range<usize>,
    /// Where it is a chain of calls: `text('full_name').notNull()`.
    pub column: Option<Column>,
}

/// A chain of calls that makes a column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name that it says; none: that of the key.
    pub name: Option<String>,
    /// `text`, `t.text`.
    pub maker: String,
    /// Its first argument where that is a text: the bytes, with the quotes.
    pub said: Option<Range<usize>>,
    /// Where `maker` begins.
    pub start: usize,
    /// Behind the `(` of its arguments.
    pub inside: usize,
    /// There are arguments.
    pub argued: bool,
    /// Where the first call of the chain begins: its bytes end there.
    pub end: usize,
    /// The calls behind it: `.notNull()`, each with its bytes.
    pub calls: Vec<Call>,
}

/// A call of a chain.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: String,
    pub bytes: Range<usize>,
}

/// What a table has beside its columns.
#[derive(Debug)]
pub struct Extras {
    /// What stands before the list: `(t) => [`, in its tokens; two lists that say the same call their table the same.
    pub head: String,
    /// `[` or `{`.
    pub open: usize,
    /// What stands between its commas.
    pub elements: Vec<Range<usize>>,
    /// The whole argument.
    pub bytes: Range<usize>,
    /// It is a function that gives a list or an object as it is written.
    pub literal: bool,
}

/// An enum: `export const role = pgEnum('role', ['a', 'b'])`.
#[derive(Debug)]
pub struct Enum {
    /// The constant that it is.
    pub variable: String,
    /// The bytes of its name in the database, with its quotes.
    pub said: Range<usize>,
    /// From the constant's name to the end of the call.
    pub bytes: Range<usize>,
}

/// The tables of a file.
pub fn tables(tokens: &Tokens) -> Vec<Table> {
    (0..tokens.all.len()).filter_map(|at| table(tokens, at)).collect()
}

/// The enums of a file.
pub fn enums(tokens: &Tokens) -> Vec<Enum> {
    let one = |at: usize| {
        let (maker, variable) = assigned(tokens, at)?;
        let open = (tokens.word(maker) == "pgEnum" && tokens.word(maker + 1) == "(").then_some(maker + 1)?;
        tokens.quoted(open + 1)?;
        Some(Enum {
            variable: variable.to_owned(),
            said: tokens.bytes(open + 1, open + 1),
            bytes: tokens.bytes(at, tokens.partner(open)),
        })
    };
    (0..tokens.all.len()).filter_map(one).collect()
}

/// Where a constant's name stands here, what it is assigned: the token of the called function, behind `t.`.
fn assigned<'t>(tokens: &Tokens<'t>, at: usize) -> Option<(usize, &'t str)> {
    if tokens.word(at.checked_sub(1)?) != "const" || !tokens.is_name(at) || tokens.word(at + 1) != "=" {
        return None;
    }
    let mut maker = at + 2;
    while tokens.is_name(maker) && tokens.word(maker + 1) == "." {
        maker += 2;
    }
    tokens.is_name(maker).then(|| (maker, tokens.word(at)))
}

fn table(tokens: &Tokens, at: usize) -> Option<Table> {
    let (maker, variable) = assigned(tokens, at)?;
    let open = (tokens.word(maker + 1) == "(").then_some(maker + 1)?;
    let schema = match tokens.word(maker) {
        word if MAKERS.contains(&word) => String::new(),
        "table" => schema_of(tokens, tokens.word(maker.checked_sub(2)?))?,
        _ => return None,
    };
    let arguments = tokens.parts(open);
    let name = tokens.quoted(arguments.first()?.0)?.to_owned();
    let (first, last) = *arguments.get(1)?;
    let columns = literal(tokens, first, last).filter(|open| tokens.word(*open) == "{")?;
    let properties: Vec<Property> =
        tokens.parts(columns).into_iter().map(|(first, last)| property(tokens, first, last)).collect();
    Some(Table {
        variable: variable.to_owned(),
        name: Name { schema, name },
        given: joined(tokens, first, columns),
        properties,
        end: tokens.bytes(first, last).end,
        extras: arguments.get(2).map(|(first, last)| extras(tokens, *first, *last)),
        call: tokens.bytes(maker, tokens.partner(open)),
    })
}

/// The database's name of a schema that a constant is.
fn schema_of(tokens: &Tokens, variable: &str) -> Option<String> {
    (0..tokens.all.len()).find_map(|at| {
        let (maker, _) = assigned(tokens, at).filter(|(_, name)| *name == variable)?;
        let makes = SCHEMAS.contains(&tokens.word(maker)) && tokens.word(maker + 1) == "(";
        makes.then(|| tokens.quoted(maker + 2).map(str::to_owned))?
    })
}

/// The bracket of a literal, given as it is or by a function: `{ .. }`, `(t) => ({ .. })`, `(t) => [ .. ]`.
fn literal(tokens: &Tokens, first: usize, last: usize) -> Option<usize> {
    if ["{", "["].contains(&tokens.word(first)) && tokens.partner(first) == last {
        return Some(first);
    }
    // What the function is given.
    let arrow = if tokens.word(first) == "(" { tokens.partner(first) + 1 } else { first + 1 };
    if tokens.word(arrow) != "=>" {
        return None;
    }
    match tokens.word(arrow + 1) {
        "[" if tokens.partner(arrow + 1) == last => Some(arrow + 1),
        "(" if tokens.partner(arrow + 1) == last => {
            let inner = arrow + 2;
            (["{", "["].contains(&tokens.word(inner)) && tokens.partner(inner) + 1 == last).then_some(inner)
        }
        _ => None,
    }
}

/// Tokens without what is between them.
fn joined(tokens: &Tokens, first: usize, end: usize) -> String {
    (first..end).map(|at| tokens.word(at)).collect::<Vec<_>>().join(" ")
}

fn property(tokens: &Tokens, first: usize, last: usize) -> Property {
    let named = tokens.is_name(first) || tokens.all[first].kind == Kind::Text;
    let key = match named && tokens.word(first + 1) == ":" {
        true => tokens.quoted(first).unwrap_or(tokens.word(first)).to_owned(),
        false => String::new(),
    };
    let column = if key.is_empty() { None } else { chain(tokens, first + 2, last) };
    Property { key, bytes: tokens.bytes(first, last), column }
}

fn chain(tokens: &Tokens, first: usize, last: usize) -> Option<Column> {
    let mut at = first;
    while tokens.is_name(at) && tokens.word(at + 1) == "." {
        at += 2;
    }
    let open = tokens.is_name(at).then(|| tokens.behind_types(at + 1))?.filter(|open| tokens.word(*open) == "(")?;
    let maker = joined(tokens, first, at + 1).replace(' ', "");
    let arguments = tokens.parts(open);
    // A text with something behind it (`'a' + b`) is none.
    let text = arguments.first().filter(|(first, last)| first == last && tokens.all[*first].kind == Kind::Text);
    let name = match text {
        Some((at, _)) => Some(tokens.quoted(*at)?.to_owned()),
        None => None,
    };
    let mut column = Column {
        name,
        maker,
        said: text.map(|(at, _)| tokens.bytes(*at, *at)),
        start: tokens.all[first].start,
        inside: tokens.all[open].end(),
        argued: !arguments.is_empty(),
        end: tokens.all[tokens.partner(open)].end(),
        calls: vec![],
    };
    at = tokens.partner(open) + 1;
    while at <= last {
        let called = (tokens.word(at) == "." && tokens.is_name(at + 1)).then_some(at + 1)?;
        let open = tokens.behind_types(called + 1).filter(|open| tokens.word(*open) == "(")?;
        let close = tokens.partner(open);
        column.calls.push(Call { name: tokens.word(called).to_owned(), bytes: tokens.bytes(at, close) });
        at = close + 1;
    }
    (at == last + 1).then_some(column)
}

fn extras(tokens: &Tokens, first: usize, last: usize) -> Extras {
    let bytes = tokens.bytes(first, last);
    match literal(tokens, first, last) {
        Some(open) => Extras {
            head: joined(tokens, first, open + 1),
            open,
            elements: tokens.parts(open).into_iter().map(|(first, last)| tokens.bytes(first, last)).collect(),
            bytes,
            literal: true,
        },
        None => Extras { head: String::new(), open: first, elements: vec![], bytes, literal: false },
    }
}

impl Table {
    /// The property of a column of the database.
    pub fn column(&self, name: &str, snake: bool) -> Option<&Property> {
        self.properties.iter().find(|p| p.database_name(snake).as_deref() == Some(name))
    }
}

impl Property {
    /// What its column is called in the database; none where that can't be told.
    pub fn database_name(&self, snake: bool) -> Option<String> {
        let column = self.column.as_ref()?;
        Some(match &column.name {
            Some(name) => name.clone(),
            None if snake => snake_case(&self.key),
            None => self.key.clone(),
        })
    }
}

/// As drizzle-orm 0.45 makes a column's name of a key where `casing` is `snake_case`.
fn snake_case(key: &str) -> String {
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let (mut words, mut word): (Vec<String>, String) = (Vec::new(), String::new());
    let chars: Vec<char> = key.chars().collect();
    for (at, c) in chars.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let begins = c.is_ascii_uppercase()
            && (before.is_some_and(is_small) || chars.get(at + 1).is_some_and(char::is_ascii_lowercase));
        if (begins || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "import { pgTable, text } from 'drizzle-orm/pg-core'
const app = pgSchema('app')
export const role = pgEnum('Role', ['a', 'b'])
export const users = pgTable('users', {
  id: serial().primaryKey(), // the key
  fullName: text('full_name').$type<Record<string, number>>().notNull(),
  ...timestamps,
  odd: a + b,
}, (t) => [index('i').on(t.fullName, t.id), check('c', sql`${t.fullName} <> ''`)])
export const logs = app.table('logs', (t) => ({ \"createdAt\": t.timestamp({ mode: 'date' }) }))
";

    #[test]
    fn tables_as_they_are_written() {
        let tokens = Tokens::of(FILE).unwrap();
        let all = tables(&tokens);
        assert_eq!(all.iter().map(|t| t.name.to_string()).collect::<Vec<_>>(), ["users", "app.logs"]);
        let keys: Vec<&str> = all[0].properties.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["id", "fullName", "", "odd"]);
        let full = all[0].column("full_name", false).unwrap();
        let column = full.column.as_ref().unwrap();
        let calls: Vec<&str> = column.calls.iter().map(|c| &FILE[c.bytes.clone()]).collect();
        assert_eq!(calls, [".$type<Record<string, number>>()", ".notNull()"]);
        assert_eq!(&FILE[full.bytes.start..column.end], "fullName: text('full_name')");
        let extras = all[0].extras.as_ref().unwrap();
        let elements: Vec<&str> = extras.elements.iter().map(|e| &FILE[e.clone()]).collect();
        assert_eq!(elements, ["index('i').on(t.fullName, t.id)", "check('c', sql`${t.fullName} <> ''`)"]);
        assert_eq!(all[1].given, "( t ) => (");
        assert!(all[1].column("created_at", true).is_some() && all[1].column("createdAt", false).is_some());
        assert_eq!(&FILE[enums(&tokens)[0].bytes.clone()], "role = pgEnum('Role', ['a', 'b'])");
    }

    /// Each as drizzle-orm's own `toSnakeCase` gives it.
    #[test]
    fn names_of_keys() {
        for (key, name) in [
            ("fullName", "full_name"),
            ("userID", "user_id"),
            ("HTMLText", "html_text"),
            ("line2", "line2"),
            ("a1B", "a1_b"),
            ("already_so", "already_so"),
        ] {
            assert_eq!(snake_case(key), name);
        }
    }
}
