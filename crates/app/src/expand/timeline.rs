//! Who reads and writes which column in which release.

use super::plan::{Part, PlanFile};

/// One release or step of a part, and what it means for the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// `release 1`, `backfill`, `release 2`, `contract`.
    pub when: &'static str,
    /// Each object, and what is done with it then.
    pub objects: Vec<(String, &'static str)>,
}

/// What happens with a part, in order.
pub fn timeline(part: &Part) -> Vec<Moment> {
    let moment = |when, objects: &[(&str, &'static str)]| Moment {
        when,
        objects: objects.iter().map(|(name, does)| ((*name).to_owned(), *does)).collect(),
    };
    let (old, new, last) = (part.old.as_str(), part.new.as_str(), part.last.as_str());
    match part.recipe.as_str() {
        "rename-column" => vec![
            moment("release 1", &[(old, "read and written"), (new, "written by a trigger")]),
            moment("backfill", &[(old, "read and written"), (new, "filled")]),
            moment("release 2", &[(old, "written by a trigger"), (new, "read and written")]),
            moment("contract", &[(old, "gone"), (new, "read and written")]),
        ],
        "change-type" | "split-column" | "merge-columns" if new == last => vec![
            moment("release 1", &[(old, "read and written"), (new, "written by a trigger, converted")]),
            moment("backfill", &[(old, "read and written"), (new, "filled")]),
            moment("release 2", &[(old, "written by a trigger, converted"), (new, "read and written")]),
            moment("contract", &[(old, "gone"), (new, "read and written")]),
        ],
        "move-column" | "split-table" | "merge-tables" => {
            let (old, new) =
                (format!("{}.{old}", part.table), format!("{}.{new}", part.into.as_deref().unwrap_or_default()));
            let (old, new) = (old.as_str(), new.as_str());
            vec![
                moment("release 1", &[(old, "read and written"), (new, "written by a trigger")]),
                moment("backfill", &[(old, "read and written"), (new, "filled")]),
                moment("release 2", &[(old, "written by a trigger"), (new, "read and written")]),
                moment("contract", &[(old, "gone"), (new, "read and written")]),
            ]
        }
        "change-type" | "enum-value" => vec![
            moment("release 1", &[(old, "read and written"), (new, "written by a trigger, converted")]),
            moment("backfill", &[(old, "read and written"), (new, "filled")]),
            moment("release 2", &[(old, "read and written, as either type"), (new, "written by a trigger, converted")]),
            moment("contract", &[(old, "of the new type"), (new, "gone")]),
        ],
        "make-required" => vec![
            moment("release 1", &[(new, "a NULL becomes a value")]),
            moment("backfill", &[(new, "NULLs filled")]),
            moment("release 2", &[(new, "read as required")]),
            moment("contract", &[(new, "NOT NULL")]),
        ],
        "drop-column" | "drop-table" => {
            let name = if old.is_empty() { part.table.as_str() } else { old };
            vec![
                moment("release 1", &[(name, "read and written")]),
                moment("release 2", &[(name, "unused")]),
                moment("contract", &[(name, "gone")]),
            ]
        }
        "rename-table" => vec![
            moment("release 1", &[(old, "a view, read and written"), (new, "the table")]),
            moment("release 2", &[(new, "read and written")]),
            moment("contract", &[(old, "gone")]),
        ],
        "change-default" => vec![
            moment("release 1", &[(new, "filled with the old default")]),
            moment("release 2", &[(new, "named by every INSERT")]),
            moment("contract", &[(new, "filled with the new default")]),
        ],
        "add-foreign-key" | "add-check" => vec![
            moment("release 1", &[(new, "holds for what is written")]),
            moment("contract", &[(new, "holds for every row")]),
        ],
        _ if part.indexes.is_empty() => {
            vec![moment("release 1", &[(new, "not there")]), moment("contract", &[(new, "made")])]
        }
        _ => vec![
            moment("release 1", &[(new, "not there")]),
            moment("backfill", &[(new, "made beside everything else")]),
            moment("contract", &[(new, "a part of the schema")]),
        ],
    }
}

/// The plan as a Mermaid timeline: a section for each part, a period for each release.
pub fn mermaid(plan: &PlanFile) -> String {
    let mut text = format!("timeline\n    title {}\n", plain(&plan.migration));
    for part in &plan.parts {
        text.push_str(&format!("    section {}\n", plain(&part.title)));
        for Moment { when, objects } in timeline(part) {
            let events: Vec<String> = objects.iter().map(|(name, does)| plain(&format!("{name} {does}"))).collect();
            text.push_str(&format!("        {when} : {}\n", events.join(" : ")));
        }
    }
    text
}

/// Without what Mermaid reads as its own: a colon parts events, a semicolon and a hash end a line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ':' | ';' | '#' | '\n' | '\r') { ' ' } else { c }).collect()
}
