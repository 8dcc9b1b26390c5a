//! PostgreSQL: AFTER triggers on both tables. Each writes only where the other side differs, so that what it sets off finds
//! nothing left to do; and each reads the row as it is by then, whatever other triggers have made of it.
//!
//! A statement that writes here has the lock of the row here when its trigger needs that of the row there, and the other way
//! around: where both come at once the server ends one of them. An INSERT over there takes the lock of the row here first.

mod merged;

use super::{Across, Moved};
use crate::Dialect;
use crate::dialect::quote;
use crate::expand::Batch;
use crate::expand::recipe::truncate_to;
use crate::expand::sync::postgres::{LONGEST, around};
use crate::render::clause;
use std::ops::Deref;

const PG: Dialect = Dialect::Postgres;

fn q(name: &str) -> String {
    quote(name, PG)
}

fn any(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" OR ")
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// What is moved across, as this engine has it.
pub(super) struct Postgres<'x, 'a>(pub &'x Across<'a>);

impl<'a> Deref for Postgres<'_, 'a> {
    type Target = Across<'a>;

    fn deref(&self) -> &Across<'a> {
        self.0
    }
}

impl Postgres<'_, '_> {
    /// The values of a row here as the columns of a row over there: names and values, those that link first.
    fn row(&self, here: &str) -> (String, String) {
        let linked = self.link.iter().map(|(own, other)| (q(other), format!("{here}{}", q(own))));
        let moved = self.columns.iter().map(|m| (q(&m.there.name), format!("{here}{}", q(&m.here.name))));
        let made = self.made.iter().map(|(name, value)| (q(name), format!("({value})")));
        let (names, values): (Vec<String>, Vec<String>) = linked.chain(moved).chain(made).unzip();
        (names.join(", "), values.join(", "))
    }

    /// A temporary table of that name would be written in its place.
    fn hidden(&self, table: &crate::catalog::Table) -> String {
        if !table.name.schema.is_empty() {
            return String::new();
        }
        let name = format!("pg_temp.{}", q(&table.name.name));
        format!(
            "  IF to_regclass({}) IS NOT NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'duplicate_table', MESSAGE = {};\n  END IF;\n",
            clause::literal(&name),
            clause::literal(&format!(
                "a temporary table hides {}, which is written too until the contract",
                table.name
            ))
        )
    }

    /// What was written here goes over there.
    fn there(&self) -> String {
        let (own, other) = (self.own(), self.other());
        let set = self.set_over(|m| format!("here.{}", q(&m.here.name)));
        let moves = if self.refers { self.finds_another() } else { String::new() };
        let moves = if self.goes { moves + &self.left_behind() } else { moves };
        let mut body = format!(
            "BEGIN\n{}{moves}  UPDATE {other} AS there SET {} FROM {own} AS here\n    WHERE {} AND {} AND ({});\n",
            self.hidden(self.there),
            set,
            self.here_by("NEW.", false),
            self.linked("here.", "there."),
            self.apart("here.", "there."),
        );
        if self.comes {
            let (names, values) = self.row("here.");
            body.push_str(&format!(
                "  INSERT INTO {other} ({names})\n    SELECT {values} FROM {own} AS here\n    WHERE {} AND ({})\n      \
                 AND NOT EXISTS (SELECT 1 FROM {other} AS there WHERE {})\n    ON CONFLICT ({}) DO NOTHING;\n",
                self.here_by("NEW.", false),
                self.holds("here."),
                self.linked("here.", "there."),
                list(self.theirs().into_iter().map(q)),
            ));
        }
        format!("{body}  RETURN NULL;\nEND\n")
    }

