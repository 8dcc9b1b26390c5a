//! The schema that is there, line by line, while it becomes the one of a release.

use super::lines::{Block, Field, Lines, field, listed, optional, quoted, with, without};
use super::written::{beside, ignored, kept};
use std::collections::{BTreeMap, BTreeSet};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::Piece;

/// Recipes with a column beside another.
const BESIDE: [&str; 5] = ["rename-column", "change-type", "split-column", "merge-columns", "enum-value"];

/// The schema before the migration, the one that is there, and what becomes of it.
pub struct Draft<'t> {
    pub old: Lines<'t>,
    pub new: Lines<'t>,
    /// The lines of the new one; none: it goes.
    pub lines: Vec<Option<String>>,
    /// What comes before each.
    pub ahead: BTreeMap<usize, Vec<String>>,
    /// Old lines that are back.
    pub back: BTreeSet<usize>,
    /// For the second release: the code has the new shape, and leaves the old one alone.
    pub second: bool,
    /// Models that are back whole.
    pub models: Vec<(Block, Vec<String>)>,
}

impl<'t> Draft<'t> {
    /// Nothing is changed yet.
    pub fn of(old: &'t str, new: &'t str, second: bool) -> Draft<'t> {
        let (old, new) = (Lines::of(old), Lines::of(new));
        let lines = new.all.iter().map(|line| Some((*line).to_owned())).collect();
        Draft { old, new, lines, ahead: BTreeMap::new(), back: BTreeSet::new(), second, models: vec![] }
    }

    /// The text with all pieces.
    ///
    /// # Errors
    /// What can't be told, in a sentence without a full stop.
    pub fn text(mut self, pieces: &[Piece]) -> Result<String, String> {
        pieces.iter().try_for_each(|piece| self.take(piece))?;
        self.whole()?;
        let mut out = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            self.ahead.get(&at).into_iter().flatten().for_each(|line| out.push_str(line));
            out.push_str(line.as_deref().unwrap_or_default());
        }
        self.ahead.get(&self.lines.len()).into_iter().flatten().for_each(|line| out.push_str(line));
        Ok(out)
    }

    fn take(&mut self, piece: &Piece) -> Result<(), String> {
        match piece.recipe {
            recipe if BESIDE.contains(&recipe) => self.beside(piece),
            "move-column" | "split-table" => self.moved(piece),
            "merge-tables" => self.merged(piece),
            "make-required" => self.not_required(piece),
            "drop-column" => self.dropped(piece),
            "drop-table" => self.table_dropped(piece),
            "change-default" => self.default_as_before(piece),
            "add-unique" | "add-index" => self.without_index(piece),
            "add-primary-key" => self.without_key(piece),
            recipe if super::AS_IT_IS.contains(&recipe) => Ok(()),
            other => Err(format!("{other} takes more than lines of columns")),
        }
    }

    /// The model of a table in the new schema.
    pub fn is(&self, table: &Name) -> Result<Block, String> {
        self.new.model(table).cloned().ok_or_else(|| format!("no model of {table} was found in it"))
    }

    /// The one in the old schema.
    pub fn was(&self, table: &Name) -> Result<Block, String> {
        self.old.model(table).cloned().ok_or_else(|| format!("before the migration no model of {table} was found"))
    }

    fn new_line(&self, block: &Block, column: &str) -> Result<usize, String> {
        self.new.column(block, column).ok_or_else(|| format!("no line of {} is the column {column}", block.name))
    }

    fn old_line(&self, block: &Block, column: &str) -> Result<usize, String> {
        let why = || format!("before the migration no line of {} was the column {column}", block.name);
        self.old.column(block, column).ok_or_else(why)
    }

    /// A line as it is by now.
    pub fn current(&self, at: usize) -> String {
        self.lines.get(at).cloned().flatten().unwrap_or_default()
    }

    fn set(&mut self, at: usize, line: String) {
        self.lines[at] = Some(line);
    }

    /// Two columns for one; where no line of the old one becomes one of the new one, a person has written something else.
    fn beside(&mut self, piece: &Piece) -> Result<(), String> {
        let (is, was) = (self.is(&piece.table)?, self.was(&piece.table)?);
        let (n, o) = (self.new_line(&is, &piece.last)?, self.old_line(&was, &piece.old)?);
        let kind = match piece.recipe {
            "enum-value" => Some(self.enum_beside(self.new.all[n], piece)?),
            _ => None,
        };
        let line = beside(self.new.all[n], piece, kind.as_deref())?;
        let (old, new) = (name_of(self.old.all[o]), name_of(self.new.all[n]));
        let swaps = piece.new != piece.last;
        if old == new && !swaps {
            return Err(format!("{} and {} are the same field, {old}", piece.old, piece.last));
        }
        if name_of(&line) != new && self.new.field(&is, &name_of(&line)).is_some() {
            return Err(format!("{} has a field {} already", is.name, name_of(&line)));
        }
        self.set(n, line);
        let mut line = kept(self.old.all[o], piece)?;
        if self.second && !swaps {
            line = ignored(&line);
        }
        self.put_back(o, line, n)?;
        self.hang(piece, &is, &was, (&new, &old))
    }

    fn moved(&mut self, piece: &Piece) -> Result<(), String> {
        let there = piece.into.as_ref().ok_or("it does not say where the column moves to")?;
        let (into, was) = (self.is(there)?, self.was(&piece.table)?);
        let (n, o) = (self.new_line(&into, &piece.new)?, self.old_line(&was, &piece.old)?);
        if piece.recipe == "move-column" {
            self.set(n, beside(self.new.all[n], piece, None)?);
        }
        self.back_in_place(piece, &was, o)
    }

    /// A table that goes into another: its model is back, once, and the field over there is optional.
    fn merged(&mut self, piece: &Piece) -> Result<(), String> {
        let into = self.is(piece.into.as_ref().ok_or("it does not say where the column moves to")?)?;
        let n = self.new_line(&into, &piece.new)?;
        self.set(n, beside(self.new.all[n], piece, None)?);
        let was = self.was(&piece.table)?;
        match self.models.iter().any(|(model, _)| model.name == was.name) {
            true => Ok(()),
            false => self.table_dropped(piece),
        }
    }

    /// An old line, with what the model says of it.
    fn back_in_place(&mut self, piece: &Piece, was: &Block, o: usize) -> Result<(), String> {
        let is = self.is(&piece.table)?;
        let mut line = kept(self.old.all[o], piece)?;
        if self.second {
            line = ignored(&line);
        }
        let at = self.place(was, &is, o);
        self.put_back(o, line, at)?;
        let old = name_of(self.old.all[o]);
        self.list_back(was, &is, &old, is.last);
        Ok(())
    }

    /// Where a line of an old model stands in the new one: behind the one that stood before it.
    pub fn place(&self, was: &Block, is: &Block, o: usize) -> usize {
        let before = (was.first + 1..o).rev().filter_map(|at| field(self.old.all[at]));
        before.filter_map(|f| self.new.field(is, &f.name)).map(|at| at + 1).next().unwrap_or(is.first + 1)
    }

    /// Puts an old line in, once.
    pub fn put_back(&mut self, o: usize, line: String, at: usize) -> Result<(), String> {
        let taken = field(&line).is_some_and(|f| {
            let block = self.new.blocks.iter().find(|b| b.first < at && at <= b.last);
            block.and_then(|b| self.new.field(b, &f.name)).is_some_and(|n| name_of(&self.current(n)) == f.name)
        });
        if taken {
            return Err(format!("there is another field {} now", name_of(&line)));
        }
        if self.back.insert(o) {
            self.ahead.entry(at).or_default().push(line);
        }
        Ok(())
    }

    /// Indexes and keys of a model that named an old field.
    fn list_back(&mut self, was: &Block, is: &Block, old: &str, at: usize) {
        for o in self.old.inside(was) {
            let line = self.old.all[o];
            let there = self.new.inside(is).any(|n| self.current(n).trim() == line.trim());
            if is_listed(line, old) && !there && self.back.insert(o) {
                self.ahead.entry(at).or_default().push(line.to_owned());
            }
        }
    }

    /// What names the new field beside the fields goes, and what named the old one is back.
    fn hang(&mut self, piece: &Piece, is: &Block, was: &Block, (new, old): (&str, &str)) -> Result<(), String> {
        let mut place = None;
        for n in self.new.inside(is) {
            let line = self.new.all[n].trim();
            let same = self.old.inside(was).any(|o| self.old.all[o].trim() == line && is_listed(line, old));
            if is_listed(line, new) && !same {
                self.lines[n] = None;
                place = place.or(Some(n));
            }
        }
        self.list_back(was, is, old, place.unwrap_or(is.last));
        self.relations_as_before(piece, (new, old))
    }

    fn not_required(&mut self, piece: &Piece) -> Result<(), String> {
        let is = self.is(&piece.table)?;
        let n = self.new_line(&is, &piece.new)?;
        let mut line = optional(&self.current(n));
        // SQLite gives it its new default with the contract.
        if piece.sets_default_later() {
            line = self.with_old_default(piece, &line)?;
        }
        self.set(n, line);
        Ok(())
    }

    fn default_as_before(&mut self, piece: &Piece) -> Result<(), String> {
        let n = self.new_line(&self.is(&piece.table)?, &piece.new)?;
        let line = self.with_old_default(piece, &self.current(n))?;
        self.set(n, line);
        Ok(())
    }

    fn with_old_default(&self, piece: &Piece, line: &str) -> Result<String, String> {
        let was = self.was(&piece.table)?;
        let old = field(self.old.all[self.old_line(&was, &piece.new)?]);
        let default = old.as_ref().and_then(|f| f.attribute("@default")).map(str::to_owned);
        let plain = without(line, "@default");
        Ok(default.map_or(plain.clone(), |default| with(&plain, &default)))
    }

    fn dropped(&mut self, piece: &Piece) -> Result<(), String> {
        let was = self.was(&piece.table)?;
        let o = self.old_line(&was, &piece.old)?;
        self.back_in_place(piece, &was, o)?;
        let name = name_of(self.old.all[o]);
        self.relations_back(piece, &was, &name)
    }

    /// It is not there yet: `@unique` of a field, or a line of the model.
    fn without_index(&mut self, piece: &Piece) -> Result<(), String> {
        let is = self.is(&piece.table)?;
        for n in self.new.inside(&is) {
            let line = self.new.all[n];
            let Some(name) = self.index_name(&is, line) else { continue };
            if name != piece.new {
                continue;
            }
            let Some(own) = field(line) else {
                self.lines[n] = None;
                return Ok(());
            };
            let related = self.new.inside(&is).filter_map(|n| field(self.new.all[n])?.relation());
            if related.flat_map(|r| r.fields).any(|f| f == own.name) {
                return Err(format!("a relation goes by {}, and would be another one without @unique", own.name));
            }
            let line = without(&self.current(n), "@unique");
            self.set(n, line);
            return Ok(());
        }
        Err(format!("no line of {} is {}", is.name, piece.new))
    }

    /// What the index of a line is called: what it says, else as Prisma calls it.
    fn index_name(&self, is: &Block, line: &str) -> Option<String> {
        let (fields, said, end) = match field(line) {
            Some(own) => {
                let said = own.attribute("@unique")?.to_owned();
                (vec![own.name], said, "key")
            }
            None => {
                let line = line.trim();
                let end = if line.starts_with("@@unique(") { "key" } else { "idx" };
                (end == "key" || line.starts_with("@@index(")).then(|| (listed(line), line.to_owned(), end))?
            }
        };
        let own = said.split_once("map:").and_then(|(_, rest)| quoted(rest)).map(str::to_owned);
        let column = |name: &String| {
            self.new.field(is, name).and_then(|n| field(self.new.all[n])).map(|f| f.column().to_owned())
        };
        let columns: Option<Vec<String>> = fields.iter().map(column).collect();
        own.or_else(|| Some(format!("{}_{}_{end}", is.table, columns?.join("_"))))
    }

    /// The key is not there yet; its fields are what they were.
    fn without_key(&mut self, piece: &Piece) -> Result<(), String> {
        let (is, was) = (self.is(&piece.table)?, self.was(&piece.table)?);
        let listed_key = self.new.inside(&is).find(|n| self.new.all[*n].trim().starts_with("@@id("));
        let own = |n: &usize| field(self.new.all[*n]).is_some_and(|f| f.attribute("@id").is_some());
        let names: Vec<String> = match listed_key {
            Some(n) => listed(self.new.all[n]),
            None => self.new.inside(&is).filter(own).map(|n| name_of(self.new.all[n])).collect(),
        };
        if let Some(n) = listed_key {
            self.lines[n] = None;
        }
        for name in &names {
            let (n, o) = (self.new.field(&is, name), self.old.field(&was, name));
            let (n, o) = n.zip(o).ok_or_else(|| format!("the field {name} of {} was not there before", is.name))?;
            let line = self.old.all[o].to_owned();
            self.set(n, line);
        }
        let keys = self.new.inside(&is).map(|n| self.current(n)).any(|line| is_criterion(&line));
        match keys {
            true => Ok(()),
            false => Err(format!(
                "until the contract nothing tells the rows of {} apart, and Prisma takes no such model",
                is.name
            )),
        }
    }

    /// Two enums: the old one as it was, and the new one under the name that it has until the contract. Gives that name.
    fn enum_beside(&mut self, line: &str, piece: &Piece) -> Result<String, String> {
        let own = field(line).map(|f| f.base().to_owned()).unwrap_or_default();
        let of =
            |lines: &Lines| lines.named("enum", &own).cloned().ok_or_else(|| format!("no enum {own} was found in it"));
        let (was, is) = (of(&self.old)?, of(&self.new)?);
        let name =
            Name::of_type(&piece.data_type, Dialect::Postgres).ok_or("the name of the new enum is not known")?.name;
        let constant = format!("{own}New");
        if self.new.blocks.iter().any(|b| b.name == constant) {
            return Err(format!("there is a {constant} already"));
        }
        if !self.back.insert(was.first) {
            return Ok(constant);
        }
        let old: String = self.old.all[was.first..=was.last].concat();
        let inner = self.new.inside(&is).map(|n| self.new.all[n]).filter(|l| !l.trim().starts_with("@@map("));
        let mapped = if name == constant { String::new() } else { format!("\n  @@map(\"{name}\")\n") };
        let inner: String = inner.collect();
        let copy = format!("enum {constant} {{\n{}{mapped}}}\n", inner.trim_end_matches(['\n', ' ']).to_owned() + "\n");
        (is.first..=is.last).for_each(|n| self.lines[n] = None);
        self.ahead.entry(is.first).or_default().push(format!("{old}\n{copy}"));
        Ok(constant)
    }
}

/// The name of the field on a line.
pub fn name_of(line: &str) -> String {
    field(line).map(|f: Field| f.name).unwrap_or_default()
}

/// An index or a key of a model (`@@index([fullName])`) that names a field.
fn is_listed(line: &str, name: &str) -> bool {
    line.trim().starts_with("@@") && listed(line).iter().any(|field| field == name)
}

/// Does a line tell rows apart?
fn is_criterion(line: &str) -> bool {
    let own = line.trim();
    let attribute = |name: &str| field(line).is_some_and(|f| f.attribute(name).is_some());
    own.starts_with("@@id(") || own.starts_with("@@unique(") || attribute("@id") || attribute("@unique")
}
