//! Which statements of a migration have happened in a database: what its catalogs hold, against what they held on a
//! scratch database after each statement.

use unmigrate_kernel::snapshot::{Object, Snapshot};

/// What the catalogs say of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// All that it changes is as it leaves it, or as a later one does.
    Happened,
    /// All that it changes is as it was before it.
    Missing,
    /// It changes no catalog (rows alone), or leaves them as they once were: they don't tell.
    Untold,
    /// What it changes is neither as before it nor as after it.
    Neither,
}

impl Effect {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Happened => "happened",
            Effect::Missing => "missing",
            Effect::Untold => "untold",
            Effect::Neither => "neither",
        }
    }
}

/// What else is known of how the statements ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// All of them ran in one transaction: all have happened, or none.
    pub together: bool,
    /// The tool noted that it failed.
    pub failed: bool,
    /// The tool noted at which statement, from 1 (Prisma on MySQL).
    pub failed_at: Option<usize>,
}

/// What each statement changes, and as what the database has it. `stages` is what a scratch database held before the
/// first statement and after each; statements beyond its end could not be run there, and count as missing.
pub fn effects(stages: &[Snapshot], live: &Snapshot, statements: usize, known: Known) -> Vec<Effect> {
    let one = |at: usize| match stages.get(at + 1) {
        Some(_) => told(stages, live, at + 1),
        None => Effect::Missing,
    };
    let mut effects: Vec<Effect> = (0..statements).map(one).collect();
    deduce(&mut effects, known);
    effects
}

/// Of the statement between two stages, the second of which is `after`.
fn told(stages: &[Snapshot], live: &Snapshot, after: usize) -> Effect {
    let changed = stages[after].differences(&stages[after - 1]);
    let (mut happened, mut missing) = (false, false);
    for difference in changed {
        match side(stages, live, after, &difference.object) {
            (true, true) => {}
            (true, false) => happened = true,
            (false, true) => missing = true,
            (false, false) => return Effect::Neither,
        }
    }
    match (happened, missing) {
        (true, true) => Effect::Neither,
        (true, false) => Effect::Happened,
        (false, true) => Effect::Missing,
        (false, false) => Effect::Untold,
    }
}

/// Is an object as some stage from `after` on has it, and is it as some stage before that has it?
fn side(stages: &[Snapshot], live: &Snapshot, after: usize, object: &Object) -> (bool, bool) {
    let is = live.objects.get(object);
    let any = |stages: &[Snapshot]| stages.iter().any(|stage| stage.objects.get(object) == is);
    (any(&stages[after..]), any(&stages[..after]))
}

/// What follows from the order in which a runner takes statements: it stops at the first that fails.
pub(super) fn deduce(effects: &mut [Effect], known: Known) {
    let happened = effects.contains(&Effect::Happened);
    if known.together && !effects.contains(&Effect::Neither) {
        let all = match (happened, effects.contains(&Effect::Missing)) {
            (true, false) => Some(Effect::Happened),
            (false, true) => Some(Effect::Missing),
            (false, false) if known.failed => Some(Effect::Missing),
            _ => None,
        };
        if let Some(all) = all {
            effects.fill(all);
            return;
        }
    }
    let last = effects.iter().rposition(|e| *e == Effect::Happened).map_or(0, |at| at + 1);
    let first = effects.iter().position(|e| *e == Effect::Missing).unwrap_or(effects.len());
    for (at, effect) in effects.iter_mut().enumerate().filter(|(_, e)| **e == Effect::Untold) {
        let failed_at = known.failed_at.map(|number| number - 1);
        *effect = match failed_at {
            _ if at < last => Effect::Happened,
            _ if at >= first => Effect::Missing,
            Some(failed) if (last..=first).contains(&failed) => {
                if at < failed {
                    Effect::Happened
                } else {
                    Effect::Missing
                }
            }
            _ => Effect::Untold,
        };
    }
}

/// How a migration as a whole stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// None of its statements has happened.
    None,
    /// All of them have.
    All,
    /// Some have.
    Some,
    /// It can't be told of some.
    Untold,
}

