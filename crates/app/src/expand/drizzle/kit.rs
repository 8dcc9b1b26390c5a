//! The schema in TypeScript as it is while both shapes are there, out of the one from before the migration and the one that is
//! there: what the snapshot of the expand phase says (`snapshot.rs`), written as a table's literal.
//!
//! The old property comes back as it stood, with what named it beside the columns; the new one keeps what makes its type, and
//! loses what the database makes with the contract. Everything else stays. Where one of the two is not a property of a
//! table's literal, or a name in the old text means something else by now, there is no such text, and the reason is said.

use super::extras::Listed;
use super::scope::{self, Import};
use super::tables::{Column, Enum, Property, Table, enums, tables};
use super::tokens::Tokens;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::Piece;

/// Recipes with which the snapshot is what the migration led to: there is nothing to write.
const AS_IT_IS: [&str; 5] = ["drop-column", "drop-table", "rename-table", "add-foreign-key", "add-check"];
/// Those with a column beside another.
const BESIDE: [&str; 5] = ["rename-column", "change-type", "split-column", "merge-columns", "enum-value"];
/// Calls that say what the database makes with the contract, or what the client does.
const LATER: [&str; 13] = [
    "notNull",
    "default",
    "defaultNow",
    "defaultRandom",
    "primaryKey",
    "autoincrement",
    "generatedAlwaysAs",
    "generatedAlwaysAsIdentity",
    "generatedByDefaultAsIdentity",
    "$default",
    "$defaultFn",
    "$onUpdate",
    "$onUpdateFn",
];
/// Calls that hang something on a column.
const HUNG: [&str; 2] = ["unique", "references"];
/// Calls that belong to the type.
const TYPE: [&str; 2] = ["array", "$type"];
/// What makes a view.
const VIEWS: [&str; 6] = ["pgView", "pgMaterializedView", "mysqlView", "sqliteView", "view", "materializedView"];
/// Calls that give a column its default.
const DEFAULT: [&str; 3] = ["default", "defaultNow", "defaultRandom"];

/// A file as it was and as it is.
pub struct Sides<'t> {
    pub old: File<'t>,
    pub new: File<'t>,
    /// `casing: 'snake_case'`.
    pub snake: bool,
}

/// A file, read.
pub struct File<'t> {
    pub tokens: Tokens<'t>,
    pub tables: Vec<Table>,
    enums: Vec<Enum>,
}

impl<'t> File<'t> {
    fn of(text: &'t str) -> Result<File<'t>, String> {
        let tokens = Tokens::of(text)?;
        Ok(File { tables: tables(&tokens), enums: enums(&tokens), tokens })
    }

    /// A table by its name in the database.
    fn table(&self, name: &Name) -> Result<(usize, &Table), String> {
        let is = |t: &Table| t.name.name == name.name && (t.name.schema == name.schema || t.name.schema == "public");
        let mut all = self.tables.iter().enumerate().filter(|(_, t)| is(t));
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(format!("no table {name} is written as a literal in it")),
            _ => Err(format!("it has two tables {name}")),
        }
    }

    fn slice(&self, bytes: &Range<usize>) -> &'t str {
        &self.tokens.text[bytes.clone()]
    }
}

/// What becomes of a property of the new file.
#[derive(Default)]
struct Line {
    key: Option<String>,
    name: Option<String>,
    maker: Option<String>,
    without: BTreeSet<String>,
    with: Vec<String>,
    /// Properties of the old file that stand before it.
    ahead: Vec<String>,
}

/// Writes the text for the time of both shapes. None where it is the text that is there.
///
/// # Errors
/// Why there is none, in a sentence without a full stop.
pub fn kit(old: &str, new: &str, pieces: &[Piece], snake: bool) -> Result<Option<String>, String> {
    let pieces: Vec<&Piece> = pieces.iter().filter(|p| !AS_IT_IS.contains(&p.recipe)).collect();
    if pieces.is_empty() {
        return Ok(None);
    }
    let sides = Sides { old: File::of(old)?, new: File::of(new)?, snake };
    let mut kit = Kit::of(&sides);
    for piece in pieces {
        kit.take(piece)?;
    }
    kit.text().map(Some)
}

struct Kit<'s> {
    sides: &'s Sides<'s>,
    lines: BTreeMap<(usize, usize), Line>,
    /// Old properties that come behind all others of a table.
    last: BTreeMap<usize, Vec<String>>,
    /// What each table has beside its columns, where that changes.
    listed: BTreeMap<usize, Listed>,
    /// Old columns that are back: table and name.
    back: BTreeSet<(String, String)>,
    /// Enums that are there twice: the index in the new file and the name of the new one.
    twice: BTreeMap<usize, String>,
    imports: BTreeMap<String, Import>,
}

