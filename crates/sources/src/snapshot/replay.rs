//! PostgreSQL's snapshots of 1.0.0-rc.5 (version 9): one with everything, then differences from their parents.
//!
//! A difference names rows by `<entityType>\0<identity as JSON>`; `drop` and `alter` do not carry what was there, and a
//! rename does not list what hangs on the name. So they are replayed from the base on, as the kit's `reconstruct` does.

use serde_json::Value;
use std::collections::HashSet;

/// The rows that a difference leads to. None where a parent is missing.
pub fn rows(snapshot: &Value, find: impl Fn(&str) -> Option<Value>) -> Option<Vec<Value>> {
    let mut chain = vec![snapshot.clone()];
    let mut rows = loop {
        let last = chain.last()?;
        if let Some(rows) = last["ddl"].as_array() {
            break rows.iter().filter(|row| row.is_object()).cloned().collect::<Vec<_>>();
        }
        let parent = find(last["prevIds"][0].as_str()?)?;
        if chain.iter().any(|seen| seen["id"] == parent["id"]) {
            return None; // a circle is no history
        }
        chain.push(parent);
    };
    let mut done: HashSet<String> = chain.iter().filter_map(id).collect();
    for snapshot in chain.iter().rev() {
        merge(snapshot, &find, &mut done, &mut rows);
        apply(snapshot, &mut rows);
    }
    Some(rows)
}

fn id(snapshot: &Value) -> Option<String> {
    snapshot["id"].as_str().map(str::to_owned)
}

/// What the other parents of a merge bring that is not there yet.
fn merge(snapshot: &Value, find: &impl Fn(&str) -> Option<Value>, done: &mut HashSet<String>, rows: &mut Vec<Value>) {
    let mut missing = vec![];
    let mut next: Vec<Value> = list(&snapshot["prevIds"]).skip(1).cloned().collect();
    while let Some(id) = next.pop() {
        let Some(id) = id.as_str() else { continue };
        if !done.insert(id.to_owned()) {
            continue;
        }
        let Some(parent) = find(id) else { continue };
        next.extend(list(&parent["prevIds"]).cloned());
        missing.push(parent);
    }
    missing.iter().rev().for_each(|parent| apply(parent, rows));
}

fn apply(snapshot: &Value, rows: &mut Vec<Value>) {
    for delta in list(&snapshot["deltas"]) {
        let Some(op) = delta["op"].as_str() else { continue };
        if op == "create" {
            rows.extend(Some(&delta["row"]).filter(|row| row.is_object()).cloned());
            continue;
        }
        let Some(at) = delta["key"].as_str().and_then(|key| rows.iter().position(|row| is(row, key))) else { continue };
        if op == "drop" {
            rows.remove(at);
            continue;
        }
        let before = rows[at].clone();
        for (name, value) in delta["set"].as_object().into_iter().flatten() {
            rows[at][name.as_str()] = value.clone();
        }
        if op == "rename" {
            let after = rows[at].clone();
            rows.iter_mut().for_each(|row| follow(row, &before, &after));
        }
    }
}

fn is(row: &Value, key: &str) -> bool {
    let Some((kind, identity)) = key.split_once('\0') else { return false };
    if row["entityType"] != kind {
        return false;
    }
    let fields = fields(kind);
    let Ok(Value::Array(identity)) = serde_json::from_str(identity) else { return false };
    identity.len() == fields.len() && fields.iter().zip(&identity).all(|(field, value)| row[*field] == *value)
}

/// What a row is named by, of its kind.
fn fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "schemas" | "roles" => &["name"],
        "columns" | "fks" | "pks" | "uniques" | "checks" | "policies" => &["schema", "table", "name"],
        _ => &["schema", "name"],
    }
}

/// The name of a row in a difference.
pub fn key(row: &Value) -> String {
    let kind = row["entityType"].as_str().unwrap_or_default();
    let identity: Vec<Value> = fields(kind).iter().map(|field| row[*field].clone()).collect();
    format!("{kind}\0{}", Value::Array(identity))
}

