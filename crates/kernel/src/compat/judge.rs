//! A client's statements, held against a catalog.

use super::declared::{Client, Declared, DeclaredColumn, DeclaredTable, Filled, Given};
use super::view;
use crate::catalog::{Catalog, Column, Label, Name, Table, TypeKind};
use crate::conversion::conversion;
use crate::dialect::Dialect;
use crate::types::parts;

/// What a client does to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Reads them.
    Select,
    /// Makes them.
    Insert,
    /// Changes them.
    Update,
    /// Deletes them.
    Delete,
}

impl Operation {
    /// The word of terminal and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Operation::Select => "select",
            Operation::Insert => "insert",
            Operation::Update => "update",
            Operation::Delete => "delete",
        }
    }
}

/// When a statement breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Every one.
    Always,
    /// Every one that leaves this column out.
    LeftOut,
    /// Every one that gives this column a value.
    Given,
    /// By what a row or a value is.
    Values,
}

impl Certainty {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Certainty::Always => "always",
            Certainty::LeftOut => "leftOut",
            Certainty::Given => "given",
            Certainty::Values => "values",
        }
    }
}

/// Statements of a client that break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The table as the client calls it.
    pub table: String,
    /// The column; none: the table as a whole.
    pub column: Option<String>,
    /// Which statements.
    pub operations: Vec<Operation>,
    /// When.
    pub certainty: Certainty,
    /// Why; no full stop at the end.
    pub why: String,
}

/// What of a client's statements worked on the catalog that it was built for and breaks on a later one.
pub fn judge(declared: &Declared, client: Client, before: &Catalog, after: &Catalog) -> Vec<Break> {
    let mut found = Vec::new();
    for table in &declared.tables {
        let one = Judge { declared, client, table, before, after };
        // What was broken from the first is not this migration's doing.
        let already = Judge { after: before, ..one }.breaks();
        found.extend(one.breaks().into_iter().filter(|b| {
            !already.iter().any(|a| a.column == b.column && a.operations == b.operations && a.certainty == b.certainty)
        }));
    }
    found
}

#[derive(Clone, Copy)]
struct Judge<'a> {
    declared: &'a Declared,
    client: Client,
    table: &'a DeclaredTable,
    before: &'a Catalog,
    after: &'a Catalog,
}

use Operation::{Delete, Insert, Select, Update};

const ALL: [Operation; 4] = [Select, Insert, Update, Delete];

