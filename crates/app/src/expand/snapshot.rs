//! Drizzle's snapshot of the expand phase: the schema that the migration was to lead to, with the old column still there and
//! the new one as a copy, so that `drizzle-kit generate` finds nothing that the migrations do not do.

use serde_json::{Map, Value};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::Piece;

/// Where a table of 0.x keeps what is on its columns.
const HANGING: [&str; 5] = ["indexes", "foreignKeys", "compositePrimaryKeys", "uniqueConstraints", "checkConstraints"];

/// Changes the snapshot after a migration into the one after its expand phase. `before` is the one before the migration.
pub fn expanded(after: &Value, before: &Value, pieces: &[Piece]) -> Option<Value> {
    let mut snapshot = after.clone();
    for piece in pieces {
        match piece.recipe {
            // It is not there yet.
            "add-unique" | "add-index" => {
                without(&mut snapshot, piece);
                continue;
            }
            // They hold from the beginning, or go from the schema before they go from the database.
            "add-primary-key" => {
                without_key(&mut snapshot, before, piece)?;
                continue;
            }
            "add-foreign-key" | "add-check" | "drop-column" | "drop-table" | "rename-table" => continue,
            "change-default" => {
                default_as_before(&mut snapshot, before, piece)?;
                continue;
            }
            "merge-tables" => {
                merged(&mut snapshot, before, piece)?;
                continue;
            }
            "move-column" | "split-table" => {
                moved(&mut snapshot, before, piece)?;
                continue;
            }
            "enum-value" => enum_beside(&mut snapshot, before, piece)?,
            _ => {}
        }
        match snapshot.get("ddl").is_some() {
            true => in_list(&mut snapshot, before, piece)?,
            false => in_tables(&mut snapshot, before, piece)?,
        }
    }
    Some(snapshot)
}

/// Takes a primary key out, and what its columns owe to it.
fn without_key(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let is = |value: &Value, key: &str, wanted: &str| value.get(key).and_then(Value::as_str) == Some(wanted);
    let table = piece.table.name.as_str();
    if snapshot.get("ddl").is_some() {
        let was = before.get("ddl")?.as_array()?;
        let column = |row: &Value| is(row, "entityType", "columns") && is(row, "table", table);
        let rows = snapshot.get_mut("ddl")?.as_array_mut()?;
        rows.retain(|row| !(is(row, "entityType", "pks") && is(row, "table", table)));
        for row in rows.iter_mut().filter(|row| column(row)) {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            let Some(old) = was.iter().find(|old| column(old) && is(old, "name", name)) else { continue };
            let free = old.get("notNull").cloned().unwrap_or(Value::Bool(false));
            row.as_object_mut()?.insert("notNull".into(), free);
        }
        return Some(());
    }
    let was = before.get("tables")?.as_object()?.values().find(|t| is(t, "name", table))?.get("columns")?;
    let now = snapshot.get_mut("tables")?.as_object_mut()?.values_mut().find(|t| is(t, "name", table))?;
    if let Some(keys) = now.get_mut("compositePrimaryKeys").and_then(Value::as_object_mut) {
        keys.clear();
    }
    for (name, column) in now.get_mut("columns")?.as_object_mut()? {
        let Some(old) = was.get(name) else { continue };
        for key in ["primaryKey", "notNull"] {
            if let Some(value) = old.get(key) {
                column.as_object_mut()?.insert(key.into(), value.clone());
            }
        }
    }
    Some(())
}

