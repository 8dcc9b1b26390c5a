//! What a plan edits beside the migration: the schema file as each release has it. The texts are kept in the plan, so that whoever
//! goes on with it, on another machine too, finds what was meant.

use super::plan::{Place, Release};
use super::report::SchemaReport;
use super::verb::Where;
use super::{drizzle, prisma, refusal};
use crate::check::git;
use crate::write::replace;
use crate::{Problem, target};
use serde::{Deserialize, Serialize};
use similar::TextDiff;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use unmigrate_kernel::expand::Piece;
use unmigrate_sources::{Source, Tool};

/// In the folder of the plan.
const FILE: &str = "schema.json";

/// A file and what becomes of it. In the plan its path begins at the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// Its text; none: it is not there.
    pub before: Option<String>,
    /// The text that it gets; none: it goes.
    pub after: Option<String>,
}

/// The edits of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// They were made with `expand`.
    pub written: bool,
    /// With the expand phase.
    pub expand: Vec<Edit>,
    /// With the release whose code has the new shape.
    pub code: Vec<Edit>,
    /// Why that is for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_by_hand: Option<String>,
    /// With the contract.
    pub contract: Vec<Edit>,
}

/// What is known of a migration that is written in phases.
pub struct Known<'a> {
    /// Its folder.
    pub source: &'a Source,
    /// Where git is asked.
    pub cwd: &'a Path,
    /// Its name.
    pub name: &'a str,
    /// Its file.
    pub up: &'a Path,
    /// What was recognised in it.
    pub pieces: &'a [Piece],
    /// Drizzle's snapshot of it is rewritten.
    pub snapshot: bool,
}

impl Edits {
    /// What is to be edited.
    ///
    /// # Errors
    /// Why it is for a person to edit, in a sentence without a full stop.
    pub fn of_migration(known: &Known, around: &Where) -> Result<Edits, String> {
        let Known { source, cwd, name, up, pieces, snapshot } = *known;
        let commit = match git::added_in(&source.dir, up) {
            Some(commit) => format!("{commit}~1"),
            None => "HEAD".to_owned(),
        };
        if source.tool == Tool::Prisma {
            return prisma::edits(source, cwd, &commit, pieces);
        }
        if !snapshot {
            return Err("the snapshot of the migration could not be written for both shapes either".into());
        }
        let project = target::project_of(&source.dir, cwd);
        let expand = drizzle::edits(source, &project, &commit, name, pieces, around)?;
        let contract = expand.iter().rev().cloned().map(Edit::reversed).collect();
        Ok(Edits { expand, contract, ..Edits::default() })
    }

    /// Those of a plan; none where the schema is for a person to edit.
    pub fn read(place: &Place) -> Option<Edits> {
        let text = fs::read_to_string(place.file(FILE)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Where they are kept, and their text.
    pub fn kept(&self, place: &Place, project: &Path) -> (PathBuf, String) {
        let mut all = self.clone();
        for edit in all.expand.iter_mut().chain(&mut all.code).chain(&mut all.contract) {
            let own = edit.path.strip_prefix(project).unwrap_or(&edit.path).to_string_lossy().replace('\\', "/");
            edit.path = PathBuf::from(own);
        }
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        (place.file(FILE), format!("{text}\n"))
    }

    /// Those of a release. Their paths are absolute.
    pub fn of(&self, release: Release, project: &Path) -> Vec<Edit> {
        let edits = match release {
            Release::Expand => &self.expand,
            Release::Code => &self.code,
            Release::Contract => &self.contract,
        };
        edits.iter().map(|edit| Edit { path: project.join(&edit.path), ..edit.clone() }).collect()
    }
}

/// What edits would change, as they were meant when the plan was made.
pub fn shown(edits: &[Edit], named: &dyn Fn(&Path) -> String) -> SchemaReport {
    let diff: String = edits.iter().map(|edit| edit.diff(&named(&edit.path))).collect();
    SchemaReport { diff: (!diff.is_empty()).then_some(diff), ..SchemaReport::default() }
}

/// Makes edits, one after the other, and stops at one that can't be made. `others` are what else a file may have been, where it
/// is not what an edit begins with.
///
/// # Errors
/// `unwritable`, where a file can't be written.
pub fn make(
    edits: &[Edit],
    others: &[Edit],
    how: How,
    named: &dyn Fn(&Path) -> String,
) -> Result<SchemaReport, Problem> {
    let mut report = SchemaReport::default();
    let mut diff = String::new();
    for edit in edits {
        let file = named(&edit.path);
        let failed = |why: io::Error| refusal::unwritable(&file, &why);
        let mut done = edit.make(how).map_err(failed)?;
        if let (Done::Edited, Some(other)) = (&done, others.iter().find(|o| o.path == edit.path)) {
            let other = Edit { before: other.after.clone(), ..edit.clone() };
            done = other.make(how).map_err(failed)?;
        }
        match done {
            Done::Already => {}
            Done::Made(made) => {
                diff.push_str(&made.diff(&file));
                report.files.push(file);
            }
            Done::Edited => {
                report.why = Some(format!("{file} was edited since, and is left as it is"));
                break;
            }
        }
    }
    report.file = report.files.first().cloned();
    report.diff = (!diff.is_empty()).then_some(diff);
    Ok(report)
}

/// What may have become of a file that is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is what it was.
    Exactly,
    /// It may have other edits, which stay.
    Merged,
}

/// What became of an edit.
#[derive(Debug, PartialEq, Eq)]
pub enum Done {
    /// It was made, with what others have edited since.
    Made(Edit),
    /// The file is so already.
    Already,
    /// It was edited where this would edit it.
    Edited,
}

impl Edit {
    /// As `git diff` has it.
    pub fn diff(&self, shown: &str) -> String {
        let (mut from, mut to) = (format!("a/{shown}"), format!("b/{shown}"));
        let none = || "/dev/null".to_owned();
        if self.before.is_none() {
            from = none();
        }
        if self.after.is_none() {
            to = none();
        }
        let (before, after) = (self.before.as_deref().unwrap_or_default(), self.after.as_deref().unwrap_or_default());
        TextDiff::from_lines(before, after).unified_diff().header(&from, &to).to_string()
    }

