//! Prisma's schema language, as far as it says which tables, columns and values a generated client names.
//!
//! A model is a table, a field whose type is no model is a column. `@ignore`, `@@ignore` and `Unsupported(..)` keep
//! something out of the client. What a client fills by itself was seen on Prisma 7.10: every `@default` but
//! `autoincrement()`, `dbgenerated(..)` and `sequence(..)`, and `@updatedAt`.

use std::collections::{HashMap, HashSet};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::compat::{Declared, DeclaredColumn, DeclaredTable, Filled};

/// What the files of one schema declare.
pub fn declared(texts: &[&str], dialect: Dialect) -> Declared {
    let blocks: Vec<Block> = texts.iter().flat_map(|text| blocks(text)).collect();
    let models: HashSet<&str> =
        blocks.iter().filter(|b| matches!(b.kind.as_str(), "model" | "view")).map(|b| b.name.as_str()).collect();
    let enums: HashMap<&str, &Block> =
        blocks.iter().filter(|b| b.kind == "enum").map(|b| (b.name.as_str(), b)).collect();
    let name = |block: &Block| {
        let schema = block.attribute("@@schema").unwrap_or_default();
        Name::new(schema, block.attribute("@@map").unwrap_or_else(|| block.name.clone()), dialect)
    };
    let mut out = Declared::default();
    if dialect.is_postgres() {
        out.enums = enums.values().map(|b| (name(b), b.values())).collect();
        out.enums.sort();
    }
    for block in blocks.iter().filter(|b| models.contains(b.name.as_str())) {
        if block.lines.iter().any(|l| l.starts_with("@@ignore")) {
            continue;
        }
        let of_field = |line: &String| {
            let field = Field::read(line)?;
            if models.contains(field.base) || field.has("@ignore") || field.base.starts_with("Unsupported") {
                return None;
            }
            let enumeration = enums.get(field.base).filter(|_| dialect.is_postgres()).map(|b| name(b));
            let name = argument(line, "@map").unwrap_or_else(|| field.name.to_owned());
            Some(DeclaredColumn { name, filled: field.filled(), enumeration })
        };
        out.tables.push(DeclaredTable {
            name: name(block),
            shown: block.name.clone(),
            view: block.kind == "view",
            columns: block.lines.iter().filter_map(of_field).collect(),
        });
    }
    out
}

/// Does a file say which database the schema is for?
pub fn has_datasource(text: &str) -> bool {
    blocks(text).iter().any(|b| b.kind == "datasource")
}

/// `model User { .. }`, its lines without comments; what stands in parentheses is one line.
struct Block {
    kind: String,
    name: String,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open = false;
    let mut pending = String::new();
    for line in text.lines() {
        let line = without_comment(line).trim();
        if !pending.is_empty() {
            pending.push(' ');
        }
        pending.push_str(line);
        if depth(&pending) > 0 {
            continue;
        }
        let line = std::mem::take(&mut pending);
        if !open {
            let Some((head, rest)) = line.split_once('{') else { continue };
            let mut words = head.split_whitespace();
            let (Some(kind), Some(name)) = (words.next(), words.next()) else { continue };
            open = !rest.contains('}');
            out.push(Block { kind: kind.to_owned(), name: name.to_owned(), lines: vec![] });
        } else if line.starts_with('}') {
            open = false;
        } else if let Some(block) = out.last_mut()
            && !line.is_empty()
        {
            block.lines.push(line);
        }
    }
    out
}

/// How many parentheses are open, outside of strings.
fn depth(text: &str) -> i32 {
    let mut depth = 0;
    walk(text, |c, _| match c {
        '(' | '[' => depth += 1,
        ')' | ']' => depth -= 1,
        _ => {}
    });
    depth
}

fn without_comment(line: &str) -> &str {
    let mut end = line.len();
    let mut slash = None;
    walk(line, |c, at| {
        if c == '/' && slash == Some(at.wrapping_sub(1)) && end == line.len() {
            end = at - 1;
        }
        slash = (c == '/').then_some(at);
    });
    &line[..end]
}

/// Every character outside of strings.
fn walk(text: &str, mut each: impl FnMut(char, usize)) {
    let (mut inside, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ if !inside => each(c, at),
            _ => {}
        }
    }
}

/// The text in an attribute: `@map("x")`, `@@map(name: "x")`.
fn argument(line: &str, attribute: &str) -> Option<String> {
    let mut at = None;
    walk(line, |c, position| {
        let rest = &line[position..];
        let own = c == '@' && rest.starts_with(attribute) && rest[attribute.len()..].trim_start().starts_with('(');
        if own && at.is_none() && !line[..position].ends_with('@') {
            at = Some(position);
        }
    });
    let rest = line[at?..].split_once('(')?.1;
    let quoted = rest.split_once('"')?.1;
    let (mut out, mut escaped) = (String::new(), false);
    for c in quoted.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                out.push(c);
            }
            '\\' => escaped = true,
            '"' => return Some(out),
            c => out.push(c),
        }
    }
    None
}

impl Block {
    /// The text in an attribute of the block.
    fn attribute(&self, name: &str) -> Option<String> {
        self.lines.iter().filter(|l| l.starts_with(name)).find_map(|l| argument(l, name))
    }

