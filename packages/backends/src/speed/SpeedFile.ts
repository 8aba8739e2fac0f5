import { type BackendSpeed, type BackendSpeeds } from './BackendSpeed.js';
import { backendNames } from '../BackendName.js';
import { type PassedOver } from '../PassedOver.js';

/** Where measurements are kept. */
export interface SpeedStore {
  /** Those of this machine with these versions; undefined when there are none, or they cannot be read. */
  read(): BackendSpeeds | undefined;
  /** Keeps them, and returns nothing; or returns why that is not possible, and they are taken again next time. */
  write(speeds: BackendSpeeds): string | undefined;
}

/** The file's contents: measurements by the machine and versions that they belong to. */
interface SpeedFileContents {
  readonly version: 1;
  readonly machines: Readonly<Record<string, BackendSpeeds>>;
}

/** Machines that a file remembers: a home directory may be shared by many. */
const mostMachines = 20;

/**
 * Measurements in one JSON file.
 *
 * It is replaced as a whole, so that processes that start together may all write it. A damaged file counts as none.
 */
export class SpeedFile implements SpeedStore {
  readonly #path: string;
  readonly #machine: string;

  /**
   * @param path - of the file; its folder is made when needed
   * @param machine - names this machine with its versions
   */
  constructor(path: string, machine: string) {
    this.#path = path;
    this.#machine = machine;
  }

  read(): BackendSpeeds | undefined {
    const speeds = this.#contents().machines[this.#machine];
    return isSpeeds(speeds) ? speeds : undefined;
  }

  write(speeds: BackendSpeeds): string | undefined {
    const { mkdirSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs');
    const path = process.getBuiltinModule('node:path');
    const others = Object.entries(this.#contents().machines).filter(([machine]) => machine !== this.#machine);
    const machines = Object.fromEntries([...others.slice(1 - mostMachines), [this.#machine, speeds]]);
    const contents: SpeedFileContents = { version: 1, machines };
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      mkdirSync(path.dirname(this.#path), { recursive: true });
      writeFileSync(temporary, JSON.stringify(contents, null, 2));
      renameSync(temporary, this.#path);
      return undefined;
    } catch (error) {
      // A read-only or full disk: the measurement is good for this run.
      const reason = error instanceof Error ? error.message : String(error);
      return `The measurements are not kept and will be taken at each start: ${this.#path} must be writable, got: ${reason}`;
    }
  }

  #contents(): SpeedFileContents {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    try {
      const contents = JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<SpeedFileContents> | null; // looked at below
      if (contents?.version === 1 && contents.machines instanceof Object) {
        return { version: 1, machines: contents.machines };
      }
    } catch {
      // Not there, or damaged.
    }
    return { version: 1, machines: {} };
  }
}

function isSpeeds(value: unknown): value is BackendSpeeds {
  const { measuredAt, speeds, notUsed } = (value ?? {}) as Partial<BackendSpeeds>;
  if (typeof measuredAt !== 'string' || !Array.isArray(speeds) || !Array.isArray(notUsed)) return false;
  return speeds.length > 0 && speeds.every(isSpeed) && notUsed.every(isPassedOver);
}

function isSpeed(value: unknown): value is BackendSpeed {
  const { backend, device, stepMs, matMulGflops } = (value ?? {}) as Partial<BackendSpeed>;
  return (
    isBackend(backend) && typeof device === 'string' && typeof stepMs === 'number' && typeof matMulGflops === 'number'
  );
}

function isPassedOver(value: unknown): value is PassedOver {
  const { backend, why } = (value ?? {}) as Partial<PassedOver>;
  return isBackend(backend) && typeof why === 'string';
}

function isBackend(value: unknown): boolean {
  return backendNames.some((name) => name === value);
}
