//! The snapshot of a migration that leads back to an earlier schema: what that schema was, and the newest as its parent.

use super::{all, file, read, replay};
use crate::{Layout, Problem, Source};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The snapshot after which the schema is that before the migration at this place; `id` is its own.
///
/// # Errors
/// `no-snapshot`: one that is needed is not there or can't be read, or there are several newest ones.
pub fn of(source: &Source, before: usize, id: &str) -> Result<Value, Problem> {
    let snapshots = readable(source);
    let newest = newest(source, &snapshots)?;
    let there = match before.checked_sub(1) {
        None => None,
        Some(at) => Some(at_place(source, &snapshots, at)?),
    };
    let next = match newest.get("type").is_some() {
        true => difference(newest, there, &snapshots)?,
        false => there.cloned().unwrap_or_else(|| empty(newest)),
    };
    Ok(behind(next, newest, id))
}

/// A snapshot that is known, as the one after the newest.
///
/// # Errors
/// As [`of`].
pub fn after_all(source: &Source, snapshot: &Value, id: &str) -> Result<Value, Problem> {
    let snapshots = readable(source);
    Ok(behind(snapshot.clone(), newest(source, &snapshots)?, id))
}

fn readable(source: &Source) -> Vec<(PathBuf, Value)> {
    all(&source.dir, source.layout).into_iter().filter_map(|path| Some((path.clone(), read(&path)?))).collect()
}

fn behind(mut next: Value, newest: &Value, id: &str) -> Value {
    let parent = newest["id"].clone();
    match next.get("prevIds").is_some() || newest.get("prevIds").is_some() {
        true => next["prevIds"] = json!([parent]),
        false => next["prevId"] = parent,
    }
    next["id"] = json!(id);
    if next.get("renames").is_some() {
        next["renames"] = json!([]);
    }
    next
}

fn at_place<'a>(source: &Source, all: &'a [(PathBuf, Value)], at: usize) -> Result<&'a Value, Problem> {
    let path = file(source.layout, &source.places[at].up);
    let found = all.iter().find(|(of, _)| *of == path);
    found.map(|(_, value)| value).ok_or_else(|| missing(&path.display().to_string()))
}

/// The one that no other has for its parent.
fn newest<'a>(source: &Source, all: &'a [(PathBuf, Value)]) -> Result<&'a Value, Problem> {
    if source.layout == Layout::Journal {
        return match source.places.len().checked_sub(1) {
            Some(last) => at_place(source, all, last),
            None => Err(missing("meta")),
        };
    }
    let parents: BTreeSet<&str> =
        all.iter().flat_map(|(_, s)| s["prevIds"].as_array().into_iter().flatten()).filter_map(Value::as_str).collect();
    let mut leaves = all.iter().filter(|(_, s)| s["id"].as_str().is_none_or(|id| !parents.contains(id)));
    match (leaves.next(), leaves.next()) {
        (Some((_, one)), None) => Ok(one),
        (None, _) => Err(missing("snapshot.json")),
        (Some(_), Some(_)) => Err(Problem::error(
            "no-snapshot",
            "several branches of migrations have no common end: none of their snapshots is the newest",
            "drizzle-kit generate   joins them; then run it again",
        )),
    }
}

/// Version 9: the rows that are other ones now, named as drizzle-kit names them.
fn difference(newest: &Value, there: Option<&Value>, all: &[(PathBuf, Value)]) -> Result<Value, Problem> {
    let find = |id: &str| all.iter().find(|(_, s)| s["id"] == id).map(|(_, s)| s.clone());
    let rows = |snapshot: &Value| replay::rows(snapshot, find).ok_or_else(|| missing("snapshot.json"));
    let now = rows(newest)?;
    let then = there.map(rows).transpose()?.unwrap_or_default();
    let of = |rows: &[Value], key: &str| rows.iter().find(|row| replay::key(row) == key).cloned();
    let mut deltas: Vec<Value> = Vec::new();
    for row in now.iter().rev() {
        let key = replay::key(row);
        if of(&then, &key).is_none() {
            deltas.push(json!({ "op": "drop", "key": key }));
        }
    }
    for row in &then {
        let key = replay::key(row);
        match of(&now, &key) {
            None => deltas.push(json!({ "op": "create", "row": row })),
            Some(is) if is != *row => deltas.push(json!({ "op": "alter", "key": key, "set": changed(&is, row) })),
            Some(_) => {}
        }
    }
    Ok(json!({
        "type": "diff",
        "version": newest["version"],
        "dialect": newest["dialect"],
        "id": "",
        "prevIds": [],
        "footprints": [],
        "deltas": deltas,
    }))
}