    /// Of this table's own foreign key: the row here comes to belong to one over there that holds something else.
    fn finds_another(&self) -> String {
        let changed = |row: &str| {
            let one = |(own, _): &(&str, &str)| format!("OLD.{0} IS DISTINCT FROM {row}{0}", q(own));
            self.link.iter().map(one).collect::<Vec<_>>().join(" OR ")
        };
        let taken = any(self.columns.iter().map(|m| {
            let (here, there) = (q(&m.here.name), q(&m.there.name));
            format!(
                "there.{there} IS NOT NULL AND ({}) AND NOT ({})",
                self.differ(m, &format!("NEW.{here}"), &self.seen(m, "there.")),
                self.differ(m, &format!("OLD.{here}"), &format!("NEW.{here}"))
            )
        }));
        format!(
            "  IF TG_OP = 'UPDATE' AND ({}) AND EXISTS (SELECT 1 FROM {} AS there WHERE {} AND ({taken})) THEN\n    \
             RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {};\n  END IF;\n",
            changed("NEW."),
            self.other(),
            self.there_by("NEW.", false),
            clause::literal(&self.taken())
        )
    }

    /// Of this table's own foreign key: a row that comes here takes what is over there, where it does not say otherwise.
    fn take_here(&self) -> String {
        let held = list(self.columns.iter().map(|m| format!("there.{}", q(&m.there.name))));
        let mut body = format!(
            "DECLARE\n  held record;\nBEGIN\n{}  SELECT {held} INTO held FROM {} AS there WHERE {} FOR NO KEY UPDATE;\n  \
             IF FOUND AND NOT EXISTS (SELECT 1 FROM {} AS here WHERE {}) THEN\n",
            self.hidden(self.there),
            self.other(),
            self.there_by("NEW.", false),
            self.own(),
            self.here_by("NEW.", false),
        );
        for moved in &self.columns {
            let (to, held) = (format!("NEW.{}", q(&moved.here.name)), format!("held.{}", q(&moved.there.name)));
            let says = self.differ(moved, &to, &moved.nothing);
            body.push_str(&format!(
                "    IF {held} IS NOT NULL AND ({to} IS NULL OR NOT ({says})) THEN\n      {to} := {held};\n    END IF;\n"
            ));
        }
        format!("{body}  END IF;\n  RETURN NEW;\nEND\n")
    }

    /// A row that comes over there takes what was here, where it does not say otherwise.
    fn take(&self) -> String {
        let held = list(self.columns.iter().map(|m| format!("here.{}", q(&m.here.name))));
        let mut body = format!(
            "DECLARE\n  held record;\nBEGIN\n{}  SELECT {held} INTO held FROM {} AS here WHERE {} FOR NO KEY UPDATE;\n  \
             IF FOUND AND NOT EXISTS (SELECT 1 FROM {} AS there WHERE {}) THEN\n",
            self.hidden(self.here),
            self.own(),
            self.here_by("NEW.", true),
            self.other(),
            self.there_by("NEW.", true),
        );
        for moved in &self.columns {
            let (to, held) = (format!("NEW.{}", q(&moved.there.name)), format!("held.{}", q(&moved.here.name)));
            let holds = self.differ(moved, &held, &moved.nothing);
            let unsaid = match (moved.here.not_null, self.usual(moved)) {
                (true, None) => format!("{to} IS NULL"),
                (true, Some(usual)) => {
                    format!("{to} IS NULL OR ({holds}) AND NOT ({})", self.differ(moved, &to, &usual))
                }
                (false, None) => format!("{to} IS NULL AND ({holds})"),
                (false, Some(usual)) => {
                    format!("({holds}) AND ({to} IS NULL OR NOT ({}))", self.differ(moved, &to, &usual))
                }
            };
            body.push_str(&format!("    IF {unsaid} THEN\n      {to} := {held};\n    END IF;\n"));
        }
        body.push_str(&self.meets());
        format!("{body}  END IF;\n  RETURN NEW;\nEND\n")
    }

    /// An upsert that meets the row which is there: the check that stands for NOT NULL is asked before that is seen.
    fn meets(&self) -> String {
        let required = self.columns.iter().filter(|m| m.there.not_null && !self.comes);
        let one = |m: &Moved| {
            let to = format!("NEW.{}", q(&m.there.name));
            let usual = m.there.default.as_ref().map(|d| d.text.clone());
            format!("    {to} := coalesce({to}, {});\n", usual.unwrap_or_else(|| format!("held.{}", q(&m.here.name))))
        };
        let all: String = required.map(one).collect();
        if all.is_empty() { all } else { format!("  ELSIF FOUND THEN\n{all}") }
    }

