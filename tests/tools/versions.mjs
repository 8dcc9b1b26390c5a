// The tools that the tests run, each with what it needs, by exact version: a run today and one next year install the same.

/** Prisma's own engine core as WebAssembly, and the drivers it talks through: what `engine/schema-engine.mjs` answers from. */
const engine = (version) => ({
  '@prisma/schema-engine-wasm': version,
  '@prisma/driver-adapter-utils': '7.10.0',
  '@prisma/adapter-pg': '7.10.0',
  '@prisma/adapter-libsql': '7.10.0',
})

const drivers = { pg: '8.16.3', mysql2: '3.15.3', '@libsql/client': '0.15.15' }

/** Name to packages. */
export const tools = {
  'prisma-5': { prisma: '5.22.0' },
  'prisma-6': { prisma: '6.19.3' },
  'prisma-7': { prisma: '7.10.1' },
  // The engine of Prisma 7.10, and that of 6.19.3, which reads the schemas of 5 and 6 and judges rows as all before 7.9.
  'prisma-7-engine': engine('7.10.0-4.0edf323efd1d98336f3f0a68684b56f689b900d3'),
  'prisma-6-engine': engine('7.1.1-3.c2990dca591cba766e3b7ef5d9e8a84796e47ab7'),
  // Clients of both tools: see scripts/clients.mjs.
  clients: {
    prisma: '7.10.1',
    '@prisma/client': '7.10.0',
    '@prisma/adapter-pg': '7.10.0',
    '@prisma/adapter-libsql': '7.10.0',
    '@prisma/adapter-mariadb': '7.10.0',
    'drizzle-kit': '0.31.11',
    'drizzle-orm': '0.45.4',
    ...drivers,
  },
  'clients-6': { prisma: '6.19.3', '@prisma/client': '6.19.3', '@prisma/adapter-pg': '6.19.3', pg: '8.16.3' },
  // The linter that `npm run bench -- check` is measured against.
  squawk: { 'squawk-cli': '2.66.0' },
  'drizzle-0': { 'drizzle-kit': '0.31.11', 'drizzle-orm': '0.45.4', ...drivers },
  'drizzle-1': { 'drizzle-kit': '1.0.0-rc.5', 'drizzle-orm': '1.0.0-rc.5', ...drivers },
}
