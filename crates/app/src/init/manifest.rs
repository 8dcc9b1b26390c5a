//! Scripts in `package.json`, each where neither its name nor its command is there yet. All else in the file stays as it
//! is, byte for byte.

use super::{Change, Planned, Site};
use crate::Problem;
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};

/// Name and command. `db:generate` is left to drizzle-kit, in whose projects it means another thing.
const SCRIPTS: [(&str, &str); 4] = [
    ("db:check", "unmigrate check"),
    ("db:rollbacks", "unmigrate generate"),
    ("db:verify", "unmigrate verify"),
    ("db:rollback", "unmigrate rollback"),
];

/// The package's file with the scripts that it lacks.
pub fn plan(site: &Site) -> Result<Planned, Problem> {
    let path = site.package.join("package.json");
    let (root, object) = parsed(&site.manifest)?;
    let Some(scripts) = object.object_value_or_create("scripts") else {
        return Err(unreadable("`scripts` is no object"));
    };
    let is_there = |command: &str| scripts.properties().iter().any(|p| text(p).is_some_and(|t| calls(&t, command)));
    let mut what = Vec::new();
    let mut changed = false;
    for (name, command) in SCRIPTS {
        if is_there(command) {
            continue;
        }
        match scripts.get(name) {
            Some(other) => {
                let other = text(&other).unwrap_or_default();
                what.push(format!("left `{name}`, which is another script: {other}"));
            }
            None => {
                scripts.append(name, CstInputValue::String(command.to_owned()));
                what.push(format!("added `{name}`: {command}"));
                changed = true;
            }
        }
    }
    if !changed {
        what.insert(0, "has these scripts".to_owned());
        return Ok(Planned::new(path, Change::Unchanged, what));
    }
    Ok(Planned::new(path, Change::Edited, what).with(root.to_string()))
}

/// A JSON file as a tree that is written back as it was read.
pub fn parsed(text: &str) -> Result<(CstRootNode, CstObject), Problem> {
    let strict = ParseOptions { allow_comments: false, allow_trailing_commas: false, ..ParseOptions::default() };
    let root = CstRootNode::parse(text, &strict).map_err(|why| unreadable(&why.to_string()))?;
    let object = root.object_value().ok_or_else(|| unreadable("it is no object"))?;
    Ok((root, object))
}

/// The text of a property.
pub fn text(property: &jsonc_parser::cst::CstObjectProp) -> Option<String> {
    property.value()?.as_string_lit()?.decoded_value().ok()
}

/// Does a script call this, perhaps among other things?
fn calls(script: &str, command: &str) -> bool {
    let mut from = 0;
    while let Some(at) = script[from..].find(command) {
        let end = from + at + command.len();
        if script[end..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '-') {
            return true;
        }
        from = end;
    }
    false
}

pub fn unreadable(why: &str) -> Problem {
    Problem::error("config-unreadable", format!("`package.json` can't be used: {why}"), "mend it; npm needs it too")
        .at("package.json")
}