    /// A row over there that is written before it is filled takes what is here: a check that stands for NOT NULL looks at every row
    /// that is written.
    fn catch_up(&self) -> String {
        let held = list(self.columns.iter().map(|m| format!("here.{}", q(&m.here.name))));
        let mut body = format!(
            "DECLARE\n  held record;\nBEGIN\n{}  SELECT {held} INTO held FROM {} AS here WHERE {};\n  IF FOUND THEN\n",
            self.hidden(self.here),
            self.own(),
            self.here_by("NEW.", true),
        );
        for moved in &self.columns {
            let (name, held) = (q(&moved.there.name), format!("held.{}", q(&moved.here.name)));
            // Where a row here refers, NULL over there stays what says that there is nothing.
            let holds = match moved.here.not_null && !self.refers {
                true => String::new(),
                false => format!(" AND ({})", self.differ(moved, &held, &moved.nothing)),
            };
            body.push_str(&format!(
                "    IF NEW.{name} IS NULL AND OLD.{name} IS NULL{holds} THEN\n      NEW.{name} := {held};\n    END IF;\n"
            ));
        }
        format!("{body}  END IF;\n  RETURN NEW;\nEND\n")
    }

    /// What the engine puts into a column over there that a statement does not name, while both shapes are there.
    fn usual(&self, moved: &Moved) -> Option<String> {
        let default = moved.there.default.as_ref().filter(|_| self.comes)?;
        Some(format!("({})::{}", default.text, moved.there.data_type))
    }

    /// What was written over there comes here.
    fn back(&self) -> String {
        let (own, other) = (self.own(), self.other());
        let relinked = self.relinked();
        let written = |m: &Moved| {
            let name = q(&m.there.name);
            let changed = self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"));
            format!("TG_OP = 'INSERT' OR {relinked} OR {changed}")
        };
        let one = self.columns.len() == 1;
        let set = self.columns.iter().map(|m| {
            let (to, value) = (q(&m.here.name), self.seen(m, "there."));
            match one {
                true => format!("{to} = {value}"),
                false => format!("{to} = CASE WHEN {} THEN {value} ELSE here.{to} END", written(m)),
            }
        });
        let apart = self.columns.iter().map(|m| {
            let differs = self.differ(m, &format!("here.{}", q(&m.here.name)), &self.seen(m, "there."));
            if one { differs } else { format!("({}) AND ({differs})", written(m)) }
        });
        let over = match self.refers {
            true => String::new(),
            false => format!("  IF TG_OP = 'UPDATE' AND ({relinked}) THEN\n{}  END IF;\n", self.goes_over()),
        };
        format!(
            "BEGIN\n{}{over}  UPDATE {own} AS here SET {} FROM {other} AS there\n    \
             WHERE {} AND {} AND ({});\n{}  RETURN NULL;\nEND\n",
            self.hidden(self.here),
            list(set),
            self.there_by("NEW.", true),
            self.linked("here.", "there."),
            any(apart),
            if self.goes { self.row_made() } else { String::new() },
        )
    }

    /// A row over there becomes that of another row here.
    fn goes_over(&self) -> String {
        let left = if self.comes { self.emptied("    ") } else { String::new() };
        let own = self.columns.iter().map(|m| {
            let (here, name) = (format!("here.{}", q(&m.here.name)), q(&m.there.name));
            format!(
                "({}) AND ({}) AND NOT ({})",
                self.differ(m, &here, &m.nothing),
                self.differ(m, &here, &self.seen(m, "NEW.")),
                self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"))
            )
        });
        format!(
            "{left}    IF EXISTS (SELECT 1 FROM {} AS here WHERE {} AND ({})) THEN\n      \
             RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {};\n    END IF;\n",
            self.own(),
            self.here_by("NEW.", true),
            any(own),
            clause::literal(&self.taken())
        )
    }

    /// A row here that has none over there any more holds what says so.
    fn emptied(&self, indent: &str) -> String {
        let set = list(self.columns.iter().map(|m| format!("{} = {}", q(&m.here.name), m.nothing)));
        format!(
            "{indent}UPDATE {} AS here SET {set}\n{indent}  WHERE {} AND ({})\n{indent}    AND NOT EXISTS (SELECT 1 FROM {} AS there WHERE {});\n",
            self.own(),
            self.here_by("OLD.", true),
            self.holds("here."),
            self.other(),
            self.there_by("OLD.", true),
        )
    }

