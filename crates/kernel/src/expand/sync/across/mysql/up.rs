//! The other way around: the row here refers to the one that its values move to. Every row here has one there, so that it is
//! looked for with a lock at once; a row there may have none here, and is looked for without a lock first.
//!
//! What is not filled yet stays so until it is written here, or the backfill comes: a trigger over there that looked for it
//! would have to look at every row which has none here.

use super::{BACKFILL, COUNT, LOCK, Mysql, any, list, q, refuse};
use crate::expand::sync::across::Moved;

impl Mysql<'_, '_> {
    /// The triggers: their endings, when they fire, on which table, and what they do.
    pub(super) fn up(&self) -> Vec<(&'static str, &'static str, String, String)> {
        let (own, other) = (self.own(), self.other());
        vec![
            ("_hbi", "BEFORE INSERT", own.clone(), self.take_here()),
            ("_ins", "AFTER INSERT", own.clone(), self.over(&|_| None)),
            ("_upd", "AFTER UPDATE", own, self.updated_here()),
            ("_tau", "AFTER UPDATE", other, self.back_here()),
        ]
    }

    /// How many rows are here, into `seen`. A SELECT of its own is a consistent read; in a condition of a trigger InnoDB would lock
    /// what it finds, and the gap where it finds nothing.
    fn seen_here(&self, by: &str) -> String {
        format!("DECLARE seen INT DEFAULT 0;\nSELECT count(*) INTO seen FROM {} AS here WHERE {by};\n", self.own())
    }

    /// A row comes here: it takes what is over there, where it does not say otherwise. First the lock of the row there, as who
    /// writes there has it.
    fn take_here(&self) -> String {
        let (here, there) = (self.here_by("NEW.", false), self.there_by("NEW.", false));
        let lock = format!(" {LOCK}");
        let silent = |m: &Moved| {
            let to = format!("NEW.{}", q(&m.here.name));
            format!("({to} IS NULL OR NOT ({}))", self.differ(m, &to, &m.nothing))
        };
        let mut body = String::new();
        for moved in &self.columns {
            let held = format!("there.{}", q(&moved.there.name));
            body.push_str(&format!(
                "IF seen = 0 AND {} AND {} THEN\n  SET NEW.{} = (SELECT {held} FROM {} AS there WHERE {there} {LOCK});\nEND IF;\n",
                silent(moved),
                self.there_is(&there, &format!(" AND {held} IS NOT NULL"), &lock),
                q(&moved.here.name),
                self.other(),
            ));
        }
        format!(
            "IF {} THEN BEGIN END; END IF;\nIF {} THEN BEGIN\n{}{body}END; END IF;\n",
            self.there_is(&there, "", &lock),
            any(self.columns.iter().map(silent)),
            self.seen_here(&here)
        )
    }

    /// What was written here goes over there; of an UPDATE only what it has changed: where it was set off over there, a column that
    /// is not filled yet would have to be written to the row that is being written.
    fn over(&self, written: &dyn Fn(&Moved) -> Option<String>) -> String {
        let by = self.there_by("NEW.", false);
        let apart = |m: &Moved| {
            let differs = self.differ(m, &format!("NEW.{}", q(&m.here.name)), &self.seen(m, "there."));
            written(m).map_or(differs.clone(), |written| format!("({written}) AND {differs}"))
        };
        let set = list(self.columns.iter().map(|m| {
            let to = q(&m.there.name);
            // NULL over there may stand for the value that says nothing.
            format!("there.{to} = IF({}, NEW.{}, there.{to})", apart(m), q(&m.here.name))
        }));
        format!(
            "IF {} THEN\n  UPDATE {} AS there SET {set} WHERE {by};\n{COUNT}END IF;\n",
            self.there_is(&by, &format!(" AND ({})", any(self.columns.iter().map(apart))), &format!(" {LOCK}")),
            self.other()
        )
    }

    fn updated_here(&self) -> String {
        let belongs = any(self.link.iter().map(|(own, _)| format!("NOT (OLD.{0} <=> NEW.{0})", q(own))));
        let own = any(self.columns.iter().map(|m| {
            let (here, there) = (q(&m.here.name), q(&m.there.name));
            format!(
                "there.{there} IS NOT NULL AND {} AND NOT ({})",
                self.differ(m, &format!("NEW.{here}"), &self.seen(m, "there.")),
                self.differ(m, &format!("OLD.{here}"), &format!("NEW.{here}"))
            )
        }));
        format!(
            "IF ({belongs}) AND {} THEN\n  {};\nEND IF;\nIF {BACKFILL} IS NOT NULL OR {belongs} OR {} THEN\n{}END IF;\n",
            self.there_is(&self.there_by("NEW.", false), &format!(" AND ({own})"), &format!(" {LOCK}")),
            refuse(&self.taken()),
            self.changed(|m| q(&m.here.name)),
            self.over(&|m| {
                let name = q(&m.here.name);
                let changed = self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"));
                Some(format!("{BACKFILL} IS NOT NULL OR {belongs} OR {changed}"))
            })
        )
    }

    /// What was written over there comes here. A row that is not seen may have come since the transaction began: it is written
    /// without a look, which locks the gap where there is none. The backfill has the row here already, by another index than
    /// the one that would be locked.
    fn back_here(&self) -> String {
        let by = self.here_by("NEW.", true);
        let written = |m: &Moved| {
            let name = q(&m.there.name);
            self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"))
        };
        let one = self.columns.len() == 1;
        let set = self.set_here(one, &written);
        let apart = any(self.columns.iter().map(|m| {
            let differs = self.differ(m, &format!("here.{}", q(&m.here.name)), &self.seen(m, "NEW."));
            format!("{} AND {differs}", written(m))
        }));
        let update = format!("UPDATE {} AS here SET {set} WHERE {by};\n", self.own());
        format!(
            "IF {BACKFILL} IS NULL AND ({}) THEN BEGIN\n{}IF seen = 0 THEN\n  {update}ELSEIF {} THEN\n  {update}END IF;\nEND; END IF;\n",
            any(self.columns.iter().map(written)),
            self.seen_here(&by),
            self.here_is(&by, &format!(" AND ({apart})"), &format!(" {LOCK}")),
        )
    }
}
