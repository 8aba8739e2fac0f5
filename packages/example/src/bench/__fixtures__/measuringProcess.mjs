/**
 * Stands in for the measuring process: what it does depends on its subject. It notes every request in the file that the work's first text names.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers';

let subject;
let log;
let rounds = 0;

const ready = { device: 'a device', work: '4 things', rates: { 'things/s': 4 } };

process.on('message', (request) => {
  if (request.type === 'start') {
    subject = request.subject;
    log = request.work.texts[0];
  }
  appendFileSync(log, `${subject} ${request.type} ${request.atLeastMs ?? process.pid}\n`);
  if (request.type === 'start') {
    if (subject === 'tensorflow') process.send({ type: 'error', message: 'it needs a library' });
    else if (subject === 'webgpu') process.kill(process.pid, 'SIGSEGV');
    else if (subject === 'no backend') return; // hangs
    else setTimeout(() => process.send({ type: 'ready', ready }), subject === 'onnx-graph' ? 1500 : 0);
    return;
  }
  rounds += 1;
  if (subject === 'tensorflow-gpu' && rounds === 3) {
    process.stderr.write('first line\nout of memory\n', () => process.exit(7));
    return;
  }
  if (subject === 'cpu') return; // hangs
  // The first round is the warm-up.
  const milliseconds = [1000, 10, 40, 20, 30][rounds - 1];
  process.send({ type: 'round', round: { milliseconds, computations: rounds, peakBytes: 100 + rounds } });
});
process.on('disconnect', () => process.exit(0));
