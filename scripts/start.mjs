/**
 * The main job: builds the packages, runs `crossmodal train` with the arguments it was given, and says how long each took.
 *
 *   npm start [-- ARGUMENTS OF crossmodal train]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
let child;
// Ctrl+C reaches the child by itself, which saves before it ends: this process only waits. SIGTERM does not.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child?.kill('SIGTERM'));

const startedAt = performance.now();
const build = await run('node_modules/nx/dist/bin/nx.js', ['run-many', '-t', 'build', '--outputStyle=static']);
if (build !== 0) process.exit(build);
const builtAt = performance.now();
const status = await run('packages/example/bin/crossmodal.js', ['train', ...process.argv.slice(2)]);
const endedAt = performance.now();
console.error(
  `build ${seconds(startedAt, builtAt)} s, run ${seconds(builtAt, endedAt)} s, together ${seconds(startedAt, endedAt)} s`,
);
process.exit(status);

async function run(script, args) {
  child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const [code, signal] = await once(child, 'exit');
  return code ?? (signal === 'SIGTERM' ? 143 : 130);
}

function seconds(from, to) {
  return ((to - from) / 1000).toFixed(0);
}
