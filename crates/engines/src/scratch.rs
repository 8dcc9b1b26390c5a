//! The scratch database: it can never be somebody's data.
//!
//! It is made by us, under a name that nobody else has, and carries our marker; only what carries the marker is ever
//! dropped. What was named for it is asked who it is, and refused where the project uses it or where it holds tables.

mod empty;
mod error;
mod keeper;
mod live;
mod marker;
mod schema;
mod shared;

use crate::connect::{connect, is_pooled};
use crate::database::{Database, Failure, FailureKind};
use crate::identity::{Identity, same_database, same_words};
use crate::sqlite::Sqlite;
use crate::target::{Place, Target};
pub use error::ScratchError;
pub use keeper::MARKER_TABLE;
use keeper::{Keeper, keeper};
use marker::Marker;
use shared::Shared;
use unmigrate_kernel::Dialect;

/// What somebody who named a server for scratch databases agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// The database of the URL may hold tables: it is only the door to its server. So it is with Prisma's shadow database,
    /// which Prisma leaves filled.
    pub may_hold_tables: bool,
    /// Where no database may be made, a schema in the named one will do. SQL that names a schema of its own leaves it:
    /// only for histories that name none.
    pub schema_instead: bool,
}

/// A database of ours. It is dropped when this goes; what a killed process leaves, the next one sweeps up.
pub struct Scratch {
    home: Home,
}

enum Home {
    /// A database on a server. `admin` is a session beside it that minds it.
    Database { door: Target, name: String, admin: Box<dyn Database + Send>, keeper: &'static dyn Keeper },
    /// A schema in a database of somebody's.
    Schema { door: Target, name: String, admin: Box<dyn Database + Send> },
    /// SQLite, in memory; it lives as long as a session with it is open.
    Memory { name: String, keep: Sqlite },
    /// An engine that lives in one session, such as PGlite.
    Session { shared: Shared, make: Box<Maker> },
}

/// Makes an engine that is new and empty.
pub type Maker = dyn FnMut() -> Result<Box<dyn Database + Send>, Failure> + Send;

impl Scratch {
    /// Makes one on the server that a URL names. `configured` are all databases that the project uses. Left-overs of killed
    /// runs are swept from the server first.
    ///
    /// # Errors
    /// Where the URL leads to a configured database or one that holds tables, where the user may not make one, and where
    /// the server can't be reached. Nothing was written then.
    pub fn create(target: &Target, configured: &[Target], terms: Terms) -> Result<Scratch, ScratchError> {
        let Some(keeper) = keeper(target.dialect()) else {
            let refused = Failure::new(FailureKind::Unsupported, "SQLite's scratch database is made in memory");
            return Err(refused.hinted("leave the URL out").into());
        };
        let (door, mut admin) = open_door(target)?;
        // The database of the URL itself, unless another one of the server had to be the door.
        if door == *target {
            is_nobodys(target, &mut *admin, configured, terms, keeper)?;
        }
        if is_pooled(&door)? {
            let pooled = format!("{door} goes through a pooler that keeps no session");
            let refused = Failure::new(FailureKind::Unsupported, pooled);
            return Err(refused.hinted("name the server's own URL, which hosters call direct").into());
        }
        let inside = |name: &str| connect(&door.with_database(Some(name)));
        keeper::sweep(keeper, &mut *admin, &inside)?;
        let name = Marker::of_this_process().name();
        live::born(&door, &name, false);
        let made = keeper::make(keeper, &mut *admin, &name, None);
        if made.is_err() {
            live::gone(&name);
        }
        match made {
            Ok(()) => Ok(Scratch { home: Home::Database { door, name, admin, keeper } }),
            Err(said) if said.kind == FailureKind::Denied => {
                if terms.schema_instead && admin.dialect() == Dialect::Postgres && door == *target {
                    return schema_in(door, admin, configured, keeper);
                }
                let (privilege, grant) = keeper.privilege();
                Err(ScratchError::Privilege { scratch: target.to_string(), privilege, grant, said: Box::new(said) })
            }
            Err(other) => Err(other.into()),
        }
    }

    /// SQLite, in memory.
    ///
    /// # Errors
    /// Where there is no memory for it.
    pub fn memory() -> Result<Scratch, Failure> {
        let name = Marker::of_this_process().name();
        let keep = Sqlite::open(&Place::Shared(name.clone()))?;
        Ok(Scratch { home: Home::Memory { name, keep } })
    }

    /// Over an engine that lives in one session and that `make` makes anew, empty: what it makes is ours.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn over(mut make: Box<Maker>) -> Result<Scratch, Failure> {
        let shared = Shared::new(make()?);
        Ok(Scratch { home: Home::Session { shared, make } })
    }

