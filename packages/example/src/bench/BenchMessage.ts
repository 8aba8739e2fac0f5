import type { BenchSubject, BenchWork } from './BenchWork.js';
import type { JobPhase } from './JobClock.js';

/** What a measuring process is told. */
export type BenchRequest =
  | {
      readonly type: 'start';
      readonly work: BenchWork;
      readonly subject: BenchSubject;
      /** Threads of ONNX Runtime; default: its own choice. */
      readonly threads: number | undefined;
      /** Milliseconds since 1970 at which the process was asked for. */
      readonly askedAt: number;
    }
  /** Computes again and again for at least so many milliseconds, and at least once. */
  | { readonly type: 'round'; readonly atLeastMs: number };

/** What is known once everything is loaded. */
export interface BenchReady {
  /** Who computes, in words. */
  readonly device: string;
  /** What is computed, in words: `4 texts of 128 tokens`. */
  readonly work: string;
  /** What one computation gets done, by unit: `texts/s` -> 4. */
  readonly rates: Readonly<Record<string, number>>;
}

/** One round. */
export interface BenchRound {
  /** Of one computation: the mean of the round. */
  readonly milliseconds: number;
  /** Computations of the round. */
  readonly computations: number;
  /** Most memory that the process ever held. */
  readonly peakBytes: number;
  /** Seconds of the parts of a main job. */
  readonly phases?: Readonly<Record<JobPhase, number>> | undefined;
}

/** What a measuring process answers: to `start` with `ready`, to `round` with `round`, to either with `error`. */
export type BenchReply =
  | { readonly type: 'ready'; readonly ready: BenchReady }
  | { readonly type: 'round'; readonly round: BenchRound }
  | { readonly type: 'error'; readonly message: string };