impl Judge<'_> {
    fn breaks(self) -> Vec<Break> {
        let Some(name) = table_name(self.after, &self.table.name) else { return self.in_its_place() };
        let Some(table) = self.after.table(&name).filter(|t| !t.partial) else { return vec![] };
        let mut found: Vec<Break> = Vec::new();
        for column in &self.table.columns {
            match table.columns.iter().find(|c| self.after.same(&c.name, &column.name)) {
                Some(now) => found.extend(self.column(column, now, table)),
                None => found.extend(self.missing(column, self.renamed(&column.name, table))),
            }
        }
        if !self.table.view {
            found.extend(self.unknown(table));
        }
        let had = table_name(self.before, &self.table.name).and_then(|n| self.before.table(&n));
        if let Some(had) = had.filter(|_| !self.table.view) {
            found.extend(self.demands(had, table));
        }
        if table.row_security && had.is_some_and(|t| !t.row_security) {
            found.push(self.of_table(
                &ALL,
                Certainty::Values,
                "row security is on: only what its policies let through".into(),
            ));
        }
        found
    }

    /// What the table demands of rows now and did not.
    fn demands(self, had: &Table, now: &Table) -> Vec<Break> {
        let uniques =
            now.indexes.iter().filter(|i| i.unique && !had.indexes.iter().any(|h| h.unique && h.parts == i.parts));
        let new = now.constraints.iter().filter(|c| !had.constraints.iter().any(|h| h.kind == c.kind));
        let names = uniques.map(|i| &i.name).chain(new.map(|c| &c.name));
        let one = |name: &String| {
            self.of_table(
                &[Insert, Update],
                Certainty::Values,
                format!("`{name}` is new, and refuses rows that were good"),
            )
        };
        names.map(one).collect()
    }

    /// The table is none any more: a view may stand in its place.
    fn in_its_place(self) -> Vec<Break> {
        let view = self.after.views.iter().find(|(n, _)| same_name(self.after, n, &self.table.name)).map(|(_, v)| v);
        let operations: &[Operation] = if self.table.view { &[Select] } else { &ALL };
        let Some(view) = view else {
            let now = self.moved().map_or("is gone".to_owned(), |name| format!("is called `{name}` now"));
            let what = if self.table.view { "the view" } else { "the table" };
            let why = format!("{what} `{}` {now}", self.table.name);
            return vec![self.of_table(operations, Certainty::Always, why)];
        };
        let mut found = Vec::new();
        if let Some(columns) = view::columns(view, self.after) {
            let gone = |c: &&DeclaredColumn| !columns.iter().any(|name| self.after.same(name, &c.name));
            found.extend(self.table.columns.iter().filter(gone).flat_map(|c| self.missing(c, None)));
        }
        if self.table.view {
            return found;
        }
        let base = view::base(view, self.after);
        let writable = match self.after.dialect {
            Dialect::Sqlite => !view.triggers.is_empty(),
            _ => base.is_some() || !view.triggers.is_empty(),
        };
        match base {
            _ if !writable => {
                let why = format!("`{}` is a view now that rows can't be written through", self.table.name);
                found.push(self.of_table(&[Insert, Update, Delete], Certainty::Always, why));
            }
            Some(base) if view.triggers.is_empty() => found.extend(self.unknown(base)),
            _ => {}
        }
        found
    }

    /// Columns that the client does not know of and that want a value.
    fn unknown(self, table: &Table) -> Vec<Break> {
        let known = |c: &Column| {
            let had = self.table.columns.iter().any(|d| self.after.same(&d.name, &c.name));
            // A column that was renamed stands among those that are missing.
            had || (c.lineage.0 != 0 && self.table.columns.iter().any(|d| self.lineage(&d.name) == Some(c.lineage.0)))
        };
        let wants = |c: &&Column| !known(c) && needs_value(c, table, self.after.dialect);
        let fills = !table.triggers.is_empty();
        let certainty = if fills { Certainty::Values } else { Certainty::Always };
        let found = table.columns.iter().filter(wants).map(|c| {
            let why = format!("the column `{}` wants a value, and no insert of the client names it", c.name);
            Break { column: Some(c.name.clone()), ..self.of_table(&[Insert], certainty, why) }
        });
        found.collect()
    }

    fn missing(self, column: &DeclaredColumn, renamed: Option<String>) -> Vec<Break> {
        let now = renamed.map_or("is gone".to_owned(), |name| format!("is called `{name}` now"));
        let mut operations = vec![Select];
        let named = column.filled != Filled::Never
            && (self.client.inserts != Given::Values || matches!(column.filled, Filled::Given | Filled::Client));
        if !self.table.view {
            if named || self.client.reads_back {
                operations.push(Insert);
            }
            if self.client.reads_back {
                operations.extend([Update, Delete]);
            }
        }
        let by = match (named, self.client.reads_back) {
            (true, _) if !self.table.view => "every select and every insert",
            (false, true) if !self.table.view => "every select and what every write gives back",
            _ => "every select",
        };
        let of_column = |operations: &[Operation], certainty, why| Break {
            column: Some(column.name.clone()),
            ..self.of_table(operations, certainty, why)
        };
        let why = format!("the column `{}` {now}, and is named by {by}", column.name);
        let mut found = vec![of_column(&operations, Certainty::Always, why)];
        if !operations.contains(&Update) && !self.table.view && column.filled != Filled::Never {
            let why = format!("the column `{}` {now}, and an update may set it", column.name);
            found.push(of_column(&[Update], Certainty::Given, why));
        }
        found
    }

    /// A column that is still there.
    fn column(self, column: &DeclaredColumn, now: &Column, table: &Table) -> Vec<Break> {
        let mut found = Vec::new();
        let mut push = |operations: &[Operation], certainty, why: String| {
            found.push(Break { column: Some(column.name.clone()), ..self.of_table(operations, certainty, why) });
        };
        let name = &column.name;
        let had = self.had(name);
        let was_filled = |had: &Column| self.had_table().is_none_or(|t| !needs_value(had, t, self.before.dialect));
        if had.is_none_or(|had| !had.not_null || was_filled(had)) && now.not_null && !self.table.view {
            let is_null = column.filled == Filled::Null && self.client.inserts == Given::AllWithNull;
            let left = matches!(column.filled, Filled::Null | Filled::Database);
            if (is_null && !is_rowid(now, table, self.after.dialect))
                || (left && needs_value(now, table, self.after.dialect))
            {
                let why = format!("the column `{name}` wants a value, and an insert may leave it out");
                push(&[Insert], Certainty::LeftOut, why);
            }
        }
        let computed = |c: &Column| c.generated.is_some() || c.identity.as_ref().is_some_and(|i| i.always);
        if computed(now) && !had.is_some_and(computed) && column.filled != Filled::Never {
            let always = matches!(column.filled, Filled::Given | Filled::Client);
            let why = format!("the column `{name}` is computed by the database now, and takes no value");
            push(&[Insert], if always { Certainty::Always } else { Certainty::Given }, why.clone());
            push(&[Update], Certainty::Given, why);
        }
        if self.client.checks_values && had.is_some_and(|had| had.not_null) && !now.not_null {
            push(
                &[Select],
                Certainty::Values,
                format!("the column `{name}` may be NULL now, which Prisma before 7 can't read"),
            );
        }
        if let Some(had) = had.filter(|had| had.canonical != now.canonical) {
            self.types(column, had, now, &mut push);
        }
        if let Some(enumeration) = &column.enumeration {
            self.enumeration(column, enumeration, &mut push);
        }
        found
    }

    fn types(
        self,
        column: &DeclaredColumn,
        had: &Column,
        now: &Column,
        push: &mut dyn FnMut(&[Operation], Certainty, String),
    ) {
        let dialect = self.after.dialect;
        let (a, b) = (kind(dialect, &had.canonical), kind(dialect, &now.canonical));
        let change = format!("the column `{}` is {} now, not {}", column.name, now.canonical, had.canonical);
        let (from, to) = (labels(dialect, &had.canonical), labels(dialect, &now.canonical));
        if let (Some(from), Some(to)) = (&from, &to) {
            self.values(&column.name, from, to, push);
            return;
        }
        // Through a type of the same name nothing changes but its values, which are looked at by themselves.
        if a == b {
            if conversion(dialect, &had.canonical, &now.canonical, None).loses.is_some() {
                push(&[Insert, Update], Certainty::Values, format!("{change}: a value may not fit"));
            } else if self.client.checks_values && a == Kind::Integer {
                push(
                    &[Select],
                    Certainty::Values,
                    format!("{change}: a value may be larger than Prisma before 7 can read"),
                );
            }
            return;
        }
        if dialect == Dialect::Sqlite {
            return; // any column takes any value
        }
        // PostgreSQL takes no `true` for a number; from text and back it is the value that decides.
        if a == Kind::Boolean && matches!(b, Kind::Integer | Kind::Decimal | Kind::Float) && dialect.is_postgres() {
            let always = matches!(column.filled, Filled::Given | Filled::Client);
            let why = format!("{change}: it takes no boolean");
            push(&[Insert], if always { Certainty::Always } else { Certainty::Given }, why.clone());
            push(&[Update], Certainty::Given, why);
        } else if b != Kind::Text {
            push(&[Insert, Update], Certainty::Values, format!("{change}: a value may not be one"));
        }
        if self.client.checks_values {
            push(&[Select], Certainty::Values, format!("{change}: Prisma before 7 can't read it"));
        }
    }

    fn enumeration(self, column: &DeclaredColumn, name: &Name, push: &mut dyn FnMut(&[Operation], Certainty, String)) {
        let Some((_, known)) = self.declared.enums.iter().find(|(n, _)| n == name) else { return };
        let now = self.after.types.iter().find(|(n, _)| **n == *name).map(|(_, t)| &t.kind);
        match now {
            Some(TypeKind::Enum(labels)) => {
                let to: Vec<String> = labels.iter().map(|l: &Label| l.name.clone()).collect();
                self.values(&column.name, known, &to, push);
            }
            _ if self.client.casts_enums => {
                let always = matches!(column.filled, Filled::Given | Filled::Client);
                let why = format!(
                    "the type `{name}` of the column `{}` is gone, and what is written is cast to it",
                    column.name
                );
                push(&[Insert], if always { Certainty::Always } else { Certainty::Given }, why.clone());
                push(&[Update], Certainty::Given, why);
            }
            _ => {}
        }
    }

    fn values(
        self,
        column: &str,
        known: &[String],
        now: &[String],
        push: &mut dyn FnMut(&[Operation], Certainty, String),
    ) {
        let missing: Vec<&str> = known.iter().filter(|v| !now.contains(v)).map(String::as_str).collect();
        if !missing.is_empty() {
            let why = format!("`{column}` takes no `{}` any more", missing.join("`, `"));
            push(&[Insert, Update], Certainty::Values, why);
        }
        let new: Vec<&str> = now.iter().filter(|v| !known.contains(v)).map(String::as_str).collect();
        if self.client.checks_values && !new.is_empty() {
            let why = format!("a row may hold `{}` in `{column}`, which the client can't read", new.join("`, `"));
            push(&[Select], Certainty::Values, why);
        }
    }

    fn of_table(self, operations: &[Operation], certainty: Certainty, why: String) -> Break {
        let operations = operations.to_vec();
        Break { table: self.table.shown.clone(), column: None, operations, certainty, why }
    }

    /// The table when the client was built.
    fn had_table(&self) -> Option<&Table> {
        self.before.table(&table_name(self.before, &self.table.name)?)
    }

    /// The column when the client was built.
    fn had(&self, column: &str) -> Option<&Column> {
        let table = self.had_table()?;
        table.columns.iter().find(|c| self.before.same(&c.name, column))
    }

    fn lineage(&self, column: &str) -> Option<u32> {
        self.had(column).map(|c| c.lineage.0).filter(|l| *l != 0)
    }

    /// What a column is called now that had this name.
    fn renamed(&self, column: &str, table: &Table) -> Option<String> {
        let lineage = self.lineage(column)?;
        table.columns.iter().find(|c| c.lineage.0 == lineage).map(|c| c.name.clone())
    }

    /// What the table is called now.
    fn moved(&self) -> Option<Name> {
        let lineage = self.before.table(&table_name(self.before, &self.table.name)?)?.lineage.0;
        let is = |t: &&Table| lineage != 0 && t.lineage.0 == lineage;
        self.after.tables.iter().map(|(_, t)| t).find(is).map(|t| t.name.clone())
    }
}

