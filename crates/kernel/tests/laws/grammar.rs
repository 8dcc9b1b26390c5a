//! Random migrations that a database would take: every choice is made against what the script has made so far.

use proptest::prelude::*;
use unmigrate_kernel::Dialect;

/// One choice: what to do, and with which of the things that are there.
pub type Choice = (u8, u8, u8, u8);

/// A number of choices.
pub fn choices(upto: usize) -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec(any::<Choice>(), 1..upto)
}

/// What a script has made so far, as far as the grammar has to know it.
pub struct Script {
    dialect: Dialect,
    tables: Vec<Table>,
    enums: Vec<(String, Vec<String>)>,
    views: Vec<String>,
    next: usize,
    /// MySQL has scripts of two kinds: of columns put in their places and foreign keys, and of renames.
    placed: bool,
}

struct Table {
    name: String,
    columns: Vec<Column>,
    indexes: Vec<String>,
    constraints: Vec<String>,
    key: bool,
}

struct Column {
    name: String,
    kind: Kind,
    /// Something rests on it: it is neither dropped nor retyped.
    held: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Enum(usize),
}

impl Script {
    /// Nothing yet.
    pub fn new(dialect: Dialect) -> Script {
        Script { dialect, tables: Vec::new(), enums: Vec::new(), views: Vec::new(), next: 0, placed: false }
    }

    /// The statements that some choices come to.
    pub fn write(&mut self, choices: &[Choice]) -> String {
        if self.tables.is_empty() {
            self.placed = self.dialect == Dialect::Mysql && choices.first().is_some_and(|c| c.1.is_multiple_of(2));
        }
        let statements: Vec<String> = choices.iter().filter_map(|c| self.statement(*c)).collect();
        statements.into_iter().map(|s| s + ";\n").collect()
    }

    fn statement(&mut self, (what, a, b, c): Choice) -> Option<String> {
        let (a, b, c) = (usize::from(a), usize::from(b), usize::from(c));
        if self.tables.is_empty() || what < 40 {
            return Some(self.create_table(a, b, c));
        }
        let table = a % self.tables.len();
        match (what - 40) / 9 {
            0..=3 => Some(self.add_column(table, b, c)),
            4 | 5 => self.drop_column(table, b),
            6 | 7 => self.rename_column(table, b),
            8 => self.rename_table(table),
            9 => self.drop_table(table),
            10 | 11 => Some(self.create_index(table, b, c)),
            12 => self.drop_index(table, b),
            13 => self.rename_index(table, b),
            14 => self.add_constraint(table, b, c),
            15 => self.drop_constraint(table, b),
            16 | 17 => self.alter_column(table, b, c),
            18 => self.create_view(table, b, c),
            19 => self.drop_view(b),
            20 => self.trigger(table, b),
            _ => self.own(table, b, c),
        }
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.next += 1;
        // Some names need their quotes.
        if self.next.is_multiple_of(5) { format!("{stem} {}", self.next) } else { format!("{stem}{}", self.next) }
    }

    fn quote(&self, name: &str) -> String {
        if self.dialect == Dialect::Mysql { format!("`{name}`") } else { format!("\"{name}\"") }
    }

    fn table(&self, at: usize) -> String {
        self.quote(&self.tables[at].name)
    }

    fn column(&self, table: usize, at: usize) -> String {
        let columns = &self.tables[table].columns;
        self.quote(&columns[at % columns.len()].name)
    }

