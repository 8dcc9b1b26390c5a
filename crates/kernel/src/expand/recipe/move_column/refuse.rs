//! What can't move, and what has to be said first.

use super::link::{Link, NoLink, is_unique};
use super::{Missing, Move, was};
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Name, Table, replace_identifier};
use crate::expand::recipe::hung;
use crate::expand::rewrite::{is_about, is_over};
use crate::expand::{Question, Refusal};
use crate::lex::{Kind, lex};
use crate::render::object;

/// Why there are no pieces.
pub(super) enum Unfit {
    Refused(Refusal),
    Asked(Vec<Question>),
}

pub(super) const APART: &str = "do that in a migration of its own, before this one or after the contract";
pub(super) const QUIET: &str = "move it in one step, at a quiet time";

impl<'a> Move<'a> {
    pub(super) fn cannot(&self, object: String, why: impl Into<String>, instead: impl Into<String>) -> Unfit {
        Unfit::Refused(Refusal { object, why: why.into(), instead: instead.into() })
    }

    /// What the tables and the columns have against it.
    pub(super) fn fits(&self) -> Result<(), Unfit> {
        let here = |why: &str, instead: &str| Err(self.cannot(self.place(), why, instead));
        match self.step.dialect {
            Dialect::Postgres | Dialect::Mysql => {}
            Dialect::Sqlite => {
                return here(
                    "a trigger of SQLite can't take the place of a value that is missing in the row that is being written",
                    "move it in one step while no old version runs: a file has one host",
                );
            }
            Dialect::Cockroach => return here("nothing is known of triggers on CockroachDB here", QUIET),
        }
        let there_before = was(self.step, self.there);
        for table in [Some(self.before), Some(self.there), there_before].into_iter().flatten() {
            if let Some((why, instead)) = table_against(table) {
                return Err(self.cannot(table.name.to_string(), why, instead));
            }
        }
        if self.before.name != self.after.name || there_before.is_some_and(|w| w.name != self.there.name) {
            return here("one of the tables gets another name in the same migration", APART);
        }
        if self.before.key_columns().is_empty() {
            return here("its table has no primary key", "give it one first");
        }
        self.columns.iter().try_for_each(|(old, new)| self.column_fits(old, new))?;
        // MySQL: a trigger has the rights of who made it.
        if self.step.dialect == Dialect::Mysql { Ok(()) } else { self.alike_rights() }
    }

    fn column_fits(&self, old: &'a Column, new: &'a Column) -> Result<(), Unfit> {
        let (here, there) = (object(&self.before.name, &old.name), object(&self.there.name, &new.name));
        let cannot = |why: String, instead: &str| Err(self.cannot(here.clone(), why, instead));
        if old.canonical != new.canonical || old.collation != new.collation {
            return cannot(
                format!("it is {}, and {there} is {}", old.data_type, new.data_type),
                "change its type in a migration of its own, before this one or after the contract",
            );
        }
        if old.generated.is_some() || new.generated.is_some() || old.identity.is_some() || new.identity.is_some() {
            return cannot("it is computed by the engine".into(), QUIET);
        }
        if new.not_null && !old.not_null {
            return cannot(
                format!("{there} is NOT NULL, and it may be NULL itself"),
                "make it required first, in a migration of its own, or let the other be NULL",
            );
        }
        if old.on_update.is_some() || new.on_update.is_some() {
            return cannot("the engine sets it on every UPDATE".into(), QUIET);
        }
        let worded = ["char", "text", "enum(", "set("].iter().any(|word| old.canonical.contains(word));
        if self.step.dialect == Dialect::Mysql && worded && charset(self.before, old) != charset(self.there, new) {
            return cannot(
                format!("the history does not say that {there} has the same character set and collation"),
                "say the same of both, on the columns or on their tables",
            );
        }
        let checks =
            |c: &&Constraint| matches!(c.kind, ConstraintKind::Check(_)) && is_about(c, &old.name, Dialect::Mysql);
        let check = self.before.constraints.iter().find(checks).filter(|_| self.step.dialect == Dialect::Mysql);
        if let Some(check) = check {
            return cannot(format!("the check {} is on it, and goes with no column that it names", check.name), APART);
        }
        if self.before.key_columns().contains(&old.name.as_str()) {
            return cannot("it is a part of the primary key".into(), QUIET);
        }
        let hung = hung::obstacle(self.step, self.before, old).or_else(|| hung::referring(self.step, self.before, old));
        if let Some(why) = hung {
            return cannot(why, APART);
        }
        if was(self.step, self.there).is_none()
            && let Some(why) = self.stricter(old, new)
        {
            return cannot(why, "let it hold on the old column first, or add it after the contract");
        }
        Ok(())
    }

