/**
 * One run of training in a process of its own, as `crossmodal train` does it; prints one line of JSON: seconds by phase, and what the model answers right on the
 * test rows.
 *
 * Usage: node bench/jobs/job.mjs <milliseconds since 1970 at which the process was asked for> <settings as JSON>
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const beganAt = Date.now();
const [spawnedAt, settings] = process.argv.slice(2);
const { train } = await import('@crossmodal/example');
const importedAt = Date.now();

/** When each phase of the run began, in milliseconds since 1970. */
const began = {};
const steps = [];
const epochs = [];
const notice = {
  message() {},
  phase({ phase }, now) {
    began[phase] = now;
  },
  progress({ task }, now) {
    if (task === 'training') steps.push(now);
  },
  epoch(_, now) {
    epochs.push({ at: now, stepsBefore: steps.length });
  },
};
const { metrics, path, data } = await train(JSON.parse(settings), {
  onEvent: (event) => notice[event.type](event, Date.now()),
});
const endedAt = Date.now();

// Between the steps of an epoch lies nothing else; between the last one and the epoch's end, its validation; after that, saving.
const firstOfEpoch = new Set([0, ...epochs.map(({ stepsBefore }) => stepsBefore)]);
const between = steps.flatMap((at, i) => (firstOfEpoch.has(i) ? [] : [at - steps[i - 1]]));
const median = between.sort((a, b) => a - b)[between.length >> 1];
const validating = epochs.map(({ at, stepsBefore }) => at - steps[stepsBefore - 1]);
const saving = epochs.map(({ at, stepsBefore }) =>
  stepsBefore < steps.length ? Math.max(0, steps[stepsBefore] - at - median) : began.finish - at,
);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const firstStep = steps[0] - began.encode;
const milliseconds = {
  start: beganAt - Number(spawnedAt),
  imports: importedAt - beganAt,
  backend: began.data - importedAt,
  data: began.model - began.data,
  model: began.encode - began.model,
  firstStep,
  steps: began.finish - began.encode - firstStep - sum(validating) - sum(saving),
  validation: sum(validating),
  saving: sum(saving),
  finish: endedAt - began.finish,
};
console.log(
  JSON.stringify({
    environment: JSON.parse(readFileSync(join(path, 'environment.json'), 'utf8')),
    run: path,
    rows: data.splits,
    wallSeconds: (endedAt - Number(spawnedAt)) / 1000,
    seconds: Object.fromEntries(Object.entries(milliseconds).map(([name, value]) => [name, value / 1000])),
    steps: steps.length,
    medianStepSeconds: median / 1000,
    accuracy: metrics.test.accuracy,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
process.exit(0);