/// Fields that are to be other ones. One that is not to be there is null.
fn changed(is: &Value, wanted: &Value) -> Value {
    let (Some(is), Some(wanted)) = (is.as_object(), wanted.as_object()) else { return wanted.clone() };
    let mut set = Map::new();
    for (name, value) in wanted.iter().filter(|(name, value)| is.get(*name) != Some(*value)) {
        set.insert(name.clone(), value.clone());
    }
    for name in is.keys().filter(|name| !wanted.contains_key(*name)) {
        set.insert(name.clone(), Value::Null);
    }
    Value::Object(set)
}

/// A snapshot of nothing, in the format of this one.
fn empty(like: &Value) -> Value {
    let mut out = like.clone();
    for (name, value) in out.as_object_mut().into_iter().flatten() {
        match (name.as_str(), value) {
            ("_meta", value) => *value = json!({ "columns": {}, "schemas": {}, "tables": {} }),
            (_, Value::Object(object)) => object.clear(),
            (_, Value::Array(list)) => list.clear(),
            _ => {}
        }
    }
    out
}

fn missing(path: &str) -> Problem {
    Problem::error(
        "no-snapshot",
        format!("the snapshot `{path}` is not there or can't be read: without it drizzle-kit would see other changes"),
        "restore it from git; or take the schema back in code, and run drizzle-kit generate",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_back() {
        let column = |name: &str, kind: &str| json!({ "entityType": "columns", "schema": "public", "table": "a", "name": name, "type": kind });
        let table = json!({ "entityType": "tables", "schema": "public", "name": "a" });
        let base = json!({ "type": "base", "id": "1", "version": "9", "dialect": "postgres", "prevIds": [],
            "ddl": [table, column("x", "text")] });
        let next = json!({ "type": "diff", "id": "2", "version": "9", "dialect": "postgres", "prevIds": ["1"], "deltas": [
            { "op": "create", "row": column("y", "text") },
            { "op": "alter", "key": replay::key(&column("x", "")), "set": { "type": "int" } },
        ] });
        let all = [(PathBuf::new(), base.clone()), (PathBuf::new(), next.clone())];
        let back = difference(&next, Some(&base), &all).unwrap();
        let mut merged = all.to_vec();
        let mut third = back.clone();
        (third["id"], third["prevIds"]) = (json!("3"), json!(["2"]));
        merged.push((PathBuf::new(), third.clone()));
        let find = |id: &str| merged.iter().find(|(_, s)| s["id"] == id).map(|(_, s)| s.clone());
        let mut rows = replay::rows(&third, find).unwrap();
        rows.sort_by_key(|row| row["name"].to_string());
        assert_eq!(rows, [table, column("x", "text")]);
        assert_eq!(difference(&next, None, &all).unwrap()["deltas"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn a_snapshot_of_nothing() {
        let full = json!({ "id": "a", "prevId": "b", "version": "7", "dialect": "postgresql", "tables": { "x": 1 },
            "_meta": { "columns": { "a": "b" } } });
        let wanted = json!({ "id": "a", "prevId": "b", "version": "7", "dialect": "postgresql", "tables": {},
            "_meta": { "columns": {}, "schemas": {}, "tables": {} } });
        assert_eq!(empty(&full), wanted);
    }
}
