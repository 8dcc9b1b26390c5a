//! A schema of Prisma by its lines: models, enums, and the fields in them, each on a line of its own.

use unmigrate_kernel::catalog::Name;

/// A file.
pub struct Lines<'t> {
    /// Each with what ends it.
    pub all: Vec<&'t str>,
    pub blocks: Vec<Block>,
}

/// `model User {` to its `}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `model`, `enum`.
    pub kind: String,
    pub name: String,
    /// In the database.
    pub table: String,
    /// `@@schema("app")`; nothing: the default one.
    pub schema: String,
    /// The line with its name.
    pub first: usize,
    /// The line with its brace.
    pub last: usize,
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    /// `String?`, `Post[]`.
    pub kind: String,
    /// `@id`, `@default(now())`.
    pub attributes: Vec<String>,
}

/// `@relation(fields: [teamId], references: [id])`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relation {
    pub name: Option<String>,
    pub fields: Vec<String>,
    pub references: Vec<String>,
    pub map: Option<String>,
}

impl<'t> Lines<'t> {
    /// Reads a file.
    pub fn of(text: &'t str) -> Lines<'t> {
        let all: Vec<&str> = text.split_inclusive('\n').collect();
        let mut blocks = Vec::new();
        let mut at = 0;
        while at < all.len() {
            let mut words = all[at].split_whitespace();
            let (kind, name, brace) = (words.next(), words.next(), words.next());
            let (Some(kind @ ("model" | "enum")), Some(name), Some("{")) = (kind, name, brace) else {
                at += 1;
                continue;
            };
            let last = (at..all.len()).find(|n| all[*n].trim() == "}").unwrap_or(all.len() - 1);
            let said = |word: &str| all[at..last].iter().find_map(|l| l.trim().strip_prefix(word).and_then(quoted));
            blocks.push(Block {
                kind: kind.to_owned(),
                name: name.to_owned(),
                table: said("@@map(").unwrap_or(name).to_owned(),
                schema: said("@@schema(").filter(|s| *s != "public").unwrap_or_default().to_owned(),
                first: at,
                last,
            });
            at = last + 1;
        }
        Lines { all, blocks }
    }

    /// The model of a table.
    pub fn model(&self, table: &Name) -> Option<&Block> {
        let is = |b: &&Block| b.kind == "model" && b.table == table.name && b.schema == table.schema;
        self.blocks.iter().find(is)
    }

    /// A block by its name.
    pub fn named(&self, kind: &str, name: &str) -> Option<&Block> {
        self.blocks.iter().find(|b| b.kind == kind && b.name == name)
    }

    /// The line of a column.
    pub fn column(&self, block: &Block, column: &str) -> Option<usize> {
        self.inside(block).find(|at| field(self.all[*at]).is_some_and(|f| f.column() == column))
    }

    /// The line of a field.
    pub fn field(&self, block: &Block, name: &str) -> Option<usize> {
        self.inside(block).find(|at| field(self.all[*at]).is_some_and(|f| f.name == name))
    }

    /// The lines between the braces.
    pub fn inside(&self, block: &Block) -> std::ops::Range<usize> {
        block.first + 1..block.last
    }
}

impl Field {
    /// Its column.
    pub fn column(&self) -> &str {
        let mapped = self.attributes.iter().find_map(|a| a.strip_prefix("@map(").and_then(quoted));
        mapped.unwrap_or(&self.name)
    }

    /// Its type without `?` and `[]`.
    pub fn base(&self) -> &str {
        self.kind.trim_end_matches(['?', '[', ']'])
    }

    /// An attribute by its name, with what is in its parentheses.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let is = |a: &&String| a.as_str() == name || a.strip_prefix(name).is_some_and(|rest| rest.starts_with('('));
        self.attributes.iter().find(is).map(String::as_str)
    }

