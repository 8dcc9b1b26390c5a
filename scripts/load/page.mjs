// docs/load.md, and the runs that it is made of: docs/load.json has the last one of each recipe, engine and client.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
const [PAGE, RUNS] = [at('load.md'), at('load.json')]
const ENGINES = { postgres: 'PostgreSQL', mysql: 'MariaDB', sqlite: 'SQLite' }
const CLIENTS = { sql: 'plain SQL', prisma: 'Prisma', drizzle: 'Drizzle' }
const [BEGIN, END] = ['<!-- tables -->', '<!-- end of the tables -->']

const key = ({ engine, client, recipe }) => `${engine} ${client} ${recipe}`
const read = () => JSON.parse(readFileSync(RUNS, 'utf8'))

/** Keeps a run in the place of the last one of its kind. */
export function keep(run) {
  const { phases, ...rest } = run
  const kept = { ...rest, phases: phases.map(({ said, p50, p99, ...phase }) => phase) }
  const all = [...read().filter((other) => key(other) !== key(run)), kept]
  all.sort((a, b) => key(a).localeCompare(key(b)))
  writeFileSync(RUNS, `[\n${all.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
}

/** Puts the tables of all runs into the page. */
export function render() {
  const runs = read()
  const groups = Object.keys(CLIENTS).flatMap((client) => Object.keys(ENGINES).map((engine) => [engine, client]))
  const tables = groups.map(([engine, client]) => [engine, client, runs.filter((run) => run.engine === engine && run.client === client)])
  const text = tables.filter(([, , own]) => own.length).map(([engine, client, own]) => section(engine, client, own)).join('\n')
  const page = readFileSync(PAGE, 'utf8')
  const [before, rest] = page.split(BEGIN)
  writeFileSync(PAGE, `${before}${BEGIN}\n${text}${END}${rest.split(END)[1]}`)
}

const HEAD = ['recipe', 'rows', 'before', 'naive', 'expand', 'backfill', 'both', 'contract', 'contract undone', 'expand undone', 'p99.9', 'failed', 'lost or differing', 'load']

function section(engine, client, runs) {
  const lines = [HEAD, HEAD.map(() => '---'), ...runs.map(line)].map((cells) => `| ${cells.join(' | ')} |`)
  return [`## ${ENGINES[engine]}, clients of ${CLIENTS[client]}`, '', ...lines, '', ''].join('\n')
}

function line(run) {
  const phases = new Map(run.phases.map((phase) => [phase.phase, phase]))
  const steps = new Map(run.steps.map((step) => [step.step, step]))
  const failed = (phase) => phase.failed.old + phase.failed.new
  const cell = (name) => {
    const [phase, step] = [phases.get(name), steps.get(name)]
    const wrong = failed(phase) > 0 ? `, **${failed(phase)} failed**` : ''
    const ended = name === 'naive' && run.ended ? `, itself ended ${run.ended} times by a deadlock` : ''
    return `${Math.round(phase.longest)}${step ? ` (${step.seconds} s)` : ''}${wrong}${ended}`
  }
  const ours = run.phases.filter(({ phase }) => phase !== 'naive').reduce((sum, phase) => sum + failed(phase), 0)
  const wrong = Object.values(run.checks).flatMap(Object.values).reduce((sum, n) => sum + n, 0)
  const loads = run.steps.map(({ load }) => load)
  return [
    run.recipe,
    run.rows.toLocaleString('en'),
    ...['before', 'naive', 'expand', 'backfill', 'both', 'contract', 'contract undone', 'expand undone'].map(cell),
    Math.round(run.forward),
    ours ? `**${ours}**` : 0,
    wrong ? `**${wrong}**` : 0,
    `${Math.min(...loads)} to ${Math.max(...loads)}`,
  ]
}
