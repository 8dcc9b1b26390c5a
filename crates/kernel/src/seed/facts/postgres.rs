//! PostgreSQL's catalogs.

use super::{Column, Edge, Facts, Filled, Key, Kind, Reference, Table};
use crate::Dialect;
use crate::answer::{Ask, Row};
use crate::catalog::Name;
use crate::kept::Kept;
use crate::lookup::{self, USUAL_SCHEMA, name, named};
use crate::seed::kind;
use std::collections::BTreeMap;

const DIALECT: Dialect = Dialect::Postgres;

/// Columns by number: their names are known once the tables are read ([`spelled`]).
const EDGES: &str = "
SELECT cn.nspname::text AS schema, cc.relname::text AS name, pn.nspname::text AS parent_schema, pc.relname::text AS parent,
  coalesce(current_schema(), 'public')::text AS usual, k.conkey::text AS own, k.confkey::text AS other
FROM pg_constraint k
JOIN pg_class cc ON cc.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = cc.relnamespace
JOIN pg_class pc ON pc.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = pc.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0
ORDER BY cn.nspname, cc.relname, k.conname";

/// All foreign keys that there are, with numbers for columns.
pub fn edges<E>(kept: &mut Kept, ask: &mut Ask<'_, E>) -> Result<Vec<Edge>, E> {
    let list = |text: &str| text.trim_matches(['{', '}']).split(',').map(str::to_string).collect();
    let one = |row: Row<'_>| {
        let parent = name(row.text("parent_schema"), row.text("parent"), row.text("usual"), DIALECT);
        let reference = Reference { columns: list(row.text("own")), parent, keys: list(row.text("other")) };
        Edge { child: named(&row, DIALECT), reference }
    };
    Ok(kept.ask("edges", EDGES, ask)?.iter().map(one).collect())
}

/// The columns of tables, by their numbers.
pub type Places = BTreeMap<Name, BTreeMap<String, String>>;

/// A foreign key with its columns by name; what is not known of its tables has none.
pub fn spelled(edge: Edge, places: &Places) -> Edge {
    let names = |table: &Name, numbers: &[String]| {
        let columns = places.get(table);
        let name = |number: &String| columns.and_then(|c| c.get(number)).cloned().unwrap_or_default();
        numbers.iter().map(name).collect()
    };
    let Reference { columns, parent, keys } = edge.reference;
    let (columns, keys) = (names(&edge.child, &columns), names(&parent, &keys));
    Edge { child: edge.child, reference: Reference { columns, parent, keys } }
}

/// Columns, keys and checks of tables.
pub fn tables<E>(wanted: &[Name], facts: &mut Facts, kept: &mut Kept, ask: &mut Ask<'_, E>) -> Result<Places, E> {
    let types = Types::read(kept, ask)?;
    let mut places = Places::new();
    let which = format!("{} AND c.relkind IN ('r', 'p')", kept.which(wanted));
    for row in kept.about("columns", &columns(&which), wanted, ask)?.iter() {
        let name = named(&row, DIALECT);
        if facts.tables.last().is_none_or(|t| t.name != name) {
            facts.tables.push(Table { sql: lookup::sql(&row, DIALECT), name, ..Table::default() });
        }
        if let Some(table) = facts.tables.last_mut()
            && row.get("column").is_some()
        {
            let of_table = places.entry(table.name.clone()).or_default();
            of_table.insert(row.text("place").to_string(), row.text("column").to_string());
            table.columns.push(column(&row, &types));
        }
    }
    for row in kept.about("keys", &keys(&which), wanted, ask)?.iter() {
        if let Some(table) = facts.table_mut(&named(&row, DIALECT)) {
            let columns = row.text("columns").split('\u{1}').filter(|c| !c.is_empty()).map(str::to_string);
            let mut key = Key { columns: columns.collect(), exclusive: row.text("exclusive") == "true" };
            if let Some(expressions) = row.get("expressions") {
                let named = table.columns.iter().filter(|c| crate::catalog::mentions(expressions, &c.name, DIALECT));
                key.columns.extend(named.map(|c| c.name.clone()));
            }
            table.keys.push(key);
        }
    }
    for row in kept.about("checks", &checks(&which), wanted, ask)?.iter() {
        if let Some(table) = facts.table_mut(&named(&row, DIALECT)) {
            table.checks.extend(row.get("condition").map(str::to_string));
        }
    }
    Ok(places)
}

fn columns(which: &str) -> String {
    format!(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, {USUAL_SCHEMA}::text AS usual, a.attname::text AS column,
  a.attnum::text AS place, a.atttypid::text AS type_id, t.typname::text AS type, e.typname::text AS element, e.oid::text AS element_id,
  a.atttypmod::text AS modifier, a.attnotnull::text AS required, a.attidentity::text AS identity,
  a.attgenerated::text AS generated, pg_get_expr(d.adbin, d.adrelid) AS preset
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE {which} ORDER BY n.nspname, c.relname, a.attnum"
    )
}

fn keys(which: &str) -> String {
    format!(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, {USUAL_SCHEMA}::text AS usual,
  (SELECT string_agg(a.attname::text, chr(1) ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid
   AND a.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1])) AS columns,
  pg_get_expr(x.indexprs, x.indrelid) AS expressions, x.indisexclusion::text AS exclusive
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class i ON i.oid = x.indexrelid
WHERE (x.indisunique OR x.indisexclusion) AND {which} ORDER BY n.nspname, c.relname, x.indisprimary DESC, i.relname"
    )
}