    /// What the table that comes demands of the column, and the one that is there does not: old versions would be refused.
    fn stricter(&self, old: &Column, new: &Column) -> Option<String> {
        let dialect = self.step.dialect;
        let there = self.there;
        let unique = |name: &str, plain: bool| {
            let fine = plain && is_unique(there, &[&new.name]) && is_unique(self.before, &[&old.name]);
            (!fine).then(|| format!("{name} makes {} unique, and nothing does so here", object(&there.name, &new.name)))
        };
        for index in there.indexes.iter().filter(|i| i.unique && is_over(i, &new.name, dialect)) {
            if let Some(why) = unique(&index.name, index.parts.len() == 1 && index.predicate.is_none()) {
                return Some(why);
            }
        }
        for constraint in there.constraints.iter().filter(|c| is_about(c, &new.name, dialect)) {
            let why = match &constraint.kind {
                ConstraintKind::PrimaryKey { .. } => Some(format!("it becomes a part of the key of {}", there.name)),
                ConstraintKind::Unique { parts, .. } => unique(&constraint.name, parts.len() == 1),
                ConstraintKind::Check(sql) => {
                    let text =
                        replace_identifier(&sql.text, &new.name, &old.name, dialect, true).unwrap_or(sql.text.clone());
                    let same = |c: &ConstraintKind| matches!(c, ConstraintKind::Check(own) if own.text == text);
                    let there_too = self.before.constraints.iter().any(|c| same(&c.kind));
                    (!there_too).then(|| {
                        format!("the check {} is on the new one, and none like it on this one", constraint.name)
                    })
                }
                _ => Some(format!("{} is on the new one, and nothing like it on this one", constraint.name)),
            };
            if why.is_some() {
                return why;
            }
        }
        let default = new.default.as_ref().filter(|d| !constant(&d.text, dialect));
        default
            .map(|d| format!("{} of the new one is computed anew for each row: it can't be told from a value", d.text))
    }

    /// Who may write the one table has to be able to write the other.
    fn alike_rights(&self) -> Result<(), Unfit> {
        let writers = |table: &Name| {
            let writes =
                |p: &str| ["INSERT", "UPDATE", "DELETE", "ALL"].iter().any(|w| p.to_ascii_uppercase().starts_with(w));
            let all = self.step.after.privileges.iter();
            let own = all.filter(|(p, held)| held.held && p.target.name == *table && writes(&p.privilege));
            let mut names: Vec<String> = own.map(|(p, _)| p.grantee.clone()).collect();
            names.sort();
            names.dedup();
            names
        };
        let (here, there) = (writers(&self.before.name), writers(&self.there.name));
        let alone = here.iter().find(|w| !there.contains(w)).map(|w| (w, &self.before.name, &self.there.name));
        let alone = alone
            .or_else(|| there.iter().find(|w| !here.contains(w)).map(|w| (w, &self.there.name, &self.before.name)));
        match alone {
            None => Ok(()),
            Some((who, one, other)) => Err(self.cannot(
                self.place(),
                format!("{who} may write {one} and was not given the same on {other}, which is written with it until the contract"),
                format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {other} TO {who} in this migration, and take it back after the contract"),
            )),
        }
    }

