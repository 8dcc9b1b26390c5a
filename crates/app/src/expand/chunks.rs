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
use crate::ranges::Ranges;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Row;

/// The batches of one part of one plan.
pub struct Chunks<'a> {
    part: &'a Part,
    ranges: Ranges,
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

impl<'a> Chunks<'a> {
    /// Of a part of a plan. Nothing is made.
    pub fn of(part: &'a Part, migration: &str, home: &Home, dialect: Dialect) -> Chunks<'a> {
        let word = format!("{migration}/{}.{}", part.table, part.new);
        let ranges = Ranges::by(&part.relation, &part.key, dialect);
        Chunks { part, ranges, word, dialect, heads: home.table(HEADS, dialect), table: home.table(LIST, dialect) }
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
        let (table, word) = (&self.table, self.word());
        let (all, each) = self.ranges.pages(db, size)?;
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
        let end = self.ranges.last(db)?;
        let (mut from, mut number): (Option<Vec<String>>, u64) = (None, 0);
        while let Some(end) = &end {
            let mut rows: Vec<String> = Vec::new();
            while rows.len() < WALK {
                let next = self.ranges.behind(db, from.as_deref(), None, size - 1)?;
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
        self.ranges.between(chunk.from.as_deref(), Some(&chunk.to))
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
