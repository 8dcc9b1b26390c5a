//! Running a file of SQL on a database: statement by statement, so that the one that fails can be named.

use super::filling::is_gone;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::stands_outside;
use unmigrate_kernel::script::{Block, Piece, blocks};

/// Where a file stopped.
#[derive(Debug)]
pub struct Stop {
    /// The statement that was refused.
    pub piece: Piece,
    /// The engine's word.
    pub failure: Box<Failure>,
    /// Nothing of the file is left in the database.
    pub clean: bool,
}

/// Runs a migration's up file. PostgreSQL: in one transaction where it opens none of its own, as both tools do; where
/// something in it can't run in a transaction, statement by statement. MySQL and SQLite: statement by statement.
///
/// # Errors
/// At the first statement that is refused.
pub fn up(db: &mut dyn Database, sql: &str, breakpoints: bool) -> Result<(), Stop> {
    let dialect = db.dialect();
    let blocks = blocks(sql, dialect, breakpoints);
    let wrap = dialect.is_postgres();
    match run(db, &blocks, wrap) {
        // "unsafe use of new value" of an enum, "cannot run inside a transaction block": people run such a file by hand.
        Err(stop) if stop.clean && matches!(stop.failure.code.as_deref(), Some("55P04" | "25001")) => {
            run(db, &blocks, false)
        }
        ran => ran,
    }
}

/// Runs an up file that this history ran before: as [`up`], but where it is one transaction, in one message. Which
/// statement it is that stops is then found by running them one by one after all.
///
/// # Errors
/// As [`up`].
pub fn up_again(db: &mut dyn Database, sql: &str, breakpoints: bool) -> Result<(), Stop> {
    if let Some(block) = one(blocks(sql, db.dialect(), breakpoints), db) {
        if db.script(&format!("BEGIN;\n{}\n;\nCOMMIT", text(&block))).is_ok() {
            return Ok(());
        }
        // Where it failed before it began, that is refused.
        let _ = db.execute("ROLLBACK");
    }
    up(db, sql, breakpoints)
}

/// The one block of a file, where it can be one transaction of PostgreSQL.
fn one(blocks: Vec<Block>, db: &dyn Database) -> Option<Block> {
    let (dialect, can) = (db.dialect(), db.abilities());
    let fits = dialect == Dialect::Postgres
        && can.transactions
        && can.pinned_session
        && blocks.len() == 1
        && blocks[0].pieces.iter().all(|p| !stands_outside(&p.sql, dialect));
    blocks.into_iter().next().filter(|_| fits)
}

/// A block as one text. A statement may end in a comment.
fn text(block: &Block) -> String {
    block.pieces.iter().map(|piece| piece.sql.as_str()).collect::<Vec<_>>().join("\n;\n")
}

/// Runs a rollback file: with the transactions that it holds; one that holds none gets one, where the engine has any.
///
/// # Errors
/// At the first statement that is refused.
pub fn down(db: &mut dyn Database, sql: &str) -> Result<(), Stop> {
    let dialect = db.dialect();
    let blocks = blocks(sql, dialect, false);
    let own = blocks.iter().any(|b| b.transaction);
    run(db, &blocks, dialect.is_postgres() || (dialect == Dialect::Sqlite && !own))
}

/// What became of an up file that may be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rehearsed {
    /// It can't be done with these files, or something was refused that should not be: nothing is left of it.
    Not,
    /// It ran, and nothing forbids its rollback.
    Ran,
    /// Rows may forbid its rollback. So that was tried, and both are taken back.
    TakenBack {
        /// The rollback was refused for what rows hold.
        refused: bool,
    },
}

/// Asks whether rows forbid a rollback; none where that can't be told.
pub type Forbidden<'a> = dyn FnMut(&mut dyn Database) -> Result<Option<bool>, Failure> + 'a;

