// A team's task list on SQLite.
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export const people = sqliteTable('people', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  email: text('email').notNull().unique(),
  fullName: text('full_name').notNull(),
})

export const projects = sqliteTable('projects', {
  id: integer('id').primaryKey(),
  title: text('title').notNull(),
  budget: real('budget').notNull().default(0),
  archived: integer('archived', { mode: 'boolean' }).notNull().default(false),
}, (t) => [
  uniqueIndex('projects_title').on(t.title),
  check('budget_not_negative', sql`budget >= 0`),
])

export const tasks = sqliteTable('tasks', {
  id: integer('id').primaryKey(),
  projectId: integer('project_id').notNull().references(() => projects.id, { onDelete: 'cascade' }),
  assigneeId: integer('assignee_id').references(() => people.id, { onDelete: 'set null' }),
  title: text('title').notNull(),
  state: text('state').notNull().default('open'),
  dueAt: integer('due_at', { mode: 'timestamp' }),
}, (t) => [index('tasks_by_state').on(t.projectId, t.state)])

export const labels = sqliteTable('labels', {
  name: text('name').primaryKey(),
  color: text('color').notNull().default('#888888'),
})

export const taskLabels = sqliteTable('task_labels', {
  taskId: integer('task_id').notNull().references(() => tasks.id, { onDelete: 'cascade' }),
  label: text('label').notNull().references(() => labels.name),
}, (t) => [primaryKey({ columns: [t.taskId, t.label] })])