/// A row that hangs on a renamed one takes the new name.
fn follow(row: &mut Value, before: &Value, after: &Value) {
    let (name, schema, table) = (&before["name"], &before["schema"], &before["table"]);
    let rename = |row: &mut Value, field: &str, to: &Value| row[field] = to.clone();
    match before["entityType"].as_str().unwrap_or_default() {
        "schemas" => {
            for field in ["schema", "schemaTo", "typeSchema"] {
                if row[field] == *name {
                    rename(row, field, &after["name"]);
                }
            }
        }
        "tables" => {
            if row["schema"] == *schema && row["table"] == *name {
                rename(row, "table", &after["name"]);
                rename(row, "schema", &after["schema"]);
            }
            if row["schemaTo"] == *schema && row["tableTo"] == *name {
                rename(row, "tableTo", &after["name"]);
                rename(row, "schemaTo", &after["schema"]);
            }
        }
        "enums" if row["typeSchema"] == *schema && row["type"] == *name => {
            rename(row, "type", &after["name"]);
            rename(row, "typeSchema", &after["schema"]);
        }
        "columns" => {
            let own = row["schema"] == *schema && row["table"] == *table;
            let other = row["schemaTo"] == *schema && row["tableTo"] == *table;
            for (applies, field) in [(own, "columns"), (other, "columnsTo")] {
                let columns = row.get_mut(field).and_then(Value::as_array_mut);
                let Some(columns) = columns.filter(|_| applies) else { continue };
                for column in columns {
                    if column == name {
                        *column = after["name"].clone();
                    } else if column["value"] == *name && column["isExpression"] != true {
                        column["value"] = after["name"].clone();
                    }
                }
            }
        }
        _ => {}
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn column(table: &str, name: &str) -> Value {
        json!({ "entityType": "columns", "schema": "public", "table": table, "name": name, "type": "text" })
    }

    #[test]
    fn differences_from_the_base_on() {
        let base = json!({ "id": "1", "prevIds": [], "ddl": [
            { "entityType": "tables", "schema": "public", "name": "a" },
            column("a", "x"), column("a", "y"),
            { "entityType": "pks", "schema": "public", "table": "a", "name": "a_pkey", "columns": ["x"] },
        ] });
        let second = json!({ "id": "2", "prevIds": ["1"], "deltas": [
            { "op": "rename", "key": "tables\0[\"public\",\"a\"]", "set": { "name": "b" } },
            { "op": "rename", "key": "columns\0[\"public\",\"b\",\"x\"]", "set": { "name": "id" } },
            { "op": "drop", "key": "columns\0[\"public\",\"b\",\"y\"]" },
        ] });
        let other = json!({ "id": "3", "prevIds": ["1"], "deltas": [{ "op": "create", "row": column("c", "z") }] });
        let merged = json!({ "id": "4", "prevIds": ["2", "3"], "deltas": [
            { "op": "alter", "key": "columns\0[\"public\",\"b\",\"id\"]", "set": { "type": "integer" } },
        ] });
        let all = [base, second, other];
        let rows = rows(&merged, |id| all.iter().find(|s| s["id"] == id).cloned()).unwrap();
        let mut id = column("b", "id");
        id["type"] = "integer".into();
        let expected = json!([
            { "entityType": "tables", "schema": "public", "name": "b" },
            id,
            { "entityType": "pks", "schema": "public", "table": "b", "name": "a_pkey", "columns": ["id"] },
            column("c", "z"),
        ]);
        assert_eq!(Value::from(rows), expected);
    }

    #[test]
    fn a_parent_that_is_missing_or_its_own() {
        let diff = json!({ "id": "2", "prevIds": ["1"], "deltas": [] });
        assert_eq!(rows(&diff, |_| None), None);
        assert_eq!(rows(&diff, |_| Some(json!({ "id": "2", "prevIds": ["2"] }))), None);
    }
}
