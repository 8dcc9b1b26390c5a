// What the README shows is what comes out. UPDATE_EXPECT=1 writes it anew.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { deployDrizzle } from './deployed.mjs'
import { example, root } from './projects.mjs'

test('the README shows real output', async (t) => {
  const cwd = example(t, 'prisma-shop')
  const printed = unmigrate(cwd, ['generate']).out.trimEnd()
  const rollback = readFileSync(join(cwd, 'prisma/migrations/20260209093000_add_refunded/down.sql'), 'utf8')
  const body = rollback.slice(rollback.indexOf('BEGIN;')).trimEnd()

  const tasks = example(t, 'drizzle-tasks')
  unmigrate(tasks, ['generate'])
  const proven = unmigrate(tasks, ['verify']).out.trimEnd()
  const url = await deployDrizzle(tasks, readFileSync(join(tasks, 'rows.sql'), 'utf8'))
  const undo = ['rollback', '--steps', '2', '--confirm', 'app.db']
  const undone = unmigrate(tasks, undo, { env: { DATABASE_URL: url } }).out.trimEnd().replaceAll(tasks, '/home/ada/tasks')

  const file = join(root, 'README.md')
  const text = readFileSync(file, 'utf8')
  const block = (kind, content) => (all) => all.replace(new RegExp(`^\`\`\`${kind}\n[^]*?\`\`\`$`, 'm'), () => `\`\`\`${kind}\n${content}\n\`\`\``)
  const console = (line, content) => (all) => all.replace(new RegExp(`^(\`\`\`console\\n\\$ npx ${line})\\n[^]*?\`\`\`$`, 'm'), (_, head) => `${head}\n${content}\n\`\`\``)
  const shown = [block('sql', body), console('unmigrate generate', printed), console('unmigrate verify', proven), console(`unmigrate ${undo.join(' ')}`, undone)]
  const expected = shown.reduce((all, replaced) => replaced(all), text)
  if (process.env.UPDATE_EXPECT) writeFileSync(file, expected)
  else assert.equal(text, expected, 'UPDATE_EXPECT=1 node --test tests/node/readme.test.mjs writes it anew')
})
