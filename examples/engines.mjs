// Two databases that run inside this process, each with the two questions that the demo asks: what is the schema, and
// what is in the tables. Both answer as text, sorted, so that answers can be compared.
import { join } from 'node:path'

/** PostgreSQL, compiled to WebAssembly. */
export async function postgresql() {
  const { PGlite } = await import('@electric-sql/pglite')
  const db = await PGlite.create()
  const rows = async (sql) => (await db.query(sql)).rows
  const tables = `SELECT c.oid, c.relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
  const schema = `
    SELECT format('column %s.%s %s%s%s', t.relname, a.attname, format_type(atttypid, atttypmod),
      CASE WHEN attnotnull THEN ' not null' END, ' default ' || pg_get_expr(adbin, adrelid)) AS line
      FROM (${tables}) t JOIN pg_attribute a ON attrelid = t.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = t.oid AND adnum = attnum
    UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(c.oid)) FROM (${tables}) t JOIN pg_constraint c ON conrelid = t.oid
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('type %s (%s)', typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)) FROM pg_type t JOIN pg_enum ON enumtypid = t.oid GROUP BY typname
    UNION ALL SELECT format('sequence %s %s by %s', sequencename, start_value, increment_by) FROM pg_sequences WHERE schemaname = 'public'
    UNION ALL SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = 'public'
    ORDER BY line`
  return {
    name: 'PostgreSQL (PGlite)',
    run: (sql) => db.exec(sql),
    schema: async () => (await rows(schema)).map((r) => r.line).join('\n'),
    tables: async () => (await rows(`SELECT relname FROM (${tables}) t ORDER BY 1`)).map((r) => r.relname),
    rows,
    close: () => db.close(),
  }
}

/** SQLite, as libSQL builds it. */
export async function sqlite(folder) {
  const { createClient } = await import('@libsql/client')
  const db = createClient({ url: `file:${join(folder, 'demo.db')}` })
  const rows = async (sql) => (await db.execute(sql)).rows.map((row) => ({ ...row }))
  const schema = `
    SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' not null', '') || ifnull(' default ' || c.dflt_value, '') || iif(c.pk, ' key ' || c.pk, '') AS line
      FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
    UNION ALL SELECT 'reference ' || m.name || '.' || f."from" || ' ' || f."table" || '.' || f."to" || ' ' || f.on_delete || ' ' || f.on_update
      FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
    UNION ALL SELECT 'checks ' || name || ' ' || (length(lower(sql)) - length(replace(lower(sql), 'check', ''))) / 5 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
    UNION ALL SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL
    ORDER BY line`
  return {
    name: 'SQLite (libSQL)',
    run: (sql) => db.executeMultiple(sql),
    schema: async () => (await rows(schema)).map((r) => r.line).join('\n'),
    tables: async () =>
      (await rows(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1`)).map((r) => r.name),
    rows,
    close: () => db.close(),
  }
}

/** Everything in the tables, as text. */
export async function contents(engine) {
  const lines = []
  for (const table of await engine.tables()) {
    for (const row of await engine.rows(`SELECT * FROM "${table}"`)) {
      const cells = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))
      lines.push(`${table} ${JSON.stringify(cells, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`)
    }
  }
  return lines.sort().join('\n')
}
