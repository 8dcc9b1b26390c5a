//! PostgreSQL: two columns that hold one value in two types. What is written to either is converted into the other.
//!
//! As with [`super::postgres`] the triggers assign NEW. A value that one of the types can't hold is refused: a conversion that
//! gives NULL for a value is an error, and where every value is known to come back as it was, so is one that does not.

use super::postgres::{differ, has_default};
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::dialect::quote;

const PG: Dialect = Dialect::Postgres;

/// How values get from one type into the other.
pub struct Conversion<'a> {
    /// The table, as it is before.
    pub table: &'a Table,
    /// The column that is there.
    pub old: &'a Column,
    /// The one beside it, under the name that it has while both are there.
    pub new: &'a Column,
    /// The value of the new one, as SQL over the row.
    pub up: String,
    /// The value of the old one, as SQL over the row.
    pub back: String,
    /// Whatever the new one holds by `up`, `back` gives exactly what it was made of.
    pub exact: bool,
}

impl Conversion<'_> {
    /// What SET gets to fill the new column.
    pub fn set(&self) -> String {
        format!("{} = {}", quote(&self.new.name, PG), self.up)
    }

    /// What holds for a row whose new column is not filled.
    pub fn todo(&self) -> String {
        let (old, new) = (quote(&self.old.name, PG), quote(&self.new.name, PG));
        match self.exact {
            true => differ(self.new, &new, &self.typed(&self.up)),
            // A fallback is one of many values: what is there already was written by somebody.
            false => format!("{new} IS NULL AND ({old} IS NOT NULL OR ({}) IS NOT NULL)", self.up),
        }
    }

    fn typed(&self, value: &str) -> String {
        format!("({value})::{}", self.new.data_type)
    }

    /// An expression over the row as one over NEW.
    fn written(value: &str) -> String {
        format!("(SELECT {value} FROM (SELECT NEW.*) AS written)")
    }

    fn refuse(&self, state: &str, why: &str) -> String {
        format!("RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = '{}'", why.replace('\'', "''"))
    }

    fn fill_new(&self, indent: &str) -> String {
        let (old, new) = (quote(&self.old.name, PG), quote(&self.new.name, PG));
        let why = format!(
            "{}: a value of {} can not be converted to {} for {}",
            self.table.name, self.old.name, self.new.data_type, self.new.name
        );
        format!(
            "{indent}NEW.{new} := {};\n{indent}IF NEW.{old} IS NOT NULL AND NEW.{new} IS NULL THEN\n{indent}  {};\n{indent}END IF;\n",
            Self::written(&self.up),
            self.refuse("data_exception", &why)
        )
    }

    fn fill_old(&self, indent: &str) -> String {
        let (old, new) = (quote(&self.old.name, PG), quote(&self.new.name, PG));
        let why = format!(
            "{}: a value of {} can not be kept as {} for old versions, which read {}",
            self.table.name, self.new.name, self.old.data_type, self.old.name
        );
        let mut lost = format!("NEW.{new} IS NOT NULL AND NEW.{old} IS NULL");
        if self.exact {
            let again = self.typed(&Self::written(&self.up));
            lost = format!("{lost} OR {}", differ(self.new, &format!("NEW.{new}"), &again));
        }
        format!(
            "{indent}NEW.{old} := {};\n{indent}IF {lost} THEN\n{indent}  {};\n{indent}END IF;\n",
            Self::written(&self.back),
            self.refuse("data_exception", &why)
        )
    }

    /// The body of the first trigger: what was written to one goes to the other.
    pub fn meet(&self) -> String {
        let (old, new) = (quote(&self.old.name, PG), quote(&self.new.name, PG));
        let now = format!("NEW.{new}");
        let written = |column: &Column| {
            let name = quote(&column.name, PG);
            differ(column, &format!("NEW.{name}"), &format!("OLD.{name}"))
        };
        let apart = differ(self.new, &now, &self.typed(&Self::written(&self.up)));
        let different = self.refuse(
            "check_violation",
            &format!(
                "{}: {} and {} are one column until the contract, and were given different values",
                self.table.name, self.old.name, self.new.name
            ),
        );
        // In step is what `up` makes of the old one, whatever `back` would: the backfill writes it, and leaves the old one alone.
        let insert = match has_default(self.old) {
            true => format!("    ELSIF {apart} THEN\n{}", self.fill_old("      ")),
            false => format!(
                "    ELSIF NEW.{old} IS NULL THEN\n{}    ELSIF {apart} THEN\n      {different};\n",
                self.fill_old("      ")
            ),
        };
        let filled = self.fill_new("      ");
        let old_written = written(self.old);
        format!(
            "BEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF {now} IS NULL THEN\n{filled}{insert}    END IF;\n  \
             ELSIF NOT ({}) THEN\n    IF {now} IS NULL OR {old_written} THEN\n{filled}    END IF;\n  \
             ELSIF {apart} THEN\n    IF {old_written} THEN\n      {different};\n    END IF;\n{}  \
             END IF;\n  RETURN NEW;\nEND\n",
            written(self.new),
            self.fill_old("    "),
        )
    }

    /// The body of the last trigger: what others have made of the old one goes to the new one.
    pub fn follow(&self) -> String {
        let (old, new) = (quote(&self.old.name, PG), quote(&self.new.name, PG));
        let apart = differ(self.new, &format!("NEW.{new}"), &self.typed(&Self::written(&self.up)));
        let back = format!("({})::{}", Self::written(&self.back), self.old.data_type);
        let behind = differ(self.old, &format!("NEW.{old}"), &back);
        format!("BEGIN\n  IF {apart} AND {behind} THEN\n{}  END IF;\n  RETURN NEW;\nEND\n", self.fill_new("    "))
    }
}