/// The old column is back in its table, with what hung on it; the new one is a copy where its table was there before.
fn moved(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let there = piece.into.as_ref()?.name.as_str();
    let own = piece.table.name.as_str();
    let is = |value: &Value, key: &str, wanted: &str| value.get(key).and_then(Value::as_str) == Some(wanted);
    let eased = piece.recipe == "move-column";
    if snapshot.get("ddl").is_some() {
        let column = |row: &Value, table: &str, name: &str| {
            is(row, "entityType", "columns") && is(row, "table", table) && is(row, "name", name)
        };
        let hangs = |row: &Value| match is(row, "entityType", "columns") {
            true => is(row, "name", &piece.old),
            false => names(row, &piece.old),
        };
        let was: Vec<Value> =
            before.get("ddl")?.as_array()?.iter().filter(|r| is(r, "table", own) && hangs(r)).cloned().collect();
        let rows = snapshot.get_mut("ddl")?.as_array_mut()?;
        rows.retain(|row| !(is(row, "table", own) && hangs(row)));
        rows.extend(was);
        let new = rows.iter_mut().find(|row| column(row, there, &piece.new))?;
        if eased {
            copy(new.as_object_mut()?, &piece.new);
        }
        return Some(());
    }
    let was = before.get("tables")?.as_object()?.values().find(|t| is(t, "name", own))?;
    let old = was.get("columns")?.get(&piece.old)?.clone();
    let tables = snapshot.get_mut("tables")?.as_object_mut()?;
    let table = tables.values_mut().find(|t| is(t, "name", own))?;
    table.get_mut("columns")?.as_object_mut()?.insert(piece.old.clone(), old);
    for kind in HANGING {
        let Some(now) = table.get_mut(kind).and_then(Value::as_object_mut) else { continue };
        let had = was.get(kind).and_then(Value::as_object).into_iter().flatten();
        for (name, it) in had.filter(|(_, it)| names(it, &piece.old)) {
            now.insert(name.clone(), it.clone());
        }
    }
    let new = tables.values_mut().find(|t| is(t, "name", there))?.get_mut("columns")?.get_mut(&piece.new)?;
    if eased {
        copy(new.as_object_mut()?, &piece.new);
    }
    Some(())
}

/// The table that goes is back, and the new column is a copy.
fn merged(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let there = piece.into.as_ref()?.name.as_str();
    let own = piece.table.name.as_str();
    let is = |value: &Value, key: &str, wanted: &str| value.get(key).and_then(Value::as_str) == Some(wanted);
    if snapshot.get("ddl").is_some() {
        let of_it = |row: &Value| is(row, "table", own) || is(row, "entityType", "tables") && is(row, "name", own);
        let was: Vec<Value> = before.get("ddl")?.as_array()?.iter().filter(|row| of_it(row)).cloned().collect();
        let rows = snapshot.get_mut("ddl")?.as_array_mut()?;
        rows.retain(|row| !of_it(row));
        rows.extend(was);
        let new = |row: &&mut Value| {
            is(row, "entityType", "columns") && is(row, "table", there) && is(row, "name", &piece.new)
        };
        copy(rows.iter_mut().find(new)?.as_object_mut()?, &piece.new);
        return Some(());
    }
    let (key, was) = before.get("tables")?.as_object()?.iter().find(|(_, t)| is(t, "name", own))?;
    let tables = snapshot.get_mut("tables")?.as_object_mut()?;
    tables.insert(key.clone(), was.clone());
    let new = tables.values_mut().find(|t| is(t, "name", there))?.get_mut("columns")?.get_mut(&piece.new)?;
    copy(new.as_object_mut()?, &piece.new);
    Some(())
}

/// Gives a column the default that it had.
fn default_as_before(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    fn column<'v>(snapshot: &'v mut Value, piece: &Piece) -> Option<&'v mut Map<String, Value>> {
        let is = |value: &Value, key: &str, wanted: &str| value.get(key).and_then(Value::as_str) == Some(wanted);
        if snapshot.get("ddl").is_some() {
            let mut rows = snapshot.get_mut("ddl")?.as_array_mut()?.iter_mut();
            let own = |row: &&mut Value| {
                is(row, "entityType", "columns") && is(row, "table", &piece.table.name) && is(row, "name", &piece.new)
            };
            return rows.find(own)?.as_object_mut();
        }
        let mut tables = snapshot.get_mut("tables")?.as_object_mut()?.values_mut();
        tables.find(|t| is(t, "name", &piece.table.name))?.get_mut("columns")?.get_mut(&piece.new)?.as_object_mut()
    }
    let mut before = before.clone();
    let was = column(&mut before, piece)?.get("default").cloned();
    let now = column(snapshot, piece)?;
    match was {
        Some(default) => now.insert("default".into(), default),
        None => now.remove("default"),
    };
    Some(())
}

