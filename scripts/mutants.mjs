// Judges every mutant of the case files' rollbacks, where `npm test` judges every tenth: see docs/mutants.md.
import { spawnSync } from 'node:child_process'

const args = ['test', '-p', 'unmigrate-tests', '--test', 'mutants', '--', ...process.argv.slice(2)]
const ran = spawnSync('cargo', args, { stdio: 'inherit', env: { ...process.env, UNMIGRATE_MUTANTS: '1' } })
if (ran.error) console.error(`cargo could not be started: ${ran.error.message}`)
process.exit(ran.status ?? 2)
