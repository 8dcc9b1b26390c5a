//! A table's rows in ranges: of its key, or of its pages on PostgreSQL where it has none. What is done to many rows is done to a
//! range at a time.

use crate::archive::sql::literal;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::dialect::quote;

/// A table and what its ranges go by.
pub struct Ranges {
    relation: String,
    /// None: by pages.
    key: Vec<Part>,
    dialect: Dialect,
}

/// A column of the key, in SQL.
struct Part {
    name: String,
    /// Its values are bytes, which no text holds.
    bytes: bool,
}

/// Rows of a page, where the server has not counted them yet.
const USUAL: u64 = 50;

impl Ranges {
    /// By a key that is known; `relation` is the table in SQL.
    pub fn by(relation: &str, key: &[String], dialect: Dialect) -> Ranges {
        let part = |name: &String| Part { name: quote(name, dialect), bytes: false };
        Ranges { relation: relation.to_owned(), key: key.iter().map(part).collect(), dialect }
    }

    /// By the table's primary key, as the database has it. None where it is no table, or has no key that can be compared as text
    /// and walked in the order of its index; a table of PostgreSQL is gone through by pages then.
    ///
    /// # Errors
    /// The database's own.
    pub fn find(db: &mut dyn Database, table: &Name, relation: &str) -> Result<Option<Ranges>, Failure> {
        let dialect = db.dialect();
        let of = |key: Vec<Part>| Ranges { relation: relation.to_owned(), key, dialect };
        let sql = match dialect {
            Dialect::Postgres if !is_table(db, relation)? => return Ok(None),
            Dialect::Postgres => format!(
                "SELECT a.attname AS name, 'text' AS kind FROM pg_catalog.pg_index i \
                 CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, at) \
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
                 WHERE i.indrelid = to_regclass({}) AND i.indisprimary AND k.at <= i.indnkeyatts ORDER BY k.at",
                literal(relation, dialect)
            ),
            // In words an enum stands in another order, a float is another number, and two times of a session's zone may be alike.
            Dialect::Mysql => {
                let schema = match table.schema.as_str() {
                    "" => "DATABASE()".to_owned(),
                    schema => literal(schema, dialect),
                };
                format!(
                    "SELECT c.COLUMN_NAME AS name, CASE \
                     WHEN s.SUB_PART IS NOT NULL OR c.DATA_TYPE IN ('enum', 'set', 'float', 'double', 'bit', 'timestamp') THEN 'none' \
                     WHEN c.DATA_TYPE IN ('binary', 'varbinary') THEN 'bytes' ELSE 'text' END AS kind \
                     FROM information_schema.STATISTICS s JOIN information_schema.COLUMNS c \
                     ON c.TABLE_SCHEMA = s.TABLE_SCHEMA AND c.TABLE_NAME = s.TABLE_NAME AND c.COLUMN_NAME = s.COLUMN_NAME \
                     WHERE s.TABLE_SCHEMA = {schema} AND s.TABLE_NAME = {} AND s.INDEX_NAME = 'PRIMARY' ORDER BY s.SEQ_IN_INDEX",
                    literal(&table.name, dialect)
                )
            }
            Dialect::Cockroach | Dialect::Sqlite => return Ok(None),
        };
        let answer = db.query(&sql)?;
        let part = |row: unmigrate_engines::Row| Part {
            name: quote(row.text("name"), dialect),
            bytes: row.text("kind") == "bytes",
        };
        if answer.iter().any(|row| row.text("kind") == "none") {
            return Ok(None);
        }
        let key: Vec<Part> = answer.iter().map(part).collect();
        Ok((!key.is_empty() || dialect == Dialect::Postgres).then(|| of(key)))
    }

    /// It goes by pages.
    pub fn is_paged(&self) -> bool {
        self.key.is_empty()
    }