/// The enum that the new column is of, where values of the old one's go.
fn new_enum(piece: &Piece) -> Option<String> {
    let own = || Name::of_type(&piece.data_type, Dialect::Postgres).map(|n| n.name);
    (piece.recipe == "enum-value").then(own).flatten()
}

/// Two enums: the one that is there, as it was, and the new one under the name that it has until the contract.
fn enum_beside(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = new_enum(piece)?;
    let schema = |of: &str| if of.is_empty() { "public".to_owned() } else { of.to_owned() };
    if snapshot.get("ddl").is_some() {
        let was = before.get("ddl")?.as_array()?;
        let is_old = |row: &&Value| {
            text(row, "entityType").as_deref() == Some("columns")
                && text(row, "table").as_deref() == Some(piece.table.name.as_str())
                && text(row, "name").as_deref() == Some(piece.old.as_str())
        };
        let kind = text(was.iter().find(is_old)?, "type")?;
        let is_enum = |row: &Value, name: &str| {
            text(row, "entityType").as_deref() == Some("enums") && text(row, "name").as_deref() == Some(name)
        };
        let old = was.iter().find(|row| is_enum(row, &kind))?.clone();
        let rows = snapshot.get_mut("ddl")?.as_array_mut()?;
        if rows.iter().any(|row| is_enum(row, &name)) {
            return Some(());
        }
        let now = rows.iter_mut().find(|row| is_enum(row, &kind))?;
        now.as_object_mut()?.insert("name".into(), Value::String(name));
        rows.push(old);
        return Some(());
    }
    let mut tables = before.get("tables")?.as_object()?.values();
    let table = tables.find(|t| text(t, "name").as_deref() == Some(piece.table.name.as_str()))?;
    let column = table.get("columns")?.get(&piece.old)?;
    let (kind, of) = (text(column, "type")?, schema(&text(column, "typeSchema").unwrap_or_default()));
    let (old, new) = (format!("{of}.{kind}"), format!("{of}.{name}"));
    let was = before.get("enums")?.get(&old)?.clone();
    let enums = snapshot.get_mut("enums")?.as_object_mut()?;
    if enums.contains_key(&new) {
        return Some(());
    }
    let mut now = enums.insert(old, was)?;
    now.as_object_mut()?.insert("name".into(), Value::String(name));
    enums.insert(new, now);
    Some(())
}

/// Takes an index or a unique constraint out, by its name.
fn without(snapshot: &mut Value, piece: &Piece) {
    let is = |value: &Value, key: &str, wanted: &str| value.get(key).and_then(Value::as_str) == Some(wanted);
    let kinds = ["indexes", "uniques"];
    if let Some(rows) = snapshot.get_mut("ddl").and_then(Value::as_array_mut) {
        rows.retain(|row| {
            let kind = kinds.iter().any(|kind| is(row, "entityType", kind));
            !(kind && is(row, "table", &piece.table.name) && is(row, "name", &piece.new))
        });
        return;
    }
    let Some(tables) = snapshot.get_mut("tables").and_then(Value::as_object_mut) else { return };
    for table in tables.values_mut().filter(|t| is(t, "name", &piece.table.name)) {
        for kind in ["indexes", "uniqueConstraints"] {
            if let Some(own) = table.get_mut(kind).and_then(Value::as_object_mut) {
                own.retain(|_, it| !is(it, "name", &piece.new));
            }
        }
    }
}

