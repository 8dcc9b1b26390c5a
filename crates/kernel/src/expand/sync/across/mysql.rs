//! MySQL and MariaDB: triggers on both tables, one row at a time.
//!
//! A trigger may not write to a table that the statement it fires for writes to (1442), not even where no row is met. So each
//! looks first whether the other side differs: when it was set off by the other side's trigger it finds that it does not, and
//! writes nothing. It looks with a lock, since a consistent read may be older than what is there; only of rows that are there, as
//! a lock on the gap where a row is missing would stop others from inserting theirs.
//!
//! Cascades of foreign keys fire no triggers, and need none: what goes with a row is gone on both sides.

mod up;

use super::{Across, Moved};
use crate::Dialect;
use crate::dialect::quote;
use crate::expand::Batch;
use crate::expand::recipe::truncate_to;
use crate::expand::sync::convert::mysql::{FILLING, written};
use crate::expand::sync::mysql::{LONGEST, stays};
use crate::render::clause;
use std::ops::Deref;

const MY: Dialect = Dialect::Mysql;
const LOCK: &str = "LOCK IN SHARE MODE";
/// While a session holds a number in it, each row that it writes is filled, and counted in it.
const BACKFILL: &str = "@unmigrate_backfill";

const COUNT: &str = "    SET @unmigrate_backfill = @unmigrate_backfill + 1;\n";

fn q(name: &str) -> String {
    quote(name, MY)
}

fn any(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" OR ")
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn refuse(why: &str) -> String {
    // MESSAGE_TEXT holds 128 characters.
    let text: String = why.chars().take(120).collect::<String>().replace('\'', "''");
    format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{text}'")
}

/// What is moved across, as this engine has it.
pub(super) struct Mysql<'x, 'a>(pub &'x Across<'a>);

impl<'a> Deref for Mysql<'_, 'a> {
    type Target = Across<'a>;

    fn deref(&self) -> &Across<'a> {
        self.0
    }
}

impl Mysql<'_, '_> {
    fn here_is(&self, by: &str, what: &str, lock: &str) -> String {
        format!("EXISTS (SELECT 1 FROM {} AS here WHERE {by}{what}{lock})", self.own())
    }

    fn there_is(&self, by: &str, what: &str, lock: &str) -> String {
        format!("EXISTS (SELECT 1 FROM {} AS there WHERE {by}{what}{lock})", self.other())
    }

    /// A statement has changed one of the columns.
    fn changed(&self, name: impl Fn(&Moved) -> String) -> String {
        any(self.columns.iter().map(|m| {
            let name = name(m);
            self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"))
        }))
    }

    /// A row over there for the one that was written here.
    fn insert(&self) -> String {
        let linked = self.link.iter().map(|(own, other)| (q(other), format!("NEW.{}", q(own))));
        let moved = self.columns.iter().map(|m| (q(&m.there.name), format!("NEW.{}", q(&m.here.name))));
        let made = self.made.iter().map(|(name, value)| (q(name), written(self.here, &[], value)));
        let (names, values): (Vec<String>, Vec<String>) = linked.chain(moved).chain(made).unzip();
        format!("INSERT INTO {} ({}) VALUES ({})", self.other(), names.join(", "), values.join(", "))
    }

    /// A row was inserted here.
    fn inserted(&self) -> String {
        format!("IF {} THEN\n  {};\nEND IF;\n", self.holds("NEW."), self.insert())
    }

    /// A row was changed here.
    fn updated(&self) -> String {
        let by = self.there_by("NEW.", false);
        let apart = format!(" AND ({})", self.apart("NEW.", "there."));
        let lock = format!(" {LOCK}");
        let set = list(self.columns.iter().map(|m| {
            let (to, value) = (q(&m.there.name), format!("NEW.{}", q(&m.here.name)));
            let exact = self.columns.len() == 1 || !m.here.not_null || m.there.not_null;
            match exact {
                true => format!("there.{to} = {value}"),
                // NULL over there stands for the value that says nothing.
                false => {
                    format!("there.{to} = IF({}, {value}, there.{to})", self.differ(m, &value, &self.seen(m, "there.")))
                }
            }
        }));
        let update = format!("UPDATE {} AS there SET {set} WHERE {by}", self.other());
        let holds = self.holds("NEW.");
        let made = if self.comes { String::new() } else { format!("{BACKFILL} IS NOT NULL AND ") };
        let missing = match self.makes {
            true => format!(
                "  ELSEIF {made}({holds}) AND NOT {} THEN\n    {};\n{COUNT}",
                self.there_is(&by, "", &lock),
                self.insert()
            ),
            false => String::new(),
        };
        let unseen = match self.makes {
            true if self.comes => self.insert_unseen(&by),
            true => {
                format!("  IF {BACKFILL} IS NULL THEN\n    {update};\n  ELSE\n{}  END IF;\n", self.insert_unseen(&by))
            }
            false => format!("    {update};\n"),
        };
        format!(
            "IF {BACKFILL} IS NOT NULL OR {} THEN\n  IF NOT ({holds}) OR {} THEN\n  IF {} THEN\n    {update};\n{COUNT}{missing}  END IF;\n  \
             ELSE\n{unseen}  END IF;\nEND IF;\n",
            self.changed(|m| q(&m.here.name)),
            self.there_is(&by, "", ""),
            self.there_is(&by, &apart, &lock),
        )
    }

