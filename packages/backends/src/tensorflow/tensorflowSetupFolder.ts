import { type TensorflowDevice } from './TensorflowSetup.js';

/**
 * The folder in which `crossmodal setup tensorflow` leaves its result: outside of `node_modules`, so that `npm ci` does not remove it.
 *
 * `CROSSMODAL_TENSORFLOW_DIR` names it as it is; without, it is `crossmodal/tensorflow/<platform>-<arch>-<device>` in `XDG_CACHE_HOME` or `~/.cache`.
 *
 * @param device - the build for processors or for graphics processors
 * @param env - default `process.env`
 */
export function tensorflowSetupFolder(
  device: TensorflowDevice,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { homedir } = process.getBuiltinModule('node:os');
  const path = process.getBuiltinModule('node:path');
  if (env.CROSSMODAL_TENSORFLOW_DIR) return path.resolve(env.CROSSMODAL_TENSORFLOW_DIR);
  const cache = env.XDG_CACHE_HOME ? path.resolve(env.XDG_CACHE_HOME) : path.join(homedir(), '.cache');
  return path.join(cache, 'crossmodal', 'tensorflow', `${process.platform}-${process.arch}-${device}`);
}
