//! MariaDB or MySQL, a database of its own for every run.

use super::servers::Server;
use super::{Database, Outcome, Row, Snapshot, unique_name};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Value};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// A connection to a database that goes with it.
pub struct Mysql {
    connection: Conn,
    name: String,
}

impl Mysql {
    /// A new, empty database.
    pub fn open() -> Outcome<Mysql> {
        let url = Server::MYSQL.url()?;
        let options = Opts::from_url(&url).map_err(|e| format!("{}: {e}", Server::MYSQL.variable))?;
        let mut connection = Conn::new(options.clone()).map_err(|e| format!("MariaDB does not answer: {e}"))?;
        let name = unique_name();
        let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        connection.query_drop(create).map_err(words)?;
        let connection = Conn::new(OptsBuilder::from_opts(options).db_name(Some(&name))).map_err(words)?;
        Ok(Mysql { connection, name })
    }

    fn query(&mut self, sql: &str) -> Outcome<Vec<Row>> {
        let rows: Vec<mysql::Row> = self.connection.query(sql).map_err(|e| format!("{sql}: {e}"))?;
        let one = |row: mysql::Row| {
            let names: Vec<String> = row.columns_ref().iter().map(|c| c.name_str().into_owned()).collect();
            names.into_iter().zip(row.unwrap().into_iter().map(text)).collect()
        };
        Ok(rows.into_iter().map(one).collect())
    }

    /// The parts of `SHOW CREATE TABLE`, each an object of its own.
    fn table(&mut self, name: &str, out: &mut Snapshot) -> Outcome<()> {
        let shown = self.query(&format!("SHOW CREATE TABLE {}", quote(name)))?;
        let text = shown.first().map(|r| value(r, "Create Table").to_string()).unwrap_or_default();
        let (inside, tail) = text.rsplit_once("\n)").unwrap_or((&text, ""));
        let mut columns = Vec::new();
        for line in inside.lines().skip(1) {
            let line = line.trim().trim_end_matches(',');
            if let Some(column) = line.strip_prefix('`').and_then(|l| l.split('`').next()) {
                columns.push(column);
                out.objects.insert(format!("column {name}.{column}"), line.to_string());
            } else {
                out.objects.insert(format!("key {name} {line}"), String::new());
            }
        }
        out.objects.insert(format!("order {name}"), columns.join(", "));
        out.objects.insert(format!("table {name}"), without_counter(tail));
        let rows = self.query(&format!("SELECT * FROM {}", quote(name)))?;
        let mut rows: Vec<Row> = rows;
        rows.sort();
        out.rows.insert(name.to_string(), rows);
        Ok(())
    }

    /// Objects whose catalogs can be asked: a query gives their name and all that is compared.
    fn listed(&mut self, kind: &str, query: &str, out: &mut Snapshot) -> Outcome<()> {
        for row in self.query(query)? {
            out.objects.insert(format!("{kind} {}", value(&row, "name")), format!("{row:?}"));
        }
        Ok(())
    }
}

impl Database for Mysql {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        for statement in split(sql, Dialect::Mysql, sql.contains(BREAKPOINT)) {
            let text = &sql[statement.span];
            self.connection.query_drop(text).map_err(|e| format!("{text}: {e}"))?;
        }
        Ok(())
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        let mut out = Snapshot::default();
        let tables = self.query(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
        )?;
        for table in tables {
            self.table(value(&table, "name"), &mut out)?;
        }
        self.listed(
            "view",
            "SELECT table_name AS name, view_definition, check_option, security_type FROM information_schema.views
             WHERE table_schema = DATABASE()",
            &mut out,
        )?;
        self.listed(
            "trigger",
            "SELECT trigger_name AS name, event_manipulation, event_object_table, action_statement, action_timing
             FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
            &mut out,
        )?;
        self.listed(
            "routine",
            "SELECT r.routine_name AS name, r.routine_type, r.routine_definition, r.dtd_identifier, r.is_deterministic,
             r.sql_data_access, r.security_type, (SELECT group_concat(concat_ws(' ', p.parameter_mode, p.parameter_name, p.dtd_identifier)
             ORDER BY p.ordinal_position) FROM information_schema.parameters p
             WHERE p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name) AS parameters
             FROM information_schema.routines r WHERE r.routine_schema = DATABASE()",
            &mut out,
        )?;
        self.listed(
            "event",
            "SELECT event_name AS name, event_definition, interval_value, interval_field, status, on_completion
             FROM information_schema.events WHERE event_schema = DATABASE()",
            &mut out,
        )?;
        let own = self.name.clone();
        out.objects.values_mut().for_each(|text| *text = text.replace(&format!("`{own}`."), ""));
        Ok(out)
    }

    fn number(&mut self, query: &str) -> Outcome<i64> {
        let answer: Option<i64> = self.connection.query_first(query).map_err(|e| format!("{query}: {e}"))?;
        answer.ok_or_else(|| format!("{query}: no answer"))
    }

    /// DDL commits by itself.
    fn transactional(&self) -> bool {
        false
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        if let Err(e) = self.connection.query_drop(format!("DROP DATABASE IF EXISTS {}", self.name)) {
            eprintln!("{} is left behind: {e}", self.name);
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn value<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Option::as_deref).unwrap_or_default()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => format!("bytes {:02x?}", e.into_bytes()),
        }),
        other => Some(other.as_sql(true)),
    }
}

/// `AUTO_INCREMENT=7` follows the rows.
fn without_counter(options: &str) -> String {
    options.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect::<Vec<_>>().join(" ")
}
