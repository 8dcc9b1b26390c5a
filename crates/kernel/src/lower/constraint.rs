//! Constraints as written, and the names that the engine gives them.

use super::{Lowering, expected};
use crate::Dialect;
use crate::catalog::{Constraint, ConstraintKind, ForeignKey, Index, Lenient, Lineage, Name, Part, Sql, Table};
use crate::names::{self, Kind};
use crate::reader::Reader;

/// A constraint as declared: its name may be the engine's to choose.
pub struct Declared {
    /// As written, if it is.
    pub name: Option<String>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `DEFERRABLE ..`
    pub deferrable: &'static str,
    /// NOT VALID.
    pub not_valid: bool,
    /// What else follows.
    pub tail: Sql,
    /// The column that it stands in.
    pub inline: Option<String>,
    /// It is a named NOT NULL, which the column carries.
    pub not_null: bool,
    /// `USING INDEX name`: the index that becomes it.
    pub using_index: Option<String>,
}

impl Declared {
    /// Without any clause.
    pub fn new(name: Option<String>, kind: ConstraintKind) -> Declared {
        Declared {
            name,
            kind,
            deferrable: "",
            not_valid: false,
            tail: Sql::default(),
            inline: None,
            not_null: false,
            using_index: None,
        }
    }
}

/// Does a table constraint begin here?
pub fn begins(r: &Reader) -> bool {
    let named = r.is("CONSTRAINT");
    named
        || r.are("PRIMARY KEY")
        || r.are("FOREIGN KEY")
        || r.is("UNIQUE")
        || (r.is("CHECK") && r.clone().nth_is_paren(1))
        || (r.is("EXCLUDE") && r.dialect.is_postgres())
}

impl Reader<'_> {
    fn nth_is_paren(mut self, n: usize) -> bool {
        (0..n).for_each(|_| self.skip());
        self.is_punct(b'(')
    }
}

/// Reads a table constraint.
pub fn read(r: &mut Reader) -> Result<Declared, String> {
    let dialect = r.dialect;
    let mut name = None;
    if r.eat("CONSTRAINT") && !r.are("PRIMARY KEY") && !r.are("FOREIGN KEY") && !r.is("UNIQUE") && !r.is("CHECK") {
        name = Some(r.ident().ok_or_else(expected("a constraint's name"))?);
    }
    let mut declared = if r.eat("PRIMARY KEY") {
        key(r, name, true)?
    } else if r.eat("UNIQUE") {
        key(r, name, false)?
    } else if r.eat("FOREIGN KEY") {
        r.eat("IF NOT EXISTS");
        let index = if r.is_punct(b'(') { None } else { r.ident() };
        let columns = r.ident_list().ok_or_else(expected("a foreign key's columns"))?;
        Declared::new(name.or(index), ConstraintKind::ForeignKey(references(r, columns)?))
    } else if r.eat("CHECK") {
        let inside = r.parens().ok_or_else(expected("a check's condition"))?.rest();
        Declared::new(name, ConstraintKind::Check(Sql::new(inside, dialect)))
    } else if r.eat("EXCLUDE") {
        let text = r.until(&["DEFERRABLE", "NOT DEFERRABLE", "INITIALLY"]);
        Declared::new(name, ConstraintKind::Exclude(Sql::new(text, dialect)))
    } else if r.eat("NOT NULL") {
        return Err("a NOT NULL constraint by name is not understood".to_string());
    } else {
        return Err(format!("`{}` is not a constraint that is known", r.peek_rest()));
    };
    tail(r, &mut declared, dialect);
    let keyed = matches!(declared.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. });
    if dialect == Dialect::Mysql && keyed && !r.done() {
        declared.tail = Sql::new(&format!("{} {}", declared.tail.text, r.rest()), dialect);
    }
    Ok(declared)
}

fn key(r: &mut Reader, mut name: Option<String>, primary: bool) -> Result<Declared, String> {
    let dialect = r.dialect;
    if dialect == Dialect::Mysql && !primary {
        r.eat_any(&["KEY", "INDEX"]);
    }
    if r.eat("USING INDEX") {
        let index = r.ident().ok_or_else(expected("an index's name"))?;
        let kind = if primary {
            ConstraintKind::PrimaryKey { parts: vec![], include: vec![] }
        } else {
            ConstraintKind::Unique { parts: vec![], include: vec![], nulls_not_distinct: false }
        };
        return Ok(Declared { using_index: Some(index), ..Declared::new(name, kind) });
    }
    let nulls_not_distinct = r.eat("NULLS NOT DISTINCT");
    r.eat("NULLS DISTINCT");
    let mut method = String::new();
    if dialect == Dialect::Mysql {
        r.eat("IF NOT EXISTS");
        if !r.is_punct(b'(') && !r.is("USING") {
            name = name.or(Some(r.ident().ok_or_else(expected("a key's name"))?));
        }
        let mark = r.mark();
        if r.eat("USING") {
            r.skip();
            method = r.since(mark).to_string();
        }
    }
    let parts = parts(r)?;
    let include = if r.eat("INCLUDE") { r.ident_list().ok_or_else(expected("INCLUDE's columns"))? } else { vec![] };
    let kind = if primary {
        ConstraintKind::PrimaryKey { parts, include }
    } else {
        ConstraintKind::Unique { parts, include, nulls_not_distinct }
    };
    Ok(Declared { tail: Sql::new(&method, dialect), ..Declared::new(name, kind) })
}