    /// A session with it.
    ///
    /// # Errors
    /// Where none can be opened.
    pub fn open(&self) -> Result<Box<dyn Database + Send>, Failure> {
        match &self.home {
            Home::Database { door, name, .. } => connect(&door.with_database(Some(name))),
            Home::Schema { door, name, .. } => connect(&door.with_schema(Some(name))),
            Home::Memory { name, .. } => Ok(Box::new(Sqlite::open(&Place::Shared(name.clone()))?)),
            Home::Session { shared, .. } => Ok(Box::new(shared.clone())),
        }
    }

    /// Can several sessions be open that do not share a transaction? Not where the engine lives in one session: there,
    /// [`open`](Self::open) gives that one again.
    pub fn many_sessions(&self) -> bool {
        !matches!(self.home, Home::Session { .. })
    }

    /// Is it only a schema? Then SQL that names a schema of its own would leave it.
    pub fn is_schema(&self) -> bool {
        matches!(self.home, Home::Schema { .. })
    }

    /// Its name on its server; none in memory.
    pub fn name(&self) -> Option<&str> {
        match &self.home {
            Home::Database { name, .. } | Home::Schema { name, .. } => Some(name),
            Home::Memory { .. } | Home::Session { .. } => None,
        }
    }

    /// Where it is, without a password: to say in a report. None in memory.
    pub fn place(&self) -> Option<String> {
        match &self.home {
            Home::Database { door, name, .. } => Some(door.with_database(Some(name)).to_string()),
            Home::Schema { door, name, .. } => Some(door.with_schema(Some(name)).to_string()),
            Home::Memory { .. } | Home::Session { .. } => None,
        }
    }

    /// Makes it empty again. Sessions that were opened before are over, except where the engine lives in one.
    ///
    /// # Errors
    /// Where that can't be done: then it is of no more use.
    pub fn fresh(&mut self) -> Result<(), Failure> {
        match &mut self.home {
            Home::Database { door, name, admin, keeper } => {
                let target = door.with_database(Some(name));
                if admin.dialect() == Dialect::Postgres
                    && connect(&target).and_then(|mut inside| empty::postgres(&mut *inside)).unwrap_or(false)
                {
                    return Ok(());
                }
                keeper::drop_marked(*keeper, &mut **admin, name)?;
                live::gone(name);
                // Under a new name: nobody is to meet the old one half made.
                *name = Marker::of_this_process().name();
                live::born(door, name, false);
                keeper::make(*keeper, &mut **admin, name, None)
            }
            Home::Schema { name, admin, .. } => schema::fresh(&mut **admin, name),
            Home::Memory { name, keep } => {
                *name = Marker::of_this_process().name();
                *keep = Sqlite::open(&Place::Shared(name.clone()))?;
                Ok(())
            }
            Home::Session { shared, make } => {
                if shared.dialect() == Dialect::Postgres && empty::postgres(shared).unwrap_or(false) {
                    return Ok(());
                }
                shared.replace(make()?);
                Ok(())
            }
        }
    }

    /// A second scratch database with all that is in this one, rows too. No session with this one may be open; on
    /// PostgreSQL those that are, are ended.
    ///
    /// # Errors
    /// `Unsupported` on MySQL, CockroachDB, in a schema and in an engine that lives in one session.
    pub fn copy(&mut self) -> Result<Scratch, Failure> {
        match &mut self.home {
            Home::Database { door, name, admin, keeper } if admin.dialect() == Dialect::Postgres => {
                let copy = Marker::of_this_process().name();
                let mut minder = connect(door)?;
                let mine = Marker::of_this_process();
                // Killed half-way, it is found by what its origin says of it.
                keeper.mark(&mut **admin, name, &Marker { copy: Some(copy.clone()), ..mine.clone() })?;
                live::born(door, &copy, false);
                end_sessions(&mut **admin, name)?;
                keeper::make(*keeper, &mut *minder, &copy, Some(name))?;
                keeper.mark(&mut **admin, name, &mine)?;
                Ok(Scratch { home: Home::Database { door: door.clone(), name: copy, admin: minder, keeper: *keeper } })
            }
            Home::Memory { keep, .. } => {
                let name = Marker::of_this_process().name();
                let mut copy = Sqlite::open(&Place::Shared(name.clone()))?;
                keep.copy_to(&mut copy)?;
                Ok(Scratch { home: Home::Memory { name, keep: copy } })
            }
            _ => Err(Failure::new(FailureKind::Unsupported, "this scratch database can't be copied")),
        }
    }

    /// Drops all scratch databases that this process has on servers, over sessions of its own: for a process that has to
    /// end at once, on Ctrl-C. Whoever still works with them meets errors.
    pub fn drop_all() {
        live::drop_all();
    }

