//! What a table has beside its columns: indexes, keys and checks, in the third argument of `pgTable`.

use super::tables::Table;
use super::tokens::{Kind, Tokens};
use std::ops::Range;

/// A column in the code and in the database.
pub type Both = (String, String);

/// The list of a table while it is changed.
pub struct Listed {
    elements: Vec<String>,
    /// As they stand there.
    written: Vec<String>,
    /// What is to be written where the table has no list.
    around: Option<(String, String)>,
    head: String,
    /// It is a list that is written out; else nothing in it may be touched.
    literal: bool,
    /// The whole of it.
    text: String,
    changed: bool,
}

impl Listed {
    /// That of a table.
    pub fn of(tokens: &Tokens, table: &Table) -> Listed {
        let Some(extras) = &table.extras else {
            return Listed {
                elements: vec![],
                written: vec![],
                around: None,
                head: String::new(),
                literal: true,
                text: String::new(),
                changed: false,
            };
        };
        let slice = |bytes: &Range<usize>| tokens.text[bytes.clone()].to_owned();
        let elements: Vec<String> = extras.elements.iter().map(slice).collect();
        Listed {
            written: elements.clone(),
            elements,
            around: None,
            head: extras.head.clone(),
            literal: extras.literal,
            text: slice(&extras.bytes),
            changed: false,
        }
    }

    /// Takes out what names a column.
    pub fn drop_naming(&mut self, column: &Both) {
        let before = self.elements.len();
        self.elements.retain(|element| !names(element, column));
        self.changed |= before != self.elements.len() || !self.literal && names(&self.text, column);
    }

    /// Takes in what named a column in the old table, and gives what came.
    ///
    /// # Errors
    /// Where the two lists can't be put together.
    pub fn take_naming(&mut self, tokens: &Tokens, was: &Table, column: &Both) -> Result<Vec<String>, String> {
        let Some(extras) = &was.extras else { return Ok(vec![]) };
        let named = names(&tokens.text[extras.bytes.clone()], column);
        if !extras.literal && named {
            return Err(format!("what {} had beside its columns is no list that is written out", was.name));
        }
        let slices = extras.elements.iter().map(|bytes| tokens.text[bytes.clone()].to_owned());
        let came: Vec<String> = slices.filter(|e| names(e, column) && !self.elements.contains(e)).collect();
        let (Some(first), Some(last)) = (extras.elements.first(), extras.elements.last()) else { return Ok(vec![]) };
        if came.is_empty() {
            return Ok(came);
        }
        if self.head.is_empty() && self.text.is_empty() {
            let text = |bytes: Range<usize>| tokens.text[bytes].to_owned();
            self.around = Some((text(extras.bytes.start..first.start), text(last.end..extras.bytes.end)));
            self.head.clone_from(&extras.head);
        }
        if !self.literal {
            return Err(format!("what {} has beside its columns is no list that is written out", was.name));
        }
        if self.head != extras.head {
            return Err(format!("what {} has beside its columns was written in another way", was.name));
        }
        let key = |element: &str| element.split_once(':').map(|(key, _)| key.trim().to_owned());
        let keyed = self.head.ends_with('{');
        if let Some(twice) = came.iter().find(|e| keyed && self.elements.iter().any(|own| key(own) == key(e))) {
            return Err(format!(
                "{} is something else beside the columns of {} now",
                key(twice).unwrap_or_default(),
                was.name
            ));
        }
        self.elements.extend(came.iter().cloned());
        self.changed = true;
        Ok(came)
    }

    /// Takes out an index or a unique constraint by its name, also where the name is only the one that drizzle-kit gives it.
    pub fn drop_named(&mut self, name: &str, table: &str, column: &dyn Fn(&str) -> Option<String>) -> bool {
        let is = |element: &String| called(element, table, column).is_some_and(|own| own == name);
        let before = self.elements.len();
        self.elements.retain(|element| !is(element));
        self.changed |= before != self.elements.len();
        before != self.elements.len()
    }

    /// The edit of the file.
    ///
    /// # Errors
    /// Where it would have to change and can't be read.
    pub fn edit(&self, tokens: &Tokens, table: &Table) -> Result<Option<(Range<usize>, String)>, String> {
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        // Where what names the new column is what named the old one, each stays where it is.
        if !self.changed || self.literal && sorted(&self.elements) == sorted(&self.written) {
            return Ok(None);
        }
        if !self.literal {
            return Err(format!("what {} has beside its columns is no list that is written out", table.name));
        }
        let all = |between: &str| self.elements.join(between);
        let Some(extras) = &table.extras else {
            let around = self.around.as_ref().map(|(before, behind)| format!(", {before}{}{behind}", all(", ")));
            return Ok(around.map(|text| (table.end..table.end, text)));
        };
        let open = tokens.all[extras.open].end();
        let close = tokens.all[tokens.partner(extras.open)].start;
        let Some(first) = extras.elements.first() else { return Ok(Some((open..open, all(", ")))) };
        let last = extras.elements.last().unwrap_or(first);
        if self.elements.is_empty() {
            return Ok(Some((open..close, String::new())));
        }
        let line = &tokens.text[open..first.start];
        let between = if line.contains('\n') && line.trim().is_empty() { format!(",{line}") } else { ", ".to_owned() };
        Ok(Some((first.start..last.end, all(&between))))
    }
}

/// Does a piece of the list name a column: `t.fullName`, or in SQL by its name in the database?
fn names(element: &str, (key, name): &Both) -> bool {
    let Ok(tokens) = Tokens::of(element) else { return true };
    let words = |text: &str, wanted: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').any(|word| word == wanted)
    };
    (0..tokens.all.len()).any(|at| match tokens.all[at].kind {
        Kind::Other => words(tokens.all[at].text, key) || words(tokens.all[at].text, name),
        Kind::Text => at > 0 && tokens.word(at - 1) == "[" && tokens.quoted(at) == Some(key),
        _ => tokens.word(at) == key && at > 0 && tokens.word(at - 1) == ".",
    })
}

/// What an index or a unique constraint is called: what it says, else what drizzle-kit calls it.
fn called(element: &str, table: &str, column: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let tokens = Tokens::of(element).ok()?;
    let at = (0..tokens.all.len())
        .find(|at| ["index", "uniqueIndex", "unique"].contains(&tokens.word(*at)) && tokens.word(at + 1) == "(")?;
    if let Some(said) = tokens.quoted(at + 2) {
        return Some(said.to_owned());
    }
    let on = (at..tokens.all.len()).find(|at| tokens.word(*at) == "on" && tokens.word(at + 1) == "(")?;
    let keys = tokens.parts(on + 1).into_iter().map(|(_, last)| column(tokens.word(last)));
    let end = if tokens.word(at) == "unique" { "unique" } else { "index" };
    Some(format!("{table}_{}_{end}", keys.collect::<Option<Vec<String>>>()?.join("_")))
}
