import { type BackendHost, type ChildReport } from '../BackendHost.js';
import { type SpeedStore } from '../speed/SpeedFile.js';
import { type TensorflowSetupState } from '../tensorflow/TensorflowSetup.js';

/** What a stubbed machine has. */
export interface StubMachine {
  readonly runsInNode?: boolean;
  /** Importable packages; anything else is not installed. */
  readonly packages?: Readonly<Record<string, () => unknown>>;
  /** What the child process reports when its script imports a package; default "not installed". */
  readonly children?: Readonly<Record<string, ChildReport>>;
  /** What the setup command left; default nothing. */
  readonly tensorflowSetup?: TensorflowSetupState;
  /** What was measured; default: nothing is measured. */
  readonly speeds?: SpeedStore;
}

/** A machine of our own making, and what was asked of it. */
export function stubHost(
  machine: StubMachine = {},
): BackendHost & { readonly imported: string[]; readonly scripts: string[] } {
  const imported: string[] = [];
  const scripts: string[] = [];
  return {
    imported,
    scripts,
    runsInNode: machine.runsInNode ?? true,
    importModule(specifier) {
      imported.push(specifier);
      const make = machine.packages?.[specifier];
      if (make) return Promise.resolve().then(make);
      return Promise.reject(Object.assign(new Error(notFound(specifier)), { code: 'ERR_MODULE_NOT_FOUND' }));
    },
    speeds: machine.speeds,
    now: () => new Date('2026-01-02T03:04:05Z'),
    findTensorflowSetup: () => machine.tensorflowSetup ?? { state: 'absent', folder: '/nowhere' },
    runInChild(body) {
      scripts.push(body);
      const specifier = /import\('([^']+)'\)/.exec(body)?.[1] ?? '';
      const absent: ChildReport = { outcome: 'threw', code: 'ERR_MODULE_NOT_FOUND', message: notFound(specifier) };
      return Promise.resolve(machine.children?.[specifier] ?? absent);
    },
  };
}

function notFound(specifier: string): string {
  return `Cannot find package '${specifier}' imported from here`;
}