/// What has to hold of a row: checks, and that a partition takes it.
fn checks(which: &str) -> String {
    format!(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, {USUAL_SCHEMA}::text AS usual,
  pg_get_expr(k.conbin, k.conrelid) AS condition
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'c' AND {which}
UNION ALL
SELECT n.nspname, c.relname, {USUAL_SCHEMA}, pg_get_partition_constraintdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relispartition AND {which}
UNION ALL
SELECT n.nspname, c.relname, {USUAL_SCHEMA}, string_agg(pg_get_partition_constraintdef(i.inhrelid), ' OR ' ORDER BY i.inhrelid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_inherits i ON i.inhparent = c.oid
WHERE c.relkind = 'p' AND {which} GROUP BY n.nspname, c.relname
ORDER BY 1, 2, 4"
    )
}

fn column(row: &Row<'_>, types: &Types) -> Column {
    let modifier = row.text("modifier").parse().unwrap_or(-1);
    let mut required = row.text("required") == "true";
    let mut checks = Vec::new();
    let kind = match row.get("element") {
        Some(element) => {
            let of = types.kind(row.text("element_id"), element, modifier, &mut checks, &mut false);
            // A check of the elements' domain is none of the array.
            checks.clear();
            Kind::Array(Box::new(of))
        }
        None => types.kind(row.text("type_id"), row.text("type"), modifier, &mut checks, &mut required),
    };
    let counted = !row.text("identity").is_empty() || row.text("preset").starts_with("nextval(");
    let filled = match row.get("preset") {
        _ if !row.text("generated").is_empty() => Filled::Computed,
        _ if counted => Filled::Counted,
        Some(_) => Filled::Default,
        None => Filled::No,
    };
    Column { name: row.text("column").to_string(), kind, nullable: !required, filled, checks }
}

/// The types that users or extensions made, by their oid.
struct Types(BTreeMap<String, Made>);

#[derive(Default)]
struct Made {
    /// `typtype`: `e` an enum, `d` a domain, `c` a row, `r` a range, `b` anything else.
    kind: String,
    base: String,
    base_name: String,
    base_element: Option<(String, String)>,
    base_modifier: i64,
    required: bool,
    checks: Vec<String>,
    labels: Vec<String>,
    fields: usize,
}

impl Types {
    fn read<E>(kept: &mut Kept, ask: &mut Ask<'_, E>) -> Result<Types, E> {
        let mut out = BTreeMap::new();
        let made = kept.ask(
            "types",
            "SELECT t.oid::text AS id, t.typtype::text AS kind, b.oid::text AS base, b.typname::text AS base_name,
  e.oid::text AS element, e.typname::text AS element_name, t.typtypmod::text AS modifier, t.typnotnull::text AS required,
  coalesce(c.relnatts, 0)::text AS fields
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype LEFT JOIN pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('e', 'd', 'c', 'r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND (c.oid IS NULL OR c.relkind = 'c')",
            ask,
        )?;
        for row in made.iter() {
            let element = row.get("element").zip(row.get("element_name"));
            out.insert(
                row.text("id").to_string(),
                Made {
                    kind: row.text("kind").to_string(),
                    base: row.text("base").to_string(),
                    base_name: row.text("base_name").to_string(),
                    base_element: element.map(|(id, name)| (id.to_string(), name.to_string())),
                    base_modifier: row.text("modifier").parse().unwrap_or(-1),
                    required: row.text("required") == "true",
                    fields: row.text("fields").parse().unwrap_or(0),
                    ..Made::default()
                },
            );
        }
        let said = "SELECT enumtypid::text AS id, enumlabel::text AS label, NULL::text AS condition, enumsortorder AS place FROM pg_enum
UNION ALL SELECT contypid::text, NULL, pg_get_expr(conbin, 0), 0 FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' ORDER BY 1, 4";
        for row in kept.ask("labels", said, ask)?.iter() {
            if let Some(made) = out.get_mut(row.text("id")) {
                made.labels.extend(row.get("label").map(str::to_string));
                made.checks.extend(row.get("condition").map(str::to_string));
            }
        }
        Ok(Types(out))
    }

    /// What a type takes; the checks of domains on the way, and whether one of them takes no NULL.
    fn kind(&self, id: &str, name: &str, modifier: i64, checks: &mut Vec<String>, required: &mut bool) -> Kind {
        let Some(made) = self.0.get(id) else { return kind::postgres::kind(name, modifier) };
        match made.kind.as_str() {
            "e" => Kind::Enum(made.labels.clone()),
            "c" => Kind::Composite(made.fields),
            "r" => Kind::Samples(&["empty"]),
            "m" => Kind::Samples(&["{}"]),
            _ => {
                checks.extend(made.checks.iter().cloned());
                *required |= made.required;
                match &made.base_element {
                    Some((id, name)) => {
                        let of = self.kind(id, name, made.base_modifier, &mut Vec::new(), &mut false);
                        Kind::Array(Box::new(of))
                    }
                    None => self.kind(&made.base, &made.base_name, made.base_modifier, checks, required),
                }
            }
        }
    }
}