    /// Sweeps what killed runs left on a server, and gives the names.
    ///
    /// # Errors
    /// Where the server can't be asked.
    pub fn sweep(target: &Target) -> Result<Vec<String>, Failure> {
        let Some(keeper) = keeper(target.dialect()) else { return Ok(Vec::new()) };
        let (door, mut admin) = open_door(target)?;
        let inside = |name: &str| connect(&door.with_database(Some(name)));
        let mut swept = keeper::sweep(keeper, &mut *admin, &inside)?;
        if admin.dialect() == Dialect::Postgres {
            swept.extend(schema::sweep(&mut *admin)?);
        }
        Ok(swept)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(name) = self.name() {
            live::gone(name);
        }
        // What can't be dropped now is swept by a later run.
        match &mut self.home {
            Home::Database { door, name, admin, keeper } => {
                if keeper::drop_marked(*keeper, &mut **admin, name).is_err()
                    && let Ok(mut again) = connect(door)
                {
                    let _ = keeper::drop_marked(*keeper, &mut *again, name);
                }
            }
            Home::Schema { door, name, admin } => {
                if schema::remove(&mut **admin, name).is_err()
                    && let Ok(mut again) = connect(door)
                {
                    let _ = schema::remove(&mut *again, name);
                }
            }
            Home::Memory { .. } | Home::Session { .. } => {}
        }
    }
}

/// A session from which databases can be made: in the URL's own database, or where there is none of that name, in one
/// that the server always has.
fn open_door(target: &Target) -> Result<(Target, Box<dyn Database + Send>), Failure> {
    // 3D000 on PostgreSQL, 1049 on MySQL.
    let missing = |failure: &Failure| failure.code.as_deref() == Some("3D000") || failure.number == Some(1049);
    match connect(target) {
        Ok(admin) => Ok((target.clone(), admin)),
        Err(failure) if missing(&failure) => {
            let door = target.with_database((target.dialect() == Dialect::Postgres).then_some("postgres"));
            let admin = connect(&door)?;
            Ok((door, admin))
        }
        Err(failure) => Err(failure),
    }
}

/// Refuses what somebody uses.
fn is_nobodys(
    target: &Target,
    admin: &mut dyn Database,
    configured: &[Target],
    terms: Terms,
    keeper: &dyn Keeper,
) -> Result<(), ScratchError> {
    let who = Identity::of(admin)?;
    for other in configured {
        // What can't be asked is compared by its words; that it does not answer tells it from a server that does.
        let same = match connect(other).and_then(|mut session| Identity::of(&mut *session)) {
            Ok(theirs) => same_database(&who, &theirs),
            Err(_) => same_words(target, other),
        };
        if same {
            return Err(ScratchError::Configured { scratch: target.to_string(), configured: other.to_string() });
        }
    }
    match keeper.tables(admin)? {
        0 => Ok(()),
        _ if terms.may_hold_tables => Ok(()),
        tables => Err(ScratchError::HoldsTables { scratch: target.to_string(), tables }),
    }
}

/// A schema in the door's own database: only where that is known to be nobody's, and holds nothing.
fn schema_in(
    door: Target,
    mut admin: Box<dyn Database + Send>,
    configured: &[Target],
    keeper: &dyn Keeper,
) -> Result<Scratch, ScratchError> {
    for other in configured {
        connect(other).and_then(|mut session| Identity::of(&mut *session)).map_err(|failure| {
            let message =
                format!("{other} does not say who it is, so that a schema could be in the same database: {failure}");
            ScratchError::Failed(Failure { message, ..failure })
        })?;
    }
    is_nobodys(&door, &mut *admin, configured, Terms::default(), keeper)?;
    schema::sweep(&mut *admin)?;
    let name = Marker::of_this_process().name();
    live::born(&door, &name, true);
    schema::make(&mut *admin, &name)?;
    Ok(Scratch { home: Home::Schema { door, name, admin } })
}

/// Ends all sessions with a database of ours.
fn end_sessions(admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    let name = keeper::literal(name, Dialect::Postgres);
    let others = format!("FROM pg_stat_activity WHERE datname = {name} AND pid <> pg_backend_pid()");
    admin.query(&format!("SELECT pg_terminate_backend(pid) {others}"))?;
    // They are told, and take a moment to go.
    for turn in 0..105 {
        if admin.query(&format!("SELECT count(*) {others}"))?.first() == Some("0") {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(if turn < 5 { 1 << turn } else { 20 }));
    }
    Err(Failure::new(FailureKind::Locked, "somebody else is in the scratch database and does not leave"))
}