    pub(super) fn link(&self) -> Result<Link<'a>, Unfit> {
        let link = match Link::between(self.after, self.there, self.decisions) {
            Ok(link) => link,
            Err(NoLink::Asked(question)) => return Err(Unfit::Asked(vec![question])),
            Err(NoLink::Why(why)) => {
                let instead = format!("let {} refer to {} by a unique foreign key", self.there.name, self.before.name);
                return Err(self.cannot(self.place(), why, instead));
            }
        };
        self.ways_back(&link)?;
        self.merges(&link)?;
        let kept = |own: &str| {
            self.before.column(own).is_some_and(|c| self.after.column_of(c.lineage).is_some_and(|a| a == c))
        };
        if !link.columns.iter().all(|(own, _)| kept(own)) {
            return Err(self.cannot(self.place(), "the columns that link it change in the same migration", APART));
        }
        let before = |t: &Table| t.constraints.iter().any(|c| c == link.constraint) && is_unique(t, &link.referring());
        let was = if link.own { Some(self.before) } else { was(self.step, self.there) };
        if was.is_some_and(|t| !before(t)) {
            return Err(self.cannot(
                self.place(),
                format!("{} comes with the same migration, on a table that was there before", link.constraint.name),
                "add the foreign key, and what makes it unique, in a migration before this one",
            ));
        }
        Ok(link)
    }

    /// What one of the directions, or one of the engines, can't do.
    fn ways_back(&self, link: &Link) -> Result<(), Unfit> {
        let (here, there, key) = (&self.before.name, &self.there.name, &link.constraint.name);
        let my = self.step.dialect == Dialect::Mysql;
        let refuse = |why: String, instead: &str| Err(self.cannot(self.place(), why, instead));
        if my && self.comes() && !link.cascades() {
            return refuse(
                format!(
                    "{key} would stop old versions from deleting a row of {here}: they know no {there}, and a trigger of MySQL can't \
                     delete its row for them"
                ),
                "let the foreign key delete it with ON DELETE CASCADE (Prisma: onDelete: Cascade); change that after the contract",
            );
        }
        if !link.own {
            return Ok(());
        }
        if self.comes() {
            let why = format!("{here} refers to {there}, which comes with the migration: no row would know its key");
            return refuse(why, "let the table that comes refer to the one that is there");
        }
        match self.columns.iter().find(|(_, new)| new.not_null) {
            None => Ok(()),
            Some((_, new)) => refuse(
                format!("{} is NOT NULL, and a row of {there} may have none in {here}", object(there, &new.name)),
                "let it be NULL; make it required after the contract",
            ),
        }
    }

    /// What stands in the column where the other table has no row: its default, or what a person says. None: NULL, or nobody has
    /// said it.
    pub(super) fn nothing(&self, column: &Column) -> Result<Option<String>, Unfit> {
        let place = object(&self.before.name, &column.name);
        let said = self.decisions.fills.iter().find(|(of, _)| *of == place).map(|(_, value)| value.clone());
        let default = column.default.as_ref().map(|d| d.text.clone()).filter(|d| !d.eq_ignore_ascii_case("null"));
        let Some(value) = default.or_else(|| said.filter(|_| column.not_null)) else { return Ok(None) };
        if !constant(&value, self.step.dialect) {
            return Err(self.cannot(
                place,
                format!("{value} is computed anew for each row: it can't be told from a value that was written"),
                "give it a constant default, or none, in a migration of its own",
            ));
        }
        Ok(Some(value))
    }

    /// What the other columns of a row that is made over there hold.
    pub(super) fn made(
        &self,
        link: &Link,
        missing: Missing,
        questions: &mut Vec<Question>,
    ) -> Result<Vec<(String, String)>, Unfit> {
        let mut out = Vec::new();
        let own = |c: &&Column| {
            let moved = self.columns.iter().any(|(_, new)| new.name == c.name);
            !moved && !link.theirs().contains(&c.name.as_str()) && c.generated.is_none()
        };
        for column in self.there.columns.iter().filter(own).filter(|_| missing == Missing::Make) {
            let place = object(&self.there.name, &column.name);
            let said = self.decisions.fills.iter().find(|(of, _)| *of == place);
            let filled =
                !column.not_null || column.default.is_some() || column.identity.is_some() || column.auto_increment;
            match said {
                Some((_, value)) => out.push((column.name.clone(), value.clone())),
                None if filled => {}
                None => questions.push(Question {
                    object: place.clone(),
                    text: format!(
                        "`{place}` is NOT NULL without a default: what does it hold in a row of `{}` that is made for one of `{}`?",
                        self.there.name, self.before.name
                    ),
                    answers: vec![(
                        format!("--fill {place}=<SQL expression>"),
                        format!("that, computed from the columns of {}", self.before.name),
                    )],
                }),
            }
        }
        Ok(out)
    }
}

/// What a table has against it, and what to do instead.
fn table_against(table: &Table) -> Option<(&'static str, &'static str)> {
    if table.partial {
        return Some(("the history does not say how the table was made", "point at the whole history"));
    }
    if table.row_security {
        let why = "it has row security: a trigger that writes it for who may write the other table would get round it";
        return Some((why, QUIET));
    }
    let parted = table.partition_by.is_some() || table.partition_of.is_some();
    parted.then_some(("it is partitioned", QUIET))
}

/// MySQL: in which character set and collation a column holds its text, as far as the history says it.
fn charset(table: &Table, column: &Column) -> Vec<String> {
    let own = [&column.charset, &column.collation];
    if own.iter().any(|word| word.is_some()) {
        return own.into_iter().flatten().map(|word| word.to_lowercase()).collect();
    }
    let options = table.options.text.to_lowercase().replace("character set", "charset").replace('=', " ");
    let words: Vec<&str> = options.split_whitespace().collect();
    let said = words.windows(2).filter(|pair| ["charset", "collate"].contains(&pair[0]));
    said.map(|pair| pair[1].to_owned()).collect()
}

/// The same value whenever it is computed: literals, and casts of them.
pub(super) fn constant(text: &str, dialect: Dialect) -> bool {
    let tokens = lex(text, 0, dialect);
    let word = |at: usize| {
        let word = text[tokens[at].start..tokens[at].end].to_ascii_lowercase();
        let cast = at > 0 && matches!(tokens[at - 1].kind, Kind::Punct(b':'));
        let typed = (1..at).any(|n| matches!(tokens[n].kind, Kind::Punct(b':')));
        cast || typed || ["true", "false", "null", "b", "x", "e", "array"].contains(&word.as_str())
    };
    (0..tokens.len()).all(|at| match tokens[at].kind {
        Kind::Word => word(at),
        Kind::Quoted => (1..at).any(|n| matches!(tokens[n].kind, Kind::Punct(b':'))),
        _ => true,
    })
}
