//! What the code says of the schema has to be taken back too, by whoever has it: where it stood before.

use crate::check::git;
use std::path::Path;
use unmigrate_sources::{Source, Tool, pasted, schema_files};

/// What is to be done beside the migration.
pub fn next(source: &Source, first: usize, shown: &dyn Fn(&Path) -> String) -> Vec<String> {
    let commit = source.places.get(first).and_then(|place| git::added_in(&source.dir, &place.up));
    let before = commit.map(|commit| format!("{commit}~1"));
    match source.tool {
        Tool::Prisma => vec![prisma(source, before.as_deref(), shown)],
        Tool::Drizzle => vec![drizzle(before.as_deref())],
    }
}

fn prisma(source: &Source, before: Option<&str>, shown: &dyn Fn(&Path) -> String) -> String {
    let files: Vec<String> = schema_files(&source.dir).iter().map(|path| pasted(&shown(path))).collect();
    let files = if files.is_empty() { "schema.prisma".to_owned() } else { files.join(" ") };
    match before {
        Some(before) => format!(
            "take back what the schema says, else Prisma sees drift: git diff {before} -- {files}   shows what changed since; \
             git checkout {before} -- {files}   where nothing else did"
        ),
        None => format!(
            "take back what {files} says of it, else Prisma sees drift; prisma migrate diff   shows what is left"
        ),
    }
}

fn drizzle(before: Option<&str>) -> String {
    let how = match before {
        Some(before) => format!(": git diff {before}   shows what changed since"),
        None => String::new(),
    };
    format!("take back what the schema in code says of it, else the next drizzle-kit generate makes it again{how}")
}