    /// Its relation, where it says one.
    pub fn relation(&self) -> Option<Relation> {
        let said = self.attribute("@relation")?;
        let inner = said.strip_prefix("@relation(")?.strip_suffix(')')?;
        let named = inner.trim().starts_with('"').then(|| quoted(inner)).flatten();
        let text = |word: &str| inner.split_once(word).and_then(|(_, rest)| quoted(rest));
        Some(Relation {
            name: named.or_else(|| text("name:")).map(str::to_owned),
            fields: inner.split_once("fields:").map(|(_, rest)| listed(rest)).unwrap_or_default(),
            references: inner.split_once("references:").map(|(_, rest)| listed(rest)).unwrap_or_default(),
            map: text("map:").map(str::to_owned),
        })
    }
}

/// A line as a field; none where it is something else.
pub fn field(line: &str) -> Option<Field> {
    let code = code(line);
    let mut words = code.split_whitespace();
    let name = words.next().filter(|w| w.starts_with(|c: char| c.is_alphabetic()))?.to_owned();
    let kind = words.next()?.to_owned();
    Some(Field { name, kind, attributes: attributes(code) })
}

/// The fields in the first list of a text: `[a, b(sort: Desc)]`.
pub fn listed(text: &str) -> Vec<String> {
    let inner = text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(inner, _)| inner);
    let name = |part: &str| part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    inner.split(',').map(name).filter(|n| !n.is_empty()).collect()
}

/// The first text in quotes.
pub fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

/// A line without its comment, and without what ends it.
pub fn code(line: &str) -> &str {
    let mut text = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' if before != '\\' => text = !text,
            '/' if !text && line[at..].starts_with("//") => return line[..at].trim_end(),
            _ => {}
        }
        before = c;
    }
    line.trim_end()
}

/// The attributes of a field, each with its parentheses.
fn attributes(code: &str) -> Vec<String> {
    let (mut out, mut depth, mut text) = (Vec::new(), 0u32, false);
    let mut current = String::new();
    for c in code.chars() {
        match c {
            '"' => text = !text,
            '(' if !text => depth += 1,
            ')' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 && !text {
            out.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    out.push(current);
    out.retain(|word| word.starts_with('@'));
    out
}

/// A line with one attribute more.
pub fn with(line: &str, attribute: &str) -> String {
    let own = code(line);
    format!("{own} {attribute}{}", &line[own.len()..])
}

/// A line without an attribute.
pub fn without(line: &str, attribute: &str) -> String {
    let Some(said) = field(line).and_then(|f| f.attribute(attribute).map(str::to_owned)) else {
        return line.to_owned();
    };
    let Some(at) = line.find(&format!(" {said}")) else { return line.to_owned() };
    format!("{}{}", line[..at].trim_end(), &line[at + 1 + said.len()..])
}

/// A line whose field may be NULL.
pub fn optional(line: &str) -> String {
    let Some(field) = field(line).filter(|f| !f.kind.ends_with(['?', ']'])) else { return line.to_owned() };
    let behind = line.find(&field.name).unwrap_or_default() + field.name.len();
    let at = line[behind..].find(&field.kind).map_or(behind, |at| behind + at + field.kind.len());
    format!("{}?{}", &line[..at], &line[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_as_they_are_changed() {
        let line = "  bio   String @unique @default(\"a @b(\") @map(\"b\") // text @x\n";
        assert_eq!(without(line, "@default"), "  bio   String @unique @map(\"b\") // text @x\n");
        assert_eq!(without(line, "@def"), line);
        assert_eq!(
            with(line, "@ignore"),
            "  bio   String @unique @default(\"a @b(\") @map(\"b\") @ignore // text @x\n"
        );
        assert_eq!(optional("  String String @id\n"), "  String String? @id\n");
        assert_eq!(optional("  a Int[]\n"), "  a Int[]\n");
        assert_eq!(field(line).unwrap().column(), "b");
    }

    #[test]
    fn relations() {
        let line = "  team Team? @relation(\"Own\", fields: [a, b], references: [c, d], onDelete: Cascade, map: \"k\")";
        let relation = field(line).unwrap().relation().unwrap();
        assert_eq!((relation.name.as_deref(), relation.map.as_deref()), (Some("Own"), Some("k")));
        assert_eq!(
            (relation.fields, relation.references),
            (vec!["a".into(), "b".into()], vec!["c".into(), "d".into()])
        );
        assert_eq!(listed("@@index([a(sort: Desc), b])"), ["a", "b"]);
    }
}