    /// Statements that make the triggers, and those that drop them.
    pub(super) fn triggers(&self) -> (Vec<String>, Vec<String>) {
        let whole = format!("unmigrate_{}_{}", self.here.name.name, self.columns[0].there.name);
        let name = truncate_to(LONGEST, &whole);
        let mut out = Triggers { schema: &self.here.name, make: vec![], drop: vec![] };
        let changed = |row: &dyn Fn(&Moved) -> String| {
            any(self.columns.iter().map(|m| {
                let name = row(m);
                self.differ(m, &format!("OLD.{name}"), &format!("NEW.{name}"))
            }))
        };
        let relinked = self.relinked();
        let (own, other) = (self.own(), self.other());
        let there = out.function(&name, &self.there());
        if self.comes || self.refers {
            // What the default of a column here says is NULL over there, until it is written there too.
            let holds = (!self.refers).then(|| self.holds("NEW."));
            out.trigger(&format!("{name}_new"), &format!("AFTER INSERT ON {own}"), holds, &there);
        }
        let mut here = changed(&|m| q(&m.here.name));
        if self.refers {
            let own = self.link.iter().map(|(own, _)| format!("OLD.{0} IS DISTINCT FROM NEW.{0}", q(own)));
            here = any(std::iter::once(here).chain(own));
            let first = around(self.here).1.unwrap_or_default();
            let take = out.function(&format!("{name}_take"), &self.take_here());
            out.trigger(
                &format!("{first}{name}_take"),
                &format!("BEFORE INSERT ON {own}", own = self.own()),
                None,
                &take,
            );
        }
        out.trigger(&name, &format!("AFTER UPDATE ON {own}"), Some(here), &there);
        if self.comes && !self.cascades {
            let body = format!(
                "BEGIN\n  DELETE FROM {other} AS there WHERE {};\n  RETURN NULL;\nEND\n",
                self.there_by("OLD.", false)
            );
            // Before the foreign key looks: triggers fire in the order of their names, and its own begins with RI.
            let gone = out.function(&format!("{name}_gone"), &body);
            out.trigger(&format!("0_{name}_gone"), &format!("AFTER DELETE ON {own}"), None, &gone);
        }
        let last = around(self.there).1.unwrap_or_default();
        if !self.refers {
            let take = out.function(&format!("{name}_take"), &self.take());
            out.trigger(&format!("{last}{name}_take"), &format!("BEFORE INSERT ON {other}"), None, &take);
        }
        if !self.comes {
            let empty = any(self.columns.iter().map(|m| {
                let name = q(&m.there.name);
                format!("NEW.{name} IS NULL AND OLD.{name} IS NULL")
            }));
            let fill = out.function(&format!("{name}_fill"), &self.catch_up());
            out.trigger(&format!("{last}{name}_fill"), &format!("BEFORE UPDATE ON {other}"), Some(empty), &fill);
        }
        let back = out.function(&format!("{name}_back"), &self.back());
        if !self.refers {
            out.trigger(&format!("{name}_in"), &format!("AFTER INSERT ON {other}"), None, &back);
        }
        if self.goes {
            self.merged(&name, &back, &mut out);
        }
        let over = format!("{} OR {relinked}", changed(&|m| q(&m.there.name)));
        out.trigger(&format!("{name}_back"), &format!("AFTER UPDATE ON {other}"), Some(over), &back);
        if self.comes {
            let body = format!("BEGIN\n{}{}  RETURN NULL;\nEND\n", self.hidden(self.here), self.emptied("  "));
            let left = out.function(&format!("{name}_left"), &body);
            out.trigger(&format!("{name}_left"), &format!("AFTER DELETE ON {other}"), None, &left);
        }
        let drops = out.drop.into_iter().map(|(_, sql)| sql).collect();
        (out.make, drops)
    }

