//! Snapshots that nest (drizzle-kit 0.x: PostgreSQL 3 to 7, MySQL 5, SQLite 5 and 6) as the flat rows of 1.0.

use serde_json::{Map, Value, json};

/// The rows of a nested snapshot.
pub fn of(snapshot: &Value) -> Vec<Value> {
    let mut rows: Vec<Value> = strings(&snapshot["schemas"])
        .into_iter()
        .map(|name| json!({ "entityType": "schemas", "name": name }))
        .collect();
    rows.extend(objects(&snapshot["enums"]).map(|e| {
        let values = strings(&e["values"]);
        json!({ "entityType": "enums", "schema": schema(&e["schema"]), "name": e["name"], "values": values })
    }));
    rows.extend(objects(&snapshot["sequences"]).map(|s| tagged(s, "sequences", None)));
    let expressions = &snapshot["internal"]["indexes"];
    objects(&snapshot["tables"]).for_each(|table| of_table(table, expressions, &mut rows));
    rows.extend(objects(&snapshot["views"]).map(|view| tagged(view, "views", None)));
    rows
}

fn of_table(table: &Value, expressions: &Value, rows: &mut Vec<Value>) {
    let at = (schema(&table["schema"]), table["name"].clone());
    let tag = |value: &Value, kind: &str| tagged(value, kind, Some(&at));
    rows.push(json!({
        "entityType": "tables", "schema": at.0, "name": at.1, "isRlsEnabled": table["isRLSEnabled"]
    }));
    let mut key = vec![];
    for column in objects(&table["columns"]) {
        if column["primaryKey"] == true {
            key.push(column["name"].clone());
        }
        rows.push(tag(column, "columns"));
    }
    if !key.is_empty() {
        rows.push(tag(&json!({ "columns": key }), "pks"));
    }
    rows.extend(objects(&table["compositePrimaryKeys"]).map(|pk| tag(pk, "pks")));
    rows.extend(objects(&table["uniqueConstraints"]).map(|unique| tag(unique, "uniques")));
    let checks = [&table["checkConstraints"], &table["checkConstraint"]];
    rows.extend(checks.into_iter().flat_map(objects).map(|check| tag(check, "checks")));
    rows.extend(objects(&table["indexes"]).map(|index| {
        let mut row = tag(index, "indexes");
        let name = index["name"].as_str().unwrap_or_default();
        row["columns"] = list(&index["columns"]).map(|c| part(c, &expressions[name]["columns"])).collect();
        row
    }));
    rows.extend(objects(&table["foreignKeys"]).map(|fk| {
        let mut row = tag(fk, "fks");
        row["columns"] = fk["columnsFrom"].clone();
        row["schemaTo"] = schema(&fk["schemaTo"]);
        row
    }));
    rows.extend(objects(&table["policies"]).map(|policy| {
        let mut row = tag(policy, "policies");
        row["roles"] = policy["to"].clone();
        row
    }));
}

/// A column of an index: a name, or from PostgreSQL 7 on an object with an expression.
fn part(column: &Value, expressions: &Value) -> Value {
    match column {
        Value::String(name) => {
            let is_expression = expressions[name.as_str()]["isExpression"] == true;
            json!({ "value": name, "isExpression": is_expression })
        }
        column => json!({
            "value": column["expression"], "isExpression": column["isExpression"], "asc": column["asc"],
            "nullsFirst": column["nulls"] == "first", "opclass": { "name": column["opclass"] }
        }),
    }
}

fn tagged(value: &Value, kind: &str, table: Option<&(Value, Value)>) -> Value {
    let mut row: Map<String, Value> = value.as_object().cloned().unwrap_or_default();
    row.insert("entityType".into(), kind.into());
    match table {
        Some((schema, name)) => {
            row.insert("schema".into(), schema.clone());
            row.insert("table".into(), name.clone());
        }
        None => {
            let own = schema(&value["schema"]);
            row.insert("schema".into(), own);
        }
    }
    row.into()
}

/// `""` and nothing are the default schema.
fn schema(value: &Value) -> Value {
    value.as_str().filter(|s| !s.is_empty()).map_or(Value::Null, Value::from)
}

fn objects(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().into_iter().flat_map(|map| map.values()).filter(|v| v.is_object())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The texts of a list, or of a map from each to itself (up to 0.20).
fn strings(value: &Value) -> Vec<&Value> {
    let map = value.as_object().into_iter().flat_map(|map| map.values());
    list(value).chain(map).filter(|v| v.is_string()).collect()
}