    /// An enum's values as the database has them.
    fn values(&self) -> Vec<String> {
        let own = self.lines.iter().filter(|l| !l.starts_with("@@"));
        let word = |line: &String| line.split_whitespace().next().map(str::to_owned);
        own.filter_map(|line| argument(line, "@map").or_else(|| word(line))).collect()
    }
}

/// A field's line.
struct Field<'a> {
    name: &'a str,
    base: &'a str,
    optional: bool,
    attributes: &'a str,
}

impl<'a> Field<'a> {
    fn read(line: &'a str) -> Option<Field<'a>> {
        if line.starts_with('@') {
            return None;
        }
        let (name, rest) = line.split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let end = rest.find(|c: char| c.is_whitespace() || c == '@').unwrap_or(rest.len());
        let (kind, attributes) = rest.split_at(end);
        let base = kind.trim_end_matches(['?', '[', ']']);
        Some(Field { name, base, optional: kind.len() != base.len(), attributes })
    }

    fn has(&self, attribute: &str) -> bool {
        let mut found = false;
        walk(self.attributes, |c, at| {
            let rest = &self.attributes[at..];
            let ends = |r: &str| r.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.');
            found |= c == '@' && rest.strip_prefix(attribute).is_some_and(ends);
        });
        found
    }

    fn filled(&self) -> Filled {
        let by_database = ["autoincrement", "dbgenerated", "sequence"];
        if self.has("@updatedAt") {
            Filled::Client
        } else if self.has("@default") {
            let argument = self.attributes.split_once("@default").map_or("", |(_, rest)| rest);
            let argument = argument.trim_start().trim_start_matches('(').trim_start();
            let argument = argument.strip_prefix("value:").map_or(argument, str::trim_start);
            if by_database.iter().any(|f| argument.starts_with(f)) { Filled::Database } else { Filled::Client }
        } else if self.optional {
            Filled::Null
        } else {
            Filled::Given
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"
datasource db {
  provider = "postgresql" // where
}
enum Role {
  USER
  ADMIN @map("the admin")
  @@map("role_kind")
}
model User {
  id      Int       @id @default(autoincrement())
  email   String    @unique @map("e_mail") // "the" address
  note    String?   @default("a // b )")
  role    Role      @default(USER)
  made    DateTime  @default(now()) @db.Timestamptz(6)
  touched DateTime  @updatedAt
  token   String    @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  name    String?
  tags    String[]
  hidden  Int       @ignore
  shape   Unsupported("polygon")?
  posts   Post[]
  boss    User?     @relation("b", fields: [bossId],
                    references: [id])
  bossId  Int?      @map(name: "boss_id")
  staff   User[]    @relation("b")

  @@index([email(ops: raw("x")), note])
  @@map("users")
  @@schema("auth")
}
model Post { 
  id Int @id
  author User @relation(fields: [authorId], references: [id])
  authorId Int
}
model Gone {
  id Int @id
  @@ignore
}
view Totals {
  id Int @unique
}
"#;

    #[test]
    fn tables_columns_and_values_by_their_names_in_the_database() {
        let declared = declared(&[SCHEMA], Dialect::Postgres);
        let tables: Vec<(String, &str, bool)> =
            declared.tables.iter().map(|t| (t.name.to_string(), t.shown.as_str(), t.view)).collect();
        let is = |a: &str, b: &'static str, c| (a.to_owned(), b, c);
        assert_eq!(tables, [is("auth.users", "User", false), is("Post", "Post", false), is("Totals", "Totals", true)]);
        let columns: Vec<(&str, Filled)> =
            declared.tables[0].columns.iter().map(|c| (c.name.as_str(), c.filled)).collect();
        assert_eq!(
            columns,
            [
                ("id", Filled::Database),
                ("e_mail", Filled::Given),
                ("note", Filled::Client),
                ("role", Filled::Client),
                ("made", Filled::Client),
                ("touched", Filled::Client),
                ("token", Filled::Database),
                ("name", Filled::Null),
                ("tags", Filled::Null),
                ("boss_id", Filled::Null),
            ]
        );
        let role = Name::new("", "role_kind", Dialect::Postgres);
        assert_eq!(declared.tables[0].columns[3].enumeration, Some(role.clone()));
        assert_eq!(declared.enums, [(role, vec!["USER".to_owned(), "the admin".to_owned()])]);
        assert!(has_datasource(SCHEMA) && !has_datasource("model A {\n id Int @id\n}"));
    }

    #[test]
    fn several_files_are_one_schema_and_no_text_panics() {
        let split = SCHEMA.find("model Post").unwrap();
        let both = declared(&[&SCHEMA[..split], &SCHEMA[split..]], Dialect::Mysql);
        assert_eq!((both.tables.len(), both.enums.len()), (3, 0));
        for end in (0..SCHEMA.len()).filter(|at| SCHEMA.is_char_boundary(*at)) {
            declared(&[&SCHEMA[..end]], Dialect::Sqlite);
        }
        for odd in ["model", "model A {", "model {\n}\n", "model A {\n @\n a\n b \"\\", "enum \u{fffd} {\n@@map(\"\n}"]
        {
            declared(&[odd], Dialect::Postgres);
        }
    }
}
