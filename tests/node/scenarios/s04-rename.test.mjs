// A rename that Prisma writes as a drop and an add: ten thousand names are gone once it has run, and nobody was warned.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { project } from '../projects.mjs'
import { prisma7 } from './tools.mjs'

test('S4: an error before it is merged, with the rename; and no promise afterwards', (t) => {
  const cwd = project(t, prisma7({
    '20260101000000_init': 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n',
    '20260102000000_full': 'ALTER TABLE "User" DROP COLUMN "name",\nADD COLUMN "fullName" TEXT NOT NULL DEFAULT \'\';\n',
  }))
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const checked = unmigrate(cwd, ['check', '--all', '--json'])
  assert.equal(checked.code, 1)
  const found = JSON.parse(checked.out).findings.find((one) => one.rule === 'drop-add-rename')
  assert.equal(found?.severity, 'error', checked.out)
  assert.match(`${found.help} ${found.fix?.text}`, /RENAME COLUMN/)
  const status = JSON.parse(unmigrate(cwd, ['status', '--json']).out)
  const [, last] = status.histories[0].migrations
  assert.equal(last.grade, 'lossy')
  assert.ok(last.notes.some((one) => one.kind === 'gone' && one.object === 'User.name'), JSON.stringify(last.notes))
  const verified = unmigrate(cwd, ['verify', '--json'])
  const [, verdict] = JSON.parse(verified.out).histories[0].migrations
  assert.equal(verdict.grade, 'lossy', 'what is proven is the claim, and the claim is that names do not come back')
})
