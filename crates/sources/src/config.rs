//! Config files of the tools: which there are, and what of them matters here. They are programs, evaluated by the
//! [`ConfigLoader`](crate::ConfigLoader), so they are asked last.

use crate::prisma::dirs_of_schema;
use crate::source::Context;
use crate::{Problem, Tool, provider};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::Dialect;

const EXTENSIONS: [&str; 7] = ["ts", "js", "json", "mts", "mjs", "cjs", "cts"];

/// Whose config a file of this name is.
pub fn tool_of(name: &str) -> Option<Tool> {
    let (stem, extension) = name.rsplit_once('.')?;
    if !EXTENSIONS.contains(&extension) {
        return None;
    }
    match stem {
        "drizzle.config" => Some(Tool::Drizzle),
        "prisma.config" | "prisma7.config" if extension != "json" => Some(Tool::Prisma),
        _ => None,
    }
}

/// The config files of a project folder, in the order in which the tools take them (Prisma 7.10: `prisma7.config.*`
/// and `.config/prisma7.*` first; Drizzle: `.ts`, `.js`, `.json`, the rest by `--config` only).
pub fn files(project: &Path) -> Vec<(Tool, PathBuf)> {
    let mut found = Vec::new();
    let aside = project.join(".config").is_dir();
    let stems = ["prisma7.config", ".config/prisma7", "prisma.config", ".config/prisma", ".config/prisma.config"];
    for stem in stems.into_iter().filter(|stem| aside || !stem.starts_with(".config/")) {
        let names = EXTENSIONS.iter().filter(|x| **x != "json").map(|x| project.join(format!("{stem}.{x}")));
        found.extend(names.filter(|p| p.is_file()).take(1).map(|p| (Tool::Prisma, p)));
    }
    found.truncate(1);
    let names = EXTENSIONS.iter().map(|x| project.join(format!("drizzle.config.{x}")));
    found.extend(names.filter(|p| p.is_file()).take(1).map(|p| (Tool::Drizzle, p)));
    found
}

/// Evaluates a config file, or reads it where it is JSON.
///
/// # Errors
/// `config-unreadable` with what the evaluation said.
pub fn load(file: &Path, context: &Context) -> Result<Value, Problem> {
    let value = if file.extension().is_some_and(|x| x == "json") {
        let text = fs::read_to_string(file).map_err(|e| e.to_string());
        text.and_then(|t| serde_json::from_str(&t).map_err(|e| e.to_string()))
    } else {
        context.loader.load(file)
    };
    let shown = context.shown(file);
    value.map_err(|why| {
        let message = format!("`{shown}` can't be evaluated: {}", why.trim());
        let help = "name the folder of migrations instead: unmigrate generate --dir <folder>";
        Problem::error("config-unreadable", message, help).at(shown)
    })
}

/// The folders of migrations that a config names. Drizzle resolves `out` from the working directory, which is the
/// config's folder nearly always; Prisma resolves from the config file.
pub fn dirs(tool: Tool, file: &Path, config: &Value, cwd: &Path) -> Vec<PathBuf> {
    let here = project_of(file);
    match tool {
        Tool::Drizzle => {
            let out = config.get("out").and_then(Value::as_str).unwrap_or("drizzle");
            vec![here.join(out), cwd.join(out)]
        }
        Tool::Prisma => {
            let migrations = config.get("migrations").and_then(|m| m.get("path")).and_then(Value::as_str);
            let schema = config.get("schema").and_then(Value::as_str);
            match (migrations, schema) {
                (Some(path), _) => vec![file.with_file_name("").join(path)],
                (None, Some(schema)) => dirs_of_schema(&file.with_file_name("").join(schema)),
                (None, None) => vec![],
            }
        }
    }
}

/// The folder that a config file stands for: the one above `.config`.
fn project_of(file: &Path) -> &Path {
    let dir = file.parent().unwrap_or(file);
    if dir.ends_with(".config") { dir.parent().unwrap_or(dir) } else { dir }
}

/// The `dialect` of the Drizzle config that stands above a folder of migrations (`driver` up to 0.20).
pub fn drizzle_dialect(dir: &Path, context: &Context) -> Option<Result<Dialect, Problem>> {
    let above = dir.ancestors().skip(1).take(6);
    let (_, file) = above.flat_map(files).find(|(tool, _)| *tool == Tool::Drizzle)?;
    let config = match load(&file, context) {
        Ok(config) => config,
        Err(problem) => return Some(Err(problem)),
    };
    let word = config.get("dialect").or_else(|| config.get("driver"))?.as_str()?;
    Some(provider::dialect(word, &context.shown(&file)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_config_files() {
        assert_eq!(tool_of("drizzle.config.ts"), Some(Tool::Drizzle));
        assert_eq!(tool_of("prisma7.config.mjs"), Some(Tool::Prisma));
        assert_eq!(tool_of("drizzle.config.yaml"), None);
        assert_eq!(tool_of("tsconfig.json"), None);
    }

    #[test]
    fn folders_that_configs_name() {
        let (cwd, file) = (Path::new("/r"), Path::new("/r/a/.config/prisma.ts"));
        let config = json!({ "migrations": { "path": "../db" } });
        assert_eq!(dirs(Tool::Prisma, file, &config, cwd), [PathBuf::from("/r/a/.config/../db")]);
        let file = Path::new("/r/a/drizzle.config.ts");
        assert_eq!(
            dirs(Tool::Drizzle, file, &json!({ "out": "./m" }), cwd),
            [Path::new("/r/a/./m"), Path::new("/r/./m")]
        );
    }
}
