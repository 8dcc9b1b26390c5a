// Clients of plain SQL, which names what a version of their shape names.
export function prepare({ engine }) {
  return async function connect(url, { table }) {
    const db = await engine.connect(url)
    const at = engine.at
    return {
      read: async (email, column) => (await db.query(`SELECT id, email, ${column} FROM ${table} WHERE email = ${at(1)}`, [email]))[0],
      update: (email, column, value) => db.change(`UPDATE ${table} SET ${column} = ${at(1)} WHERE email = ${at(2)}`, [value, email]),
      upsert: (email, column, value) => db.query(engine.upsert(table, column), [email, value]),
      insert: (email, column, value) => db.query(`INSERT INTO ${table} (${column}, email) VALUES (${at(1)}, ${at(2)})`, [value, email]),
      remove: (email) => db.query(`DELETE FROM ${table} WHERE email = ${at(1)}`, [email]),
      end: () => db.end(),
    }
  }
}
