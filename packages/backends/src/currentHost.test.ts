import { describe, expect, it } from 'vitest';

import { currentHost } from './currentHost.js';

describe('currentHost', () => {
  const host = currentHost();

  it('knows Node', () => {
    expect(host.runsInNode).toBe(true);
  });

  it('imports by name', async () => {
    expect(await host.importModule('@tensorflow/tfjs-core')).toHaveProperty('setBackend');
  });

  it('hands back what the child returns, whatever else it prints', async () => {
    const report = await host.runInChild(`
      process.stdout.write('noise without an end of line');
      await import('node:os');
      return { text: 'ä\\n', number: 1.5 };`);
    expect(report).toEqual({ outcome: 'reported', value: { text: 'ä\n', number: 1.5 } });
    expect(await host.runInChild('')).toEqual({ outcome: 'reported', value: null });
  });

  it('hands back what the child throws', async () => {
    const report = await host.runInChild("await import('@crossmodal/never-published')");
    expect(report).toMatchObject({ outcome: 'threw', code: 'ERR_MODULE_NOT_FOUND' });
    expect(report).toHaveProperty('message', expect.stringContaining("'@crossmodal/never-published'"));
    expect(await host.runInChild('throw 3')).toEqual({ outcome: 'threw', message: '3' });
  });

  it('outlives a child that crashes', async () => {
    expect(
      await host.runInChild("process.kill(process.pid, 'SIGSEGV'); await new Promise(() => setInterval(() => 0))"),
    ).toEqual({
      outcome: 'crashed',
      message: 'signal SIGSEGV',
    });
    expect(await host.runInChild("process.stderr.write('first\\nno driver\\n'); process.exit(7)")).toEqual({
      outcome: 'crashed',
      message: 'exit code 7: no driver',
    });
  });
});
