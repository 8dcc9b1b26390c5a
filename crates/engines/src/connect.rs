//! From a target to a session.

use crate::database::{Database, Failure, FailureKind};
use crate::mysql::Mysql;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::target::Target;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use unmigrate_kernel::Dialect;

/// For what comes after the network: encryption, the password, the first query.
const GRACE: Duration = Duration::from_secs(2);

/// Opens one session. Of several hosts, the first that answers.
///
/// # Errors
/// What kept the session from coming up: nobody answers (`Lost`), the name or the password is wrong (`Unauthorized`),
/// there is no such database (`Refused`), the file is not there (`Lost`), encryption can't be had (`Unsupported`).
pub fn connect(target: &Target) -> Result<Box<dyn Database + Send>, Failure> {
    let patience =
        target.endpoint().and_then(|endpoint| endpoint.connect_timeout.map(|each| (each, endpoint.hosts.len())));
    let Some((each, hosts)) = patience else { return open(target) };
    // The drivers wait that long for the network, and without end for a server that takes the call and says nothing.
    let (sender, receiver) = mpsc::sync_channel(1);
    let own = target.clone();
    let caller = thread::Builder::new().name("unmigrate-connect".to_owned());
    let started = caller.spawn(move || {
        // Where nobody waits any more, the session ends here.
        let _ = sender.send(open(&own));
    });
    if started.is_err() {
        return open(target);
    }
    let all = each.saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX)).saturating_add(GRACE);
    receiver.recv_timeout(all).unwrap_or_else(|end| match end {
        RecvTimeoutError::Timeout => {
            let message = format!("{target} took the call and did not answer within {} s", all.as_secs());
            let silent = Failure::new(FailureKind::Lost, message);
            Err(silent
                .hinted("is it a database that listens there? `connect_timeout` in the URL says how long to wait"))
        }
        RecvTimeoutError::Disconnected => Err(Failure::new(
            FailureKind::Unsupported,
            format!("the driver failed inside while connecting to {target}"),
        )),
    })
}

fn open(target: &Target) -> Result<Box<dyn Database + Send>, Failure> {
    Ok(match target {
        Target::Postgres(endpoint) => Box::new(Postgres::connect(endpoint)?),
        Target::Mysql(endpoint) => Box::new(Mysql::connect(endpoint)?),
        Target::Sqlite(place) => Box::new(Sqlite::open(place)?),
    })
}

/// Opens one session that holds locks and settings of its own; none where a pooler stands in between ([`is_pooled`]). The
/// second session, by which that is told, comes up at the same time as the first.
///
/// # Errors
/// As [`connect`], and where no second session can be opened.
pub fn connect_session(target: &Target) -> Result<Option<Box<dyn Database + Send>>, Failure> {
    if !matches!(target, Target::Postgres(_)) {
        return connect(target).map(Some);
    }
    if target.says_pooled() {
        return Ok(None);
    }
    let (one, other) = thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || connect(target));
        let one = connect(target);
        let other = other.map(thread::ScopedJoinHandle::join);
        (one, if let Ok(Ok(other)) = other { other } else { connect(target) })
    });
    let mut one = one?;
    Ok(if is_shared(one.as_mut(), other?.as_mut())? { None } else { Some(one) })
}

/// Does a pooler stand in between that hands every transaction another session? Then locks and settings of a session do
/// not hold, whatever it looks like.
///
/// Told by two sessions at once: where both are served by one process of the server, neither is a session. A pooler that
/// happens to have many sessions at hand may give each a different one, so it is tried a few times.
///
/// Always no on CockroachDB, where it can't be told.
///
/// # Errors
/// Where no second session can be opened.
pub fn is_pooled(target: &Target) -> Result<bool, Failure> {
    if !matches!(target, Target::Postgres(_)) {
        return Ok(false);
    }
    if target.says_pooled() {
        return Ok(true);
    }
    let (mut one, mut other) = (connect(target)?, connect(target)?);
    is_shared(one.as_mut(), other.as_mut())
}

/// Is one process of the server behind both?
fn is_shared(one: &mut dyn Database, other: &mut dyn Database) -> Result<bool, Failure> {
    const PROCESS: &str = "SELECT pg_backend_pid()";
    // CockroachDB gives all its sessions one number.
    if one.dialect() != Dialect::Postgres {
        return Ok(false);
    }
    let process = |db: &mut dyn Database| {
        let unknown = || Failure::new(FailureKind::Unsupported, "the server does not tell its processes apart");
        db.query(PROCESS)?.first().map(str::to_owned).ok_or_else(unknown)
    };
    let first = process(one)?;
    for _ in 0..5 {
        // And within one session: a pooler may change the process between two statements.
        if process(other)? == first || process(one)? != first {
            return Ok(true);
        }
    }
    Ok(false)
}