/// `(a, lower(b) DESC, c text_pattern_ops)`
pub fn parts(r: &mut Reader) -> Result<Vec<Part>, String> {
    let inside = r.parens().ok_or_else(expected("a list of columns"))?;
    inside.commas().into_iter().map(part).collect()
}

fn part(mut r: Reader) -> Result<Part, String> {
    let dialect = r.dialect;
    let mark = r.mark();
    let column = r.ident();
    let call = column.is_some() && r.is_punct(b'(') && !(dialect == Dialect::Mysql && is_length(&r));
    let operated = r.is_punct(b'.') || r.token().is_some_and(|t| t.kind == crate::lex::Kind::Cast);
    let suffix_word = r.word().is_some() || r.done() || r.is_punct(b'(');
    if let (Some(column), false, false, true) = (&column, call, operated, suffix_word) {
        return Ok(Part { column: Some(column.clone()), expression: None, suffix: suffix(&mut r) });
    }
    r.reset(mark);
    // An expression: a call, or one in parentheses; what follows it is its suffix.
    r.ident();
    while r.eat_punct(b'.') {
        r.ident();
    }
    if r.is_punct(b'(') {
        r.skip_balanced();
    }
    if !(r.done() || r.word().is_some()) {
        r.reset(mark);
        r.until(&["COLLATE", "ASC", "DESC", "NULLS"]);
    }
    let expression = Sql::new(r.since(mark), dialect);
    Ok(Part { column: None, expression: Some(expression), suffix: suffix(&mut r) })
}

/// What follows a key's column; ASC is the default.
fn suffix(r: &mut Reader) -> Sql {
    let dialect = r.dialect;
    let text = r.rest();
    let upper = text.to_ascii_uppercase();
    match upper.as_str() {
        "ASC" | "ASC NULLS LAST" | "NULLS LAST" => Sql::default(),
        "DESC NULLS FIRST" => Sql::new("DESC", dialect),
        _ => match upper.strip_suffix(" ASC NULLS LAST").or_else(|| upper.strip_suffix(" ASC")) {
            Some(kept) => Sql::new(&text[..kept.len()], dialect),
            None => Sql::new(text, dialect),
        },
    }
}

fn is_length(r: &Reader) -> bool {
    let mut r = r.clone();
    r.parens().is_some_and(|mut inside| inside.literal().is_some() && inside.done())
}

/// `REFERENCES t (a) ON DELETE ..`
pub fn references(r: &mut Reader, columns: Vec<String>) -> Result<ForeignKey, String> {
    if !r.eat("REFERENCES") {
        return Err("REFERENCES is missing".to_string());
    }
    let table = r.name().ok_or_else(expected("the table referred to"))?;
    let references =
        if r.is_punct(b'(') { r.ident_list().ok_or_else(expected("the columns referred to"))? } else { vec![] };
    let mut key = ForeignKey {
        columns,
        table,
        references,
        on_delete: String::new(),
        on_update: String::new(),
        matching: String::new(),
    };
    loop {
        if r.eat("ON DELETE") {
            key.on_delete = action(r);
        } else if r.eat("ON UPDATE") {
            key.on_update = action(r);
        } else if r.eat("MATCH") {
            let word = r.ident().unwrap_or_default().to_ascii_uppercase();
            key.matching = if word == "SIMPLE" { String::new() } else { word };
        } else {
            return Ok(key);
        }
    }
}

fn action(r: &mut Reader) -> String {
    let action = r.eat_any(&["CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT", "NO ACTION"]).unwrap_or_default();
    // MariaDB keeps and prints a NO ACTION that is written.
    let implied = action == "NO ACTION" && r.dialect != Dialect::Mysql;
    let mut action = if implied { String::new() } else { action.to_string() };
    // PostgreSQL 15: ON DELETE SET NULL (a, b)
    if action.starts_with("SET") && r.is_punct(b'(') {
        let mark = r.mark();
        r.skip_balanced();
        action.push(' ');
        action.push_str(r.since(mark));
    }
    action
}

