import { z } from 'zod';
import { jobPhases } from './JobClock.js';

const positive = z.number().positive();

/** How long one computation took. */
const measuredSchema = z.strictObject({
  /** One of `benchNames`, or `main-job`. */
  measurement: z.string(),
  /** A backend, `onnx-graph`, or `no backend`. */
  subject: z.string(),
  device: z.string(),
  /** What one computation is. */
  work: z.string(),
  /** Of one computation, in each round: the mean of the round. */
  milliseconds: z.array(positive).min(1),
  /** How many there were in each round; for `matmul` measurements, of many products each. */
  computations: z.array(z.int().positive()).min(1),
  median: positive,
  lowerQuartile: positive,
  upperQuartile: positive,
  /** By unit, of the median. */
  rates: z.record(z.string(), positive),
  /** Most memory of the process. */
  peakBytes: z.int().positive(),
  /** Parts of a main job. */
  seconds: z.record(z.enum(jobPhases), z.number().min(0)).optional(),
});

/** Why there are no times. */
const notMeasuredSchema = z.strictObject({
  measurement: z.string(),
  subject: z.string(),
  notMeasured: z.string().min(1),
});

/** What `crossmodal bench --json` writes. */
export const benchReportSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** ISO 8601. */
  startedAt: z.iso.datetime(),
  /** True when it was stopped before everything was measured. */
  stopped: z.boolean(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().positive(),
    /** That this process may use. */
    availableCores: z.int().positive(),
    memoryGigabytes: positive,
    os: z.string(),
    node: z.string(),
    /** Processes that wanted to run in the minute before, on average; 0 on Windows. */
    load: z.number().min(0),
  }),
  /** By package. */
  versions: z.record(z.string(), z.string()),
  options: z.strictObject({
    backends: z.array(z.string()),
    only: z.array(z.string()),
    rounds: z.int().positive(),
    quick: z.boolean(),
    limitSeconds: positive,
    threads: z.int().positive().nullable(),
    data: z.string().nullable(),
    mainJobEpochs: z.int().positive().nullable(),
  }),
  /** Backends that do not run here or were not asked for, and why. */
  backendsLeftOut: z.array(z.strictObject({ backend: z.string(), reason: z.string() })),
  results: z.array(z.union([measuredSchema, notMeasuredSchema])),
});

export type BenchReport = z.output<typeof benchReportSchema>;
export type BenchMeasured = z.output<typeof measuredSchema>;

export type BenchResult = BenchMeasured | z.output<typeof notMeasuredSchema>;