    /// A row over there where none is seen: one that came since is written. Another unique key may have stopped it: a row that is
    /// somebody else's stays as it is, and the statement fails.
    fn insert_unseen(&self, by: &str) -> String {
        let mine = self.link.iter().map(|(_, other)| format!("{}.{1} = VALUES({1})", self.other(), q(other)));
        let mine = mine.collect::<Vec<_>>().join(" AND ");
        let set = list(
            self.columns
                .iter()
                .map(|m| format!("{0}.{1} = IF({mine}, VALUES({1}), {0}.{1})", self.other(), q(&m.there.name))),
        );
        format!(
            "    {} ON DUPLICATE KEY UPDATE {set};\n{COUNT}    IF NOT {} THEN\n      {};\n    END IF;\n",
            self.insert(),
            self.there_is(by, "", &format!(" {LOCK}")),
            refuse(&format!("{}: no row could be made in {}: a key of it is taken", self.here.name, self.there.name))
        )
    }

    /// What the engine puts into a column over there that a statement does not name, while both shapes are there.
    fn plain(&self, moved: &Moved) -> Option<String> {
        moved.there.default.as_ref().filter(|_| self.comes).map(|d| d.text.clone())
    }

    fn taken_over(&self, moved: &Moved, by: &str) -> String {
        let value = format!("(SELECT here.{} FROM {} AS here WHERE {by} {LOCK})", q(&moved.here.name), self.own());
        format!("SET NEW.{} = {value};\n", q(&moved.there.name))
    }

    /// Holds where the column here has something for the one over there.
    fn has(&self, moved: &Moved, by: &str) -> String {
        let held = self.differ(moved, &format!("here.{}", q(&moved.here.name)), &moved.nothing);
        let what = if moved.here.not_null { String::new() } else { format!(" AND {held}") };
        self.here_is(by, &what, &format!(" {LOCK}"))
    }

    /// A row comes over there: it takes what was here, where it does not say otherwise. First the lock of the row here, as who
    /// writes here has it. Whether there is a row already is only looked at: a lock where none is would stop others from inserting.
    fn take(&self) -> String {
        let (by, there) = (self.here_by("NEW.", true), self.there_by("NEW.", true));
        // DO would hide an error, a deadlock too.
        let mut body = format!("IF {} THEN BEGIN END; END IF;\n", self.here_is(&by, "", &format!(" {LOCK}")));
        for moved in &self.columns {
            let to = format!("NEW.{}", q(&moved.there.name));
            let held = self.differ(moved, &format!("here.{}", q(&moved.here.name)), &moved.nothing);
            let usual = self.plain(moved).map(|usual| {
                let holds = self.here_is(&by, &format!(" AND {held}"), &format!(" {LOCK}"));
                format!(" OR NOT ({}) AND {holds}", self.differ(moved, &to, &usual))
            });
            body.push_str(&format!(
                "IF ({to} IS NULL AND {}{}) AND NOT {} THEN\n  {}END IF;\n",
                self.has(moved, &by),
                usual.unwrap_or_default(),
                self.there_is(&there, "", ""),
                self.taken_over(moved, &by),
            ));
        }
        body
    }

    /// A row over there is written before it is filled.
    fn catch_up(&self) -> String {
        let by = self.here_by("NEW.", true);
        let one = |m: &Moved| {
            let name = q(&m.there.name);
            format!(
                "IF NEW.{name} IS NULL AND OLD.{name} IS NULL AND {} THEN\n  {}END IF;\n",
                self.has(m, &by),
                self.taken_over(m, &by)
            )
        };
        self.columns.iter().map(one).collect()
    }

    /// What SET gets for the row here; where not `one`, only columns that were written over there are.
    fn set_here(&self, one: bool, written: &dyn Fn(&Moved) -> String) -> String {
        list(self.columns.iter().map(|m| {
            let (to, value) = (q(&m.here.name), self.seen(m, "NEW."));
            match one {
                true => format!("here.{to} = {value}"),
                false => format!("here.{to} = IF({}, {value}, here.{to})", written(m)),
            }
        }))
    }

