//! The batches of a backfill, as rows of a table of ours: so that it can be cut off at any moment, run on several machines
//! at once, and does each batch once.
//!
//! A batch is a range of the key. A worker takes one by locking its row (`SKIP LOCKED`), fills the rows and deletes it in
//! the same transaction: who dies gives it back by dying, and nothing depends on clocks. The highest key of the
//! beginning is the end: rows that come later are written by the triggers.
//!
//! SQLite has no locks on rows: one worker at a time has the file, and the others wait for it. Clients that write wait for no
//! longer than a batch takes.
//!
//! A table without a key is gone through by pages (PostgreSQL). A row that somebody writes meanwhile may move to another one,
//! and the triggers have filled it then.

use super::plan::Part;
use crate::archive::Home;
use crate::archive::sql::{literal, long_text};
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Row;
use unmigrate_kernel::dialect::quote;

/// The batches of one part of one plan.
pub struct Chunks<'a> {
    part: &'a Part,
    /// What tells it from others in the table.
    word: String,
    dialect: Dialect,
    heads: String,
    table: String,
}

/// A range of keys, or of pages: from the first, which is not in it, to the last, which is. None: from the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    number: u64,
    from: Option<Vec<String>>,
    to: Vec<String>,
}

impl Chunk {
    fn of(row: &Row) -> Chunk {
        Chunk {
            number: row.text("batch").parse().unwrap_or_default(),
            from: row.get("first_key").map(decode),
            to: decode(row.text("last_key")),
        }
    }
}

/// What is done with a batch: in its transaction, with what holds for its rows. Gives how many rows there were.
pub type Work<'a> = dyn Fn(&mut dyn Database, &str) -> Result<u64, Failure> + Sync + 'a;

const LIST: &str = "backfill_batches";
const HEADS: &str = "backfills";
/// Keys that are looked at in one query while the batches are made.
const WALK: usize = 200;

/// Rows of a page, where the server has not counted them yet.
const USUAL: u64 = 50;