/// 0.x: `tables."public.users".columns.full_name`.
fn in_tables(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let is_it = |table: &Value| table.get("name").and_then(Value::as_str) == Some(piece.table.name.as_str());
    let was = before.get("tables")?.as_object()?.values().find(|t| is_it(t))?;
    let table = snapshot.get_mut("tables")?.as_object_mut()?.values_mut().find(|t| is_it(t))?;
    let old = was.get("columns")?.get(&piece.old)?.clone();
    let columns = table.get_mut("columns")?.as_object_mut()?;
    if piece.old == piece.new {
        // Only NOT NULL comes later.
        columns.get_mut(&piece.new)?.as_object_mut()?.insert("notNull".into(), Value::Bool(false));
        return Some(());
    }
    // Of a type of its own where that is what changes.
    let mut new = match piece.recipe {
        "change-type" | "split-column" | "merge-columns" => columns.get(&piece.last)?.as_object()?.clone(),
        _ => old.as_object()?.clone(),
    };
    copy(&mut new, &piece.new);
    if let Some(name) = new_enum(piece) {
        new.insert("type".into(), Value::String(name));
    }
    columns.insert(piece.old.clone(), old);
    columns.insert(piece.new.clone(), Value::Object(new));
    for kind in HANGING {
        let Some(own) = table.get_mut(kind).and_then(Value::as_object_mut) else { continue };
        own.retain(|_, it| !(names(it, &piece.new) || names(it, &piece.old)));
        let had = was.get(kind).and_then(Value::as_object).into_iter().flatten();
        for (name, it) in had.filter(|(_, it)| names(it, &piece.old)) {
            own.insert(name.clone(), it.clone());
        }
    }
    Some(())
}

/// 1.0: `ddl: [{ entityType: "columns", table: "users", name: "full_name" }]`.
fn in_list(snapshot: &mut Value, before: &Value, piece: &Piece) -> Option<()> {
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let of_table = |row: &Value| text(row, "table").as_deref() == Some(piece.table.name.as_str());
    let is_column = |row: &Value| text(row, "entityType").as_deref() == Some("columns");
    let had: Vec<Value> = before.get("ddl")?.as_array()?.iter().filter(|r| of_table(r)).cloned().collect();
    let is_old = |row: &&Value| is_column(row) && text(row, "name").as_deref() == Some(piece.old.as_str());
    let old = had.iter().find(is_old)?.clone();
    let is_last =
        |row: &&Value| of_table(row) && is_column(row) && text(row, "name").as_deref() == Some(piece.last.as_str());
    let mut new = match piece.recipe {
        "change-type" | "split-column" | "merge-columns" => {
            snapshot.get("ddl")?.as_array()?.iter().find(is_last)?.as_object()?.clone()
        }
        _ => old.as_object()?.clone(),
    };
    copy(&mut new, &piece.new);
    if let Some(name) = new_enum(piece) {
        new.insert("type".into(), Value::String(name));
    }
    let rows = snapshot.get_mut("ddl")?.as_array_mut()?;
    let column = |row: &Value, name: &str| is_column(row) && text(row, "name").as_deref() == Some(name);
    if piece.old == piece.new {
        let is_it = |row: &&mut Value| of_table(row) && column(row, &piece.new);
        rows.iter_mut().find(is_it)?.as_object_mut()?.insert("notNull".into(), Value::Bool(false));
        return Some(());
    }
    let about = |row: &Value, name: &str| if is_column(row) { column(row, name) } else { names(row, name) };
    rows.retain(|row| !of_table(row) || !(about(row, &piece.new) || about(row, &piece.old)));
    rows.extend(had.iter().filter(|row| about(row, &piece.old)).cloned());
    rows.push(Value::Object(new));
    Some(())
}

/// The copy has the column's type, and neither its default nor its NOT NULL.
fn copy(column: &mut Map<String, Value>, name: &str) {
    column.insert("name".into(), Value::String(name.to_owned()));
    column.insert("notNull".into(), Value::Bool(false));
    for key in ["default", "identity", "generated"] {
        match column.get(key) {
            // 1.0 writes every key.
            Some(_) if column.contains_key("entityType") => drop(column.insert(key.into(), Value::Null)),
            _ => drop(column.remove(key)),
        }
    }
    for key in ["primaryKey", "autoincrement", "autoIncrement"] {
        if column.contains_key(key) {
            column.insert(key.into(), Value::Bool(false));
        }
    }
}

