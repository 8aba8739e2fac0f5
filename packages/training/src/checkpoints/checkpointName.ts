/** What the name of a checkpoint folder says. */
export interface CheckpointName {
  /** Updates before it was saved. */
  readonly step: number;
  /** 1, unless a folder of that step was there already. */
  readonly attempt: number;
}

/** `step-000300`, or `step-000300-2` for a second one. */
export function checkpointName({ step, attempt }: CheckpointName): string {
  return `step-${String(step).padStart(6, '0')}${attempt === 1 ? '' : `-${attempt}`}`;
}

/** The opposite of {@link checkpointName}; `undefined` for any other name. */
export function parseCheckpointName(name: string): CheckpointName | undefined {
  const parts = /^step-(\d{6,})(?:-(\d+))?$/.exec(name);
  return parts ? { step: Number(parts[1]), attempt: Number(parts[2] ?? 1) } : undefined;
}

/** Sorts older checkpoints first. */
export function compareCheckpointNames(a: CheckpointName, b: CheckpointName): number {
  return a.step - b.step || a.attempt - b.attempt;
}
