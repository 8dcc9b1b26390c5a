//! Whether the database holds what migrations make.

use crate::Problem;
use crate::site::{Scene, refusal};
use std::collections::BTreeSet;
use unmigrate_engines::Database;
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::held::{Comparison, Lack, Lacking, compare};
use unmigrate_kernel::observe::Observer;
use unmigrate_kernel::snapshot::Options;
use unmigrate_kernel::{Dialect, History};
use unmigrate_sources::Tool;

/// What the database holds, to be compared with.
pub struct Look {
    catalog: Catalog,
    /// Indexes that a build left behind unfinished: they are there, and nobody can use them.
    invalid: BTreeSet<String>,
}

impl Look {
    /// Looks at the database: at the schema that Prisma's URL names, else at all of it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn at(db: &mut dyn Database, scene: &Scene) -> Result<Look, Problem> {
        let dialect = db.dialect();
        let schema =
            scene.at.schema.as_deref().filter(|schema| scene.source.tool == Tool::Prisma && *schema != "public");
        let options = Options { schema: schema.filter(|_| dialect.is_postgres()), ..Options::default() };
        let seen = Observer::by_name(dialect).read(&mut |sql: &str| db.query(sql), &options);
        let catalog = seen.map_err(|f| refusal::database(&f))?.catalog;
        let invalid = match dialect {
            Dialect::Postgres => {
                let sql = "SELECT c.relname::text AS name FROM pg_catalog.pg_index i \
                           JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE NOT (i.indisvalid AND i.indisready)";
                let answer = db.query(sql).map_err(|f| refusal::database(&f))?;
                answer.column("name").into_iter().flatten().map(str::to_owned).collect()
            }
            _ => BTreeSet::new(),
        };
        Ok(Look { catalog, invalid })
    }

    /// Holds a migration against it; `applied` tells of the others whether they ran there.
    pub fn compare(&self, history: &History, at: usize, applied: &dyn Fn(usize) -> bool) -> Comparison {
        let mut found = compare(history, at, applied, &self.catalog);
        let name = |object: &str| object.strip_prefix("index ")?.rsplit('.').next().map(str::to_owned);
        let broken = found.there.iter().filter(|object| name(object).is_some_and(|name| self.invalid.contains(&name)));
        let broken: Vec<String> = broken.cloned().collect();
        found.there.retain(|object| !broken.contains(object));
        found.lacks.extend(broken.into_iter().map(|object| {
            let is = Lacking::Other { is: "invalid (its build failed)".into(), wanted: "valid".into() };
            Lack { object, is }
        }));
        found
    }
}