/// Does an index or a constraint name a column, wherever it does so?
fn names(value: &Value, column: &str) -> bool {
    match value {
        Value::String(text) => {
            text == column || text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == column)
        }
        Value::Array(list) => list.iter().any(|it| names(it, column)),
        Value::Object(fields) => fields.iter().any(|(key, it)| key != "name" && names(it, column)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_columns_and_what_hung_on_the_old_one() {
        let table = |column: &str, index: &str| {
            json!({ "tables": { "public.users": { "name": "users", "columns": {
                column: { "name": column, "type": "text", "primaryKey": false, "notNull": true, "default": "'x'" } },
                "indexes": { index: { "name": index, "columns": [{ "expression": column }] } } } } })
        };
        let mut piece = Piece::default();
        (piece.table, piece.old, piece.new) = (Name::plain("users"), "full_name".into(), "display_name".into());
        let both = expanded(&table("display_name", "b"), &table("full_name", "a"), &[piece]).unwrap();
        let users = &both["tables"]["public.users"];
        assert_eq!(users["columns"]["full_name"]["notNull"], true);
        let copy = json!({ "name": "display_name", "type": "text", "primaryKey": false, "notNull": false });
        assert_eq!(users["columns"]["display_name"], copy);
        assert_eq!(users["indexes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_column_that_moves_is_in_both_tables() {
        let column =
            || json!({ "name": "bio", "type": "text", "primaryKey": false, "notNull": true, "default": "'x'" });
        let index = json!({ "i": { "name": "i", "columns": [{ "expression": "bio" }] } });
        let before = json!({ "tables": {
            "public.users": { "name": "users", "columns": { "bio": column() }, "indexes": index },
            "public.profiles": { "name": "profiles", "columns": {}, "indexes": {} } } });
        let after = json!({ "tables": {
            "public.users": { "name": "users", "columns": {}, "indexes": {} },
            "public.profiles": { "name": "profiles", "columns": { "bio": column() }, "indexes": {} } } });
        let mut piece = Piece::default();
        (piece.table, piece.into) = (Name::plain("users"), Some(Name::plain("profiles")));
        (piece.old, piece.new) = ("bio".into(), "bio".into());
        for (recipe, wanted) in [
            ("split-table", column()),
            ("move-column", json!({ "name": "bio", "type": "text", "primaryKey": false, "notNull": false })),
        ] {
            piece.recipe = recipe;
            let both = expanded(&after, &before, std::slice::from_ref(&piece)).unwrap();
            assert_eq!(both["tables"]["public.users"], before["tables"]["public.users"]);
            assert_eq!(both["tables"]["public.profiles"]["columns"]["bio"], wanted);
        }
    }

    #[test]
    fn a_table_that_goes_stays_beside_what_moves_out_of_it() {
        let column =
            || json!({ "name": "bio", "type": "text", "primaryKey": false, "notNull": false, "default": "'x'" });
        let users = |columns| json!({ "name": "users", "columns": columns });
        let profiles = json!({ "name": "profiles", "columns": { "bio": column() } });
        let before = json!({ "tables": { "public.users": users(json!({})), "public.profiles": profiles } });
        let after = json!({ "tables": { "public.users": users(json!({ "bio": column() })) } });
        let mut piece = Piece::default();
        (piece.recipe, piece.old, piece.new) = ("merge-tables", "bio".into(), "bio".into());
        (piece.table, piece.into) = (Name::plain("profiles"), Some(Name::plain("users")));
        let both = expanded(&after, &before, &[piece.clone()]).unwrap();
        assert_eq!(both["tables"]["public.profiles"], profiles);
        assert_eq!(both["tables"]["public.users"]["columns"]["bio"].get("default"), None);
        let row = |kind: &str, table: &str, name: &str| json!({ "entityType": kind, "table": table, "name": name, "notNull": true });
        let goes = [json!({ "entityType": "tables", "name": "profiles" }), row("columns", "profiles", "bio")];
        let stays = json!({ "entityType": "tables", "name": "users" });
        let before = json!({ "ddl": [stays.clone(), goes[0].clone(), goes[1].clone()] });
        let after = json!({ "ddl": [stays.clone(), row("columns", "users", "bio")] });
        let both = expanded(&after, &before, &[piece]).unwrap();
        let rows = both["ddl"].as_array().unwrap();
        assert_eq!((rows.len(), &rows[2..]), (4, &goes[..]));
        assert_eq!(rows[1]["notNull"], false);
    }
}
