//! Which versions of the tools a project has.

use serde_json::Value;
use std::fs;
use std::path::Path;

/// Versions as they are installed, else as `package.json` asks for them (`^6.1.0`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// `prisma`, else `@prisma/client`.
    pub prisma: Option<String>,
    /// `drizzle-orm`.
    pub orm: Option<String>,
}

impl Versions {
    /// Of the package in a folder; installed packages may lie further up.
    pub fn of(project: &Path) -> Versions {
        let version = |names: &[&str]| {
            let installed = || names.iter().find_map(|name| installed(project, name));
            installed().or_else(|| names.iter().find_map(|name| asked_for(project, name)))
        };
        Versions { prisma: version(&["prisma", "@prisma/prisma7", "@prisma/client"]), orm: version(&["drizzle-orm"]) }
    }

    /// Prisma's first number.
    pub fn prisma_major(&self) -> Option<u32> {
        let digits = self.prisma.as_ref()?.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }
}

fn installed(project: &Path, name: &str) -> Option<String> {
    let at = |dir: &Path| json(&dir.join("node_modules").join(name).join("package.json"));
    let package = project.ancestors().find_map(at)?;
    Some(package.get("version")?.as_str()?.to_owned())
}

fn asked_for(project: &Path, name: &str) -> Option<String> {
    let groups = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let in_package = |package: Value| {
        let range = groups.iter().find_map(|group| package.get(group)?.get(name)?.as_str().map(str::to_owned));
        range.filter(|range| range.contains(|c: char| c.is_ascii_digit()))
    };
    project.ancestors().filter_map(|dir| json(&dir.join("package.json"))).find_map(in_package)
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}
