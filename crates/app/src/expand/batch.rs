//! One batch in the hands of a module: its rows are read and locked, the module asks for statements as it likes, and what it gives in
//! the end is written.

use super::plan::Part;
use crate::Modules;
use crate::archive::sql::literal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::split::split;

/// What `js/module.js` answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Said<T> {
    /// What was asked for.
    Ok(T),
    /// What the module threw.
    Error {
        /// In its own words.
        message: String,
        /// The line of the module.
        line: Option<u64>,
    },
}

impl<T: DeserializeOwned> Said<T> {
    /// Asks, and reads the answer.
    pub fn ask(modules: &dyn Modules, request: &Value) -> Said<T> {
        let broken = |message: String| Said::Error { message, line: None };
        match modules.ask(request) {
            Ok(answer) => serde_json::from_value(answer).unwrap_or_else(|why| broken(format!("it says {why}"))),
            Err(why) => broken(why),
        }
    }
}

/// What a module wants next.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Wants {
    /// A statement: texts, and values between them.
    Statement { id: u64, sql: Vec<String>, values: Vec<Value> },
    /// To end, with rows that are to be written.
    End { done: Vec<Map<String, Value>> },
}

/// Why a batch was not done.
pub struct Stopped {
    pub message: String,
    pub line: Option<u64>,
    /// What the database said last, where it said no.
    pub failure: Option<Box<Failure>>,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Stopped {
        Stopped { message: failure.to_string(), line: None, failure: Some(Box::new(failure)) }
    }
}

fn stopped(message: impl Into<String>) -> Stopped {
    Stopped { message: message.into(), line: None, failure: None }
}

/// Statements that a batch may run: a transaction holds them, on every server.
const STATEMENTS: [&str; 8] = ["SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"];

/// A batch of a module.
pub struct Batch<'a> {
    pub modules: &'a dyn Modules,
    /// The module's whole path.
    pub path: &'a str,
    /// What it goes over.
    pub part: &'a Part,
    /// The columns that it reads, beside the key.
    pub columns: &'a [String],
}

