// The table as each version of the application has it in its schema, for the recipes that real clients run.
//
// `old`: the version before the migration, which knows nothing of it. `first`: the same code with the schema that comes with
// expand. `both`: the version that goes over to the new shape, as the checklist of `expand` has it. `after`: the version that
// is deployed with the contract.

/** A column that is in the schema for the tool alone: the client leaves it. */
const left = (name, type, more = {}) => ({ name, type, left: true, ...more })
/** One that comes with expand: Prisma's client reads it along, and the code in Drizzle does not name it yet. */
const fresh = (name, type) => ({ name, type, optional: true, fresh: true })

export const MODELS = {
  'rename-column': {
    old: [{ name: 'full_name', type: 'text' }],
    first: [{ name: 'full_name', type: 'text' }, fresh('display_name', 'text')],
    both: [left('full_name', 'text'), { name: 'display_name', type: 'text', optional: true }],
    after: [{ name: 'display_name', type: 'text' }],
  },
  'change-type': {
    old: [{ name: 'points', type: 'int' }],
    first: [{ name: 'points', type: 'int' }, left('points_new', 'bigint', { optional: true })],
    both: [left('points', 'int'), { name: 'points_new', type: 'bigint', optional: true }],
    after: [{ name: 'points', type: 'bigint' }],
  },
  'make-required': {
    old: [{ name: 'bio', type: 'text', optional: true }],
    both: [{ name: 'bio', type: 'text', optional: true }],
    after: [{ name: 'bio', type: 'text' }],
  },
  'split-column': {
    old: [{ name: 'full_name', type: 'text' }],
    first: [{ name: 'full_name', type: 'text' }, fresh('first', 'text'), fresh('last', 'text')],
    both: [left('full_name', 'text'), { name: 'first', type: 'text', optional: true }, { name: 'last', type: 'text', optional: true }],
    after: [{ name: 'first', type: 'text' }, { name: 'last', type: 'text', optional: true }],
  },
  'merge-columns': {
    old: [{ name: 'first', type: 'text' }, { name: 'last', type: 'text', optional: true }],
    first: [{ name: 'first', type: 'text' }, { name: 'last', type: 'text', optional: true }, fresh('name', 'text')],
    both: [left('first', 'text'), left('last', 'text', { optional: true }), { name: 'name', type: 'text', optional: true }],
    after: [{ name: 'name', type: 'text' }],
  },
  'drop-column': {
    old: [{ name: 'bio', type: 'text' }, { name: 'name', type: 'text', empty: true }],
    // Prisma leaves it alone, with the default that expand gave it; Drizzle's schema no longer names it.
    both: [left('bio', 'text', { empty: true, unnamed: true }), { name: 'name', type: 'text', empty: true }],
    after: [{ name: 'name', type: 'text', empty: true }],
  },
  'add-unique': same({ name: 'handle', type: 'text' }),
  'add-foreign-key': same({ name: 'team_id', type: 'int', optional: true }),
  'add-check': same({ name: 'points', type: 'int', optional: true }),
  'rename-table': same({ name: 'name', type: 'text' }),
}

function same(column) {
  return { old: [column], both: [column], after: [column] }
}
