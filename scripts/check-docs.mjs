/**
 * Executes every code block of the documentation.
 *
 * - `ts` blocks are type-checked together and then run, each as a module of its own; if a `text` block follows directly,
 *   it must equal what the block printed.
 * - `sh` and `bash` blocks run in a scratch folder per document, one after the other, with `crossmodal` on the path.
 *   Lines that start with `npm` or `git clone` set up the repository itself: they must stand in `.ci/run`, which runs them.
 *   `npm install` lines are for users, and our packages may not be in a registry yet: each name must be one of ours that is
 *   published, or be in our lockfile; a package's README must name the package and every peer it needs. The end-to-end tests
 *   install exactly these names from packed tarballs and run the README's example there.
 * - `json`, `yaml` blocks must parse. Blocks of other languages (`text`, `csv`, `py`) are not code of ours.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { globSync } from 'tinyglobby';
import { parse as parseYaml } from 'yaml';
import { installLines } from './installLines.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = join(root, 'node_modules/.cache/docs-check');
const documents = documentPaths(process.argv.slice(2));
rmSync(scratch, { recursive: true, force: true });
mkdirSync(join(scratch, 'temporary'), { recursive: true });
// What the examples leave in the folder for temporary files goes with the rest.
process.env.TMPDIR = join(scratch, 'temporary');

const results = [];
const blocks = documents.flatMap((path) => codeBlocks(path));
typeCheck(blocks.filter((block) => block.language === 'ts'));
for (const block of blocks) {
  const problem = runBlock(block);
  if (problem === undefined) continue;
  results.push(problem === '');
  if (problem !== '') console.error(`FAIL ${block.where}\n${indent(problem)}`);
}
const failed = results.filter((ok) => !ok).length;
console.log(`docs: ${results.length - failed} passed, ${failed} failed (${documents.length} documents)`);
process.exit(failed > 0 || results.length === 0 ? 1 : 0);

function documentPaths(wanted) {
  if (wanted.length > 0) return wanted.map((path) => resolve(path));
  const found = [
    'README.md',
    'CONTRIBUTING.md',
    'packages/*/README.md',
    'docs/*.md',
    'docs/guides/*.md',
    'docs/decisions/*.md',
  ];
  return globSync(found, { cwd: root })
    .sort()
    .map((path) => join(root, path));
}

function codeBlocks(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const found = [];
  for (let i = 0; i < lines.length; i++) {
    const opening = /^```(\w+)\s*$/.exec(lines[i]);
    if (!opening) continue;
    const end = lines.indexOf('```', i + 1);
    if (end < 0) throw new Error(`${path}:${i + 1}: code block is never closed`);
    const previous = found.at(-1);
    const code = lines.slice(i + 1, end).join('\n');
    const between = previous
      ? lines
          .slice(previous.end + 1, i)
          .join('')
          .trim()
      : 'x';
    if (opening[1] === 'text' && between === '' && previous) previous.printed = code;
    found.push({ path, language: opening[1], code, end, where: `${relative(root, path)}:${i + 1}` });
    i = end;
  }
  return found;
}

/** Returns '' for success, a description of the failure, or undefined where there is nothing to run. */
function runBlock(block) {
  try {
    if (block.language === 'ts') return runTypeScript(block);
    if (block.language === 'sh' || block.language === 'bash') return runShell(block);
    if (block.language === 'json') return parses(JSON.parse, block.code);
    if (block.language === 'yaml') return parses(parseYaml, block.code);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** '' when the parser takes the text; its error otherwise. */
function parses(parse, text) {
  parse(text);
  return '';
}

function blockFile(block, extension) {
  return join(scratch, `${block.where.replace(/[^\w]+/g, '_')}.${extension}`);
}

function typeCheck(tsBlocks) {
  if (tsBlocks.length === 0) return;
  for (const block of tsBlocks) writeFileSync(blockFile(block, 'mts'), `${block.code}\nexport {};\n`);
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      noUnusedLocals: false,
      customConditions: [],
    },
    include: ['*.mts'],
  };
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  const checked = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', scratch], {
    encoding: 'utf8',
  });
  results.push(checked.status === 0);
  if (checked.status !== 0) console.error(`FAIL types of the examples\n${indent(checked.stdout)}`);
}

function runTypeScript(block) {
  const file = blockFile(block, 'mjs');
  writeFileSync(file, transformSync(block.code, { loader: 'ts', format: 'esm', target: 'node20' }).code);
  const run = spawnSync(process.execPath, [file], { cwd: documentFolder(block), encoding: 'utf8', timeout: 300_000 });
  if (run.status !== 0) return `exit ${run.status ?? run.signal}\n${run.stderr}`;
  if (block.printed !== undefined && run.stdout.trim() !== block.printed.trim()) {
    return `printed\n${run.stdout.trim()}\nbut the document says\n${block.printed}`;
  }
  return '';
}

function runShell(block) {
  const lines = block.code.split('\n');
  const setup = lines.filter((line) => /^(npm|git clone|cd crossmodal)\b/.test(line.trim()));
  const ci = readFileSync(join(root, '.ci/run'), 'utf8');
  const wrongInstall = problemOfInstall(block);
  if (wrongInstall !== undefined) return wrongInstall;
  for (const line of setup) {
    if (line.startsWith('npm install ')) continue;
    const commands = line
      .split('&&')
      .map((part) => part.replace(/#.*$/, '').trim())
      .filter((part) => part.startsWith('npm'));
    for (const command of commands) if (!ci.includes(command)) return `"${command}" is not run by .ci/run`;
  }
  const script = lines
    .filter((line) => !setup.includes(line))
    .join('\n')
    .trim();
  if (script === '') return '';
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const run = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: documentFolder(block),
    encoding: 'utf8',
    env: { ...process.env, PATH: path, CI: 'true' },
    timeout: 600_000,
  });
  return run.status === 0 ? '' : `exit ${run.status ?? run.signal}\n${run.stdout}\n${run.stderr}`;
}

/** What is wrong with a block's `npm install` lines, or undefined. */
function problemOfInstall(block) {
  const names = installLines(block.code).flat();
  if (names.length === 0) return undefined;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  for (const name of names) {
    const ours = manifestOf(name);
    if (ours ? ours.private : !(`node_modules/${name}` in locked)) {
      return `"${name}" is neither a published package of ours nor in package-lock.json`;
    }
  }
  const own = existsSync(join(dirname(block.path), 'package.json'))
    ? JSON.parse(readFileSync(join(dirname(block.path), 'package.json'), 'utf8'))
    : { private: true };
  if (own.private) return undefined;
  const needed = [own.name, ...requiredPeers(own)];
  const missing = needed.filter((name) => !names.includes(name));
  return missing.length > 0 ? `the install line must also name ${missing.join(', ')}` : undefined;
}

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  return Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
}

function manifestOf(name) {
  const path = join(root, 'packages', name.replace(/^@crossmodal\//, ''), 'package.json');
  return name.startsWith('@crossmodal/') && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Blocks of one document share a folder, so that a later command finds what an earlier one wrote. */
function documentFolder(block) {
  const folder = join(scratch, 'folders', relative(root, block.path).replace(/[^\w]+/g, '_'));
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}

function indent(text) {
  return text.trim().replace(/^/gm, '  ');
}
