//! CREATE INDEX and ALTER INDEX.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Index, Lenient, Name, Sql, Table, Wanted};
use crate::change::{Change, Pair};
use crate::names::{self, Kind};
use crate::reader::Reader;

impl Lowering<'_> {
    pub(super) fn create_index(&mut self, mut r: Reader) -> Read {
        let dialect = self.dialect();
        let mark = r.mark();
        r.until(&["INDEX"]);
        let words = r.since(mark).to_ascii_uppercase();
        r.skip();
        let concurrently = r.eat("CONCURRENTLY");
        let unless_exists = r.eat("IF NOT EXISTS");
        let mut method = String::new();
        let name = if r.is("ON") { None } else { Some(r.name().ok_or_else(expected("the index's name"))?) };
        if r.eat("USING") {
            method = r.ident().unwrap_or_default().to_ascii_lowercase();
        }
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        r.eat("ONLY");
        let table = r.name().ok_or_else(expected("the table's name"))?;
        if let (Some(name), true) = (&name, unless_exists) {
            let key = table.sibling(name.name.clone());
            let exists = match dialect {
                Dialect::Mysql => self
                    .catalog
                    .table(&table)
                    .is_some_and(|t| t.indexes.iter().any(|i| self.catalog.same(&i.name, &key.name))),
                _ => self.catalog.index(&key).is_some(),
            };
            if exists {
                return Ok(());
            }
        }
        let owner = if self.catalog.views.contains(&table) { table } else { self.known_table(&table) };
        if r.eat("USING") {
            method = r.ident().unwrap_or_default().to_ascii_lowercase();
        }
        let parts = super::constraint::parts(&mut r)?;
        let mut index = Index {
            lineage: self.fresh(),
            name: name.map(|n| names::truncate(dialect, &n.name)).unwrap_or_default(),
            unique: words.contains("UNIQUE"),
            class: if words.contains("FULLTEXT") {
                "FULLTEXT"
            } else if words.contains("SPATIAL") {
                "SPATIAL"
            } else {
                ""
            },
            method: default_method(method, dialect),
            parts,
            include: vec![],
            nulls_not_distinct: false,
            predicate: None,
            options: Sql::default(),
            implicit: false,
            concurrently: Lenient(concurrently),
        };
        self.index_clauses(&mut r, &mut index)?;
        if index.name.is_empty() {
            index.name = match self.catalog.table(&owner) {
                Some(table) => self.index_name(table, &index),
                None => self.index_name(&Table { name: owner.clone(), ..Table::default() }, &index),
            };
        }
        if let Some(partition) = self.takes_over(&owner, &index) {
            self.add_index(&owner, index);
            return Err(format!("it takes over an index of {partition} like it, which a DROP of it would take along"));
        }
        self.add_index(&owner, index);
        Ok(())
    }

    /// The partition whose own index becomes a part of a partitioned table's new one (PostgreSQL manual, "CREATE INDEX").
    fn takes_over(&self, table: &Name, index: &Index) -> Option<Name> {
        self.catalog.table(table)?.partition_by.as_ref()?;
        let partitions = self.catalog.maybe(Wanted::Refers(table)).into_iter();
        let mut partitions = partitions.filter(|(_, t)| t.partition_of.as_ref().is_some_and(|(p, _)| p == table));
        let like =
            |own: &&Index| own.parts == index.parts && own.predicate == index.predicate && own.unique == index.unique;
        partitions.find(|(_, t)| t.indexes.iter().any(|own| like(&own))).map(|(name, _)| name.clone())
    }

    fn index_clauses(&mut self, r: &mut Reader, index: &mut Index) -> Read {
        let dialect = self.dialect();
        let mut options: Vec<&str> = vec![];
        while !r.done() {
            if r.eat("INCLUDE") {
                index.include = r.ident_list().ok_or_else(expected("INCLUDE's columns"))?;
            } else if r.eat("NULLS NOT DISTINCT") {
                index.nulls_not_distinct = true;
            } else if r.eat("NULLS DISTINCT") {
            } else if r.eat("WHERE") {
                index.predicate = Some(Sql::new(r.rest(), dialect));
            } else if r.eat("USING") {
                let method = r.ident().unwrap_or_default().to_ascii_lowercase();
                index.method = default_method(method, dialect);
            } else if r.is("ALGORITHM") || (r.is("LOCK") && dialect == Dialect::Mysql) {
                r.skip();
                r.eat_punct(b'=');
                r.skip();
            } else {
                let mark = r.mark();
                r.skip();
                while !r.done() && !["WHERE", "INCLUDE", "TABLESPACE", "WITH"].iter().any(|k| r.is(k)) {
                    r.skip_balanced();
                }
                options.push(r.since(mark));
            }
        }
        index.options = Sql::new(&options.join(" "), dialect);
        Ok(())
    }

    /// The name of an index that has none.
    pub(super) fn index_name(&self, table: &Table, index: &Index) -> String {
        let own = |n: &str| table.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(n));
        match self.dialect() {
            Dialect::Mysql => {
                let first = index.parts.first().and_then(|p| p.column.clone());
                names::mysql_index_name(&first.unwrap_or_else(|| "functional_index".to_string()), &own)
            }
            Dialect::Sqlite => String::new(),
            Dialect::Postgres | Dialect::Cockroach => {
                let mut parts: Vec<Option<String>> = index
                    .parts
                    .iter()
                    .map(|p| p.column.clone().or_else(|| names::expression_name(&p.expression.as_ref()?.text)))
                    .collect();
                parts.extend(index.include.iter().cloned().map(Some));
                let columns = names::index_columns(&parts);
                let taken = |n: &str| own(n) || self.catalog.relation_taken(&table.name.schema, n);
                names::choose_name(&table.name.name, &columns, Kind::Index, &taken)
            }
        }
    }

    /// Puts an index in; MySQL takes back the one that it made for a foreign key where this one serves.
    pub(super) fn add_index(&mut self, table: &Name, index: Index) {
        let columns: Vec<Option<String>> = index.parts.iter().map(|p| p.column.clone()).collect();
        self.emit(Change::Index { table: table.clone(), pair: Pair::create(index.clone()) });
        if self.dialect() == Dialect::Mysql {
            self.mysql_index_made(table, &index.name, &columns);
        }
    }

    pub(super) fn alter_index(&mut self, mut r: Reader) -> Read {
        let if_exists = r.eat("IF EXISTS");
        let name = r.name().ok_or_else(expected("the index's name"))?;
        let Some((owner, index)) = self.catalog.index(&name).map(|(o, i)| (o, i.clone())) else {
            return self.alter_constraint_index(&name, r, if_exists);
        };
        if r.eat("RENAME TO") {
            let to = r.ident().ok_or_else(expected("the new name"))?;
            let after = Index { name: names::truncate(self.dialect(), &to), ..index.clone() };
            self.emit(Change::Index { table: owner, pair: Pair::alter(index, after) });
            return Ok(());
        }
        if r.is("ATTACH") || r.is("OWNER") || r.is("SET") || r.is("RESET") || r.is("ALTER") {
            return Err(format!("ALTER INDEX .. {} is not inverted", r.rest()));
        }
        Err(format!("ALTER INDEX .. {} is not understood", r.rest()))
    }

    /// An index that a constraint made is renamed with its constraint.
    fn alter_constraint_index(&mut self, name: &Name, mut r: Reader, if_exists: bool) -> Read {
        let owner = self.catalog.constraint_owner(&name.schema, &name.name);
        match owner {
            Some(owner) if r.eat("RENAME TO") => {
                let to = r.ident().ok_or_else(expected("the new name"))?;
                self.rename_constraint(&owner, &name.name, &to)
            }
            None if if_exists => Ok(()),
            _ => Err(format!("{name}: no file makes this index")),
        }
    }
}

/// btree is what is made where nothing is said; MySQL keeps and prints the word where it is.
fn default_method(method: String, dialect: Dialect) -> String {
    if method == "btree" && dialect != Dialect::Mysql { String::new() } else { method }
}