impl Batch<'_> {
    /// Reads the rows, lets the module work, and writes what it gives. Gives how many rows there were.
    ///
    /// # Errors
    /// What the module threw or gave, or the database refused. The transaction is to be rolled back then.
    pub fn run(&self, db: &mut dyn Database, range: &str) -> Result<u64, Stopped> {
        let dialect = db.dialect();
        let found = self.read(db, range)?;
        if found.rows.is_empty() {
            return Ok(0);
        }
        let rows = objects(&found);
        let first =
            json!({ "op": "run", "path": self.path, "dialect": dialect.word(), "key": self.part.key, "rows": rows });
        let written = self.talk(db, first)?;
        let updates = self.updates(&rows, &written, dialect)?;
        if !updates.is_empty() {
            self.are_found(db, &updates)?;
            let statements: Vec<String> = updates.into_iter().map(|(set, row)| format!("{set} WHERE {row}")).collect();
            db.script(&statements.join(";\n"))?;
        }
        Ok(rows.len() as u64)
    }

    /// A key is found again by the text that the database prints of it. Where that is not so, nothing may be written to nobody.
    fn are_found(&self, db: &mut dyn Database, updates: &[(String, String)]) -> Result<(), Stopped> {
        let rows: Vec<String> = updates.iter().map(|(_, row)| format!("({row})")).collect();
        let answer = db.query(&format!("SELECT count(*) FROM {} WHERE {}", self.part.relation, rows.join(" OR ")))?;
        match answer.first() == Some(updates.len().to_string().as_str()) {
            true => Ok(()),
            false => Err(stopped(format!(
                "rows of {} are not found by ({}) as the database prints it, or are given twice: write them with `sql`",
                self.part.table,
                self.part.key.join(", ")
            ))),
        }
    }

    fn read(&self, db: &mut dyn Database, range: &str) -> Result<Rows, Failure> {
        let dialect = db.dialect();
        let key = &self.part.key;
        let others = self.columns.iter().filter(|c| !key.contains(c));
        let names: Vec<String> = key.iter().chain(others).map(|name| quote(name, dialect)).collect();
        let order = &names[..key.len()];
        db.query(&format!(
            "SELECT {} FROM {} WHERE {range} ORDER BY {} FOR UPDATE",
            names.join(", "),
            self.part.relation,
            order.join(", ")
        ))
    }

    /// Runs what the module asks for until it ends.
    fn talk(&self, db: &mut dyn Database, first: Value) -> Result<Vec<Map<String, Value>>, Stopped> {
        let (mut request, mut refused) = (first, None);
        loop {
            match Said::<Wants>::ask(self.modules, &request) {
                Said::Ok(Wants::End { done }) => return Ok(done),
                Said::Ok(Wants::Statement { id, sql, values }) => {
                    let answer = statement(&sql, &values, db.dialect()).and_then(|sql| Ok(ran(db, &sql)?));
                    request = match answer {
                        Ok(rows) => json!({ "op": "answer", "id": id, "rows": objects(&rows) }),
                        Err(why) => {
                            let code = why.failure.as_ref().and_then(|f| f.code.clone());
                            let request =
                                json!({ "op": "answer", "id": id, "error": { "message": why.message, "code": code } });
                            refused = why.failure;
                            request
                        }
                    };
                }
                Said::Error { message, line } => return Err(Stopped { message, line, failure: refused }),
            }
        }
    }

    /// An UPDATE for each row that the module gave and changed, and what holds for the row.
    fn updates(
        &self,
        rows: &[Map<String, Value>],
        written: &[Map<String, Value>],
        dialect: Dialect,
    ) -> Result<Vec<(String, String)>, Stopped> {
        let key = |row: &Map<String, Value>| -> Option<Vec<String>> {
            self.part.key.iter().map(|name| row.get(name).map(plain)).collect()
        };
        let known: HashMap<Vec<String>, &Map<String, Value>> = rows.iter().filter_map(|r| Some((key(r)?, r))).collect();
        let mut out = Vec::new();
        for row in written {
            let whole = || self.part.key.join(", ");
            let own = key(row)
                .ok_or_else(|| stopped(format!("a row that `run` gave lacks a part of its key ({})", whole())))?;
            let was = known.get(&own).ok_or_else(|| {
                stopped(format!("`run` gave a row that was not in its batch: {} = {}", whole(), own.join(", ")))
            })?;
            let changed =
                |(name, value): &(&String, &Value)| was.get(*name).is_none_or(|old| plain(old) != plain(value));
            let set: Vec<String> = row
                .iter()
                .filter(changed)
                .map(|(name, value)| format!("{} = {}", quote(name, dialect), rendered(value, dialect)))
                .collect();
            if set.is_empty() {
                continue;
            }
            let mine = self.part.key.iter().zip(&own);
            let one: Vec<String> =
                mine.map(|(name, value)| format!("{} = {}", quote(name, dialect), literal(value, dialect))).collect();
            out.push((format!("UPDATE {} SET {}", self.part.relation, set.join(", ")), one.join(" AND ")));
        }
        Ok(out)
    }
}

/// What a value is as text, to be compared: NULL is no text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "\0".to_owned(),
        other => other.to_string(),
    }
}

/// Rows as a module gets them: what the database prints, by the columns' names.
fn objects(rows: &Rows) -> Vec<Map<String, Value>> {
    let one = |values: &Vec<Option<String>>| {
        let values = values.iter().map(|value| value.clone().map_or(Value::Null, Value::String));
        rows.columns.iter().cloned().zip(values).collect()
    };
    rows.rows.iter().map(one).collect()
}

/// One statement out of its texts and values, where a batch may run it.
fn statement(texts: &[String], values: &[Value], dialect: Dialect) -> Result<String, Stopped> {
    let mut sql = String::new();
    for (at, text) in texts.iter().enumerate() {
        sql.push_str(text);
        if let Some(value) = values.get(at).filter(|_| at + 1 < texts.len()) {
            sql.push_str(&rendered(value, dialect));
        }
    }
    let all = split(&sql, dialect, false);
    let [one] = all.as_slice() else {
        return Err(stopped(format!("`sql` runs one statement at a time, and was given {}", all.len())));
    };
    let first = one.tokens.first().map(|token| sql[token.start..token.end].to_ascii_uppercase()).unwrap_or_default();
    if !STATEMENTS.contains(&first.as_str()) {
        return Err(stopped(format!(
            "a batch is one transaction, and {first} is not run in it: only {}",
            STATEMENTS.join(", ")
        )));
    }
    Ok(sql[one.span.clone()].to_owned())
}