/// Of all its statements.
pub fn extent(effects: &[Effect]) -> Extent {
    let all = |wanted: Effect| effects.iter().all(|effect| *effect == wanted);
    match () {
        () if all(Effect::Happened) => Extent::All,
        () if all(Effect::Missing) => Extent::None,
        () if effects.iter().any(|e| matches!(e, Effect::Untold | Effect::Neither)) => Extent::Untold,
        () => Extent::Some,
    }
}

#[cfg(test)]
mod tests {
    use super::Effect::*;
    use super::*;
    use std::sync::Arc;

    fn snapshot(objects: &[(&str, &str)]) -> Snapshot {
        let object = |name: &str| Arc::new(Object { kind: "column", name: name.into() });
        let objects = objects.iter().map(|(name, text)| (object(name), Arc::new((*text).to_owned()))).collect();
        Snapshot { objects, ..Snapshot::default() }
    }

    /// DROP birthDate; UPDATE; ADD UNIQUE(email); ADD signup.
    fn stages() -> Vec<Snapshot> {
        vec![
            snapshot(&[("birth", "date"), ("email", "text")]),
            snapshot(&[("email", "text")]),
            snapshot(&[("email", "text")]),
            snapshot(&[("email", "text"), ("unique", "email")]),
            snapshot(&[("email", "text"), ("unique", "email"), ("signup", "date")]),
        ]
    }

    fn of(live: &[(&str, &str)], known: Known) -> Vec<Effect> {
        effects(&stages(), &snapshot(live), 4, known)
    }

    #[test]
    fn so_many_of_so_many() {
        let none = Known::default();
        assert_eq!(of(&[("birth", "date"), ("email", "text")], none), [Missing, Missing, Missing, Missing]);
        // Whether the rows were changed before the third failed, no catalog tells.
        assert_eq!(of(&[("email", "text")], none), [Happened, Untold, Missing, Missing]);
        assert_eq!(of(&[("email", "text"), ("unique", "email")], none), [Happened, Happened, Happened, Missing]);
        let all = [("email", "text"), ("unique", "email"), ("signup", "date")];
        assert_eq!(of(&all, none), [Happened; 4]);
        // What is not the migration's does not matter.
        assert_eq!(of(&[("birth", "date"), ("email", "int"), ("other", "x")], none), [Missing; 4]);
    }

    #[test]
    fn what_the_tool_noted_tells_more() {
        let at = |failed_at| Known { failed: true, failed_at: Some(failed_at), ..Known::default() };
        assert_eq!(of(&[("email", "text")], at(3)), [Happened, Happened, Missing, Missing]);
        assert_eq!(of(&[("email", "text")], at(2)), [Happened, Missing, Missing, Missing]);
        // It says what can't be: it is not believed.
        assert_eq!(of(&[("email", "text")], at(1)), [Happened, Untold, Missing, Missing]);
        assert_eq!(of(&[("email", "text")], at(4)), [Happened, Untold, Missing, Missing]);
    }

    #[test]
    fn one_transaction_is_all_or_nothing() {
        let together = Known { together: true, ..Known::default() };
        assert_eq!(of(&[("birth", "date"), ("email", "text")], together), [Missing; 4]);
        let rows = vec![snapshot(&[]); 3];
        assert_eq!(effects(&rows, &snapshot(&[]), 2, together), [Untold; 2]);
        assert_eq!(effects(&rows, &snapshot(&[]), 2, Known { failed: true, ..together }), [Missing; 2]);
    }

    #[test]
    fn done_by_hand_and_out_of_order() {
        let live = [("birth", "date"), ("email", "text"), ("unique", "email")];
        assert_eq!(of(&live, Known::default()), [Missing, Happened, Happened, Missing]);
        assert_eq!(of(&[("birth", "text"), ("email", "text")], Known::default())[0], Neither);
    }

    #[test]
    fn what_scratch_refused_is_missing() {
        let found = effects(&stages()[..3], &snapshot(&[("email", "text")]), 4, Known::default());
        assert_eq!(found, [Happened, Untold, Missing, Missing]);
        assert_eq!((extent(&found), extent(&[Happened, Missing])), (Extent::Untold, Extent::Some));
        assert_eq!((extent(&[Happened]), extent(&[Missing])), (Extent::All, Extent::None));
    }
}