impl<'a> Chunks<'a> {
    /// Of a part of a plan. Nothing is made.
    pub fn of(part: &'a Part, migration: &str, home: &Home, dialect: Dialect) -> Chunks<'a> {
        let word = format!("{migration}/{}.{}", part.table, part.new);
        Chunks { part, word, dialect, heads: home.table(HEADS, dialect), table: home.table(LIST, dialect) }
    }

    fn word(&self) -> String {
        literal(&self.word, self.dialect)
    }

    /// Makes the tables, where they are not there.
    pub fn make(&self, db: &mut dyn Database) -> Result<(), Failure> {
        let (word, text) = match self.dialect {
            Dialect::Mysql => ("VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", long_text(self.dialect)),
            _ => ("TEXT", long_text(self.dialect)),
        };
        let (heads, table) = (&self.heads, &self.table);
        let statements = [
            format!(
                "CREATE TABLE IF NOT EXISTS {heads} (backfill {word} PRIMARY KEY, batches BIGINT, done INT NOT NULL DEFAULT 0)"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {table} (backfill {word} NOT NULL, batch BIGINT NOT NULL, first_key {text}, \
                 last_key {text} NOT NULL, PRIMARY KEY (backfill, batch))"
            ),
        ];
        // Two that make a table at the same time: one is refused, though it is there then (PostgreSQL).
        statements.iter().try_for_each(|sql| db.execute(sql).or_else(|_| db.execute(sql)).map(drop))
    }

    /// Cuts the keys into batches of so many rows, once: who comes second waits and finds them. Gives how many there were.
    pub fn plan(&self, db: &mut dyn Database, size: u64) -> Result<u64, Failure> {
        let ignore = match self.dialect {
            Dialect::Mysql => "INSERT IGNORE INTO",
            _ => "INSERT INTO",
        };
        let conflict = if self.dialect == Dialect::Mysql { "" } else { " ON CONFLICT DO NOTHING" };
        let (heads, word) = (&self.heads, self.word());
        db.execute(&format!("{ignore} {heads} (backfill) VALUES ({word}){conflict}"))?;
        db.execute("BEGIN")?;
        let cut = self.cut(db, size);
        db.execute(if cut.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        cut
    }

    fn cut(&self, db: &mut dyn Database, size: u64) -> Result<u64, Failure> {
        let (heads, word) = (&self.heads, self.word());
        let locks = match self.dialect {
            // Ours alone is locked by it, and not the file of the clients: keys are only read.
            Dialect::Sqlite => {
                db.execute(&format!("UPDATE {heads} SET batches = batches WHERE backfill = {word}"))?;
                ""
            }
            _ => " FOR UPDATE",
        };
        let head = db.query(&format!("SELECT batches FROM {heads} WHERE backfill = {word}{locks}"))?;
        if let Some(batches) = head.first().and_then(|b| b.parse().ok()) {
            return Ok(batches);
        }
        let number = if self.part.key.is_empty() { self.cut_pages(db, size)? } else { self.cut_keys(db, size)? };
        db.execute(&format!("UPDATE {heads} SET batches = {number} WHERE backfill = {word}"))?;
        Ok(number)
    }

    /// Batches of so many pages as hold so many rows, over the table and all that inherits from it.
    fn cut_pages(&self, db: &mut dyn Database, size: u64) -> Result<u64, Failure> {
        let (table, word, relation) = (&self.table, self.word(), literal(&self.part.relation, self.dialect));
        let pages = db.query(&format!(
            "WITH RECURSIVE every AS (
                 SELECT to_regclass({relation})::oid AS id UNION SELECT inhrelid FROM pg_inherits JOIN every ON inhparent = id)
             SELECT max(pg_relation_size(id)) / current_setting('block_size')::int,
                 greatest(1, coalesce(max(ceil({size} * relpages / nullif(greatest(reltuples, 0), 0))), {size} / {USUAL}))::bigint
             FROM every JOIN pg_class c ON c.oid = id"
        ))?;
        let told = |at: usize| pages.rows.first().and_then(|row| row.get(at)?.as_deref()?.parse::<u64>().ok());
        let (all, each) = (told(0).unwrap_or_default(), told(1).unwrap_or(1));
        db.execute(&format!(
            "INSERT INTO {table} (backfill, batch, first_key, last_key)
             SELECT {word}, n, CASE WHEN n > 0 THEN json_build_array((n * {each} - 1)::text)::text END,
                 json_build_array(((n + 1) * {each} - 1)::text)::text
             FROM generate_series(0, ({all} - 1) / {each}) n WHERE {all} > 0"
        ))?;
        Ok(all.div_ceil(each))
    }

    fn cut_keys(&self, db: &mut dyn Database, size: u64) -> Result<u64, Failure> {
        let word = self.word();
        let end = self.key_at(db, None, None, true)?;
        let (mut from, mut number): (Option<Vec<String>>, u64) = (None, 0);
        while let Some(end) = &end {
            let mut rows: Vec<String> = Vec::new();
            while rows.len() < WALK {
                let next = self.key_at(db, from.as_deref(), Some(size - 1), false)?;
                let to = next.unwrap_or_else(|| end.clone());
                let first = from.as_ref().map_or("NULL".to_owned(), |from| literal(&encode(from), self.dialect));
                rows.push(format!("({word}, {number}, {first}, {})", literal(&encode(&to), self.dialect)));
                number += 1;
                let last = to == *end;
                from = Some(to);
                if last {
                    break;
                }
            }
            let table = &self.table;
            let columns = "backfill, batch, first_key, last_key";
            db.execute(&format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", ")))?;
            if from.as_ref() == Some(end) {
                break;
            }
        }
        Ok(number)
    }

    /// The key so many rows behind another, no further than the last of the beginning; or the last of all.
    fn key_at(
        &self,
        db: &mut dyn Database,
        from: Option<&[String]>,
        offset: Option<u64>,
        last: bool,
    ) -> Result<Option<Vec<String>>, Failure> {
        let names = self.names();
        // Under its own name the text would be what ORDER BY means.
        let text = |(at, name): (usize, &String)| format!("{} AS unmigrate_{at}", self.as_text(name));
        let texts: Vec<String> = names.iter().enumerate().map(text).collect();
        let direction = if last { " DESC" } else { "" };
        let order: Vec<String> = names.iter().map(|name| format!("{name}{direction}")).collect();
        let after = from.map_or(String::new(), |from| format!(" WHERE {}", self.beyond(from)));
        let offset = offset.map_or(String::new(), |n| format!(" OFFSET {n}"));
        let answer = db.query(&format!(
            "SELECT {} FROM {}{after} ORDER BY {} LIMIT 1{offset}",
            texts.join(", "),
            self.part.relation,
            order.join(", ")
        ))?;
        Ok(answer.rows.first().map(|row| row.iter().map(|v| v.clone().unwrap_or_default()).collect()))
    }

    fn names(&self) -> Vec<String> {
        self.part.key.iter().map(|name| quote(name, self.dialect)).collect()
    }

    fn as_text(&self, name: &str) -> String {
        match self.dialect {
            Dialect::Mysql => format!("CAST({name} AS CHAR)"),
            // As it stands in SQL: a key may be a number, a text or bytes.
            Dialect::Sqlite => format!("quote({name})"),
            _ => format!("{name}::text"),
        }
    }

    fn tuple(&self, key: &[String]) -> String {
        key.iter().map(|value| literal(value, self.dialect)).collect::<Vec<_>>().join(", ")
    }

    /// A value of the key in SQL.
    fn value(&self, value: &str) -> String {
        if self.dialect == Dialect::Sqlite { value.to_owned() } else { literal(value, self.dialect) }
    }

    /// `(a, b) > ('1', '2')`, written out: not every server walks an index for a comparison of rows.
    fn beyond(&self, key: &[String]) -> String {
        self.compared(key, ">", ">")
    }

    fn up_to(&self, key: &[String]) -> String {
        self.compared(key, "<", "<=")
    }

    fn compared(&self, key: &[String], strict: &str, last: &str) -> String {
        let names = self.names();
        if names.is_empty() {
            // Behind the last row that a page can hold.
            return format!("ctid {last} '({},65535)'::tid", key.concat());
        }
        if self.dialect.is_postgres() {
            return format!("({}) {last} ({})", names.join(", "), self.tuple(key));
        }
        let values: Vec<String> = key.iter().map(|value| self.value(value)).collect();
        let one = |at: usize| {
            let equal = (0..at).map(|before| format!("{} = {}", names[before], values[before]));
            let sign = if at + 1 == names.len() { last } else { strict };
            let all: Vec<String> = equal.chain([format!("{} {sign} {}", names[at], values[at])]).collect();
            format!("({})", all.join(" AND "))
        };
        let any: Vec<String> = (0..names.len()).map(one).collect();
        format!("({})", any.join(" OR "))
    }

    /// Takes a batch that nobody has, does it and crosses it off, in one transaction. `fill` gets what holds for the batch's rows,
    /// and gives how many there were. None: there is none left to take.
    pub fn next(&self, db: &mut dyn Database, fill: &Work) -> Result<Option<u64>, Failure> {
        // What reads first and then wants to write is refused by SQLite where somebody wrote between.
        db.execute(if self.dialect == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
        match self.one(db, fill) {
            Ok(Some(rows)) => {
                db.execute("COMMIT")?;
                Ok(Some(rows))
            }
            other => {
                // Where the session is gone, so is the transaction.
                let _ = db.execute("ROLLBACK");
                other
            }
        }
    }

    fn one(&self, db: &mut dyn Database, fill: &Work) -> Result<Option<u64>, Failure> {
        let (table, word) = (&self.table, self.word());
        let Some(chunk) = self.take(db)? else { return Ok(None) };
        // Statements of their own look for themselves at what is to be done.
        let range = if self.part.batch.is_empty() { self.range(&chunk) } else { self.keys(&chunk) };
        let rows = fill(db, &range)?;
        db.execute(&format!("DELETE FROM {table} WHERE backfill = {word} AND batch = {}", chunk.number))?;
        Ok(Some(rows))
    }

    /// What holds for the rows of a batch that are still to be done.
    fn range(&self, chunk: &Chunk) -> String {
        format!("{} AND ({})", self.keys(chunk), self.part.todo)
    }

    /// What holds for the rows of a batch.
    fn keys(&self, chunk: &Chunk) -> String {
        let from = chunk.from.as_ref().map_or(String::new(), |from| format!("{} AND ", self.beyond(from)));
        format!("{from}{}", self.up_to(&chunk.to))
    }

    /// Rows of all batches that are left and still to be done.
    ///
    /// # Errors
    /// The database's own.
    pub fn rows_left(&self, db: &mut dyn Database) -> Result<u64, Failure> {
        let (table, word) = (&self.table, self.word());
        let answer = db.query(&format!("SELECT batch, first_key, last_key FROM {table} WHERE backfill = {word}"))?;
        let mut rows = 0;
        for chunk in answer.iter().map(|row| Chunk::of(&row)) {
            let found =
                db.query(&format!("SELECT count(*) FROM {} WHERE {}", self.part.relation, self.range(&chunk)))?;
            rows += found.first().and_then(|n| n.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(rows)
    }

    /// Were the keys cut into batches before?
    ///
    /// # Errors
    /// The database's own; also where the tables were never made.
    pub fn begun(&self, db: &mut dyn Database) -> Result<bool, Failure> {
        let (heads, word) = (&self.heads, self.word());
        let head = db.query(&format!("SELECT batches FROM {heads} WHERE backfill = {word}"))?;
        Ok(head.first().is_some())
    }

    fn take(&self, db: &mut dyn Database) -> Result<Option<Chunk>, Failure> {
        let (table, word) = (&self.table, self.word());
        let locks = if self.dialect == Dialect::Sqlite { "" } else { " FOR UPDATE SKIP LOCKED" };
        let answer = db.query(&format!(
            "SELECT batch, first_key, last_key FROM {table} WHERE backfill = {word} ORDER BY batch LIMIT 1{locks}"
        ))?;
        Ok(answer.iter().next().map(|row| Chunk::of(&row)))
    }

    /// How many batches are left, those that others are doing included.
    pub fn left(&self, db: &mut dyn Database) -> Result<u64, Failure> {
        let (table, word) = (&self.table, self.word());
        let answer = db.query(&format!("SELECT count(*) FROM {table} WHERE backfill = {word}"))?;
        Ok(answer.first().and_then(|n| n.parse().ok()).unwrap_or_default())
    }

    /// Forgets the whole, so that it can be done anew.
    pub fn forget(&self, db: &mut dyn Database) -> Result<(), Failure> {
        for table in [&self.table, &self.heads] {
            db.execute(&format!("DELETE FROM {table} WHERE backfill = {}", self.word()))?;
        }
        Ok(())
    }
}

/// The values of a key as one text.
fn encode(key: &[String]) -> String {
    serde_json::to_string(key).unwrap_or_default()
}

fn decode(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
