// The same task list on PostgreSQL.
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, numeric, pgEnum, pgSequence, pgTable, pgView, primaryKey, serial, text, timestamp, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core'

export const state = pgEnum('state', [
  'open',
  'blocked',
  'done',
])

export const people = pgTable('people', {
  id: serial('id').primaryKey(),
  email: varchar('email', { length: 255 }).notNull().unique(),
  fullName: text('full_name').notNull(),
  settings: jsonb('settings').notNull().default({}),
}, (t) => [
])

export const projects = pgTable('projects', {
  id: uuid('id').primaryKey().defaultRandom(),
  title: varchar('title', { length: 120 }).notNull(),
  budget: numeric('budget', { precision: 12, scale: 2 }).notNull().default('0'),
  archived: boolean('archived').notNull().default(false),
}, (t) => [
  uniqueIndex('projects_title').on(sql`lower(${t.title})`),
  check('budget_not_negative', sql`${t.budget} >= 0`),
])

export const tasks = pgTable('tasks', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  projectId: uuid('project_id').notNull().references(() => projects.id, { onDelete: 'cascade' }),
  assigneeId: integer('assignee_id').references(() => people.id, { onDelete: 'set null' }),
  title: text('title').notNull(),
  state: state('state').notNull().default('open'),
  dueAt: timestamp('due_at', { withTimezone: true }),
}, (t) => [
  index('tasks_open').on(t.projectId).where(sql`state = 'open'`),
])

export const labels = pgTable('labels', {
  name: text('name').primaryKey(),
  color: varchar('color', { length: 7 }).notNull().default('#888888'),
})

export const taskLabels = pgTable('task_labels', {
  taskId: integer('task_id').notNull().references(() => tasks.id, { onDelete: 'cascade' }),
  label: text('label').notNull().references(() => labels.name),
}, (t) => [primaryKey({ columns: [t.taskId, t.label] })])

export const ticketNumbers = pgSequence('ticket_numbers', { startWith: 1000, increment: 10 })

export const board = pgView('board').as((q) => q.select({ id: tasks.id, title: tasks.title }).from(tasks))
