//! Where the project has its tool.

use super::Call;
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Prisma's command line in the project; none where it is not installed.
pub fn prisma(project: &Path) -> Option<Call> {
    installed(project, &[("prisma", "prisma"), ("@prisma/prisma7", "prisma7")])
}

/// Drizzle's.
pub fn drizzle(project: &Path) -> Option<Call> {
    installed(project, &[("drizzle-kit", "drizzle-kit")])
}

/// The first of these packages, each with the name of its program, that is installed for the project or further up.
fn installed(project: &Path, packages: &[(&str, &str)]) -> Option<Call> {
    let script = packages.iter().find_map(|(package, program)| {
        let folders = project.ancestors().map(|dir| dir.join("node_modules").join(package));
        folders.filter_map(|folder| script(&folder, program)).next()
    })?;
    Some(Call::new(node(), project).arg(script))
}

/// The file that `package.json` names for a program.
fn script(folder: &Path, program: &str) -> Option<PathBuf> {
    let package: Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json")).ok()?).ok()?;
    let bin = package.get("bin")?;
    let file = bin.as_str().or_else(|| bin.get(program)?.as_str())?;
    Some(folder.join(file)).filter(|file| file.is_file())
}

/// The Node that this runs in, else the one that is found in the path.
fn node() -> OsString {
    let own = std::env::current_exe().ok();
    let is_node = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "node");
    own.filter(is_node).map_or_else(|| "node".into(), PathBuf::into_os_string)
}
