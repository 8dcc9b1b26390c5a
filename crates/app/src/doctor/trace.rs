//! A migration on a scratch database, statement by statement.

use super::effect::{Effect, Known, effects};
use crate::verify::{Stage, up};
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::plan::{probe, stands_outside};
use unmigrate_kernel::script::{Piece, blocks};
use unmigrate_kernel::snapshot::{Options, Snapshot, read};
use unmigrate_kernel::{Dialect, Migration};

/// A migration's statements, and what a scratch database held before and after each.
pub struct Trace {
    /// The statements, without BEGIN and COMMIT.
    pub pieces: Vec<Piece>,
    /// What the catalogs held: before the first, and after each that could be run.
    stages: Vec<Snapshot>,
    /// The first that a database without rows refuses too, from 0, and what it says.
    pub refused: Option<(usize, String)>,
}

/// The statements of a migration.
pub fn pieces(migration: &Migration, dialect: Dialect) -> Vec<Piece> {
    blocks(&migration.sql, dialect, migration.breakpoints).into_iter().flat_map(|block| block.pieces).collect()
}

/// The runner takes the whole file in one transaction.
pub fn is_together(migration: &Migration, dialect: Dialect) -> bool {
    let blocks = blocks(&migration.sql, dialect, migration.breakpoints);
    let inside = |piece: &Piece| !stands_outside(&piece.sql, dialect);
    dialect.is_postgres() && blocks.iter().all(|block| !block.transaction && block.pieces.iter().all(inside))
}

impl Trace {
    /// Runs the migrations that are applied before it, and then its statements one by one.
    ///
    /// # Errors
    /// Where the scratch database does not answer, or refuses a migration that is applied.
    pub fn run(stage: &mut dyn Stage, before: &[&Migration], migration: &Migration) -> Result<Trace, Failure> {
        stage.restart()?;
        let db = stage.db();
        for earlier in before {
            up(db, &earlier.sql, earlier.breakpoints).map_err(|stop| {
                let message = format!("`{}` is applied and can't be run there: {}", earlier.name, stop.failure);
                Failure::new(FailureKind::Refused, message)
            })?;
        }
        let pieces = pieces(migration, db.dialect());
        let mut stages = vec![look(db)?];
        let mut refused = None;
        for (at, piece) in pieces.iter().enumerate() {
            match db.execute(&piece.sql) {
                Ok(_) => stages.push(look(db)?),
                Err(failure) if failure.kind == FailureKind::Lost => return Err(failure),
                Err(failure) => {
                    refused = Some((at, failure.to_string()));
                    break;
                }
            }
        }
        Ok(Trace { pieces, stages, refused })
    }

    /// What has happened of it in a database that holds `live`.
    pub fn effects(&self, live: &Snapshot, known: Known) -> Vec<Effect> {
        effects(&self.stages, live, self.pieces.len(), known)
    }
}

/// Our own marker is nobody's business.
fn look(db: &mut dyn Database) -> Result<Snapshot, Failure> {
    read(
        db.dialect(),
        &mut |sql: &str| db.query(sql),
        &Options { ignore: &[unmigrate_engines::MARKER_TABLE], ..Options::default() },
    )
}

/// Without a scratch database: what the names in the catalogs tell, asked with the probe of each statement. A name that
/// is there tells nothing of what it is like.
///
/// # Errors
/// Where the database does not answer.
pub fn by_names(db: &mut dyn Database, pieces: &[Piece], known: Known) -> Result<Vec<Effect>, Failure> {
    let dialect = db.dialect();
    let mut out = Vec::new();
    for piece in pieces {
        out.push(match probe(&piece.sql, dialect) {
            Some(probe) if probe.holds(&db.query(&probe.query)?) => Effect::Happened,
            Some(_) => Effect::Missing,
            None => Effect::Untold,
        });
    }
    // That all or nothing happened follows from how the tool runs it, not from what was seen: somebody may have run a part by
    // hand since.
    super::effect::deduce(&mut out, Known { together: false, ..known });
    Ok(out)
}