    /// A type with what may follow it.
    fn kind(&self, b: usize, c: usize) -> (Kind, String) {
        let enums = self.enums.len();
        let (kind, text) = match b % 9 {
            0 => (Kind::Number, "integer"),
            1 => (Kind::Number, "numeric(10, 2)"),
            2 => (Kind::Number, "bigint"),
            3 => (Kind::Text, "varchar(30)"),
            4 if self.dialect == Dialect::Mysql => (Kind::Text, "varchar(191)"),
            4 => (Kind::Text, "text"),
            5 if enums > 0 && self.dialect.is_postgres() => {
                let name = self.quote(&self.enums[c % enums].0);
                return (Kind::Enum(c % enums), name);
            }
            5 if self.dialect.is_postgres() => (Kind::Text, "varchar(40) COLLATE \"C\""),
            5 if self.dialect == Dialect::Sqlite => (Kind::Text, "text COLLATE NOCASE"),
            5 => (Kind::Text, "varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
            _ => (Kind::Number, "int"),
        };
        (kind, text.to_string())
    }

    fn default(&self, kind: Kind, c: usize) -> String {
        match kind {
            Kind::Number => (c % 100).to_string(),
            Kind::Text => format!("'it''s {}'", c % 10),
            Kind::Enum(at) => format!("'{}'", self.enums[at].1[c % self.enums[at].1.len()]),
        }
    }

    /// A column and what is demanded of it.
    fn new_column(&mut self, b: usize, c: usize, free: bool) -> (Column, String) {
        let name = self.fresh("c");
        let (kind, text) = self.kind(b, c);
        let mut sql = format!("{} {text}", self.quote(&name));
        if free && c.is_multiple_of(7) && self.dialect.is_postgres() {
            let how = ["bigserial", "int GENERATED BY DEFAULT AS IDENTITY", "int GENERATED ALWAYS AS (1 + 1) STORED"];
            sql = format!("{} {}", self.quote(&name), how[b % 3]);
            return (Column { name, kind: Kind::Number, held: true }, sql);
        }
        if c % 3 == 1 {
            sql.push_str(&format!(" DEFAULT {}", self.default(kind, c)));
        }
        // A column that is added later needs a default for the rows there are.
        if c % 3 == 1 && c.is_multiple_of(2) || (free && c.is_multiple_of(5)) {
            sql.push_str(" NOT NULL");
        }
        (Column { name, kind, held: false }, sql)
    }

    fn create_table(&mut self, a: usize, b: usize, c: usize) -> String {
        let name = self.fresh("t");
        let mut columns = Vec::new();
        let mut lines = Vec::new();
        for at in 0..2 + a % 4 {
            let (column, sql) = self.new_column(b + at * 5, c + at * 3, true);
            columns.push(column);
            lines.push(sql);
        }
        let key = b.is_multiple_of(2);
        let mut constraints = Vec::new();
        if key {
            let first = columns.iter().position(|c| c.kind == Kind::Number).unwrap_or(0);
            columns[first].held = true;
            lines.push(format!("PRIMARY KEY ({})", self.quote(&columns[first].name)));
        }
        if c.is_multiple_of(4) && self.dialect != Dialect::Mysql {
            let constraint = self.fresh("k");
            columns[0].held = true;
            lines.push(format!("CONSTRAINT {} UNIQUE ({})", self.quote(&constraint), self.quote(&columns[0].name)));
            constraints.push(constraint);
        }
        let sql = format!("CREATE TABLE {} (\n  {}\n)", self.quote(&name), lines.join(",\n  "));
        self.tables.push(Table { name, columns, indexes: Vec::new(), constraints, key });
        sql
    }

    fn add_column(&mut self, table: usize, b: usize, c: usize) -> String {
        let (column, mut sql) = self.new_column(b, c, false);
        if self.placed && c.is_multiple_of(4) {
            sql.push_str(" FIRST");
        } else if self.placed && c.is_multiple_of(3) {
            sql.push_str(&format!(" AFTER {}", self.column(table, b)));
        }
        self.tables[table].columns.push(column);
        format!("ALTER TABLE {} ADD COLUMN {sql}", self.table(table))
    }

    /// A column on which nothing rests.
    fn free_column(&self, table: usize, at: usize) -> Option<usize> {
        let columns = &self.tables[table].columns;
        let at = at % columns.len();
        (!columns[at].held && columns.len() > 1).then_some(at)
    }

    fn drop_column(&mut self, table: usize, b: usize) -> Option<String> {
        let at = self.free_column(table, b)?;
        let sql = format!("ALTER TABLE {} DROP COLUMN {}", self.table(table), self.column(table, at));
        self.tables[table].columns.remove(at);
        Some(sql)
    }

    /// MySQL's views do not follow what they read, and one that reads what is gone can't be made again.
    fn breaks_views(&self) -> bool {
        self.dialect == Dialect::Mysql && !self.views.is_empty()
    }

    fn rename_column(&mut self, table: usize, b: usize) -> Option<String> {
        if self.placed || self.breaks_views() {
            return None;
        }
        let at = b % self.tables[table].columns.len();
        let from = self.column(table, at);
        let name = self.fresh("r");
        let sql = format!("ALTER TABLE {} RENAME COLUMN {from} TO {}", self.table(table), self.quote(&name));
        self.tables[table].columns[at].name = name;
        Some(sql)
    }

    fn rename_table(&mut self, table: usize) -> Option<String> {
        if self.placed || self.breaks_views() {
            return None;
        }
        let name = self.fresh("u");
        let sql = format!("ALTER TABLE {} RENAME TO {}", self.table(table), self.quote(&name));
        self.tables[table].name = name;
        Some(sql)
    }

    fn drop_table(&mut self, table: usize) -> Option<String> {
        // One that others refer to, or read, stays.
        let free = !self.tables[table].columns.iter().any(|c| c.held) || !self.tables[table].key;
        if !free || !self.views.is_empty() || self.tables.len() < 2 {
            return None;
        }
        let sql = format!("DROP TABLE {}", self.table(table));
        self.tables.remove(table);
        Some(sql)
    }

    fn create_index(&mut self, table: usize, b: usize, c: usize) -> String {
        let name = self.fresh("i");
        let at = b % self.tables[table].columns.len();
        let column = self.column(table, at);
        self.tables[table].columns[at].held = true;
        let unique = if c.is_multiple_of(3) { "UNIQUE " } else { "" };
        let mut parts = column.clone();
        if c.is_multiple_of(4) {
            parts.push_str(" DESC");
        }
        let mut sql = format!("CREATE {unique}INDEX {} ON {} ({parts})", self.quote(&name), self.table(table));
        if c.is_multiple_of(5) && self.dialect != Dialect::Mysql {
            sql.push_str(&format!(" WHERE {column} IS NOT NULL"));
        }
        self.tables[table].indexes.push(name);
        sql
    }

    fn drop_index(&mut self, table: usize, b: usize) -> Option<String> {
        let indexes = &mut self.tables[table].indexes;
        if indexes.is_empty() {
            return None;
        }
        let at = b % indexes.len();
        let name = indexes.remove(at);
        let name = self.quote(&name);
        Some(match self.dialect {
            Dialect::Mysql => format!("DROP INDEX {name} ON {}", self.table(table)),
            _ => format!("DROP INDEX {name}"),
        })
    }

    fn rename_index(&mut self, table: usize, b: usize) -> Option<String> {
        if self.tables[table].indexes.is_empty() || self.dialect == Dialect::Sqlite {
            return None;
        }
        let at = b % self.tables[table].indexes.len();
        let to = self.fresh("j");
        let from = std::mem::replace(&mut self.tables[table].indexes[at], to.clone());
        let (from, to) = (self.quote(&from), self.quote(&to));
        Some(match self.dialect {
            Dialect::Mysql => format!("ALTER TABLE {} RENAME INDEX {from} TO {to}", self.table(table)),
            _ => format!("ALTER INDEX {from} RENAME TO {to}"),
        })
    }

    fn add_constraint(&mut self, table: usize, b: usize, c: usize) -> Option<String> {
        if self.dialect == Dialect::Sqlite {
            return None;
        }
        let at = b % self.tables[table].columns.len();
        let column = self.column(table, at);
        let other = c % self.tables.len();
        let name = self.fresh("k");
        let of = self.quote(&name);
        let numbers = self.tables[table].columns[at].kind == Kind::Number;
        let key = self.tables[other].columns.iter().find(|c| c.held && c.kind == Kind::Number);
        let held = self.tables[table].columns[at].held;
        let rule = match c % 3 {
            0 if self.tables[other].key && numbers && (self.placed || self.dialect != Dialect::Mysql) => {
                let key = self.quote(&key?.name);
                format!("FOREIGN KEY ({column}) REFERENCES {} ({key}) ON DELETE CASCADE", self.table(other))
            }
            2 if !held => format!("UNIQUE ({column})"),
            _ => format!("CHECK ({column} IS NOT NULL)"),
        };
        self.tables[table].columns[at].held = true;
        if self.dialect.is_postgres() {
            self.tables[table].constraints.push(name);
        }
        Some(format!("ALTER TABLE {} ADD CONSTRAINT {of} {rule}", self.table(table)))
    }

    fn drop_constraint(&mut self, table: usize, b: usize) -> Option<String> {
        let constraints = &mut self.tables[table].constraints;
        if constraints.is_empty() || !self.dialect.is_postgres() {
            return None;
        }
        let at = b % constraints.len();
        let name = constraints.remove(at);
        Some(format!("ALTER TABLE {} DROP CONSTRAINT {}", self.table(table), self.quote(&name)))
    }

    fn alter_column(&mut self, table: usize, b: usize, c: usize) -> Option<String> {
        let at = self.free_column(table, b)?;
        let (name, column) = (self.table(table), self.column(table, at));
        let kind = self.tables[table].columns[at].kind;
        match self.dialect {
            Dialect::Postgres | Dialect::Cockroach => Some(match c % 5 {
                0 => format!("ALTER TABLE {name} ALTER COLUMN {column} SET DEFAULT {}", self.default(kind, c)),
                1 => format!("ALTER TABLE {name} ALTER COLUMN {column} DROP DEFAULT"),
                2 => format!("ALTER TABLE {name} ALTER COLUMN {column} SET NOT NULL"),
                3 => format!("ALTER TABLE {name} ALTER COLUMN {column} DROP NOT NULL"),
                _ if kind == Kind::Text => format!("ALTER TABLE {name} ALTER COLUMN {column} TYPE varchar({})", 50 + c),
                _ if kind == Kind::Number => format!("ALTER TABLE {name} ALTER COLUMN {column} TYPE numeric(20, 2)"),
                _ => return None,
            }),
            Dialect::Mysql => {
                let (kind, text) = self.kind(b, c);
                self.tables[table].columns[at].kind = kind;
                let default = format!(" DEFAULT {}", self.default(kind, c));
                let default = if c.is_multiple_of(2) { default } else { String::new() };
                Some(format!("ALTER TABLE {name} MODIFY COLUMN {column} {text} NOT NULL{default}"))
            }
            Dialect::Sqlite => None,
        }
    }

    fn create_view(&mut self, table: usize, b: usize, c: usize) -> Option<String> {
        let name = self.fresh("v");
        let column = self.column(table, b);
        let at = b % self.tables[table].columns.len();
        self.tables[table].columns[at].held = true;
        let sql = format!(
            "CREATE VIEW {} AS SELECT {column} AS shown FROM {} WHERE {column} IS NOT NULL LIMIT {c}",
            self.quote(&name),
            self.table(table)
        );
        self.views.push(name);
        Some(sql)
    }

    fn drop_view(&mut self, b: usize) -> Option<String> {
        if self.views.is_empty() {
            return None;
        }
        let at = b % self.views.len();
        let name = self.views.remove(at);
        Some(format!("DROP VIEW {}", self.quote(&name)))
    }

    fn trigger(&mut self, table: usize, b: usize) -> Option<String> {
        let name = self.fresh("g");
        let (name, on) = (self.quote(&name), self.table(table));
        Some(match self.dialect {
            Dialect::Sqlite => format!("CREATE TRIGGER {name} AFTER DELETE ON {on} BEGIN SELECT {b}; END"),
            Dialect::Mysql => format!("CREATE TRIGGER {name} AFTER DELETE ON {on} FOR EACH ROW SET @n = {b}"),
            _ => {
                let function = self.fresh("f");
                let function = self.quote(&function);
                format!(
                    "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n\
                     CREATE TRIGGER {name} BEFORE UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {function}()"
                )
            }
        })
    }

    /// What only PostgreSQL has.
    fn own(&mut self, table: usize, b: usize, c: usize) -> Option<String> {
        if !self.dialect.is_postgres() {
            return None;
        }
        let on = self.table(table);
        let column = self.column(table, b);
        match c % 9 {
            0 => {
                let name = self.fresh("e");
                let labels = vec!["a".to_string(), "b".to_string()];
                self.enums.push((name.clone(), labels));
                Some(format!("CREATE TYPE {} AS ENUM ('a', 'b')", self.quote(&name)))
            }
            1 if !self.enums.is_empty() => {
                let at = b % self.enums.len();
                let label = self.fresh("x");
                self.enums[at].1.push(label.clone());
                Some(format!("ALTER TYPE {} ADD VALUE '{label}'", self.quote(&self.enums[at].0)))
            }
            2 if !self.enums.is_empty() => {
                let at = b % self.enums.len();
                let name = self.fresh("e");
                let from = std::mem::replace(&mut self.enums[at].0, name.clone());
                Some(format!("ALTER TYPE {} RENAME TO {}", self.quote(&from), self.quote(&name)))
            }
            3 => Some(format!("COMMENT ON COLUMN {on}.{column} IS 'it''s {b}'")),
            4 => Some(format!("ALTER TABLE {on} ENABLE ROW LEVEL SECURITY")),
            5 => {
                let name = self.fresh("p");
                let at = b % self.tables[table].columns.len();
                self.tables[table].columns[at].held = true;
                Some(format!("CREATE POLICY {} ON {on} USING ({column} IS NOT NULL)", self.quote(&name)))
            }
            6 => {
                let name = self.fresh("s");
                Some(format!("CREATE SEQUENCE {} INCREMENT BY {}", self.quote(&name), 1 + b))
            }
            7 => None,
            _ => Some(format!("COMMENT ON TABLE {on} IS 'number {b}'")),
        }
    }
}
