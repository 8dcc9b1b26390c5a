//! A copy that a plan makes, and how what is in it is given back where the plan is taken back.

use super::sql::literal;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::discard::Discarded;

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name in the catalog of what is kept.
    pub id: String,
    /// What is kept.
    pub lost: Discarded,
    /// The table that it is from, in SQL.
    pub table: String,
    /// The copy, in SQL.
    pub copy: String,
    /// The catalog of what is kept, in SQL.
    pub catalog: String,
    /// The columns of the copy, the key among them, with their types where a value has to be cast back.
    pub columns: Vec<(String, String)>,
    /// The key; empty where the table has none.
    pub keys: Vec<String>,
}

impl Copied {
    /// Statements that give back what one statement took away, once the table or the columns are there again; `without`
    /// are columns of the table that are not there yet. Rows that came in between keep what they have. None where it is not
    /// in this copy, nothing tells which row is which, or what a new type made of a value.
    pub fn back(&self, lost: &Discarded, without: &[String], dialect: Dialect) -> Option<Vec<String>> {
        let same = |name: &Name| matches!(&self.lost, Discarded::Table(own) if own == name);
        match lost {
            Discarded::Table(name) => same(name).then(|| self.rows(without, dialect)),
            Discarded::Rows { table, .. } if !self.keys.is_empty() => {
                (self.lost == *lost || same(table)).then(|| self.rows(without, dialect))
            }
            Discarded::Columns { table, columns, filter } if !self.keys.is_empty() => {
                let wider = match &self.lost {
                    Discarded::Columns { table: own, columns: all, filter: of } => {
                        own == table && (of.is_none() || of == filter) && columns.iter().all(|c| all.contains(c))
                    }
                    _ => same(table),
                };
                wider.then(|| vec![self.values(columns, dialect)])
            }
            Discarded::Rows { .. } | Discarded::Columns { .. } | Discarded::Values { .. } => None,
        }
    }

    /// Statements that take the copy away again.
    pub fn forget(&self, dialect: Dialect) -> [String; 2] {
        let id = literal(&self.id, dialect);
        [
            format!("DELETE FROM {} WHERE {} = {id}", self.catalog, quote("id", dialect)),
            format!("DROP TABLE IF EXISTS {}", self.copy),
        ]
    }

    fn same_key(&self, dialect: Dialect) -> String {
        let one = |key: &String| format!("t.{0} = k.{0}", quote(key, dialect));
        self.keys.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    fn value(&self, (name, kind): &(String, String), dialect: Dialect) -> String {
        let cast = if kind.is_empty() { String::new() } else { format!("::{kind}") };
        format!("k.{}{cast}", quote(name, dialect))
    }

    /// Rows that are not there.
    fn rows(&self, without: &[String], dialect: Dialect) -> Vec<String> {
        let columns = || self.columns.iter().filter(|(name, _)| !without.contains(name));
        let names: Vec<String> = columns().map(|(name, _)| quote(name, dialect)).collect();
        let values: Vec<String> = columns().map(|column| self.value(column, dialect)).collect();
        let (table, copy) = (&self.table, &self.copy);
        let unless = match self.keys.is_empty() {
            true => String::new(),
            false => format!(" WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {})", self.same_key(dialect)),
        };
        let overriding = if dialect == Dialect::Postgres { " OVERRIDING SYSTEM VALUE" } else { "" };
        let insert = format!(
            "INSERT INTO {table} ({}){overriding} SELECT {} FROM {copy} AS k{unless}",
            names.join(", "),
            values.join(", ")
        );
        let mut out = Vec::new();
        if dialect == Dialect::Mysql {
            // Else a zero in the key would get another number.
            out.push("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')".to_owned());
        }
        out.push(insert);
        if dialect == Dialect::Postgres {
            out.extend(columns().filter(|(_, kind)| is_whole(kind)).map(|(name, _)| self.advance(name)));
        }
        out
    }

    fn values(&self, wanted: &[String], dialect: Dialect) -> String {
        let (table, copy, keys) = (&self.table, &self.copy, self.same_key(dialect));
        let columns = self.columns.iter().filter(|(name, _)| wanted.contains(name));
        match dialect {
            Dialect::Mysql => {
                let set: Vec<String> = columns.map(|(c, _)| format!("t.{0} = k.{0}", quote(c, dialect))).collect();
                format!("UPDATE {table} AS t JOIN {copy} AS k ON {keys} SET {}", set.join(", "))
            }
            _ => {
                let one = |c: &(String, String)| format!("{} = {}", quote(&c.0, dialect), self.value(c, dialect));
                let set: Vec<String> = columns.map(one).collect();
                format!("UPDATE {table} AS t SET {} FROM {copy} AS k WHERE {keys}", set.join(", "))
            }
        }
    }

    /// A sequence goes on after the highest value that is there again.
    fn advance(&self, column: &str) -> String {
        let (table, name) = (literal(&self.table, Dialect::Postgres), literal(column, Dialect::Postgres));
        let column = quote(column, Dialect::Postgres);
        format!(
            "SELECT setval(s, m) FROM (SELECT pg_get_serial_sequence({table}, {name}) AS s, \
             (SELECT max({column})::bigint FROM {}) AS m) AS x WHERE s IS NOT NULL AND m IS NOT NULL",
            self.table
        )
    }
}

fn is_whole(kind: &str) -> bool {
    matches!(kind, "smallint" | "integer" | "bigint")
}
