//! What drizzle-orm takes for pending.

use super::{Row, Shape};
use crate::Layout;
use crate::tracking::Local;
use unmigrate_kernel::Dialect;

/// What a version of drizzle-orm goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// All of 0.x, 1.0 up to beta.13: whatever has a `when` above the highest `created_at`. What lies below and has no row
    /// is skipped for ever, without a word.
    Watermark,
    /// 1.0 beta.14 and beta.15: whatever has a `when` that is no row's `created_at`.
    Stamps,
    /// 1.0 from beta.16: whatever has a name that is no row's `name`. A table of the old shape is upgraded first, or the
    /// migrator refuses.
    Names,
}

impl Rule {
    /// The rule of a version of drizzle-orm (`0.45.4`, `^1.0.0-beta.14`), or where that is not known, the one that the
    /// table and the folder go with.
    pub fn of(orm: Option<&str>, shape: Option<Shape>, layout: Layout) -> Rule {
        let by_files = || match (shape, layout) {
            (Some(Shape::V1), _) => Rule::Names,
            (_, Layout::Folders) => Rule::Names,
            (_, Layout::Journal) => Rule::Watermark,
        };
        orm.and_then(Rule::of_version).unwrap_or_else(by_files)
    }

    fn of_version(version: &str) -> Option<Rule> {
        let version = version.trim_start_matches(|c: char| !c.is_ascii_digit());
        let (major, rest) = version.split_once('.')?;
        if major == "0" {
            return Some(Rule::Watermark);
        }
        major.parse::<u32>().ok()?;
        let beta =
            rest.split_once("-beta.").map(|(_, n)| n.chars().take_while(char::is_ascii_digit).collect::<String>());
        Some(match beta.and_then(|n| n.parse().ok()) {
            Some(0..=13) => Rule::Watermark,
            Some(14 | 15) => Rule::Stamps,
            _ => Rule::Names,
        })
    }
}

/// Rows, and what goes by them.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub rows: &'a [Row],
    pub shape: Shape,
    pub rule: Rule,
    pub dialect: Dialect,
}

impl Situation<'_> {
    /// Which migration each row belongs to.
    pub fn owners(&self, local: &[Local]) -> Vec<Option<usize>> {
        let sums: Vec<String> = local.iter().map(|m| super::super::checksum(m.sql)).collect();
        let mut owners: Vec<Option<usize>> = self.rows.iter().map(|row| self.by_key(row, local, &sums)).collect();
        // A row whose time nobody knows (written by hand) is known by its hash, where a migration with it is left over.
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| row.name.is_none()) {
            if owners[at].is_none() {
                owners[at] = (0..local.len()).find(|m| sums[*m] == row.hash && !owners.contains(&Some(*m)));
            }
        }
        owners
    }

    fn by_key(&self, row: &Row, local: &[Local], sums: &[String]) -> Option<usize> {
        // drizzle-orm 0.x on a table that was upgraded: the names there are of folders that the journal does not know.
        if let Some(name) = &row.name {
            let named = local.iter().position(|m| m.name == name);
            if named.is_some() || self.rule == Rule::Names {
                return named;
            }
        }
        let stamp = row.created_at?;
        let same = |at: &usize| local[*at].stamp.is_some_and(|own| self.is_same_time(stamp, own));
        let candidates: Vec<usize> = (0..local.len()).filter(same).collect();
        let by_hash = candidates.iter().copied().find(|at| sums[*at] == row.hash);
        match candidates.as_slice() {
            [one] => Some(*one),
            _ => by_hash,
        }
    }

    /// The names of folders tell whole seconds, the journals that they were made from told milliseconds: the upgrade cuts.
    fn is_same_time(&self, recorded: i64, own: i64) -> bool {
        match self.rule {
            Rule::Names => recorded.div_euclid(1000) == own.div_euclid(1000),
            Rule::Watermark | Rule::Stamps => recorded == own,
        }
    }

    /// What the migrator would run, for each migration.
    pub fn runs_next(&self, local: &[Local]) -> Vec<bool> {
        match self.rule {
            Rule::Watermark => {
                let mark = self.watermark();
                local.iter().map(|m| mark.is_none_or(|mark| m.stamp.is_some_and(|stamp| stamp > mark))).collect()
            }
            Rule::Stamps => {
                let known = |stamp: i64| self.rows.iter().any(|row| row.created_at == Some(stamp));
                local.iter().map(|m| !m.stamp.is_some_and(known)).collect()
            }
            // The upgrade names the rows as `owners` does.
            Rule::Names if self.shape == Shape::V0 => {
                let owners = self.owners(local);
                (0..local.len()).map(|at| !owners.contains(&Some(at))).collect()
            }
            Rule::Names => {
                let known = |name: &str| self.rows.iter().any(|row| row.name.as_deref() == Some(name));
                local.iter().map(|m| !known(m.name)).collect()
            }
        }
    }

    /// `ORDER BY created_at DESC LIMIT 1`; none where the table is empty. NULL sorts first in PostgreSQL and last in the
    /// others, and JavaScript's `Number(null)` is 0.
    fn watermark(&self) -> Option<i64> {
        let highest = self.rows.iter().map(|row| row.created_at.unwrap_or(0)).max()?;
        let nulls_first = self.dialect == Dialect::Postgres;
        let has_null = self.rows.iter().any(|row| row.created_at.is_none());
        Some(if nulls_first && has_null { 0 } else { highest })
    }

    /// What keeps a migration below the watermark, highest first.
    pub fn above(&self, local: &[Local], stamp: Option<i64>) -> Vec<String> {
        let owners = self.owners(local);
        let mut above: Vec<(i64, String)> = owners
            .iter()
            .zip(self.rows)
            .filter_map(|(owner, row)| {
                let at = row.created_at.filter(|at| stamp.is_none_or(|stamp| *at >= stamp))?;
                Some((at, owner.map_or_else(|| row.unknown().what, |m| local[m].name.to_owned())))
            })
            .collect();
        above.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        above.into_iter().map(|(_, name)| name).collect()
    }

    /// The migrator's upgrade of the table refuses rows without a migration.
    pub fn blocked(&self, owners: &[Option<usize>]) -> Option<String> {
        let orphans = owners.iter().filter(|owner| owner.is_none()).count();
        (self.rule == Rule::Names && self.shape == Shape::V0 && orphans > 0).then(|| {
            let rows = if orphans == 1 { "1 row".into() } else { format!("{orphans} rows") };
            format!(
                "drizzle-orm 1.0 refuses to upgrade the table while {rows} of it belong to no migration in the folder"
            )
        })
    }
}