fn same_name(catalog: &Catalog, a: &Name, b: &Name) -> bool {
    catalog.same(&a.schema, &b.schema) && catalog.same(&a.name, &b.name)
}

fn table_name(catalog: &Catalog, name: &Name) -> Option<Name> {
    catalog.tables.keys().find(|n| same_name(catalog, n, name)).cloned()
}

/// SQLite's INTEGER PRIMARY KEY numbers its rows by itself.
fn is_rowid(column: &Column, table: &Table, dialect: Dialect) -> bool {
    let key = table.constraints.iter().any(|c| match &c.kind {
        crate::catalog::ConstraintKind::PrimaryKey { parts, .. } => {
            parts.len() == 1 && parts[0].column.as_ref().is_some_and(|p| p.eq_ignore_ascii_case(&column.name))
        }
        _ => false,
    });
    dialect == Dialect::Sqlite && key && column.data_type.eq_ignore_ascii_case("integer")
}

/// An insert that does not name it fails. MySQL fills an ENUM with its first value, in strict mode too.
fn needs_value(column: &Column, table: &Table, dialect: Dialect) -> bool {
    let fills = column.default.is_some()
        || labels(dialect, &column.canonical).is_some()
        || column.auto_increment
        || column.identity.is_some()
        || column.generated.is_some()
        || is_rowid(column, table, dialect);
    column.not_null && !fills
}

