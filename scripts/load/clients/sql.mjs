// Clients of plain SQL, which names what a version of their shape names. `own` are statements of a shape's own, where one table
// does not do: each is a transaction.
export function prepare({ engine, own }) {
  return async function connect(url, { table, shape }) {
    const db = await engine.connect(url)
    const at = engine.at
    const { update, upsert, insert, deletes = table } = own?.[shape] ?? {}
    /** Each statement over the email and the value. Gives what the last has changed. */
    const together = async (statements, email, value) => {
      await db.script('BEGIN')
      try {
        let changed = 0
        for (const { text, by } of statements) changed = await db.change(text, by(email, value))
        await db.script('COMMIT')
        return changed
      } catch (error) {
        await db.script('ROLLBACK')
        throw error
      }
    }
    const plain = {
      update: (email, column, value) => db.change(`UPDATE ${table} SET ${column} = ${at(1)} WHERE email = ${at(2)}`, [value, email]),
      upsert: (email, column, value) => db.query(engine.upsert(table, column), [email, value]),
      insert: (email, column, value) => db.query(`INSERT INTO ${table} (${column}, email) VALUES (${at(1)}, ${at(2)})`, [value, email]),
    }
    return {
      read: async (email, column) => (await db.query(`SELECT id, email, ${column} FROM ${table} WHERE email = ${at(1)}`, [email]))[0],
      update: update ? (email, _, value) => together(update, email, value) : plain.update,
      upsert: upsert ? (email, _, value) => together(upsert, email, value) : plain.upsert,
      insert: insert ? (email, _, value) => together(insert, email, value) : plain.insert,
      remove: (email) => db.query(`DELETE FROM ${deletes} WHERE email = ${at(1)}`, [email]),
      end: () => db.end(),
    }
  }
}