    /// The way back.
    pub fn reversed(self) -> Edit {
        Edit { before: self.after, after: self.before, path: self.path }
    }

    /// Makes it. Where the file was edited since, with these edits, if the two do not meet.
    ///
    /// # Errors
    /// The operating system's own.
    pub fn make(&self, how: How) -> io::Result<Done> {
        let now = fs::read_to_string(&self.path).ok();
        if now == self.after {
            return Ok(Done::Already);
        }
        let after = match (&now, &self.before, &self.after) {
            (now, before, after) if now == before => after.clone(),
            (Some(now), Some(before), Some(after)) if how == How::Merged => match merged(now, before, after)? {
                Some(text) => Some(text),
                None => return Ok(Done::Edited),
            },
            _ => return Ok(Done::Edited),
        };
        match &after {
            Some(text) => replace(&self.path, text)?,
            None => fs::remove_file(&self.path)?,
        }
        Ok(Done::Made(Edit { path: self.path.clone(), before: now, after }))
    }
}

/// What git makes of two sets of edits of one text; none where they meet.
fn merged(now: &str, before: &str, after: &str) -> io::Result<Option<String>> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("git");
    command.args(["merge-file", "-p", "-q"]).stdin(Stdio::null()).stderr(Stdio::null());
    for (name, text) in [("now", now), ("before", before), ("after", after)] {
        let path = folder.path().join(name);
        fs::write(&path, text)?;
        command.arg(path);
    }
    // Without git nothing is put together.
    let Ok(output) = command.output() else { return Ok(None) };
    Ok(output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(folder: &Path, before: Option<&str>, after: Option<&str>) -> Edit {
        Edit { path: folder.join("a"), before: before.map(str::to_owned), after: after.map(str::to_owned) }
    }

    #[test]
    fn a_file_that_others_edit_keeps_their_edits() {
        let folder = tempfile::tempdir().unwrap();
        let lines = |first: &str, last: &str| format!("{first}\nb\nc\nd\ne\n{last}\n");
        fs::write(folder.path().join("a"), lines("a", "theirs")).unwrap();
        let one = edit(folder.path(), Some(&lines("a", "f")), Some(&lines("ours", "f")));
        let Done::Made(done) = one.make(How::Merged).unwrap() else { panic!("it was not made") };
        assert_eq!(done.after.as_deref(), Some(lines("ours", "theirs").as_str()));
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), lines("ours", "theirs"));
        // Where both edit the same line, it stays.
        let same = edit(folder.path(), Some(&lines("a", "f")), Some(&lines("ours", "ours")));
        assert_eq!(same.make(How::Merged).unwrap(), Done::Edited);
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), lines("ours", "theirs"));
    }

    #[test]
    fn a_file_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let comes = edit(folder.path(), None, Some("a\n"));
        assert!(matches!(comes.make(How::Merged).unwrap(), Done::Made(_)));
        assert_eq!(comes.make(How::Merged).unwrap(), Done::Already);
        assert!(comes.diff("a").contains("--- /dev/null"));
        let goes = comes.reversed();
        fs::write(folder.path().join("a"), "b\n").unwrap();
        assert_eq!(goes.make(How::Merged).unwrap(), Done::Edited, "what somebody has edited is not thrown away");
        fs::write(folder.path().join("a"), "a\n").unwrap();
        assert!(matches!(goes.make(How::Merged).unwrap(), Done::Made(_)));
        assert!(!folder.path().join("a").exists());
    }
}
