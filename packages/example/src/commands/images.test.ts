import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DatasetError,
  decodeImage,
  encodePng,
  loadSamples,
  type FetchPlan,
  type FetchReport,
} from '@crossmodal/dataset';
import { startFaultServer, type FaultServer } from '@crossmodal/testing';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordingTerminal, type RecordingTerminal } from '../__fixtures__/recordingTerminal.js';
import { temporaryFolder } from '../__fixtures__/tinyWorld.js';
import { createProgram } from '../cli/createProgram.js';
import { exitCodeOf, EXIT } from '../cli/exitCodes.js';
import type { Terminal } from '../cli/Terminal.js';

async function run(terminal: Terminal, ...words: string[]): Promise<unknown> {
  const program = createProgram(terminal);
  for (const command of program.commands.flatMap(({ commands }) => commands)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  return program.parseAsync(['images', 'fetch', ...words], { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('crossmodal images fetch', () => {
  const folder = temporaryFolder();
  const csv = join(folder, 'posts.csv');
  let server: FaultServer;
  let picture: Uint8Array;
  let terminal: RecordingTerminal;
  const said = (): string => terminal.results.join('\n');
  const quick = ['--column', 'image_url', '--allow-private', '--delay', '0', '--retries', '0'];

  beforeAll(async () => {
    picture = await encodePng({ data: new Uint8Array(12).fill(200), width: 2, height: 2 });
    server = await startFaultServer(({ path }) => {
      if (path === '/gone.jpg') return { status: 404 };
      if (path === '/silent.jpg') return { status: 200, body: picture, fault: { after: 9, kind: 'stall' } };
      return { status: 200, body: path === '/page.jpg' ? '<html>' : picture };
    });
    const rows = ['/a.jpg', '/b.jpg', '/a.jpg', '/gone.jpg', '/page.jpg'].map(
      (path, i) => `"text ${i}",${server.url}${path},${i % 2 ? 'yes' : 'no'}`,
    );
    writeFileSync(csv, ['text,image_url,label', ...rows, 'no image,,no', ''].join('\n'));
  });
  beforeEach(() => {
    terminal = recordingTerminal();
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('counts with --dry-run and asks nobody', async () => {
    expect(await run(terminal, csv, ...quick, '--dry-run')).toBeUndefined();
    expect(said()).toBe(
      [
        'rows read 6 = with an address 5 + with a path 0 + without image 1 + malformed 0',
        'addresses 4 = to fetch 4 + already there 0 + failed for good 0 + unsupported 0',
        `  ${server.url.slice('http://'.length)}: 4`,
      ].join('\n'),
    );
    expect(server.requests).toEqual([]);
  });

  it('fetches, accounts for every row and address, and ends as bad data where images are missing', async () => {
    const error = await run(terminal, csv, ...quick);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as Error).message).toContain('expected an image at each address, 2 of 4 gave none.');
    expect(exitCodeOf(error)).toBe(EXIT.badData);
    expect(said()).toBe(
      [
        'rows read 6 = with an address 5 + with a path 0 + without image 1 + malformed 0',
        'addresses             4',
        '--------------------  -',
        'fetched               2',
        'already there         0',
        'failed: not found     1',
        'failed: not an image  1',
        `rows with an image 3; different pictures 1; fetched ${2 * picture.length} B`,
        'not found: addresses 1, rows 1',
        `  line 5: ${server.url}/gone.jpg: status 404`,
        'not an image: addresses 1, rows 1',
        `  line 6: ${server.url}/page.jpg: got a web page`,
      ].join('\n'),
    );
    expect(terminal.lines.join('')).toContain(
      `train on it: crossmodal train --data ${join(folder, 'posts-local.csv')} --image-column image_url\n`,
    );
    expect(server.requests[0]?.headers.get('user-agent')).toMatch(
      /^crossmodal\/\d+\.\d+\.\d+ \(crossmodal images fetch\)$/,
    );
  });

  it('leaves a file that training reads', async () => {
    const { samples, report } = await loadSamples(join(folder, 'posts-local.csv'), { imageColumn: 'image_url' });
    expect([samples.map(({ images }) => images.length), report.skipped]).toEqual([[1, 1, 1, 0, 0, 0], []]);
    expect((await decodeImage(samples[0]?.images[0] ?? '')).width).toBe(2);
  });

  it('asks for nothing twice, and says so as JSON', async () => {
    const asked = server.requests.length;
    expect(await run(terminal, csv, ...quick, '--json')).toBeInstanceOf(DatasetError);
    const { addresses } = JSON.parse(said()) as FetchReport;
    expect(addresses).toEqual({ named: 4, fetched: 0, present: 2, failed: 2, open: 0 });
    expect(server.requests.length).toBe(asked);
    terminal = recordingTerminal();
    await run(terminal, csv, ...quick, '--json', '--dry-run', '--retry-failed');
    expect((JSON.parse(said()) as FetchPlan).addresses).toMatchObject({ present: 2, toFetch: 2 });
  });

  it('takes times in seconds', async () => {
    const errorsWith = async (name: string, ...flags: string[]): Promise<string | undefined> => {
      const silent = join(folder, `${name}.csv`);
      writeFileSync(silent, `text,image_url\na,${server.url}/silent.jpg\n`);
      const own = recordingTerminal();
      await run(own, silent, ...quick, '--json', ...flags);
      return (JSON.parse(own.results.join('')) as FetchReport).failures[0]?.examples[0]?.error;
    };
    const errors = [errorsWith('idle', '--timeout', '1'), errorsWith('whole', '--max-time', '1')];
    expect(await Promise.all(errors)).toEqual(['no byte for 1 s', 'not done after 1 s']);
  });

  it('ends well when all are there', async () => {
    const whole = join(folder, 'whole.csv');
    writeFileSync(whole, `text,image_url\na,${server.url}/a.jpg\n`);
    expect(await run(terminal, whole, ...quick)).toBeUndefined();
    expect(readFileSync(join(folder, 'whole-local.csv'), 'utf8')).toMatch(
      /^text,image_url\na,whole-images\/\w{32}\.png\n$/,
    );
  });

  it('says how to go on when it is stopped', async () => {
    const controller = new AbortController();
    controller.abort();
    const stopped = join(folder, 'stopped.csv');
    writeFileSync(stopped, `text,image_url\na,${server.url}/a.jpg\n`);
    expect(await run({ ...terminal, signal: controller.signal }, stopped, ...quick)).toBeUndefined();
    expect(said()).toContain('not asked      1');
    expect(terminal.lines).toEqual(['stopped: addresses left to ask 1; run the same command again to go on\n']);
  });

  it.each([
    [['--concurrency', '0'], 'Expected a whole number from 1'],
    [['--delay', 'long'], 'Expected a whole number'],
    [['--colum', 'x'], 'Did you mean --column?'],
  ])('answers %j with what to write instead', async (words, hint) => {
    const error = await run(terminal, csv, ...words);
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as Error).message).toContain(hint);
  });
});