/// What may stand behind any constraint.
pub fn tail(r: &mut Reader, declared: &mut Declared, dialect: Dialect) {
    let before = declared.tail.text.clone();
    let mut tail: Vec<&str> = vec![before.as_str()];
    loop {
        let mark = r.mark();
        if r.eat("NOT DEFERRABLE") {
            declared.deferrable = "";
        } else if r.eat("DEFERRABLE") {
            declared.deferrable = "DEFERRABLE";
        } else if r.eat("INITIALLY DEFERRED") {
            declared.deferrable = "DEFERRABLE INITIALLY DEFERRED";
        } else if r.eat("INITIALLY IMMEDIATE") || r.eat("ENFORCED") {
        } else if r.eat("NOT VALID") {
            declared.not_valid = true;
        } else if r.eat("NO INHERIT") || r.eat("NOT ENFORCED") {
            tail.push(r.since(mark));
        } else if r.eat("ON CONFLICT") {
            r.skip();
            tail.push(r.since(mark));
        } else if r.is("WITH") || r.are("USING INDEX TABLESPACE") || (r.is("USING") && dialect == Dialect::Mysql) {
            r.skip();
            while !r.done()
                && !r.is("DEFERRABLE")
                && !r.are("NOT DEFERRABLE")
                && !r.is("INITIALLY")
                && !r.are("NOT NULL")
            {
                r.skip_balanced();
            }
            if dialect == Dialect::Mysql || !r.since(mark).eq_ignore_ascii_case("using btree") {
                tail.push(r.since(mark));
            }
        } else {
            break;
        }
    }
    declared.tail = Sql::new(&tail.join(" "), dialect);
}