    /// How many pages there are, over the table and all that inherits from it, and how many of them hold so many rows.
    ///
    /// # Errors
    /// The database's own.
    pub fn pages(&self, db: &mut dyn Database, rows: u64) -> Result<(u64, u64), Failure> {
        let relation = literal(&self.relation, self.dialect);
        let pages = db.query(&format!(
            "WITH RECURSIVE every AS (
                 SELECT to_regclass({relation})::oid AS id UNION SELECT inhrelid FROM pg_inherits JOIN every ON inhparent = id)
             SELECT max(pg_relation_size(id)) / current_setting('block_size')::int,
                 greatest(1, coalesce(max(ceil({rows} * relpages / nullif(greatest(reltuples, 0), 0))), {rows} / {USUAL}))::bigint
             FROM every JOIN pg_class c ON c.oid = id"
        ))?;
        let told = |at: usize| pages.rows.first().and_then(|row| row.get(at)?.as_deref()?.parse::<u64>().ok());
        Ok((told(0).unwrap_or_default(), told(1).unwrap_or(1)))
    }

    /// The last key of all; none where there is no row.
    ///
    /// # Errors
    /// The database's own.
    pub fn last(&self, db: &mut dyn Database) -> Result<Option<Vec<String>>, Failure> {
        self.key_where(db, &[], " DESC", 0)
    }

    /// The key that has so many rows between itself and another, from which it is looked, and that is not behind a third.
    ///
    /// # Errors
    /// The database's own.
    pub fn behind(
        &self,
        db: &mut dyn Database,
        from: Option<&[String]>,
        end: Option<&[String]>,
        rows: u64,
    ) -> Result<Option<Vec<String>>, Failure> {
        let holds: Vec<String> =
            from.map(|from| self.beyond(from)).into_iter().chain(end.map(|end| self.up_to(end))).collect();
        self.key_where(db, &holds, "", rows)
    }

    fn key_where(
        &self,
        db: &mut dyn Database,
        holds: &[String],
        direction: &str,
        offset: u64,
    ) -> Result<Option<Vec<String>>, Failure> {
        // Under its own name the text would be what ORDER BY means.
        let text = |(at, part): (usize, &Part)| format!("{} AS unmigrate_{at}", self.as_text(part));
        let texts: Vec<String> = self.key.iter().enumerate().map(text).collect();
        let order: Vec<String> = self.key.iter().map(|part| format!("{}{direction}", part.name)).collect();
        let holds = if holds.is_empty() { String::new() } else { format!(" WHERE {}", holds.join(" AND ")) };
        let answer = db.query(&format!(
            "SELECT {} FROM {}{holds} ORDER BY {} LIMIT 1 OFFSET {offset}",
            texts.join(", "),
            self.relation,
            order.join(", ")
        ))?;
        Ok(answer.rows.first().map(|row| row.iter().map(|v| v.clone().unwrap_or_default()).collect()))
    }

    /// What holds for the rows from the first key (or page), which is not in it, to the last, which is. None: from the
    /// beginning, to the end.
    pub fn between(&self, from: Option<&[String]>, to: Option<&[String]>) -> String {
        let bounds = from.map(|from| self.beyond(from)).into_iter().chain(to.map(|to| self.up_to(to)));
        bounds.collect::<Vec<_>>().join(" AND ")
    }

    fn as_text(&self, part: &Part) -> String {
        let name = &part.name;
        match self.dialect {
            Dialect::Mysql if part.bytes => format!("HEX({name})"),
            Dialect::Mysql => format!("CAST({name} AS CHAR)"),
            // As it stands in SQL: a key may be a number, a text or bytes.
            Dialect::Sqlite => format!("quote({name})"),
            _ => format!("{name}::text"),
        }
    }

    /// A value of the key in SQL.
    fn value(&self, part: &Part, value: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => value.to_owned(),
            Dialect::Mysql if part.bytes => format!("X'{value}'"),
            dialect => literal(value, dialect),
        }
    }

    /// `(a, b) > ('1', '2')`, written out: not every server walks an index for a comparison of rows.
    fn beyond(&self, key: &[String]) -> String {
        self.compared(key, ">", ">")
    }

    fn up_to(&self, key: &[String]) -> String {
        self.compared(key, "<", "<=")
    }

    fn compared(&self, key: &[String], strict: &str, last: &str) -> String {
        if self.key.is_empty() {
            // Behind the last row that a page can hold.
            return format!("ctid {last} '({},65535)'::tid", key.concat());
        }
        let names: Vec<&str> = self.key.iter().map(|part| part.name.as_str()).collect();
        let values: Vec<String> = self.key.iter().zip(key).map(|(part, value)| self.value(part, value)).collect();
        if self.dialect.is_postgres() {
            return format!("({}) {last} ({})", names.join(", "), values.join(", "));
        }
        let one = |at: usize| {
            let equal = (0..at).map(|before| format!("{} = {}", names[before], values[before]));
            let sign = if at + 1 == names.len() { last } else { strict };
            let all: Vec<String> = equal.chain([format!("{} {sign} {}", names[at], values[at])]).collect();
            format!("({})", all.join(" AND "))
        };
        let any: Vec<String> = (0..names.len()).map(one).collect();
        format!("({})", any.join(" OR "))
    }
}

/// PostgreSQL: it is there, and neither a view nor a table of another server.
fn is_table(db: &mut dyn Database, relation: &str) -> Result<bool, Failure> {
    let relation = literal(relation, Dialect::Postgres);
    let sql =
        format!("SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass({relation}) AND relkind IN ('r', 'p')");
    Ok(db.query(&sql)?.first().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(dialect: Dialect, names: &[&str], from: &[&str], to: &[&str]) -> String {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        Ranges::by("t", &owned(names), dialect).between(Some(&owned(from)), Some(&owned(to)))
    }

    #[test]
    fn written_so_that_an_index_is_walked() {
        assert_eq!(
            between(Dialect::Postgres, &["a", "b"], &["1", "x"], &["2", "y"]),
            "(\"a\", \"b\") > ('1', 'x') AND (\"a\", \"b\") <= ('2', 'y')"
        );
        assert_eq!(
            between(Dialect::Mysql, &["a", "b"], &["1", "x"], &["2", "y"]),
            "((`a` > '1') OR (`a` = '1' AND `b` > 'x')) AND ((`a` < '2') OR (`a` = '2' AND `b` <= 'y'))"
        );
        assert_eq!(
            between(Dialect::Postgres, &[], &["7"], &["9"]),
            "ctid > '(7,65535)'::tid AND ctid <= '(9,65535)'::tid"
        );
    }
}
