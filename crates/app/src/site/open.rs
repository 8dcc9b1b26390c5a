//! From a request to the folder and the database.

use super::place::{self, Scene, TargetReport};
use super::{Confirm, refusal};
use crate::execute::Watch;
use crate::target::{self, Surroundings, Versions};
use crate::verify::Secret;
use crate::{ConfigLoader, Error, Problem, Request};
use std::path::{Path, PathBuf};
use unmigrate_engines::{Database, Failure, FailureKind, Product, Target, connect, connect_session};
use unmigrate_sources::{Context, Source, find};

/// What a verb on a real database needs of its surroundings.
pub struct Around<'a> {
    /// Evaluates config files.
    pub loader: &'a dyn ConfigLoader,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Asked before anything is written.
    pub ask: &'a mut dyn Confirm,
    /// Told how far it is.
    pub watch: &'a mut dyn Watch,
}

/// What a request says of the folder and of the database: every verb's request has these fields.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// Where paths start and where discovery begins. Absolute.
    pub cwd: &'a Path,
    /// The tool, where the folder's own layout is not to decide.
    pub tool: Option<&'a str>,
    /// The dialect, where the folder's own word is not to decide.
    pub dialect: Option<&'a str>,
    /// The folder of migrations; empty: look for it. There must be one.
    pub dirs: &'a [PathBuf],
    /// Of the histories found, the one of the package with this name, or below this path.
    pub project: &'a [String],
    /// The database; none: as the tool itself finds it.
    pub url: Option<&'a Secret>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<&'a str>,
}

/// What a verb has in hand once the folder is read and a session stands.
pub struct Here<'a> {
    /// The folder of migrations.
    pub source: &'a Source,
    /// The working directory, as it really is.
    pub cwd: &'a Path,
    /// Where the session leads; none where the caller brought it: nothing is known of that then.
    pub to: Option<&'a Target>,
}

impl Here<'_> {
    /// Another session with the same database.
    ///
    /// # Errors
    /// Those of the database; and where the caller brought the session, nothing tells how another is had.
    pub fn another(&self) -> Result<Box<dyn Database + Send>, Failure> {
        match self.to {
            Some(to) => connect(to),
            None => Err(Failure::new(FailureKind::Unsupported, "there is no other session")),
        }
    }

    /// With what a verb needs of its surroundings.
    pub fn surroundings<'b, 'c: 'b>(&'b self, around: &Around<'c>) -> Surroundings<'b> {
        Surroundings { cwd: self.cwd, variable: around.variable, loader: around.loader }
    }
}

impl Sought<'_> {
    /// The one folder of migrations, and the working directory.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub fn source(&self, loader: &dyn ConfigLoader) -> Result<(Source, PathBuf), Problem> {
        let reading = Request {
            cwd: self.cwd.to_path_buf(),
            tool: self.tool.map(str::to_owned),
            dialect: self.dialect.map(str::to_owned),
            dirs: self.dirs.to_vec(),
            project: self.project.to_vec(),
            ..Request::default()
        };
        only_source(&reading, loader)
    }

    /// Goes to the database of the folder of migrations, through a session of its own or the one that the caller brought.
    ///
    /// # Errors
    /// There is not one folder; nothing names the database, it can't be reached, or only through a pooler that keeps no
    /// session; those of `call`.
    pub fn visit<'a, T>(
        &self,
        around: Around<'a>,
        session: Option<&mut dyn Database>,
        call: impl FnOnce(&Here, Around<'a>, &mut dyn Database) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (source, cwd) = self.source(around.loader)?;
        let mut here = Here { source: &source, cwd: &cwd, to: None };
        if let Some(db) = session {
            return call(&here, around, db);
        }
        let (mut db, to) = self.open(&source, &here.surroundings(&around))?;
        here.to = Some(&to);
        call(&here, around, db.as_mut())
    }

    /// A session with the database of a folder of migrations, and where it leads.
    fn open(&self, source: &Source, around: &Surroundings) -> Result<(Box<dyn Database + Send>, Target), Problem> {
        let found = target::find(source, self.url.map(Secret::expose), around)?;
        let to = found.target(source.history.dialect)?;
        let unreachable = |failure: Failure| refusal::unreachable(&to.to_string(), &found.from, &failure);
        // Through a pooler in transaction mode a session's lock would be left on some other's connection.
        let session = connect_session(&to).map_err(unreachable)?;
        session.map(|db| (db, to)).ok_or_else(|| refusal::pooled(&found.from))
    }
}

/// The one folder of migrations that a request means, and the working directory.
///
/// # Errors
/// There is none, or there are several.
pub fn only_source(request: &Request, loader: &dyn ConfigLoader) -> Result<(Source, PathBuf), Problem> {
    let cwd = request.real_cwd()?;
    let context = request.context(&cwd, loader)?;
    let mut found = find(&request.dirs, &request.project, &context)?;
    if found.sources.len() > 1 {
        let shown: Vec<String> = found.sources.iter().map(|source| source.shown.clone()).collect();
        return Err(refusal::several_histories(&shown));
    }
    match found.sources.pop() {
        Some(source) => Ok((source, cwd)),
        None => Err(refusal::no_history(found.problems)),
    }
}

/// Looks which database it is, and what the folder knows of itself, and goes on with that.
///
/// # Errors
/// The database does not answer, an `unmigrate.json` is not understood; those of `call`.
pub fn arrive<T>(
    sought: &Sought,
    here: &Here,
    around: &Surroundings,
    db: &mut dyn Database,
    call: impl FnOnce(&mut dyn Database, &Scene) -> Result<T, Error>,
) -> Result<T, Error> {
    let (source, to) = (here.source, here.to);
    let project = target::project_of(&source.dir, around.cwd);
    let about = place::about(db, to, &project, around.variable).map_err(|failure| refusal::database(&failure))??;
    let engine = Product::of(db).map_err(|failure| refusal::database(&failure))?.to_string();
    let verified = place::verified(source);
    let config = place::drizzle_config(source, &project, around.loader);
    let context = Context { cwd: around.cwd, tool: None, dialect: None, server: None, loader: around.loader };
    let shown = |path: &Path| context.shown(path);
    let scene = Scene {
        source,
        shown: &shown,
        at: place::location(source, to, config.as_ref(), sought.table),
        orm: Versions::of(&project).orm,
        target: TargetReport {
            engine,
            database: about.database,
            class: about.class.word().to_owned(),
            shown: to.map_or_else(|| "a driver of the caller's".to_owned(), Target::to_string),
        },
        protected: about.class.is_protected(),
        verified: &|name: &str| verified.contains(name),
        pushed_whole: place::pushed_whole(source, config.as_ref()),
        seen: Default::default(),
    };
    call(db, &scene)
}
