//! What else a table that goes needs: its rows come with what new versions write into the other table, and what they hold goes
//! with them.

use super::{Postgres, Triggers, any, list, q};

impl Postgres<'_, '_> {
    /// A row over there holds something, and has none here: it is made, for old versions.
    pub(super) fn row_made(&self) -> String {
        let (names, values) = self.row_here("there.");
        format!(
            "  INSERT INTO {} ({names})\n    SELECT {values} FROM {} AS there\n    WHERE {} AND ({})\n      \
             AND NOT EXISTS (SELECT 1 FROM {0} AS here WHERE {})\n    ON CONFLICT ({}) DO NOTHING;\n",
            self.own(),
            self.other(),
            self.there_by("NEW.", true),
            self.holds_there("there."),
            self.linked("here.", "there."),
            list(self.link.iter().map(|(own, _)| q(own))),
        )
    }

    /// A row over there that has none here any more holds nothing.
    fn emptied_there(&self, indent: &str) -> String {
        let set = list(self.columns.iter().map(|m| format!("{} = NULL", q(&m.there.name))));
        format!(
            "{indent}UPDATE {} AS there SET {set}\n{indent}  WHERE {} AND ({})\n{indent}    AND NOT EXISTS (SELECT 1 FROM {} AS here WHERE {});\n",
            self.other(),
            self.there_by("OLD.", false),
            self.holds_there("there."),
            self.own(),
            self.here_by("OLD.", false),
        )
    }

    /// A row here becomes that of another row over there: what it has left holds nothing.
    pub(super) fn left_behind(&self) -> String {
        let over = any(self.link.iter().map(|(own, _)| format!("OLD.{0} IS DISTINCT FROM NEW.{0}", q(own))));
        format!("  IF TG_OP = 'UPDATE' AND ({over}) THEN\n{}  END IF;\n", self.emptied_there("    "))
    }

    /// The triggers beside those of every move; `back` is the function that brings here what was written over there.
    pub(super) fn merged(&self, name: &str, back: &str, out: &mut Triggers) {
        let (own, other) = (self.own(), self.other());
        out.trigger(&format!("{name}_in"), &format!("AFTER INSERT ON {other}"), Some(self.holds_there("NEW.")), back);
        let body = format!("BEGIN\n{}{}  RETURN NULL;\nEND\n", self.hidden(self.there), self.emptied_there("  "));
        let left = out.function(&format!("{name}_left"), &body);
        out.trigger(&format!("{name}_left"), &format!("AFTER DELETE ON {own}"), None, &left);
        if self.cascades {
            return;
        }
        let body = format!(
            "BEGIN\n{}  DELETE FROM {own} AS here WHERE {};\n  RETURN NULL;\nEND\n",
            self.hidden(self.here),
            self.here_by("OLD.", true)
        );
        // Before the foreign key looks: triggers fire in the order of their names, and its own begins with RI.
        let gone = out.function(&format!("{name}_gone"), &body);
        out.trigger(&format!("0_{name}_gone"), &format!("AFTER DELETE ON {other}"), None, &gone);
    }
}
