/**
 * One run of training in a process of its own, as `crossmodal train` does it; prints one line of JSON: seconds by phase, and what the model answers right on the
 * test rows.
 *
 * Usage: node bench/jobs/job.mjs <milliseconds since 1970 at which the process was asked for> <settings as JSON>
 */
const beganAt = Date.now();
const [spawnedAt, settings] = process.argv.slice(2);
const { train } = await import('@crossmodal/example');
const importedAt = Date.now();

/** When each phase was over, in milliseconds since 1970. */
const marks = {};
const steps = [];
const epochs = [];
let opening = '';
const notice = {
  message({ text }, now) {
    if (text.startsWith('backend ')) [marks.backend, opening] = [now, text];
    if (text.startsWith('rows read ')) marks.data = now;
    if (text.includes(' parameters, ')) marks.model = now;
    if (text.startsWith('trained for ')) marks.trained = now;
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
  stepsBefore < steps.length ? Math.max(0, steps[stepsBefore] - at - median) : marks.trained - at,
);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const firstStep = steps[0] - marks.model;
const milliseconds = {
  start: beganAt - Number(spawnedAt),
  imports: importedAt - beganAt,
  backend: marks.backend - importedAt,
  data: marks.data - marks.backend,
  model: marks.model - marks.data,
  firstStep,
  steps: marks.trained - marks.model - firstStep - sum(validating) - sum(saving),
  validation: sum(validating),
  saving: sum(saving),
  finish: endedAt - marks.trained,
};
console.log(
  JSON.stringify({
    opening,
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
