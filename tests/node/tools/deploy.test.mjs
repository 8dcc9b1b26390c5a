// `deploy` through every tool on every database that it runs on here: `npm run tools`. The fast ones are in ../deploy.test.mjs.
import { test } from 'node:test'
import { pushed_without_a_filter, there_and_back, written_in_between } from './deploy.mjs'

const ALL = [
  ['prisma-5', 'postgresql'], ['prisma-5', 'sqlite'],
  ['prisma-6', 'postgresql'], ['prisma-6', 'sqlite'],
  ['prisma-7', 'postgresql'], ['prisma-7', 'sqlite'],
  ['drizzle-0', 'postgresql'], ['drizzle-0', 'mysql'], ['drizzle-0', 'sqlite'],
  ['drizzle-1', 'postgresql'], ['drizzle-1', 'mysql'], ['drizzle-1', 'sqlite'],
]

for (const [version, dialect] of ALL) {
  test(`${version} on ${dialect}: there and back`, (t) => there_and_back(t, version, dialect))
  test(`${version} on ${dialect}: written in between`, (t) => written_in_between(t, version, dialect))
}

test('drizzle-1 on postgresql: push without a schemaFilter', (t) => pushed_without_a_filter(t, 'drizzle-1'))
