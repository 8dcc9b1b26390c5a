//! The scratch databases that this process has on servers right now, for when it has to end at once.

use super::{keeper, marker, schema};
use crate::connect::connect;
use crate::target::Target;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One of them.
#[derive(Clone, PartialEq)]
struct Live {
    door: Target,
    name: String,
    schema: bool,
}

static LIVE: Mutex<Vec<Live>> = Mutex::new(Vec::new());

fn all() -> MutexGuard<'static, Vec<Live>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One is about to be made.
pub(super) fn born(door: &Target, name: &str, schema: bool) {
    all().push(Live { door: door.clone(), name: name.to_owned(), schema });
}

/// One is dropped.
pub(super) fn gone(name: &str) {
    all().retain(|live| live.name != name);
}

/// Drops all of them over sessions of its own: whoever works with them meets errors. What can't be dropped is left to the
/// next run's sweep.
pub(super) fn drop_all() {
    for Live { door, name, schema } in std::mem::take(&mut *all()) {
        let Ok(mut admin) = connect(&door) else { continue };
        if schema {
            let _ = schema::remove(&mut *admin, &name);
        } else if let Some(keeper) = keeper::keeper(door.dialect()).filter(|_| marker::is_ours(&name)) {
            let _ = keeper::drop_marked(keeper, &mut *admin, &name);
        }
    }
}
