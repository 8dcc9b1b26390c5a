//! `init` puts unmigrate where a project calls its tools from: npm scripts, a GitHub workflow, a hook before each commit.
//! It adds what is missing and never changes what is there; what it would rather not touch, it says how to do by hand.

mod hook;
mod manager;
mod manifest;
mod workflow;

use crate::{Error, Problem, Request, write};
use manager::Manager;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::{fs, io};
use unmigrate_sources::{ConfigLoader, Context, find};

/// What is asked for. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct InitRequest {
    /// The package's folder. Absolute.
    pub cwd: PathBuf,
    /// The hook before each commit, instead of scripts and workflow.
    pub hook: bool,
    /// Say what would be done, and write nothing.
    pub dry_run: bool,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitReport {
    /// Of the contract: 1.
    pub version: u32,
    /// Nothing was written.
    pub dry_run: bool,
    /// In the order in which they were looked at.
    pub files: Vec<InitFile>,
    /// What is left for a person.
    pub problems: Vec<Problem>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitFile {
    /// Relative to the working directory.
    pub path: String,
    /// What became of it.
    pub change: Change,
    /// What was added, one thing each; or why nothing was.
    pub what: Vec<String>,
    /// Lines for a person to add, where the file was not touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<String>,
    /// Its whole new text; none where it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there.
    Created,
    /// Something was added to it.
    Edited,
    /// It has everything already.
    Unchanged,
    /// It is there, and adding to it safely is not possible: `add` says what.
    Left,
}

/// A file as it is to be.
struct Planned {
    path: PathBuf,
    change: Change,
    what: Vec<String>,
    add: Option<String>,
    text: Option<String>,
    executable: bool,
}

impl Planned {
    fn new(path: PathBuf, change: Change, what: Vec<String>) -> Planned {
        Planned { path, change, what, add: None, text: None, executable: false }
    }

    fn with(self, text: String) -> Planned {
        Planned { text: Some(text), ..self }
    }

    fn left(path: PathBuf, why: &str, add: String) -> Planned {
        Planned { add: Some(add), ..Planned::new(path, Change::Left, vec![why.to_owned()]) }
    }
}

/// Adds what is missing.
///
/// # Errors
/// `no-package`: there is no `package.json`; `config-unreadable`: it is not JSON; `no-repository`: a hook needs one;
/// `not-writable`.
pub fn init(request: &InitRequest, loader: &dyn ConfigLoader) -> Result<InitReport, Error> {
    let reading = Request { cwd: request.cwd.clone(), ..Request::default() };
    let cwd = reading.real_cwd()?;
    let context = reading.context(&cwd, loader)?;
    let place = Site::of(&cwd)?;
    let mut problems = Vec::new();
    let planned = if request.hook {
        vec![hook::plan(&place)?]
    } else {
        let dirs = folders(&context);
        if dirs.is_empty() {
            problems.push(Problem::warning(
                "nothing-found",
                "there are no migrations here yet: the workflow looks at every pull request",
                "run init again when there are, after deleting the workflow",
            ));
        }
        vec![manifest::plan(&place)?, workflow::plan(&place, &dirs)]
    };
    if !place.has_unmigrate {
        problems.push(Problem::warning(
            "not-installed",
            "`unmigrate` is not among the package's dependencies: scripts and workflow need it there",
            place.manager.install("unmigrate"),
        ));
    }
    if !request.dry_run {
        for file in &planned {
            put(file).map_err(|why| not_writable(&context.shown(&file.path), &why))?;
        }
    }
    let files = planned.into_iter().map(|p| InitFile {
        path: context.shown(&p.path),
        change: p.change,
        what: p.what,
        add: p.add,
        text: p.text,
    });
    Ok(InitReport { version: 1, dry_run: request.dry_run, files: files.collect(), problems })
}

/// The migration folders, absolute. That there are none is no failure here.
fn folders(context: &Context) -> Vec<PathBuf> {
    find(&[], &[], context).map(|found| found.sources.into_iter().map(|s| s.dir).collect()).unwrap_or_default()
}

fn put(file: &Planned) -> io::Result<()> {
    let Some(text) = &file.text else { return Ok(()) };
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A file of somebody's keeps its permissions: what is written is a new one in its place.
    let before = fs::metadata(&file.path).ok();
    write::replace(&file.path, text)?;
    if let Some(before) = before {
        fs::set_permissions(&file.path, before.permissions())?;
    }
    #[cfg(unix)]
    if file.executable {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file.path)?.permissions().mode();
        fs::set_permissions(&file.path, fs::Permissions::from_mode(mode | 0o111))?;
    }
    Ok(())
}

fn not_writable(shown: &str, why: &io::Error) -> Problem {
    Problem::error("not-writable", format!("`{shown}` can't be written: {why}"), "see to the permissions of its folder")
        .at(shown)
}

/// Where the package is, and how its people install things.
struct Site {
    /// The package's folder.
    package: PathBuf,
    /// The text of its `package.json`.
    manifest: String,
    /// The repository's root; none outside of one.
    root: Option<PathBuf>,
    manager: Manager,
    has_unmigrate: bool,
}

impl Site {
    fn of(cwd: &Path) -> Result<Site, Problem> {
        let file = cwd.join("package.json");
        let manifest = fs::read_to_string(&file).map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => Problem::error(
                "no-package",
                format!("there is no package.json in `{}`", cwd.display()),
                "run it in the folder of the package that has the migrations",
            ),
            _ => manifest::unreadable(&why.to_string()),
        })?;
        let root = cwd.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf);
        let has_unmigrate = manifest.contains("\"unmigrate\"");
        let manager = Manager::of(cwd, root.as_deref());
        Ok(Site { package: cwd.to_path_buf(), manifest, root, manager, has_unmigrate })
    }

    /// The package's folder from the repository's root, with forward slashes; none where it is the root.
    fn below(&self) -> Option<String> {
        self.below_root(&self.package)
    }

    fn below_root(&self, path: &Path) -> Option<String> {
        let root = self.root.as_deref().unwrap_or(&self.package);
        let below = path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
        (!below.is_empty()).then_some(below)
    }
}
