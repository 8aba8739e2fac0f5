import { type DownloadFileOptions } from '@crossmodal/weights';
import { findNodePackage, type NodePackage } from './findNodePackage.js';
import { runProcess, type RunProcess } from './runProcess.js';

/** What {@link setupTensorflow} uses of a machine. */
export interface SetupMachine {
  readonly run: RunProcess;
  /** Folder in which `npm install` runs. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly findPackage: (name: NodePackage['name']) => NodePackage | undefined;
  /** Path of the running Node.js, near which its headers lie. */
  readonly execPath: string;
  readonly now: () => Date;
  /** The network; default that of this machine. */
  readonly transport?: DownloadFileOptions['transport'];
}

/** The machine that this code runs on. */
export function thisMachine(): SetupMachine {
  return {
    run: runProcess,
    project: process.cwd(),
    env: process.env,
    findPackage: (name) => findNodePackage(name),
    execPath: process.execPath,
    now: () => new Date(),
  };
}