impl Lowering<'_> {
    /// Names a constraint as the engine would and puts it into a table that is being made.
    pub(super) fn add_constraint(&mut self, table: &mut Table, declared: Declared) {
        let dialect = self.dialect();
        if declared.not_null {
            return;
        }
        if dialect == Dialect::Mysql
            && let ConstraintKind::Unique { parts, .. } = declared.kind
        {
            let index = self.mysql_unique(table, declared.name, parts, declared.tail);
            table.indexes.push(index);
            return;
        }
        let lineage = self.fresh();
        let constraint = self.named(table, declared, lineage);
        if let ConstraintKind::PrimaryKey { .. } = constraint.kind
            && dialect != Dialect::Sqlite
        {
            let keys: Vec<String> = constraint.columns().into_iter().map(str::to_string).collect();
            for key in keys {
                if let Some(column) = table.column_mut(&key) {
                    column.not_null = true;
                }
            }
        }
        table.constraints.push(constraint);
    }

    pub(super) fn mysql_unique(
        &mut self,
        table: &Table,
        name: Option<String>,
        parts: Vec<Part>,
        options: Sql,
    ) -> Index {
        let taken = |n: &str| table.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(n));
        let first = parts.first().and_then(|p| p.column.clone()).unwrap_or_else(|| "functional_index".to_string());
        let name = name.unwrap_or_else(|| names::mysql_index_name(&first, &taken));
        Index {
            lineage: self.fresh(),
            name,
            unique: true,
            class: "",
            method: String::new(),
            parts,
            include: vec![],
            nulls_not_distinct: false,
            predicate: None,
            options,
            implicit: false,
            concurrently: Lenient(false),
        }
    }

    /// A constraint with the name that it has in the database.
    pub(super) fn named(&self, table: &Table, declared: Declared, lineage: Lineage) -> Constraint {
        let name = match &declared.name {
            Some(_)
                if self.dialect() == Dialect::Mysql && matches!(declared.kind, ConstraintKind::PrimaryKey { .. }) =>
            {
                "PRIMARY".to_string()
            }
            Some(name) => names::truncate(self.dialect(), name),
            None => self.implicit_name(table, &declared.kind),
        };
        let column = declared.inline.and_then(|name| table.column(&name));
        let mut kind = declared.kind;
        if let ConstraintKind::ForeignKey(key) = &mut kind {
            self.resolve(table, key);
        }
        Constraint {
            lineage,
            name,
            kind,
            deferrable: declared.deferrable,
            not_valid: declared.not_valid,
            stands_in: column.map(|c| c.lineage).unwrap_or_default(),
            tail: declared.tail,
        }
    }

    /// The columns that a foreign key without a list means, and the table's stored name.
    fn resolve(&self, table: &Table, key: &mut ForeignKey) {
        let own = self.catalog.same(&key.table.name, &table.name.name) && key.table.schema == table.name.schema;
        let other = if own { Some(table) } else { self.catalog.table(&key.table) };
        let Some(other) = other else { return };
        key.table = other.name.clone();
        if key.references.is_empty() && self.dialect() != Dialect::Sqlite {
            key.references = other.key_columns().into_iter().map(str::to_string).collect();
        }
    }

    fn implicit_name(&self, table: &Table, kind: &ConstraintKind) -> String {
        let dialect = self.dialect();
        let own = |n: &str| table.constraints.iter().any(|c| c.name == n);
        match dialect {
            Dialect::Sqlite => return String::new(),
            Dialect::Mysql => return self.mysql_name(table, kind),
            Dialect::Postgres | Dialect::Cockroach => {}
        }
        let schema = &table.name.schema;
        let taken_in_schema = |n: &str| own(n) || self.catalog.constraint_taken(schema, n);
        let relation = |n: &str| {
            taken_in_schema(n) || table.indexes.iter().any(|i| i.name == n) || self.catalog.relation_taken(schema, n)
        };
        let excluded;
        let (columns, wanted): (Vec<&str>, Kind) = match kind {
            ConstraintKind::PrimaryKey { .. } => (vec![], Kind::PrimaryKey),
            ConstraintKind::Unique { parts, include, .. } => (
                parts.iter().filter_map(|p| p.column.as_deref()).chain(include.iter().map(String::as_str)).collect(),
                Kind::Unique,
            ),
            ConstraintKind::ForeignKey(key) => (key.columns.iter().map(String::as_str).collect(), Kind::ForeignKey),
            ConstraintKind::Check(sql) => (named_columns(table, &sql.text, dialect), Kind::Check),
            ConstraintKind::Exclude(sql) => {
                excluded = excluded_columns(&sql.text, dialect);
                (excluded.iter().map(String::as_str).collect(), Kind::Exclusion)
            }
        };
        let taken: &dyn Fn(&str) -> bool =
            if matches!(wanted, Kind::ForeignKey | Kind::Check) { &taken_in_schema } else { &relation };
        if dialect == Dialect::Cockroach {
            return names::cockroach_name(&table.name.name, &columns, wanted, taken);
        }
        names::choose_name(&table.name.name, &columns, wanted, taken)
    }

    /// MariaDB keeps a CHECK that stands in a column and has no name as a part of the column; MySQL 8 gives it a name.
    pub(super) fn belongs_to_column(&self, name: &Option<String>) -> bool {
        let gives_names = self.catalog.server.is_some_and(|s| !s.maria);
        self.dialect() == Dialect::Mysql && name.is_none() && !gives_names
    }

    fn mysql_name(&self, table: &Table, kind: &ConstraintKind) -> String {
        let existing = || {
            let stored = self.catalog.table(&table.name).into_iter().flat_map(|t| &t.constraints);
            table.constraints.iter().chain(stored).map(|c| c.name.as_str())
        };
        match kind {
            ConstraintKind::PrimaryKey { .. } => "PRIMARY".to_string(),
            ConstraintKind::ForeignKey(_) => {
                let number = names::next_foreign_key(&table.name.name, existing());
                names::mysql_foreign_key_name(&table.name.name, number)
            }
            _ if self.catalog.server.is_some_and(|s| !s.maria) => {
                names::mysql_check_name(&table.name.name, names::next_check(&table.name.name, existing()))
            }
            // Where nobody said which server it is, the rollback says whose name this is.
            _ => names::mariadb_check_name(&|n| existing().any(|e| e.eq_ignore_ascii_case(n))),
        }
    }

    /// Has the table a constraint of this name?
    pub(super) fn owner_of_constraint(&self, table: &Name, name: &str) -> bool {
        self.catalog.table(table).is_some_and(|t| self.has_constraint(t, name))
    }

    /// MySQL's unique indexes are constraints too.
    pub(super) fn has_constraint(&self, table: &Table, name: &str) -> bool {
        if self.dialect() != Dialect::Mysql {
            return table.constraint(name).is_some();
        }
        table.constraints.iter().any(|c| c.name.eq_ignore_ascii_case(name))
            || table.indexes.iter().any(|i| i.unique && i.name.eq_ignore_ascii_case(name))
    }
}

/// The elements of `USING gist (a WITH =, f(b) WITH &&)`, as an index's name uses them.
fn excluded_columns(text: &str, dialect: Dialect) -> Vec<String> {
    let tokens = crate::lex::lex(text, 0, dialect);
    let mut r = Reader::new(text, &tokens, dialect);
    while !r.done() && !r.is_punct(b'(') {
        r.skip();
    }
    let elements = r.parens().map(Reader::commas).unwrap_or_default();
    let name = |mut element: Reader| {
        let column = element.clone().ident().filter(|_| {
            let mut after = element.clone();
            after.skip();
            after.done() || after.word().is_some()
        });
        column.or_else(|| names::expression_name(element.until(&["WITH"])))
    };
    let parts: Vec<Option<String>> = elements.into_iter().map(name).collect();
    names::index_columns(&parts)
}

fn named_columns<'t>(table: &'t Table, text: &str, dialect: Dialect) -> Vec<&'t str> {
    let columns = table.columns.iter().map(|c| c.name.as_str());
    columns.filter(|c| crate::catalog::mentions(text, c, dialect)).collect()
}
