//! `backfill --module`: the batches go to a module of the project's own, instead of being filled by SQL.
//!
//! A batch is one transaction: its row of the list of batches is locked, its rows are read and locked, the module gets them, what it
//! gives is written, and the batch is crossed off. Who is killed in the middle has done nothing of it. So nobody's write can
//! come between what the module has read and what it writes, and the others wait for as long as the module takes.

use super::backfill::{BackfillOptions, Fill, Filling, connected, count, described, worth_another};
use super::batch::{Batch, Said};
use super::chunks::Chunks;
use super::lag::Lag;
use super::plan::Part;
use super::refusal;
use super::report::BackfillReport;
use super::verb::Where;
use crate::archive::Home;
use crate::site::only_source;
use crate::target;
use crate::{Error, Modules, Problem, Request};
use serde::Deserialize;
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::{Catalog, Table};
use unmigrate_kernel::render::clause;
use unmigrate_kernel::rollback::rollback;
use unmigrate_sources::Source;

/// What a module says of itself.
#[derive(Debug, Deserialize)]
struct About {
    name: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
    #[serde(rename = "where")]
    filter: Option<String>,
}

/// A module and the table that it goes over.
struct Module<'a> {
    modules: &'a dyn Modules,
    /// Its path as it was given.
    shown: &'a str,
    /// Its whole path.
    path: String,
    columns: Vec<String>,
    filtered: bool,
    /// What stopped it, where that was the module.
    stopped: Mutex<Option<Problem>>,
}

/// Hands all batches of a table to a module.
///
/// # Errors
/// Where nothing was begun. What stopped it later is in the report.
pub fn backfill(
    request: &Request,
    path: &Path,
    options: &BackfillOptions,
    around: &Where,
    watch: &dyn Filling,
) -> Result<BackfillReport, Error> {
    let shown = path.display().to_string();
    let unusable = |why: &str, help: &str| refusal::module_unusable(&shown, why, help);
    if let Some(migration) = request.only.first() {
        let help = "unmigrate backfill --module <file>   goes over the table that the file names";
        return Err(unusable(&format!("it is of no migration, and `{migration}` was named"), help));
    }
    let Some(modules) = around.loader.modules() else {
        return Err(unusable("there is no JavaScript here", "run it with Node: npx unmigrate"));
    };
    let (source, cwd) = only_source(request, around.loader)?;
    let whole = cwd.join(path);
    if !whole.is_file() {
        return Err(unusable("there is no such file", "paths begin at the working directory"));
    }
    let mut module = Module {
        modules,
        shown: &shown,
        path: whole.to_string_lossy().into_owned(),
        columns: vec![],
        filtered: false,
        stopped: Mutex::new(None),
    };
    let (part, name) = module.part(&source, &cwd)?;
    let (to, mut db) = connected(&source, &cwd, options, around)?;
    let target = described(db.as_mut(), &to, &source.dir, &cwd, around)?;
    let mut report = BackfillReport::new(shown.clone(), target);
    let cwd_pause = options.pause_file.as_ref().map(|p| cwd.join(p));
    let fill = Fill { to: &to, options, watch, cwd_pause, lag: Lag::default() };
    let done = if options.status {
        module.left(db.as_mut(), &part, &name).map(|left| report.left = left)
    } else {
        module.run(&fill, db.as_mut(), &part, &name, &mut report)
    };
    if let Err(failure) = done {
        let own = module.stopped.into_inner().unwrap_or_default();
        report.problems.push(own.unwrap_or_else(|| refusal::stopped(&failure)));
    }
    Ok(report)
}