/// Runs it. Rows come of what gives rows.
fn ran(db: &mut dyn Database, sql: &str) -> Result<Rows, Failure> {
    let upper = sql.to_ascii_uppercase();
    let gives = ["SELECT", "WITH", "VALUES"].iter().any(|word| upper.starts_with(word)) || upper.contains("RETURNING");
    if gives {
        return db.query(sql);
    }
    db.execute(sql)?;
    Ok(Rows::default())
}

/// A value in SQL.
fn rendered(value: &Value, dialect: Dialect) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Bool(true) => "TRUE".into(),
        Value::Bool(false) => "FALSE".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => literal(text, dialect),
        // `js/module.js` sends nothing else that is no text.
        Value::Array(all) => list(all, dialect),
        Value::Object(fields) => match (fields.get("bytes"), fields.get("list")) {
            (Some(Value::String(hex)), _) if dialect == Dialect::Mysql => format!("X'{hex}'"),
            (Some(Value::String(hex)), _) => format!("'\\x{hex}'"),
            (_, Some(Value::Array(all))) => list(all, dialect),
            _ => literal(&value.to_string(), dialect),
        },
    }
}

/// `(1, 2)`; one that is empty holds NULL, which equals nothing.
fn list(all: &[Value], dialect: Dialect) -> String {
    let all: Vec<String> = all.iter().map(|value| rendered(value, dialect)).collect();
    if all.is_empty() { "(NULL)".into() } else { format!("({})", all.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(texts: &[&str], values: &[Value]) -> Result<String, String> {
        let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
        statement(&texts, values, Dialect::Postgres).map_err(|why| why.message)
    }

    #[test]
    fn a_value_never_becomes_sql() {
        let sql = built(
            &["UPDATE t SET a = ", " WHERE id IN ", ""],
            &[json!("x'; DROP TABLE t; --"), json!({ "list": [1, "2"] })],
        );
        assert_eq!(sql.unwrap(), "UPDATE t SET a = 'x''; DROP TABLE t; --' WHERE id IN (1, '2')");
        assert_eq!(
            built(&["SELECT ", ", ", ""], &[json!({ "bytes": "00ff" }), json!(null)]).unwrap(),
            "SELECT '\\x00ff', NULL"
        );
        assert_eq!(
            built(&["SELECT 1 WHERE 1 IN ", ""], &[json!({ "list": [] })]).unwrap(),
            "SELECT 1 WHERE 1 IN (NULL)"
        );
    }

    #[test]
    fn what_a_transaction_does_not_hold_is_not_run() {
        for sql in ["COMMIT", "ALTER TABLE t ADD a INT", "/* */ TRUNCATE t", "BEGIN"] {
            assert!(built(&[sql], &[]).unwrap_err().contains("is not run in it"), "{sql}");
        }
        assert!(built(&["UPDATE t SET a = 1; COMMIT"], &[]).unwrap_err().contains("one statement at a time"));
        assert!(built(&["-- nothing"], &[]).unwrap_err().contains("was given 0"));
    }

    #[test]
    fn a_row_is_found_by_its_key_and_only_what_changed_is_written() {
        struct Nobody;
        impl Modules for Nobody {
            fn ask(&self, _: &Value) -> Result<Value, String> {
                Err("nobody".into())
            }
        }
        let part = Part { key: vec!["a".into(), "b".into()], relation: "\"t\"".into(), ..Part::default() };
        let batch = Batch { modules: &Nobody, path: "", part: &part, columns: &[] };
        let of = |value: Value| value.as_object().unwrap().clone();
        let rows = [of(json!({ "a": "1", "b": "x", "name": "n", "slug": null }))];
        let updates = |row: Value| batch.updates(&rows, &[of(row)], Dialect::Postgres).map_err(|why| why.message);
        let sql = updates(json!({ "a": 1, "b": "x", "name": "n", "slug": "s" })).unwrap();
        let (set, row) = ("UPDATE \"t\" SET \"slug\" = 's'".to_owned(), "\"a\" = '1' AND \"b\" = 'x'".to_owned());
        assert_eq!(sql, [(set, row)]);
        assert!(updates(json!({ "a": "1", "b": "x", "slug": null })).unwrap().is_empty());
        assert_eq!(
            updates(json!({ "a": "2", "b": "x" })).unwrap_err(),
            "`run` gave a row that was not in its batch: a, b = 2, x"
        );
        assert!(updates(json!({ "a": "1" })).unwrap_err().contains("lacks a part of its key"));
    }
}