    /// What SET gets over there; `value` is a column's value here.
    fn set_over(&self, value: impl Fn(&Moved) -> String) -> String {
        list(self.columns.iter().map(|m| {
            let (to, value) = (q(&m.there.name), value(m));
            // NULL over there may stand for the value that says nothing: it stays then.
            let exact = !m.here.not_null || m.there.not_null;
            match exact {
                true => format!("{to} = {value}"),
                false => format!(
                    "{to} = CASE WHEN {} THEN {value} ELSE there.{to} END",
                    self.differ(m, &value, &self.seen(m, "there."))
                ),
            }
        }))
    }

    /// Fills a batch of rows here over there. It takes the locks of the rows here, so that it reads what was written last; then
    /// those of the rows over there, without waiting: who has one of them waits for a row here.
    pub(super) fn batch(&self) -> Vec<Batch> {
        let (own, other, todo) = (self.own(), self.other(), self.todo());
        let theirs = list(self.theirs().into_iter().map(q));
        let ours = list(self.link.iter().map(|(own, _)| q(own)));
        let with = |head: String, tail: String| Batch { head, tail: Some(tail) };
        let locks = [
            with(format!("SELECT 1 FROM {own} WHERE "), format!(" AND ({todo}) FOR NO KEY UPDATE")),
            with(
                format!("SELECT 1 FROM {other} WHERE ({theirs}) IN (SELECT {ours} FROM {own} WHERE "),
                format!(" AND ({todo})) FOR NO KEY UPDATE NOWAIT"),
            ),
        ];
        let fill = match self.makes {
            true => {
                let (names, values) = self.row(&format!("{own}."));
                let set = self.set_over(|m| format!("EXCLUDED.{}", q(&m.there.name)));
                let apart = any(self.columns.iter().map(|m| {
                    let excluded = format!("EXCLUDED.{}", q(&m.there.name));
                    self.differ(m, &excluded, &self.seen(m, "there."))
                }));
                with(
                    format!("INSERT INTO {other} AS there ({names}) SELECT {values} FROM {own} WHERE "),
                    format!(" AND ({todo}) FOR NO KEY UPDATE ON CONFLICT ({theirs}) DO UPDATE SET {set} WHERE {apart}"),
                )
            }
            false => {
                let held = self.columns.iter().map(|m| q(&m.here.name));
                let set = self.set_over(|m| format!("held.{}", q(&m.here.name)));
                with(
                    format!("WITH held AS (SELECT {ours}, {} FROM {own} WHERE ", list(held)),
                    format!(
                        " AND ({todo}) FOR NO KEY UPDATE) UPDATE {other} AS there SET {set} FROM held WHERE {} AND ({})",
                        self.linked("held.", "there."),
                        self.apart("held.", "there."),
                    ),
                )
            }
        };
        // Where the table comes, nobody but who waits for a row here writes a row that is still to be filled.
        let locks = locks.into_iter().filter(|_| !self.comes);
        locks.chain([fill]).collect()
    }
}

/// Functions and triggers, in the order in which they are made, and what drops them.
struct Triggers<'a> {
    /// A table of the schema that they are in.
    schema: &'a crate::catalog::Name,
    make: Vec<String>,
    /// First the triggers, then the functions.
    drop: Vec<(bool, String)>,
}

impl Triggers<'_> {
    /// Gives its name in SQL. It finds its tables where the migration does, whatever the client's search_path is.
    fn function(&mut self, name: &str, body: &str) -> String {
        let function = clause::name(&self.schema.sibling(name), PG);
        self.make.push(format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $unmigrate$\n{body}$unmigrate$"
        ));
        self.drop.push((false, format!("DROP FUNCTION {function}()")));
        function
    }

    fn trigger(&mut self, name: &str, event: &str, when: Option<String>, function: &str) {
        let when = when.map(|w| format!(" WHEN ({w})")).unwrap_or_default();
        let trigger = q(name);
        self.make.push(format!("CREATE TRIGGER {trigger} {event} FOR EACH ROW{when} EXECUTE FUNCTION {function}()"));
        let on = event.split_once(" ON ").map_or(event, |(_, table)| table);
        let at = self.drop.iter().take_while(|(of_trigger, _)| *of_trigger).count();
        self.drop.insert(at, (true, format!("DROP TRIGGER {trigger} ON {on}")));
    }
}