impl<'s> Kit<'s> {
    fn of(sides: &'s Sides<'s>) -> Kit<'s> {
        Kit {
            sides,
            lines: BTreeMap::new(),
            last: BTreeMap::new(),
            listed: BTreeMap::new(),
            back: BTreeSet::new(),
            twice: BTreeMap::new(),
            imports: BTreeMap::new(),
        }
    }

    fn take(&mut self, piece: &Piece) -> Result<(), String> {
        self.no_view(piece)?;
        match piece.recipe {
            recipe if BESIDE.contains(&recipe) => self.beside(piece),
            "move-column" | "split-table" => self.moved(piece),
            "make-required" => self.line(&piece.table, &piece.new).map(|line| {
                line.without.insert("notNull".into());
            }),
            "change-default" => self.default_as_before(piece),
            "add-unique" | "add-index" => self.without_index(piece),
            other => Err(format!("{other} takes more than columns, and is left to a person")),
        }
    }

    /// A view over a table of which a column comes or goes: whether it names it, only running it tells.
    fn no_view(&self, piece: &Piece) -> Result<(), String> {
        let tokens = &self.sides.new.tokens;
        let tables: Vec<&str> = [Some(&piece.table), piece.into.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|n| self.sides.new.table(n).ok())
            .map(|(_, t)| t.variable.as_str())
            .collect();
        let over = |said: &String| {
            let words: Vec<&str> = said.split(' ').collect();
            let made = words.windows(2).any(|w| VIEWS.contains(&w[0]) && w[1] == "(");
            made && words.iter().any(|w| tables.contains(w))
        };
        match scope::declared(tokens).iter().find(|(_, said)| over(said)) {
            Some((view, _)) => Err(format!("the view {view} is made of {}", piece.table)),
            None => Ok(()),
        }
    }

    /// A property of the new file.
    fn found(&self, table: &Name, column: &str) -> Result<(usize, usize, &'s Property), String> {
        let (at, of) = self.sides.new.table(table)?;
        let names = |p: &Property| p.database_name(self.sides.snake).as_deref() == Some(column);
        let mut all = of.properties.iter().enumerate().filter(|(_, p)| names(p));
        match (all.next(), all.next()) {
            (Some((n, property)), None) => Ok((at, n, property)),
            _ => Err(format!("no property of the literal of {table} is {column}")),
        }
    }

    fn line(&mut self, table: &Name, column: &str) -> Result<&mut Line, String> {
        let (at, n, _) = self.found(table, column)?;
        Ok(self.lines.entry((at, n)).or_default())
    }

    /// A property of the old file, and its table.
    fn was(&self, table: &Name, column: &str) -> Result<(&'s Table, &'s Property), String> {
        let (_, of) = self.sides.old.table(table).map_err(|why| format!("before the migration, {why}"))?;
        let found = of.column(column, self.sides.snake);
        found.map(|p| (of, p)).ok_or(format!("before the migration, no property of the literal of {table} is {column}"))
    }

    fn beside(&mut self, piece: &Piece) -> Result<(), String> {
        let (at, n, new) = self.found(&piece.table, &piece.last)?;
        let (_, old) = self.was(&piece.table, &piece.old)?;
        let table = &self.sides.new.tables[at];
        let column = new.column.as_ref().ok_or_else(|| format!("{} is not made by calls alone", piece.last))?;
        let mut line =
            Line { without: copied(column, &[&LATER[..], &HUNG[..]].concat(), &piece.last)?, ..Line::default() };
        let same_key = old.key == new.key;
        if same_key {
            self.named_nowhere_else(piece, table, &new.key)?;
            let key = format!("{}New", new.key);
            if table.properties.iter().any(|p| p.key == key) {
                return Err(format!("{} has {key} already", piece.table));
            }
            line.key = Some(key);
        }
        if piece.new != piece.last || same_key && column.name.is_none() {
            line.name = Some(piece.new.clone());
        }
        if piece.recipe == "enum-value" {
            line.maker = Some(self.enum_beside(piece, &column.maker)?);
        }
        let entry = self.lines.entry((at, n)).or_default();
        entry.without.extend(line.without);
        (entry.key, entry.name, entry.maker) = (line.key, line.name, line.maker);
        self.back(piece, Some((at, n)))?;
        self.hanging(piece, at, Some(&new.key), &old.key)
    }

    /// Where both are called the same in the code, whatever names it means the old one: what was to name the new one would not.
    fn named_nowhere_else(&self, piece: &Piece, table: &Table, key: &str) -> Result<(), String> {
        let tokens = &self.sides.new.tokens;
        let outside = |at: &usize| !table.call.contains(&tokens.all[*at].start);
        let names =
            |at: usize| tokens.word(at) == table.variable && tokens.word(at + 1) == "." && tokens.word(at + 2) == key;
        let named = (0..tokens.all.len()).filter(outside).any(names);
        match named && piece.last != piece.old {
            true => Err(format!("{}.{key} is named elsewhere, and would be the old column", table.variable)),
            false => Ok(()),
        }
    }

    fn moved(&mut self, piece: &Piece) -> Result<(), String> {
        let there = piece.into.as_ref().ok_or("it does not say where the column moves to")?;
        if piece.recipe == "move-column" {
            let (at, n, new) = self.found(there, &piece.new)?;
            let column = new.column.as_ref().ok_or_else(|| format!("{} is not made by calls alone", piece.new))?;
            let without = copied(column, &LATER, &piece.new)?;
            self.lines.entry((at, n)).or_default().without.extend(without);
        }
        let (at, table) = self.sides.new.table(&piece.table)?;
        let (was, old) = self.was(&piece.table, &piece.old)?;
        // Before the first that stood behind it, and is still there.
        let behind = was.properties.iter().skip_while(|p| p.key != old.key).skip(1);
        let place =
            behind.filter(|p| !p.key.is_empty()).find_map(|p| table.properties.iter().position(|n| n.key == p.key));
        self.back(piece, place.map(|n| (at, n)))?;
        self.hanging(piece, at, None, &old.key)
    }

    /// The old property, as it stood: before another, or behind all others.
    fn back(&mut self, piece: &Piece, before: Option<(usize, usize)>) -> Result<(), String> {
        let (was, old) = self.was(&piece.table, &piece.old)?;
        let (at, table) = self.sides.new.table(&piece.table)?;
        if table.column(&piece.old, self.sides.snake).is_some_and(|_| piece.last != piece.old || piece.into.is_some()) {
            return Err(format!("{} has {} still", piece.table, piece.old));
        }
        let is_new = |n: usize| before == Some((at, n)) || self.lines.get(&(at, n)).is_some_and(|l| l.key.is_some());
        if table.properties.iter().enumerate().any(|(n, p)| p.key == old.key && !is_new(n)) {
            return Err(format!("another column of {} is called {} now", piece.table, old.key));
        }
        if was.given != table.given {
            return Err(format!("the columns of {} were given in another way", piece.table));
        }
        if !self.back.insert((piece.table.to_string(), piece.old.clone())) {
            return Ok(());
        }
        let text = self.sides.old.slice(&old.bytes).to_owned();
        self.means_the_same(&text)?;
        match before {
            Some(place) => self.lines.entry(place).or_default().ahead.push(text),
            None => self.last.entry(at).or_default().push(text),
        }
        Ok(())
    }

    /// What the table has beside its columns: what names the new one goes, what named the old one comes.
    fn hanging(&mut self, piece: &Piece, at: usize, new: Option<&str>, old: &str) -> Result<(), String> {
        let table = &self.sides.new.tables[at];
        let (_, was) = self.sides.old.table(&piece.table)?;
        let mut listed = self.listed.remove(&at).unwrap_or_else(|| Listed::of(&self.sides.new.tokens, table));
        let said = |key: &str, name: &str| (key.to_owned(), name.to_owned());
        if let Some(key) = new {
            listed.drop_naming(&said(key, &piece.last));
        }
        for element in listed.take_naming(&self.sides.old.tokens, was, &said(old, &piece.old))? {
            self.means_the_same(&element)?;
        }
        self.listed.insert(at, listed);
        Ok(())
    }

    /// Two enums: the old one under its name, and the new one. The constant of the new one.
    fn enum_beside(&mut self, piece: &Piece, maker: &str) -> Result<String, String> {
        let name = Name::of_type(&piece.data_type, Dialect::Postgres).ok_or("the name of the new enum is not known")?;
        let found = self.sides.new.enums.iter().position(|e| e.variable == maker);
        let at = found.ok_or_else(|| format!("the enum {maker} is not made in it"))?;
        let constant = format!("{maker}New");
        if scope::declared(&self.sides.new.tokens).contains_key(&constant) {
            return Err(format!("it has a {constant} already"));
        }
        self.twice.insert(at, name.name);
        Ok(constant)
    }

    fn default_as_before(&mut self, piece: &Piece) -> Result<(), String> {
        let (_, old) = self.was(&piece.table, &piece.new)?;
        let column = old.column.as_ref().ok_or_else(|| format!("{} was not made by calls alone", piece.new))?;
        let is_default = |name: &str| DEFAULT.contains(&name);
        let calls: Vec<String> = column
            .calls
            .iter()
            .filter(|c| is_default(&c.name))
            .map(|c| self.sides.old.slice(&c.bytes).to_owned())
            .collect();
        calls.iter().try_for_each(|call| self.means_the_same(&format!("x{call}")))?;
        let line = self.line(&piece.table, &piece.new)?;
        line.without.extend(DEFAULT.map(str::to_owned));
        line.with.extend(calls);
        Ok(())
    }

    /// It is not there yet: `.unique()`, or what stands beside the columns.
    fn without_index(&mut self, piece: &Piece) -> Result<(), String> {
        let (at, table) = self.sides.new.table(&piece.table)?;
        for (n, property) in table.properties.iter().enumerate() {
            let Some((name, column)) = property.database_name(self.sides.snake).zip(property.column.as_ref()) else {
                continue;
            };
            let Some(call) = column.calls.iter().find(|c| c.name == "unique") else { continue };
            let said = self.sides.new.slice(&call.bytes);
            let own = Tokens::of(said).ok().and_then(|t| t.quoted(3).map(str::to_owned));
            if own.unwrap_or(format!("{}_{name}_unique", table.name.name)) == piece.new {
                self.lines.entry((at, n)).or_default().without.insert("unique".into());
                return Ok(());
            }
        }
        let mut listed = self.listed.remove(&at).unwrap_or_else(|| Listed::of(&self.sides.new.tokens, table));
        let names = |key: &str| table.properties.iter().find(|p| p.key == key)?.database_name(self.sides.snake);
        let found = listed.drop_named(&piece.new, &table.name.name, &names);
        self.listed.insert(at, listed);
        match found {
            true => Ok(()),
            false => Err(format!("nothing in the text of {} is {}", piece.table, piece.new)),
        }
    }

    /// Do the names in a piece of the old file mean the same in the new one? What is only missing as an import is one.
    fn means_the_same(&mut self, text: &str) -> Result<(), String> {
        let (old, new) = (&self.sides.old, &self.sides.new);
        let (was, is) = (scope::imports(&old.tokens), scope::imports(&new.tokens));
        let (made, makes) = (scope::declared(&old.tokens), scope::declared(&new.tokens));
        let is_table = |file: &File, name: &str| file.tables.iter().any(|t| t.variable == name);
        let is_twice = |name: &str| self.twice.keys().any(|at| new.enums[*at].variable == name);
        for name in scope::used(text) {
            let alike = match (was.get(&name), made.get(&name)) {
                (Some(import), _) => {
                    if !is.contains_key(&name) && !makes.contains_key(&name) && import.name.is_some() {
                        self.imports.insert(name.clone(), import.clone());
                        continue;
                    }
                    is.get(&name) == Some(import)
                }
                (None, Some(_)) if is_table(old, &name) => is_table(new, &name),
                (None, Some(_)) if is_twice(&name) => true,
                (None, Some(said)) => makes.get(&name) == Some(said),
                // A parameter, or what is there everywhere.
                (None, None) => true,
            };
            if !alike {
                return Err(format!("`{name}`, which the old text names, is not what it was"));
            }
        }
        Ok(())
    }

    fn text(self) -> Result<String, String> {
        let new = &self.sides.new;
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for ((table, n), line) in &self.lines {
            let property = &new.tables[*table].properties[*n];
            edits.push((property.bytes.clone(), self.written(property, line)?));
        }
        for (table, texts) in &self.last {
            edits.push(self.behind(&new.tables[*table], texts)?);
        }
        for (table, listed) in &self.listed {
            edits.extend(listed.edit(&new.tokens, &new.tables[*table])?);
        }
        for (at, name) in &self.twice {
            edits.push(self.both_enums(&new.enums[*at], name)?);
        }
        edits.sort_by_key(|(bytes, _)| bytes.start);
        let mut out: String = self.imports.iter().map(imported).collect();
        let mut at = 0;
        for (bytes, text) in edits {
            if bytes.start < at {
                return Err("what is to be edited lies in one another".into());
            }
            out.push_str(&new.tokens.text[at..bytes.start]);
            out.push_str(&text);
            at = bytes.end;
        }
        out.push_str(&new.tokens.text[at..]);
        Ok(out)
    }

    /// A property with what becomes of it, and those that stand before it.
    fn written(&self, property: &Property, line: &Line) -> Result<String, String> {
        let text = self.sides.new.tokens.text;
        let between = between(text, property.bytes.start);
        let ahead: String = line.ahead.iter().map(|old| format!("{old},{between}")).collect();
        let Some(column) = &property.column else {
            return Ok(format!("{ahead}{}", &text[property.bytes.clone()]));
        };
        let head = match &line.key {
            Some(key) => format!("{key}: "),
            None => text[property.bytes.start..column.start].to_owned(),
        };
        let calls = column.calls.iter().filter(|c| !line.without.contains(&c.name)).map(|c| &text[c.bytes.clone()]);
        let calls: String = calls.map(str::to_owned).chain(line.with.iter().cloned()).collect();
        Ok(format!("{ahead}{head}{}{calls}", self.base(column, line)))
    }

    /// `text('full_name')`, with another name or of another maker.
    fn base(&self, column: &Column, line: &Line) -> String {
        let text = self.sides.new.tokens.text;
        let maker = line.maker.as_deref().unwrap_or(&text[column.start..column.inside - 1]);
        let rest = &text[column.inside..column.end];
        match (&line.name, &column.said) {
            (None, _) => format!("{maker}({rest}"),
            (Some(name), Some(said)) => {
                let quote = &text[said.start..=said.start];
                format!("{maker}({quote}{name}{quote}{}", &text[said.end..column.end])
            }
            (Some(name), None) if column.argued => format!("{maker}('{name}', {rest}"),
            (Some(name), None) => format!("{maker}('{name}'{rest}"),
        }
    }

    /// Old properties behind the last of a table.
    fn behind(&self, table: &Table, texts: &[String]) -> Result<(Range<usize>, String), String> {
        let text = self.sides.new.tokens.text;
        let last = table.properties.last().ok_or_else(|| format!("{} has no other column", table.name))?;
        let between = between(text, last.bytes.start);
        let all: String = texts.iter().map(|old| format!(",{between}{old}")).collect();
        Ok((last.bytes.end..last.bytes.end, all))
    }

    fn both_enums(&self, new: &Enum, name: &str) -> Result<(Range<usize>, String), String> {
        let old = self.sides.old.enums.iter().find(|e| e.variable == new.variable);
        let old = old.ok_or_else(|| format!("before the migration there was no enum {}", new.variable))?;
        let text = self.sides.new.tokens.text;
        let quote = &text[new.said.start..=new.said.start];
        let Enum { variable, said, bytes, .. } = new;
        let head = &text[bytes.start + variable.len()..said.start];
        let copy = format!("{variable}New{head}{quote}{name}{quote}{}", &text[said.end..bytes.end]);
        Ok((bytes.clone(), format!("{}\nexport const {copy}", self.sides.old.slice(&old.bytes))))
    }
}

