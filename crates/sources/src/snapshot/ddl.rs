//! The rows of a snapshot as the statements that make the schema.

use serde_json::Value;
use std::fmt::Write;
use unmigrate_kernel::Dialect;

/// Statements, each on its own lines, in an order in which they can be run.
pub fn write(rows: &[Value], dialect: Dialect) -> String {
    let writer = Writer { rows, dialect };
    let mut out = String::new();
    let mut put = |statements: Vec<String>| out.extend(statements.into_iter().map(|s| s + ";\n"));
    put(writer.of("schemas").filter(|s| s["name"] != "public").map(|s| writer.schema(s)).collect());
    put(writer.of("enums").map(|e| writer.enumeration(e)).collect());
    put(writer.of("sequences").map(|s| writer.sequence(s)).collect());
    put(writer.of("tables").map(|t| writer.table(t)).collect());
    put(writer.of("indexes").map(|i| writer.index(i)).collect());
    if dialect != Dialect::Sqlite {
        let alter = |fk| format!("ALTER TABLE {} ADD {}", writer.table_of(fk), writer.foreign_key(fk));
        put(writer.of("fks").map(alter).collect());
    }
    put(writer.of("views").filter_map(|v| writer.view(v)).collect());
    let secured = writer.of("tables").filter(|t| t["isRlsEnabled"] == true);
    put(secured.map(|t| format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", writer.qualified(t))).collect());
    put(writer.of("policies").map(|p| writer.policy(p)).collect());
    out
}

struct Writer<'a> {
    rows: &'a [Value],
    dialect: Dialect,
}

impl<'a> Writer<'a> {
    fn of(&self, kind: &'static str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.rows.iter().filter(move |row| row["entityType"] == kind)
    }

    /// Rows of a kind that belong to a table.
    fn within(&self, table: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.of(kind).filter(|row| row["table"] == table["name"] && row["schema"] == table["schema"])
    }

    fn quoted(&self, name: &Value) -> String {
        let name = name.as_str().unwrap_or_default();
        if self.dialect.is_postgres() {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            format!("`{}`", name.replace('`', "``"))
        }
    }

    fn path(&self, schema: &Value, name: &Value) -> String {
        match schema.as_str() {
            Some("public" | "") | None => self.quoted(name),
            Some(_) => format!("{}.{}", self.quoted(schema), self.quoted(name)),
        }
    }

    fn qualified(&self, row: &Value) -> String {
        self.path(&row["schema"], &row["name"])
    }

    fn table_of(&self, row: &Value) -> String {
        self.path(&row["schema"], &row["table"])
    }

    fn names(&self, columns: &Value) -> String {
        let quoted: Vec<_> = list(columns).map(|c| self.quoted(if c.is_object() { &c["value"] } else { c })).collect();
        quoted.join(", ")
    }

    fn schema(&self, row: &Value) -> String {
        format!("CREATE SCHEMA {}", self.quoted(&row["name"]))
    }

    fn enumeration(&self, row: &Value) -> String {
        let values: Vec<_> = list(&row["values"]).filter_map(Value::as_str).map(literal).collect();
        format!("CREATE TYPE {} AS ENUM ({})", self.qualified(row), values.join(", "))
    }

    fn sequence(&self, row: &Value) -> String {
        format!("CREATE SEQUENCE {}{}", self.qualified(row), sequence_options(row))
    }

    fn table(&self, table: &'a Value) -> String {
        let key = self.within(table, "pks").next();
        // SQLite's AUTOINCREMENT stands only behind a column's own PRIMARY KEY.
        let own_key = key.filter(|k| self.dialect == Dialect::Sqlite && list(&k["columns"]).count() == 1);
        let mut parts: Vec<String> = self.within(table, "columns").map(|c| self.column(c, own_key)).collect();
        if own_key.is_none() {
            parts.extend(key.map(|k| format!("{}PRIMARY KEY ({})", self.constraint(k), self.names(&k["columns"]))));
        }
        parts.extend(self.within(table, "uniques").map(|unique| {
            let nulls = if unique["nullsNotDistinct"] == true { " NULLS NOT DISTINCT" } else { "" };
            format!("{}UNIQUE{nulls} ({})", self.constraint(unique), self.names(&unique["columns"]))
        }));
        let checks = self.within(table, "checks");
        parts.extend(checks.map(|c| format!("{}CHECK ({})", self.constraint(c), text(&c["value"]))));
        if self.dialect == Dialect::Sqlite {
            parts.extend(self.within(table, "fks").map(|fk| self.foreign_key(fk)));
        }
        format!("CREATE TABLE {} (\n  {}\n)", self.qualified(table), parts.join(",\n  "))
    }

    /// `CONSTRAINT name `, where the name is one that the SQL carried.
    fn constraint(&self, row: &Value) -> String {
        let unnamed = self.dialect == Dialect::Mysql && row["entityType"] == "pks";
        // drizzle-kit 0.x gives foreign keys a name in SQLite's snapshots that its SQL leaves out.
        let left_out = self.dialect == Dialect::Sqlite && row["entityType"] == "fks" && row["nameExplicit"].is_null();
        match row["name"].as_str() {
            Some(_) if !unnamed && !left_out => format!("CONSTRAINT {} ", self.quoted(&row["name"])),
            _ => String::new(),
        }
    }

    fn column(&self, row: &Value, own_key: Option<&Value>) -> String {
        let mut out = format!("{} {}", self.quoted(&row["name"]), self.type_of(row));
        let mut put = |words: &str| out.extend([" ", words]);
        for (field, words) in [("charSet", "CHARACTER SET"), ("collation", "COLLATE")] {
            if let Some(name) = row[field].as_str() {
                put(&format!("{words} {name}"));
            }
        }
        // MySQL's `serial` is NOT NULL and AUTO_INCREMENT already, and MariaDB refuses to hear it twice.
        let serial =
            self.dialect == Dialect::Mysql && row["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("serial"));
        let increments = !serial && (row["autoincrement"] == true || row["autoIncrement"] == true);
        if own_key.is_some_and(|key| key["columns"][0] == row["name"]) {
            put(if increments { "PRIMARY KEY AUTOINCREMENT" } else { "PRIMARY KEY" });
        }
        if let Some(expression) = row["generated"]["as"].as_str() {
            let kind = row["generated"]["type"].as_str().unwrap_or("stored").to_ascii_uppercase();
            put(&format!("GENERATED ALWAYS AS ({expression}) {kind}"));
        }
        if row["identity"].is_object() {
            put(&self.identity(row));
        }
        if row["notNull"] == true && !serial {
            put("NOT NULL");
        }
        if !row["default"].is_null() {
            put(&format!("DEFAULT {}", text(&row["default"])));
        }
        if increments && self.dialect == Dialect::Mysql {
            put("AUTO_INCREMENT");
        }
        if row["onUpdate"] == true || row["onUpdateNow"] == true {
            let precision = row["onUpdateNowFsp"].as_u64().map_or_else(String::new, |n| format!("({n})"));
            put(&format!("ON UPDATE CURRENT_TIMESTAMP{precision}"));
        }
        out
    }

    fn identity(&self, row: &Value) -> String {
        let identity = &row["identity"];
        let when = if identity["type"] == "always" { "ALWAYS" } else { "BY DEFAULT" };
        let schema = if identity["schema"].is_string() { &identity["schema"] } else { &row["schema"] };
        let name = identity["name"].as_str().map(|_| format!("SEQUENCE NAME {}", self.path(schema, &identity["name"])));
        let options = format!("{}{}", name.unwrap_or_default(), sequence_options(identity));
        format!("GENERATED {when} AS IDENTITY ({})", options.trim())
    }

    /// The type's name; one of the user's own is quoted, its array marks behind the quote.
    fn type_of(&self, row: &Value) -> String {
        let name = text(&row["type"]);
        let marks = "[]".repeat(row["dimensions"].as_u64().unwrap_or(0).min(8) as usize);
        if !row["typeSchema"].is_string() {
            return format!("{name}{marks}");
        }
        let bare = name.trim_end_matches("[]");
        let own_marks = &name[bare.len()..];
        format!("{}{own_marks}{marks}", self.path(&row["typeSchema"], &bare.into()))
    }

    fn index(&self, row: &Value) -> String {
        let unique = if row["isUnique"] == true { "UNIQUE " } else { "" };
        let method = row["method"].as_str().filter(|m| self.dialect.is_postgres() && *m != "btree");
        let using = method.map_or_else(String::new, |m| format!(" USING {m}"));
        let parts: Vec<_> = list(&row["columns"]).map(|c| self.index_part(c)).collect();
        let mut out = format!(
            "CREATE {unique}INDEX {} ON {}{using} ({})",
            self.quoted(&row["name"]),
            self.table_of(row),
            parts.join(", ")
        );
        let with = match &row["with"] {
            Value::Object(options) => {
                options.iter().map(|(k, v)| format!("{k}={}", text(v))).collect::<Vec<_>>().join(", ")
            }
            other => text(other),
        };
        if !with.is_empty() {
            let _ = write!(out, " WITH ({with})");
        }
        if let Some(condition) = row["where"].as_str() {
            let _ = write!(out, " WHERE {condition}");
        }
        out
    }

    fn index_part(&self, part: &Value) -> String {
        let value = if part.is_object() { &part["value"] } else { part };
        let expression = part["isExpression"] == true;
        let mut out = if expression { text(value) } else { self.quoted(value) };
        if expression && self.dialect.is_postgres() && !out.starts_with('(') {
            out = format!("({out})");
        }
        if let Some(class) = part["opclass"]["name"].as_str().filter(|_| part["opclass"]["default"] != true) {
            let _ = write!(out, " {class}");
        }
        let (descends, first) = (part["asc"] == false, part["nullsFirst"] == true);
        out.push_str(match (descends, first) {
            (false, false) => "",
            (false, true) => " NULLS FIRST",
            (true, true) => " DESC",
            (true, false) => {
                if self.dialect.is_postgres() {
                    " DESC NULLS LAST"
                } else {
                    " DESC"
                }
            }
        });
        out
    }

    fn foreign_key(&self, row: &Value) -> String {
        let target = self.path(&row["schemaTo"], &row["tableTo"]);
        let (columns, others) = (self.names(&row["columns"]), self.names(&row["columnsTo"]));
        let mut out = format!("{}FOREIGN KEY ({columns}) REFERENCES {target} ({others})", self.constraint(row));
        for (field, words) in [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")] {
            let action = row[field].as_str().unwrap_or_default().to_ascii_uppercase();
            if !action.is_empty() && action != "NO ACTION" {
                let _ = write!(out, " {words} {action}");
            }
        }
        out
    }

    /// A view that is only mentioned (`isExisting`) has no definition.
    fn view(&self, row: &Value) -> Option<String> {
        let definition = row["definition"].as_str()?;
        let kind = if row["materialized"] == true { "MATERIALIZED VIEW" } else { "VIEW" };
        Some(format!("CREATE {kind} {} AS {definition}", self.qualified(row)))
    }

    fn policy(&self, row: &Value) -> String {
        let word = |field: &str, otherwise: &str| row[field].as_str().unwrap_or(otherwise).to_ascii_uppercase();
        let builtin = ["public", "current_user", "current_role", "session_user"];
        let roles: Vec<_> = list(&row["roles"])
            .map(|role| match role.as_str() {
                Some(name) if builtin.contains(&name) => name.to_owned(),
                _ => self.quoted(role),
            })
            .collect();
        let mut out = format!("CREATE POLICY {} ON {}", self.quoted(&row["name"]), self.table_of(row));
        let _ = write!(out, " AS {} FOR {}", word("as", "PERMISSIVE"), word("for", "ALL"));
        if !roles.is_empty() {
            let _ = write!(out, " TO {}", roles.join(", "));
        }
        for (field, words) in [("using", "USING"), ("withCheck", "WITH CHECK")] {
            if let Some(condition) = row[field].as_str() {
                let _ = write!(out, " {words} ({condition})");
            }
        }
        out
    }
}

fn sequence_options(row: &Value) -> String {
    let options = [
        ("INCREMENT BY", ["increment", "incrementBy"]),
        ("MINVALUE", ["minValue", "minValue"]),
        ("MAXVALUE", ["maxValue", "maxValue"]),
        ("START WITH", ["startWith", "startWith"]),
        ("CACHE", ["cache", "cacheSize"]),
    ];
    let mut out = String::new();
    for (words, fields) in options {
        if let Some(value) = fields.iter().map(|f| &row[*f]).find(|v| !v.is_null()) {
            let _ = write!(out, " {words} {}", text(value));
        }
    }
    if row["cycle"] == true {
        out.push_str(" CYCLE");
    }
    out
}

/// A value as SQL: texts are SQL already.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