    /// What was written over there comes here; `inserted`: with a row that comes.
    fn back(&self, inserted: bool) -> String {
        let by = self.here_by("NEW.", true);
        let one = self.columns.len() == 1 || inserted;
        let relinked = self.relinked();
        let written = |m: &Moved| {
            let name = q(&m.there.name);
            format!("({relinked} OR {})", self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}")))
        };
        let set = self.set_here(one, &written);
        let apart = any(self.columns.iter().map(|m| {
            let differs = self.differ(m, &format!("here.{}", q(&m.here.name)), &self.seen(m, "NEW."));
            if one { differs } else { format!("{} AND {differs}", written(m)) }
        }));
        let write = format!(
            "IF {} THEN\n  UPDATE {} AS here SET {set} WHERE {by};\nEND IF;\n",
            self.here_is(&by, &format!(" AND ({apart})"), &format!(" {LOCK}")),
            self.own()
        );
        match inserted {
            true => write,
            false => format!(
                "IF {relinked} THEN\n{}END IF;\nIF {relinked} OR {} THEN\n{write}END IF;\n",
                self.goes_over(),
                self.changed(|m| q(&m.there.name))
            ),
        }
    }

    /// A row over there becomes that of another row here.
    fn goes_over(&self) -> String {
        let left = if self.comes { self.emptied() } else { String::new() };
        let own = any(self.columns.iter().map(|m| {
            let (here, name) = (format!("here.{}", q(&m.here.name)), q(&m.there.name));
            format!(
                "{} AND {} AND NOT ({})",
                self.differ(m, &here, &m.nothing),
                self.differ(m, &here, &self.seen(m, "NEW.")),
                self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"))
            )
        }));
        let by = self.here_by("NEW.", true);
        format!(
            "{left}IF {} THEN\n  {};\nEND IF;\n",
            self.here_is(&by, &format!(" AND ({own})"), &format!(" {LOCK}")),
            refuse(&self.taken())
        )
    }

    /// A row here that has none over there any more holds what says so.
    fn emptied(&self) -> String {
        let set = list(self.columns.iter().map(|m| format!("here.{} = {}", q(&m.here.name), m.nothing)));
        format!(
            "IF NOT {} THEN\n  UPDATE {} AS here SET {set} WHERE {} AND ({});\nEND IF;\n",
            self.there_is(&self.there_by("OLD.", true), "", ""),
            self.own(),
            self.here_by("OLD.", true),
            self.holds("here."),
        )
    }

    /// The triggers: their endings, when they fire, on which table, and what they do.
    fn down(&self) -> Vec<(&'static str, &'static str, String, String)> {
        let (own, other) = (self.own(), self.other());
        let mut all = vec![("_upd", "AFTER UPDATE", own.clone(), self.updated())];
        if self.comes {
            all.push(("_ins", "AFTER INSERT", own, self.inserted()));
            all.push(("_tad", "AFTER DELETE", other.clone(), self.emptied()));
        } else {
            all.push(("_tbu", "BEFORE UPDATE", other.clone(), self.catch_up()));
        }
        all.push(("_tbi", "BEFORE INSERT", other.clone(), self.take()));
        all.push(("_tai", "AFTER INSERT", other.clone(), self.back(true)));
        all.push(("_tau", "AFTER UPDATE", other, self.back(false)));
        all
    }

    pub(super) fn triggers(&self) -> (Vec<String>, Vec<String>) {
        let whole = format!("unmigrate_{}_{}", self.here.name.name, self.columns[0].there.name);
        let name = truncate_to(LONGEST, &whole);
        let all = if self.refers { self.up() } else { self.down() };
        let trigger = |ending: &str| clause::name(&self.here.name.sibling(format!("{name}{ending}")), MY);
        let make = all.iter().map(|(ending, event, table, body)| {
            let name = trigger(ending);
            format!(
                "CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW\nBEGIN\nIF {FILLING} IS NULL THEN\n{body}END IF;\nEND"
            )
        });
        let drop = all.iter().map(|(ending, ..)| format!("DROP TRIGGER {}", trigger(ending)));
        (make.collect(), drop.collect())
    }

    /// Locks the rows here, as who writes them does first, then those over there, without waiting: who writes them waits for a
    /// row here. Then the rows are written as they are, and the trigger fills: a row at a time it needs no lock on the counter of
    /// a table, which others would wait for.
    pub(super) fn batch(&self) -> Vec<Batch> {
        let (own, other) = (self.own(), self.other());
        let theirs = list(self.theirs().into_iter().map(q));
        let ours = list(self.link.iter().map(|(own, _)| q(own)));
        let same = std::iter::once(q(&self.columns[0].here.name)).map(|name| format!("{name} = {name}"));
        let set = list(same.chain(stays(self.here, MY)));
        let with = |head: String, tail: &str| Batch { head, tail: Some(tail.to_owned()) };
        let alone = |sql: String| Batch { head: sql, tail: None };
        vec![
            with(format!("SELECT 1 FROM {own} WHERE "), " FOR UPDATE"),
            with(
                format!("SELECT 1 FROM {other} WHERE ({theirs}) IN (SELECT {ours} FROM {own} WHERE "),
                ") FOR UPDATE NOWAIT",
            ),
            alone(format!("SET {BACKFILL} = 0")),
            with(format!("UPDATE {own} SET {set} WHERE "), ""),
            alone(format!("SELECT {BACKFILL}")),
        ]
    }
}