/// What is between two properties: a line where this one begins its own.
fn between(text: &str, start: usize) -> String {
    let line = &text[text[..start].rfind('\n').map_or(0, |n| n + 1)..start];
    match line.trim().is_empty() {
        true => format!("\n{line}"),
        false => " ".to_owned(),
    }
}

/// The calls that a column does not have while both are there.
fn copied(column: &Column, known: &[&str], name: &str) -> Result<BTreeSet<String>, String> {
    let maker = column.maker.rsplit('.').next().unwrap_or_default();
    if maker.to_ascii_lowercase().contains("serial") {
        return Err(format!("{maker}() is required and counts by itself, which {name} does not until the contract"));
    }
    let strange = column.calls.iter().find(|c| {
        !known.contains(&c.name.as_str()) && !TYPE.contains(&c.name.as_str()) && !HUNG.contains(&c.name.as_str())
    });
    match strange {
        Some(call) => Err(format!("what .{}() does to {name} is not known", call.name)),
        None => Ok(known.iter().map(|name| (*name).to_owned()).collect()),
    }
}

fn imported((name, import): (&String, &Import)) -> String {
    let what = match &import.name {
        Some(own) if own != name => format!("{own} as {name}"),
        _ => name.clone(),
    };
    format!("import {{ {what} }} from '{}'\n", import.module)
}

#[cfg(test)]
mod tests;
