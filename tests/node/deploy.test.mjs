// `deploy` through the real tools, one of each: every tool on every database is in tests/node/tools (`npm run tools`).
import { test } from 'node:test'
import { there_and_back, written_in_between } from './tools/deploy.mjs'

test('drizzle-kit deploys, what it destroys is kept, comes back, and is no drift', (t) => there_and_back(t, 'drizzle-0', 'sqlite'))
test('Prisma deploys, and rows that are written in between are counted', (t) => written_in_between(t, 'prisma-7', 'postgresql'))