/// Runs an up file that is one transaction. Before its end it is asked whether rows forbid the rollback (`None`: that
/// can't be told); where they do, the rollback is tried in the same transaction, and both are taken back: to build the
/// database anew takes much longer. Only PostgreSQL takes back everything but what sequences have counted; `sequences`: there
/// are some.
///
/// # Errors
/// Where the engine does not answer.
pub fn rehearse(
    db: &mut dyn Database,
    (sql, breakpoints): (&str, bool),
    down: &str,
    sequences: bool,
    forbidden: &mut Forbidden,
) -> Result<Rehearsed, Failure> {
    let dialect = db.dialect();
    let pair = (one(blocks(sql, dialect, breakpoints), db), one(blocks(down, dialect, false), db));
    let (Some(up), Some(down)) = pair else { return Ok(Rehearsed::Not) };
    if sequences && up.pieces.iter().any(counts) {
        return Ok(Rehearsed::Not);
    }
    let asked = match db.script(&format!("BEGIN;\n{}", text(&up))) {
        Ok(()) => forbidden(db),
        Err(failure) => lives(failure).map(|()| None),
    };
    let found = match asked {
        Ok(Some(false)) => match db.execute("COMMIT") {
            Ok(_) => return Ok(Rehearsed::Ran),
            Err(failure) => lives(failure).map(|()| Rehearsed::Not),
        },
        Ok(Some(true)) => match db.script(&format!("{AT_ONCE};\n{}", text(&down))) {
            Ok(()) => Ok(Rehearsed::TakenBack { refused: false }),
            Err(failure) => {
                let refused = failure.code.as_deref().is_some_and(|c| c.starts_with("22") || c.starts_with("23"));
                lives(failure).map(|()| Rehearsed::TakenBack { refused })
            }
        },
        Ok(None) => Ok(Rehearsed::Not),
        Err(failure) => Err(failure),
    };
    let ended = db.execute("ROLLBACK");
    let found = found?;
    ended?;
    Ok(found)
}

/// The constraints that wait for the end of the transaction: it would come before the rollback.
const AT_ONCE: &str = "SET CONSTRAINTS ALL IMMEDIATE";

/// May a statement count a sequence on? No transaction takes that back.
fn counts(piece: &Piece) -> bool {
    let upper = piece.sql.to_ascii_uppercase();
    let first = upper.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    let puts_rows =
        !matches!(first, "ALTER" | "CREATE" | "DROP" | "COMMENT" | "UPDATE" | "DELETE" | "TRUNCATE" | "SET");
    puts_rows
        || upper.contains("NEXTVAL")
        || upper.contains("SETVAL")
        || (first == "UPDATE" && upper.contains("DEFAULT"))
}

fn lives(failure: Failure) -> Result<(), Failure> {
    if is_gone(&failure) { Err(failure) } else { Ok(()) }
}

fn run(db: &mut dyn Database, blocks: &[Block], wrap: bool) -> Result<(), Stop> {
    let dialect = db.dialect();
    let mut ran = false;
    for block in blocks {
        let inside = (block.transaction || (wrap && block.pieces.iter().all(|p| !stands_outside(&p.sql, dialect))))
            && dialect != Dialect::Mysql
            && db.abilities().transactions;
        let done = if inside { transaction(db, block) } else { one_by_one(db, block) };
        done.map_err(|stop| Stop { clean: stop.clean && !ran, ..stop })?;
        ran |= !block.pieces.iter().all(is_pragma);
    }
    Ok(())
}

fn transaction(db: &mut dyn Database, block: &Block) -> Result<(), Stop> {
    let stop = |piece: &Piece, failure| Stop { piece: piece.clone(), failure: Box::new(failure), clean: true };
    let first = &block.pieces[0];
    db.execute("BEGIN").map_err(|f| stop(first, f))?;
    for piece in &block.pieces {
        if let Err(failure) = piece_of(db, piece) {
            // What failed is what is told; a session that is lost has rolled back by itself.
            let _ = db.execute("ROLLBACK");
            return Err(stop(piece, failure));
        }
    }
    // Deferred constraints speak here.
    let last = block.pieces.last().unwrap_or(first);
    db.execute("COMMIT").map(drop).map_err(|f| {
        let _ = db.execute("ROLLBACK");
        stop(last, f)
    })
}

fn one_by_one(db: &mut dyn Database, block: &Block) -> Result<(), Stop> {
    let mut ran = false;
    for piece in &block.pieces {
        // A failed CREATE INDEX CONCURRENTLY leaves an invalid index behind.
        let whole = !stands_outside(&piece.sql, db.dialect());
        piece_of(db, piece).map_err(|failure| Stop {
            piece: piece.clone(),
            failure: Box::new(failure),
            clean: !ran && whole,
        })?;
        ran |= !is_pragma(piece);
    }
    Ok(())
}

fn piece_of(db: &mut dyn Database, piece: &Piece) -> Result<(), Failure> {
    if !starts(piece, "PRAGMA FOREIGN_KEY_CHECK") {
        return db.execute(&piece.sql).map(drop);
    }
    // It answers with the rows that refer to nothing, and fails for none of them.
    let broken = db.query(&piece.sql)?;
    match broken.iter().next() {
        None => Ok(()),
        Some(row) => Err(Failure::new(
            FailureKind::Refused,
            format!(
                "{} rows refer to nothing, the first in {} (to {})",
                broken.rows.len(),
                row.text("table"),
                row.text("parent")
            ),
        )),
    }
}

fn is_pragma(piece: &Piece) -> bool {
    starts(piece, "PRAGMA ")
}

fn starts(piece: &Piece, words: &str) -> bool {
    piece.sql.get(..words.len()).is_some_and(|s| s.eq_ignore_ascii_case(words))
}
