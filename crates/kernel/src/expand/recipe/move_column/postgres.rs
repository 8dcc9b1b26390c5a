//! PostgreSQL: the statements of both phases.

use super::Move;
use crate::Dialect;
use crate::catalog::Column;
use crate::dialect::quote;
use crate::expand::locked::{self, Lock};
use crate::expand::sync::across::Across;
use crate::names::truncate;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;

impl Move<'_> {
    pub(super) fn expand(&self, across: &Across) -> Vec<String> {
        let (own, other) = (across.own(), across.other());
        let mut out = Vec::new();
        let locks = [Lock::all(&self.before.name), Lock::all(&self.there.name)];
        if !across.comes {
            out.push(locked::together(&locks));
            for (_, new) in &self.columns {
                let collation = new.collation.as_ref().map(|c| format!(" COLLATE {c}")).unwrap_or_default();
                out.push(format!(
                    "ALTER TABLE {other} ADD COLUMN {} {}{collation}",
                    quote(&new.name, PG),
                    new.data_type
                ));
            }
            out.extend(self.required(across).map(|(check, column)| {
                format!("ALTER TABLE {other} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID")
            }));
        }
        out.extend(self.let_go());
        // New versions insert rows without it.
        for (here, _) in &self.columns {
            let default = self.eased(across, here);
            out.extend(
                default.map(|d| format!("ALTER TABLE {own} ALTER COLUMN {} SET DEFAULT {d}", quote(&here.name, PG))),
            );
        }
        out.extend(across.triggers().0);
        if let Some(first) = out.first_mut() {
            first.insert_str(0, &format!("{}\n", locked::comment(&locks)));
        }
        out
    }

    /// Checks that stand for NOT NULL over there until the contract, each with its column. A table that comes has its own.
    fn required(&self, across: &Across) -> impl Iterator<Item = (String, String)> {
        let (table, comes) = (self.there.name.name.clone(), across.comes);
        let all = self.columns.iter().filter(move |(_, new)| new.not_null && !comes);
        all.map(move |(_, new)| {
            let name = truncate(PG, &format!("unmigrate_{table}_{}_required", new.name));
            (quote(&name, PG), quote(&new.name, PG))
        })
    }

    pub(super) fn contract(&self, across: &Across) -> Vec<String> {
        let (own, other) = (across.own(), across.other());
        let mut out: Vec<String> = self
            .required(across)
            .map(|(check, _)| format!("ALTER TABLE {other} VALIDATE CONSTRAINT {check}"))
            .collect();
        let (here, there) = (&self.before.name, &self.there.name);
        // Its way back fills the column here from what is over there: nobody may write that meanwhile. Only where the table was there
        // before does it change more of it than triggers.
        let meanwhile = if across.comes { Lock::writers(there) } else { Lock::all(there) };
        // What goes is not there to be locked then.
        let held = [Lock::all(here), meanwhile];
        out.push(format!(
            "{}\n{}",
            locked::comment(if self.gone { &held[1..] } else { &held }),
            locked::together(&[Lock::all(here), Lock::all(there)])
        ));
        out.extend(across.triggers().1);
        for (check, column) in self.required(across) {
            out.push(format!("ALTER TABLE {other} ALTER COLUMN {column} SET NOT NULL"));
            out.push(format!("ALTER TABLE {other} DROP CONSTRAINT {check}"));
        }
        for (_, new) in self.columns.iter().filter(|_| !across.comes) {
            let column = quote(&new.name, PG);
            out.extend(clause::default(new).map(|d| format!("ALTER TABLE {other} ALTER COLUMN {column} SET {d}")));
            out.extend(self.comment_on(new).map(|text| format!("COMMENT ON COLUMN {other}.{column} IS {text}")));
        }
        if self.gone {
            out.push(self.drop_table(across));
            return out;
        }
        for moved in &across.columns {
            let restore = self.restore(across, moved);
            out.push(format!(
                "{}\n-- unmigrate-ignore drop-column: the other table holds the values\nALTER TABLE {own} DROP COLUMN {}",
                restore.comment(PG).unwrap_or_default(),
                quote(&moved.here.name, PG)
            ));
        }
        out
    }

    /// The comment on a column when the migration is through, as a literal.
    fn comment_on(&self, new: &Column) -> Option<String> {
        let mut comments = self.step.after.comments.iter();
        let own = |t: &crate::catalog::Target| t.kind == "COLUMN" && t.name == self.there.name && t.part == new.name;
        comments.find(|(t, _)| own(t)).map(|(_, text)| text.clone())
    }
}
