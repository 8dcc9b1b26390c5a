//! What `check` is asked for, and what a project's configuration says of it.

use crate::verify::Secret;
use crate::{Error, Problem};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::lint::{Rule, Severity, rule};

/// Beside which migrations, how they are judged. In JSON every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CheckOptions {
    /// Only what changed since this branch left that ref.
    pub changed: Option<String>,
    /// Without `changed`: only what changed since this branch left the default branch, where that can be found.
    pub changed_in_ci: bool,
    /// Every migration, whatever the configuration says of `changed`.
    pub every: bool,
    /// The branch that this one is to be merged into, where somebody knows it.
    pub default_branch: Option<String>,
    /// The git commit, branch or tag whose clients have to go on working; empty: where this branch left the default branch.
    pub app: Option<String>,
    /// A database that the history is held against; empty: the one that the tool's own files name. It is only read.
    pub db: Option<Secret>,
    /// `prisma`, `drizzle`, `d1`, `libsql`, `autocommit` or `transaction`, where the tool's own way is not meant.
    pub runner: Option<String>,
    /// Rules about taste too.
    pub style: Option<bool>,
    /// Warnings count as errors do.
    pub strict: Option<bool>,
    /// A file of findings that are known and left out, relative to the working directory.
    pub baseline: Option<PathBuf>,
    /// Write what is found into the baseline.
    pub write_baseline: bool,
    /// Fix what can be fixed without a person, in migrations that no database has run.
    pub fix: bool,
    /// Fix the findings of these rules only.
    pub fix_rule: Vec<String>,
    /// Columns that were renamed, where a column is dropped and one like it added: `users.user_name=username`.
    pub rename: Vec<String>,
    /// Write what is fixed into files that are not ours, and ask nobody.
    pub yes: bool,
    /// By a rule's name: `off`, `note`, `warning` or `error`.
    pub rules: BTreeMap<String, String>,
}

/// The files of a project that may say something, nearest first.
const FILES: [&str; 2] = ["unmigrate.json", "package.json"];

impl CheckOptions {
    /// With what the project's `unmigrate.json#check` or `package.json#unmigrate.check` says, where the request says
    /// nothing.
    ///
    /// # Errors
    /// `config-unreadable`, `invalid-option`, `unknown-rule`.
    pub fn settled(&self, cwd: &Path) -> Result<CheckOptions, Error> {
        let mut options = self.clone();
        if let Some((file, configured)) = configured(cwd)? {
            let base = file.parent().unwrap_or(cwd);
            options.runner = options.runner.or(configured.runner);
            options.style = options.style.or(configured.style);
            options.strict = options.strict.or(configured.strict);
            options.changed = options.changed.or(configured.changed.filter(|_| !options.every));
            options.baseline = options.baseline.or(configured.baseline.map(|b| base.join(b)));
            for (rule, level) in configured.rules {
                options.rules.entry(rule).or_insert(level);
            }
        }
        if let Some(name) = options.fix_rule.iter().find(|name| !super::is_rule(name)) {
            return Err(unknown_rule(name));
        }
        for (name, level) in &options.rules {
            if !super::is_rule(name) {
                return Err(unknown_rule(name));
            }
            if level != "off" && Severity::from_word(level).is_none() {
                return Err(invalid(&format!("`{level}` for the rule `{name}` is none of off, note, warning, error")));
            }
        }
        Ok(options)
    }

    /// Does this rule run?
    pub fn wants(&self, rule: &Rule) -> bool {
        match self.rules.get(rule.name).map(String::as_str) {
            Some("off") => false,
            Some(_) => true,
            None => !rule.style || self.style == Some(true),
        }
    }

    /// Something is to be fixed.
    pub fn fixes(&self) -> bool {
        self.fix || !self.fix_rule.is_empty() || !self.rename.is_empty()
    }

    /// What a finding of a rule weighs; none: it is turned off.
    pub fn weight(&self, rule: &str, own: Severity) -> Option<Severity> {
        match self.rules.get(rule).map(String::as_str) {
            Some("off") => None,
            Some(word) => Some(Severity::from_word(word).unwrap_or(own)),
            None => Some(own),
        }
    }
}

/// The nearest file that says something, from the working directory up to the repository's root.
fn configured(cwd: &Path) -> Result<Option<(PathBuf, CheckOptions)>, Error> {
    for dir in cwd.ancestors() {
        for name in FILES {
            let file = dir.join(name);
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let value: serde_json::Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
                Ok(value) => value,
                // A package.json that can't be read is npm's to complain about.
                Err(_) if name == "package.json" => continue,
                Err(why) => return Err(unreadable(&file, &why.to_string())),
            };
            let inside = if name == "package.json" { value.get("unmigrate") } else { Some(&value) };
            let Some(check) = inside.and_then(|v| v.get("check")) else { continue };
            let options = CheckOptions::deserialize(check).map_err(|why| unreadable(&file, &why.to_string()))?;
            return Ok(Some((file, options)));
        }
        if dir.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

fn unreadable(file: &Path, why: &str) -> Problem {
    let shown = file.display().to_string();
    Problem::error(
        "config-unreadable",
        format!("`check` in `{shown}` can't be used: {why}"),
        "it knows changed, runner, style, strict, baseline and rules",
    )
    .at(shown)
}

fn invalid(why: &str) -> Problem {
    Problem::error("invalid-option", format!("the options can't be used: {why}"), "unmigrate check --help")
}

fn unknown_rule(name: &str) -> Problem {
    let like = |known: &&str| known.split('-').any(|w| w.len() > 2 && name.split('-').any(|n| n == w));
    let close: Vec<&str> = rule::RULES.iter().map(|r| r.name).filter(like).take(4).collect();
    let close = if close.is_empty() { String::new() } else { format!("; there is {}", close.join(", ")) };
    Problem::error("unknown-rule", format!("there is no rule `{name}`{close}"), "unmigrate check --rules   lists them")
}
