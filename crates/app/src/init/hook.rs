//! The hook before a commit, where the project's own tool for hooks looks for it: husky, lefthook, simple-git-hooks, or
//! git itself. What is there is kept; a line goes below it where that is sure to be run.

use super::manifest::{parsed, text};
use super::{Change, Planned, Site};
use crate::Problem;
use jsonc_parser::cst::CstInputValue;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The hook of a project.
pub fn plan(site: &Site) -> Result<Planned, Problem> {
    let Some(root) = site.root.as_deref() else {
        return Err(Problem::error(
            "no-repository",
            format!("`{}` is in no git repository", site.package.display()),
            "git init   makes one",
        ));
    };
    let line = line(site);
    let husky = [root, &site.package].into_iter().map(|dir| dir.join(".husky")).find(|dir| dir.is_dir());
    if let Some(dir) = husky {
        return Ok(script(dir.join("pre-commit"), &line, ""));
    }
    let names = ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml", ".config/lefthook.yml"];
    if let Some(file) = names.iter().map(|name| root.join(name)).find(|file| file.is_file()) {
        return Ok(lefthook(file, &line));
    }
    if let Some(planned) = simple_git_hooks(root, &line)? {
        return Ok(planned);
    }
    Ok(script(hooks(root).join("pre-commit"), &line, "#!/bin/sh\n"))
}

/// What is run from the repository's root: only what is not committed yet is looked at.
fn line(site: &Site) -> String {
    let command = site.manager.run("unmigrate check --changed HEAD");
    match site.below() {
        Some(dir) => format!("(cd '{}' && {command})", dir.replace('\'', "'\\''")),
        None => command,
    }
}

/// The folder that git takes hooks from.
fn hooks(root: &Path) -> PathBuf {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--git-path", "hooks"]).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
    let said = git.output().ok().filter(|out| out.status.success());
    let said = said.map(|out| String::from_utf8_lossy(&out.stdout).trim_end().to_owned());
    root.join(said.filter(|dir| !dir.is_empty()).unwrap_or_else(|| ".git/hooks".to_owned()))
}

/// A shell script, made or added to.
fn script(path: PathBuf, line: &str, head: &str) -> Planned {
    let own = format!("# What migrations that are about to be committed will hurt.\n{line} || exit 1\n");
    let Ok(there) = fs::read_to_string(&path) else {
        if path.exists() {
            return Planned::left(path, "can't be read as text", own);
        }
        let what = vec![format!("runs `{line}` before each commit")];
        let made = Planned::new(path, Change::Created, what).with(format!("{head}{own}"));
        return Planned { executable: true, ..made };
    };
    if there.contains("unmigrate check") {
        return Planned::new(path, Change::Unchanged, vec!["calls `unmigrate check` already".to_owned()]);
    }
    if !runs_to_its_end(&there) {
        return Planned::left(path, "may end before its last line, so that a line below it would not run", own);
    }
    let gap = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    let what = vec![format!("added `{line}` below what was there")];
    Planned::new(path, Change::Edited, what).with(format!("{there}{gap}{own}"))
}

/// Is it a shell's, and does nothing in it leave before the end?
fn runs_to_its_end(script: &str) -> bool {
    let shell = match script.strip_prefix("#!") {
        None => true,
        Some(rest) => rest.lines().next().is_some_and(|l| l.trim_end().ends_with("sh")),
    };
    let leaves = |line: &str| {
        let line = line.trim_start();
        ["exit", "exec "].iter().any(|word| line.starts_with(word))
    };
    shell && !script.lines().any(leaves) && !script.contains("<<")
}

fn lefthook(path: PathBuf, line: &str) -> Planned {
    let commands = format!("  commands:\n    unmigrate:\n      run: {line}\n");
    let there = fs::read_to_string(&path).unwrap_or_default();
    if there.contains("unmigrate check") {
        return Planned::new(path, Change::Unchanged, vec!["calls `unmigrate check` already".to_owned()]);
    }
    let has_own = there.lines().any(|l| l.trim_end().trim_matches('"').starts_with("pre-commit"));
    if has_own {
        return Planned::left(path, "has a `pre-commit` already", format!("    unmigrate:\n      run: {line}\n"));
    }
    let gap = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    let text = format!("{there}{gap}pre-commit:\n{commands}");
    Planned::new(
        path,
        Change::Edited,
        vec![format!("added `{line}` to `pre-commit`; lefthook install   puts it in place")],
    )
    .with(text)
}

/// simple-git-hooks reads a file of its own, or the root's `package.json`.
fn simple_git_hooks(root: &Path, line: &str) -> Result<Option<Planned>, Problem> {
    let own = [".simple-git-hooks.json", "simple-git-hooks.json"].map(|name| root.join(name));
    let (path, inside) = match own.into_iter().find(|file| file.is_file()) {
        Some(file) => (file, false),
        None => (root.join("package.json"), true),
    };
    let Ok(there) = fs::read_to_string(&path) else { return Ok(None) };
    if inside && !there.contains("\"simple-git-hooks\"") {
        return Ok(None);
    }
    let (tree, object) = parsed(&there)?;
    let hooks = if inside { object.object_value("simple-git-hooks") } else { Some(object) };
    // Named among the dependencies only: its hooks are told elsewhere (a file in JavaScript).
    let Some(hooks) = hooks else { return Ok(None) };
    if let Some(other) = hooks.get("pre-commit") {
        let other = text(&other).unwrap_or_default();
        if other.contains("unmigrate check") {
            let what = vec!["calls `unmigrate check` already".to_owned()];
            return Ok(Some(Planned::new(path, Change::Unchanged, what)));
        }
        return Ok(Some(Planned::left(path, "has a `pre-commit` already", format!("{other} && {line}"))));
    }
    hooks.append("pre-commit", CstInputValue::String(line.to_owned()));
    let what = vec![format!("added `{line}` to `pre-commit`; npx simple-git-hooks   puts it in place")];
    Ok(Some(Planned::new(path, Change::Edited, what).with(tree.to_string())))
}
