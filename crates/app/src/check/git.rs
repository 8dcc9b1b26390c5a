//! What changed since a branch left another: asked of `git` as a process with fixed arguments.

use super::report::Since;
use crate::Problem;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files that changed below some folders.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// New, committed or not.
    pub added: BTreeSet<PathBuf>,
    /// There before, with another text now.
    pub edited: BTreeSet<PathBuf>,
    /// There before, and not now.
    pub removed: BTreeSet<PathBuf>,
}

/// Where the changes are counted from: the ref that is named.
///
/// # Errors
/// `no-merge-base`, saying what is missing.
pub fn since(cwd: &Path, reference: &str) -> Result<Since, Problem> {
    merge_base(cwd, reference).ok_or_else(|| no_merge_base(cwd, reference))
}

/// The default branch, as far as the clone tells. None where there is no repository, or no branch to compare with.
pub fn default_branch(cwd: &Path, wanted: Option<&str>) -> Option<Since> {
    let head = git(cwd, &["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]).map(line);
    let wanted = wanted.into_iter().flat_map(|branch| [format!("origin/{branch}"), branch.to_owned()]);
    let usual = ["origin/main", "origin/master", "main", "master"].map(str::to_owned);
    wanted.chain(head).chain(usual).find_map(|reference| merge_base(cwd, &reference))
}

/// What changed in these folders.
pub fn changes(cwd: &Path, since: &Since, dirs: &[&Path]) -> Changes {
    let mut changes = Changes::default();
    let Some(root) = root(cwd) else { return changes };
    let mut differ: Vec<&OsStr> =
        ["diff", "--no-ext-diff", "--no-renames", "--name-status", "-z", &since.commit, "--"].map(OsStr::new).to_vec();
    differ.extend(dirs.iter().map(|d| d.as_os_str()));
    let listed = run(cwd, &differ).unwrap_or_default();
    let mut parts = listed.split('\0').filter(|p| !p.is_empty());
    while let (Some(status), Some(path)) = (parts.next(), parts.next()) {
        let path = root.join(path);
        match status {
            "A" => changes.added.insert(path),
            "D" => changes.removed.insert(path),
            _ => changes.edited.insert(path),
        };
    }
    let mut others: Vec<&OsStr> =
        ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--"].map(OsStr::new).to_vec();
    others.extend(dirs.iter().map(|d| d.as_os_str()));
    let listed = run(cwd, &others).unwrap_or_default();
    changes.added.extend(listed.split('\0').filter(|p| !p.is_empty()).map(|p| root.join(p)));
    changes
}

/// The commit in which a file came to be; none where there is no repository, or it is in none yet. `dir` lies in it.
pub fn added_in(dir: &Path, file: &Path) -> Option<String> {
    let args = ["log", "--diff-filter=A", "--format=%h", "-n", "1", "--"].map(OsStr::new);
    let args: Vec<&OsStr> = args.into_iter().chain([file.as_os_str()]).collect();
    let commit = run(dir, &args).map(line)?;
    (!commit.is_empty()).then_some(commit)
}

fn merge_base(cwd: &Path, reference: &str) -> Option<Since> {
    let named = format!("{reference}^{{commit}}");
    let commit = git(cwd, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named]).map(line)?;
    let base = git(cwd, &["merge-base", "HEAD", &commit]).map(line)?;
    Some(Since { reference: reference.to_owned(), commit: base })
}

fn no_merge_base(cwd: &Path, reference: &str) -> Problem {
    let Some(shallow) = git(cwd, &["rev-parse", "--is-shallow-repository"]).map(line) else {
        return Problem::error(
            "no-merge-base",
            format!("`{}` is in no git repository, or git is not installed", cwd.display()),
            "leave --changed out to check every migration",
        );
    };
    let (message, help) = if shallow == "true" {
        (
            format!("this clone is shallow and does not reach the commit where the branch left `{reference}`"),
            "fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` on GitLab".to_owned(),
        )
    } else {
        (
            format!("git finds no commit that HEAD and `{reference}` have in common"),
            format!("git fetch origin {reference}"),
        )
    };
    Problem::error("no-merge-base", message, help)
}

fn line(text: String) -> String {
    text.trim_end().to_owned()
}

fn git(cwd: &Path, args: &[&str]) -> Option<String> {
    run(cwd, &args.iter().map(OsStr::new).collect::<Vec<_>>())
}

/// Runs git, and gives what it says where it succeeds.
fn run(cwd: &Path, args: &[&OsStr]) -> Option<String> {
    let mut command = Command::new("git");
    command.args(["-c", "core.quotepath=off", "-c", "core.fsmonitor=false"]).args(args).current_dir(cwd);
    command.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A commit by whatever names it.
pub fn commit(cwd: &Path, reference: &str) -> Option<Since> {
    let named = format!("{reference}^{{commit}}");
    let commit = git(cwd, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named]).map(line)?;
    Some(Since { reference: reference.to_owned(), commit })
}

/// The files that a commit has below these folders, absolute.
pub fn listed(cwd: &Path, commit: &str, dirs: &[PathBuf]) -> Vec<PathBuf> {
    let Some(root) = root(cwd) else { return vec![] };
    let mut args: Vec<&OsStr> =
        ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--"].map(OsStr::new).to_vec();
    let below: Vec<&Path> = dirs.iter().filter_map(|dir| dir.strip_prefix(&root).ok()).collect();
    // The root itself is said by naming nothing.
    if !below.iter().any(|dir| dir.as_os_str().is_empty()) {
        args.extend(below.iter().map(|dir| dir.as_os_str()));
    }
    let listed = run(cwd, &args).unwrap_or_default();
    listed.split('\0').filter(|p| !p.is_empty()).map(|p| root.join(p)).collect()
}

/// The texts of files of a commit; what is none is left out.
pub fn texts(cwd: &Path, commit: &str, files: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let Some(root) = root(cwd) else { return vec![] };
    let text = |file: &PathBuf| {
        let below = file.strip_prefix(&root).ok()?.to_string_lossy().replace('\\', "/");
        Some((file.clone(), git(cwd, &["cat-file", "blob", &format!("{commit}:{below}")])?))
    };
    files.iter().filter_map(text).collect()
}

/// A commit of a log.
pub struct Logged {
    /// Its hash.
    pub commit: String,
    /// `2026-11-26`.
    pub date: String,
    /// Tags and branches that point at it.
    pub names: Vec<String>,
}

/// The commits behind HEAD that touched these places, the newest first, and whether those are all.
pub fn log(cwd: &Path, places: &[PathBuf], most: usize) -> (Vec<Logged>, bool) {
    let count = format!("-{}", most + 1);
    let mut args: Vec<&OsStr> =
        ["log", "--no-show-signature", &count, "--format=%H%x09%cs%x09%D", "--"].map(OsStr::new).to_vec();
    args.extend(places.iter().map(|p| p.as_os_str()));
    let said = run(cwd, &args).unwrap_or_default();
    let of_line = |line: &str| {
        let mut parts = line.split('\t');
        let (commit, date) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let names = parts.next().unwrap_or_default().split(", ").filter(|n| !n.is_empty());
        let plain = |name: &str| name.trim_start_matches("HEAD -> ").trim_start_matches("tag: ").to_owned();
        Some(Logged { commit, date, names: names.map(plain).collect() })
    };
    let mut all: Vec<Logged> = said.lines().filter_map(of_line).collect();
    let whole = all.len() <= most;
    all.truncate(most);
    (all, whole)
}

fn root(cwd: &Path) -> Option<PathBuf> {
    let root = git(cwd, &["rev-parse", "--show-toplevel"]).map(line)?;
    Some(dunce::canonicalize(&root).unwrap_or(PathBuf::from(root)))
}
