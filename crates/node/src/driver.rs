//! A driver object in JavaScript as a session, and PGlite as an engine in this process.
//!
//! Question and answer are one text each, in JSON: `js/drivers.js` has the other side.

use napi::Status;
use napi::bindgen_prelude::{Promise, block_on};
use napi::threadsafe_function::ThreadsafeFunction;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use unmigrate_engines::wire::{Given, given};
use unmigrate_engines::{Abilities, Database, Embedded, Failure, FailureKind, Rows, Said, Wanted, refuse_copy_in};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// `(request: string) => Promise<string>`: `answer` of `js/drivers.js`.
pub type AskDrivers = ThreadsafeFunction<String, Promise<String>, String, Status, false>;

/// What answers for all drivers. To be asked on any thread but Node's own.
#[derive(Clone)]
pub struct Drivers(Arc<AskDrivers>);

/// One driver object, as `register` of `js/drivers.js` describes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Registered {
    id: u32,
    dialect: String,
    script: bool,
    pinned: bool,
    transactions: bool,
    /// It gives PostgreSQL's own messages.
    #[serde(default)]
    wire: bool,
}

/// A session through a driver object.
pub struct Driver {
    drivers: Drivers,
    id: u32,
    dialect: Dialect,
    abilities: Abilities,
    /// It takes several statements at once.
    script: bool,
    /// It gives PostgreSQL's own messages, which are taken apart here.
    wire: bool,
    /// We opened it, so we close it.
    ours: bool,
}

impl Drivers {
    /// Takes the function that answers.
    pub fn new(ask: AskDrivers) -> Drivers {
        Drivers(Arc::new(ask))
    }

    /// A session through a driver object that the user made.
    pub fn session(&self, registered: Registered) -> Result<Driver, Failure> {
        self.driver(registered, false)
    }

    fn driver(&self, registered: Registered, ours: bool) -> Result<Driver, Failure> {
        let Registered { id, dialect, script, pinned, transactions, wire } = registered;
        let dialect = Dialect::from_word(&dialect)
            .ok_or_else(|| Failure::new(FailureKind::Unsupported, format!("the driver's dialect is {dialect:?}")))?;
        let abilities = Abilities { pinned_session: pinned, transactions };
        Ok(Driver { drivers: self.clone(), id, dialect, abilities, script, wire, ours })
    }

    fn ask<T: DeserializeOwned>(&self, request: &Value, dialect: Dialect, sql: &str) -> Result<T, Failure> {
        opened(&self.answer(request)?, dialect, sql)
    }

    fn answer(&self, request: &Value) -> Result<String, Failure> {
        let request = request.to_string();
        // Not `call_async`: a function that throws instead of rejecting would end the process.
        let answer = block_on(async { self.0.call_async_catch(request).await?.await });
        answer.map_err(|e| Failure::new(FailureKind::Lost, e.reason.to_string()))
    }
}

/// What is in an answer in JSON.
fn opened<T: DeserializeOwned>(answer: &str, dialect: Dialect, sql: &str) -> Result<T, Failure> {
    match serde_json::from_str(answer) {
        Ok(Answer::Ok(value)) => Ok(value),
        Ok(Answer::Error(said)) => Err(said.failure(dialect, sql)),
        Err(e) => Err(Failure::new(FailureKind::Unsupported, format!("the driver's answer can't be read: {e}"))),
    }
}

impl Embedded for Drivers {
    fn open(&self, wanted: &Wanted) -> Result<Box<dyn Database + Send>, Failure> {
        let dialect = wanted.dialect;
        let dir = wanted
            .dir
            .to_str()
            .ok_or_else(|| Failure::new(FailureKind::Unsupported, "the project's path is not valid Unicode"))?;
        let request = json!({ "op": "open", "dialect": dialect.word(), "extensions": wanted.extensions, "dir": dir });
        let registered: Registered = self.ask(&request, dialect, "")?;
        Ok(Box::new(self.driver(registered, true)?))
    }
}

impl Driver {
    fn ask<T: DeserializeOwned>(&self, op: &str, sql: &str) -> Result<T, Failure> {
        self.waits_for_no_rows(sql)?;
        self.drivers.ask(&json!({ "op": op, "id": self.id, "sql": sql }), self.dialect, sql)
    }

    fn waits_for_no_rows(&self, sql: &str) -> Result<(), Failure> {
        if self.dialect.is_postgres() { refuse_copy_in(sql) } else { Ok(()) }
    }

    /// PostgreSQL's messages for a text. They come as bytes of which each is a character; none begins as JSON does.
    fn messages(&self, sql: &str) -> Result<Given, Failure> {
        self.waits_for_no_rows(sql)?;
        let answer = self.drivers.answer(&json!({ "op": "wire", "id": self.id, "sql": sql }))?;
        if answer.starts_with('{') {
            return opened::<Nothing>(&answer, self.dialect, sql).map(|_| Given::default());
        }
        let bytes: Option<Vec<u8>> = answer.chars().map(|c| u8::try_from(c).ok()).collect();
        given(&bytes.unwrap_or_default(), sql)
    }

    /// Statement by statement; on PostgreSQL in one transaction, where the text has none of its own.
    fn one_by_one(&mut self, sql: &str) -> Result<(), Failure> {
        let statements = split(sql, self.dialect, sql.contains(BREAKPOINT));
        let opens = |word: &str| ["BEGIN", "START", "COMMIT"].iter().any(|known| word.eq_ignore_ascii_case(known));
        let own = statements.iter().filter_map(|s| s.tokens.first()).any(|t| opens(&sql[t.start..t.end]));
        let whole = self.dialect.is_postgres() && self.abilities.transactions && !own && statements.len() > 1;
        if whole {
            self.execute("BEGIN")?;
        }
        for statement in statements {
            let start = statement.span.start;
            if let Err(failure) = self.execute(&sql[statement.span]) {
                if whole {
                    // What was refused is the answer, whatever becomes of this.
                    let _ = self.execute("ROLLBACK");
                }
                return Err(Failure { offset: Some(start + failure.offset.unwrap_or(0)), ..failure });
            }
        }
        if whole { self.execute("COMMIT").map(|_| ()) } else { Ok(()) }
    }
}

impl Database for Driver {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn abilities(&self) -> Abilities {
        self.abilities
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        if self.wire {
            return self.messages(sql).map(|given| given.count);
        }
        self.ask::<Count>("execute", sql).map(|answer| answer.count)
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        if self.wire {
            return self.messages(sql).map(drop);
        }
        if self.script { self.ask::<Nothing>("script", sql).map(|_| ()) } else { self.one_by_one(sql) }
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        if self.wire {
            return self.messages(sql).map(|given| given.rows);
        }
        let Table { columns, rows } = self.ask("query", sql)?;
        Ok(Rows { columns, rows })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.ours {
            // It goes with the process in any case.
            let _ = self.ask::<Nothing>("close", "");
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer<T> {
    Ok(T),
    Error(Thrown),
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

#[derive(Deserialize)]
struct Thrown {
    kind: Option<String>,
    code: Option<String>,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    number: Option<i64>,
    position: Option<i64>,
}

impl Thrown {
    fn failure(self, dialect: Dialect, sql: &str) -> Failure {
        let Thrown { kind, code, message, detail, hint, number, position } = self;
        let failure = Said { code, message, detail, hint, number, position }.failure(dialect, sql);
        // Of the reasons that are our own, `js/drivers.js` has only this one.
        if kind.as_deref() == Some("unsupported") {
            return Failure { kind: FailureKind::Unsupported, ..failure };
        }
        failure
    }
}