impl Module<'_> {
    /// What it goes over, as a part of a plan, and its name. The table and its columns are those of the history.
    fn part(&mut self, source: &Source, cwd: &Path) -> Result<(Part, String), Problem> {
        let unusable = |why: String, help: String| refusal::module_unusable(self.shown, &why, &help);
        let help =
            || "its default export is { table, columns, where, run }; unmigrate explain module-unusable".to_owned();
        let said: Said<About> = Said::ask(self.modules, &json!({ "op": "about", "path": self.path }));
        let about = match said {
            Said::Ok(about) => about,
            Said::Error { message, .. } => return Err(unusable(message, help())),
        };
        let table = about.table.ok_or_else(|| unusable("it names no `table`".into(), help()))?;
        let dialect = source.history.dialect;
        if !matches!(dialect, Dialect::Postgres | Dialect::Mysql) {
            let why = format!("batches of a module are not run on {}", dialect.word());
            return Err(unusable(why, "run the module's code in a script of its own, in one transaction".into()));
        }
        let mut catalog = Catalog::of(&source.history);
        source.history.migrations.iter().for_each(|migration| drop(rollback(&mut catalog, migration)));
        let known = catalog.tables.iter().find(|(name, _)| name.to_string() == table).map(|(_, table)| table);
        let known: &Table = known.ok_or_else(|| {
            unusable(
                format!("no migration of {} makes a table `{table}`", source.shown),
                "`table` is written as in the migrations: posts, or sales.posts".into(),
            )
        })?;
        if let Some(missing) = about.columns.iter().find(|c| known.column(c).is_none()) {
            let there: Vec<&str> = known.columns.iter().map(|c| c.name.as_str()).collect();
            return Err(unusable(
                format!("`{table}` has no column `{missing}`"),
                format!("it has {}", there.join(", ")),
            ));
        }
        let key: Vec<String> = known.key_columns().into_iter().map(str::to_owned).collect();
        if key.is_empty() {
            return Err(refusal::no_batches(&table));
        }
        let project = target::project_of(&source.dir, cwd);
        let own = Path::new(&self.path).strip_prefix(&project).unwrap_or(Path::new(self.shown));
        let name = about.name.unwrap_or_else(|| own.to_string_lossy().replace('\\', "/"));
        self.columns = about.columns;
        self.filtered = about.filter.is_some();
        let part = Part {
            recipe: "module".into(),
            title: format!("{table} by {}", self.shown),
            relation: clause::name(&known.name, dialect),
            table,
            key,
            // Rows are filled, though by no SET.
            set: "module".into(),
            todo: about.filter.unwrap_or_else(|| "1 = 1".into()),
            ..Part::default()
        };
        Ok((part, name))
    }

    fn run(
        &self,
        fill: &Fill,
        db: &mut dyn Database,
        part: &Part,
        name: &str,
        report: &mut BackfillReport,
    ) -> Result<(), Failure> {
        let home = Home::find(db)?.make(db)?;
        let chunks = Chunks::of(db, part, &own(name), &home)?;
        let batch = |db: &mut dyn Database, range: &str| self.batch(db, part, range);
        if self.filtered {
            chunks.make(db)?;
            // All batches were done, and there are rows again: a new round.
            if chunks.begun(db)? && chunks.left(db)? == 0 && count(db, part)? > 0 {
                chunks.forget(db)?;
            }
        }
        fill.all(db, part, &chunks, &batch, report)?;
        // What the module has left, or was written since: the next run looks at it again.
        report.left = if self.filtered { count(db, part)? } else { 0 };
        Ok(())
    }

    /// Rows that are to be done: those of `where`, and without one those of the batches that are left.
    fn left(&self, db: &mut dyn Database, part: &Part, name: &str) -> Result<u64, Failure> {
        if self.filtered {
            return count(db, part);
        }
        let home = Home::find(db)?;
        let chunks = Chunks::of(db, part, &own(name), &home)?;
        match chunks.begun(db) {
            Ok(true) => chunks.rows_left(db),
            // Where nothing was begun the tables may not be there either.
            _ => count(db, part),
        }
    }

    fn batch(&self, db: &mut dyn Database, part: &Part, range: &str) -> Result<u64, Failure> {
        let batch = Batch { modules: self.modules, path: &self.path, part, columns: &self.columns };
        batch.run(db, range).map_err(|why| {
            if let Some(failure) = why.failure.map(|boxed| *boxed).filter(worth_another) {
                return failure;
            }
            let failure = Failure::new(unmigrate_engines::FailureKind::Refused, why.message.clone());
            if let Ok(mut stopped) = self.stopped.lock() {
                stopped.get_or_insert(refusal::module_failed(self.shown, why.line, &why.message));
            }
            failure
        })
    }
}

/// What tells its batches from those of migrations.
fn own(name: &str) -> String {
    format!("module:{name}")
}