/// What a value of a type is to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Integer,
    Decimal,
    Float,
    Text,
    Boolean,
    Time,
    Json,
    Bytes,
    /// By its name.
    Other(String),
    Array(Box<Kind>),
}

fn kind(dialect: Dialect, canonical: &str) -> Kind {
    let parts = parts(dialect, canonical);
    let base = parts.base.to_ascii_lowercase();
    let one = match base.as_str() {
        "tinyint" if dialect == Dialect::Mysql && parts.number(0) == Some(1) => Kind::Boolean,
        "smallint" | "integer" | "int" | "bigint" | "tinyint" | "mediumint" | "year" => Kind::Integer,
        "numeric" | "decimal" | "money" => Kind::Decimal,
        "real" | "double precision" | "double" | "float" => Kind::Float,
        "text" | "character varying" | "character" | "varchar" | "char" | "tinytext" | "mediumtext" | "longtext"
        | "citext" | "name" => Kind::Text,
        "boolean" | "bool" => Kind::Boolean,
        "json" | "jsonb" => Kind::Json,
        "bytea" | "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" => Kind::Bytes,
        b if b.starts_with("timestamp") || b.starts_with("datetime") => Kind::Time,
        _ => Kind::Other(base),
    };
    if parts.array > 0 { Kind::Array(Box::new(one)) } else { one }
}

/// The values of MySQL's ENUM.
fn labels(dialect: Dialect, canonical: &str) -> Option<Vec<String>> {
    let parts = parts(dialect, canonical);
    let is = dialect == Dialect::Mysql && parts.base.eq_ignore_ascii_case("enum");
    is.then(|| parts.args.iter().map(|a| a.trim_matches('\'').replace("''", "'")).collect())
}
