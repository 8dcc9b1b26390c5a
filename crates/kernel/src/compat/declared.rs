//! What a client's schema declares, and how its statements name it.

use crate::catalog::{Catalog, Name, TypeKind};

/// All that a client names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// Tables and views.
    pub tables: Vec<DeclaredTable>,
    /// Enums of the database: name and values.
    pub enums: Vec<(Name, Vec<String>)>,
}

/// A table or view that a client names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredTable {
    /// Its name in the database.
    pub name: Name,
    /// What messages call it: the model, where that is another word.
    pub shown: String,
    /// A view, which is only read.
    pub view: bool,
    /// Every column that is selected.
    pub columns: Vec<DeclaredColumn>,
}

/// A column that a client names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredColumn {
    /// Its name in the database.
    pub name: String,
    /// What fills it where an insert gives no value.
    pub filled: Filled,
    /// The enum of the database whose values it takes: its name.
    pub enumeration: Option<Name>,
}

/// What fills a column where an insert gives no value for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filled {
    /// Nothing may: the client's types ask for a value.
    Given,
    /// The client itself, with a value of its own.
    Client,
    /// The database, by its default.
    Database,
    /// NULL.
    Null,
    /// Nobody: the database computes it, and no statement writes it.
    Never,
}

/// How a client's statements name columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client {
    /// For messages: `Prisma`, `Drizzle`.
    pub name: &'static str,
    /// Which columns an INSERT names.
    pub inserts: Given,
    /// Every write gives back every declared column, by RETURNING or by a SELECT behind it.
    pub reads_back: bool,
    /// What it reads is held against its types: a value of an enum that it does not know is an error.
    pub checks_values: bool,
    /// What it writes into a column of an enum is cast to the type's name.
    pub casts_enums: bool,
}

/// Which columns an INSERT names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Given {
    /// Those that it has a value for: given, or its own.
    Values,
    /// All that are declared, with DEFAULT for what it has no value for.
    AllWithDefault,
    /// All that are declared, with NULL for what it has no value for.
    AllWithNull,
}

impl Declared {
    /// What a schema declares that is all of a catalog: for a client whose schema is the database's.
    pub fn of(catalog: &Catalog) -> Declared {
        let enums = catalog.types.iter().filter_map(|(name, t)| match &t.kind {
            TypeKind::Enum(labels) => Some((name.clone(), labels.iter().map(|l| l.name.clone()).collect())),
            _ => None,
        });
        let enums: Vec<(Name, Vec<String>)> = enums.collect();
        let of_column = |c: &crate::catalog::Column| {
            let by_database = c.default.is_some() || c.auto_increment || c.identity.is_some();
            let filled = match c {
                c if c.generated.is_some() || c.identity.as_ref().is_some_and(|i| i.always) => Filled::Never,
                _ if by_database => Filled::Database,
                c if c.not_null => Filled::Given,
                _ => Filled::Null,
            };
            let named = Name::of_type(&c.data_type, catalog.dialect);
            let enumeration = named.filter(|name| enums.iter().any(|(e, _)| e == name));
            DeclaredColumn { name: c.name.clone(), filled, enumeration }
        };
        let tables = catalog.tables.iter().map(|(_, table)| DeclaredTable {
            name: table.name.clone(),
            shown: table.name.to_string(),
            view: false,
            columns: table.columns.iter().map(of_column).collect(),
        });
        let mut tables: Vec<DeclaredTable> = tables.collect();
        for (_, view) in catalog.views.iter() {
            let Some(columns) = super::view::columns(view, catalog) else { continue };
            let of_name = |name: String| DeclaredColumn { name, filled: Filled::Never, enumeration: None };
            tables.push(DeclaredTable {
                name: view.name.clone(),
                shown: view.name.to_string(),
                view: true,
                columns: columns.into_iter().map(of_name).collect(),
            });
        }
        Declared { tables, enums }
    }
}
