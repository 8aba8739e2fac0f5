import { activateBackend, isRegistered } from './activateBackend.js';
import { type BackendAdapter } from './BackendAdapter.js';
import { type BackendHost } from './BackendHost.js';
import { BackendUnavailableError, type BackendUnavailableDetails } from './BackendUnavailableError.js';
import { quietFirstUse } from './quietFirstUse.js';

const packageName = '@crossmodal/tfjs-backend-onnxruntime';
const INSTALL = `npm install ${packageName}`;

/** What is used of {@link packageName}. */
interface OnnxRuntimeModule {
  readonly onnxRuntimeVersion: string;
  registerOnnxRuntimeBackend(): void;
}

/** ONNX Runtime's native code on the CPU, through `@crossmodal/tfjs-backend-onnxruntime`. */
export const onnxruntimeAdapter: BackendAdapter = {
  name: 'onnxruntime',

  async probe(host) {
    const found = await tryInChild(host);
    if ('missing' in found) return { backend: 'onnxruntime', available: false, ...found };
    return { backend: 'onnxruntime', available: true, device: deviceName(found), isGpu: false, isSoftware: false };
  },

  async start(host) {
    if (!host.runsInNode) throw new BackendUnavailableError('onnxruntime', NOT_NODE);
    let version: string;
    try {
      const module = (await host.importModule(packageName)) as OnnxRuntimeModule; // the package's declaration says the same
      module.registerOnnxRuntimeBackend();
      version = module.onnxRuntimeVersion;
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }; // an Error of either
      throw new BackendUnavailableError('onnxruntime', { ...explain(code, String(message)), cause });
    }
    if (!isRegistered('onnxruntime')) {
      throw new BackendUnavailableError('onnxruntime', {
        missing: `one copy of @tensorflow/tfjs-core, and ${packageName} brought its own`,
        command: 'npm dedupe @tensorflow/tfjs-core',
      });
    }
    await activateBackend('onnxruntime');
    quietFirstUse();
    return { device: deviceName({ version }), version, isGpu: false, isSoftware: false, notes: [] };
  },
};

const NOT_NODE: BackendUnavailableDetails = {
  missing: 'Node.js: it is native code',
  command: "startBackend('webgpu')",
};

/** Loads the native code in a child process first, and multiplies with it: processors without some instruction end the process. */
async function tryInChild(host: BackendHost): Promise<{ readonly version: string } | BackendUnavailableDetails> {
  if (!host.runsInNode) return NOT_NODE;
  const report = await host.runInChild(`
    const { onnxRuntimeVersion, registerOnnxRuntimeBackend } = await import('${packageName}');
    const { matMul, ones, setBackend } = await import('@tensorflow/tfjs-core');
    registerOnnxRuntimeBackend();
    await setBackend('onnxruntime');
    const [first] = await matMul(ones([128, 128]), ones([128, 128])).data();
    if (first !== 128) throw new Error('a product of matrices came out as ' + first + ' instead of 128');
    return { version: onnxRuntimeVersion };`);
  switch (report.outcome) {
    case 'reported':
      return report.value as { version: string }; // made by the script above
    case 'threw':
      return explain(report.code, report.message);
    case 'crashed':
      return {
        missing: `a processor that ONNX Runtime runs on (the trial ended with ${report.message})`,
        command: "startBackend('wasm')",
      };
    case 'not-possible':
      return { missing: 'child processes, to try native code in', command: "startBackend('onnxruntime')" };
  }
}

/** The backend's own errors name the command that helps. */
function explain(code: string | undefined, message: string): BackendUnavailableDetails {
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (absent && message.includes(`'${packageName}'`)) {
    return { missing: `the npm package '${packageName}', which is not installed`, command: INSTALL };
  }
  const [firstLine = ''] = message.split('\n');
  const command = /Run (npm install \S+)/.exec(message)?.[1] ?? INSTALL;
  return { missing: `an ONNX Runtime that loads here (it said: ${firstLine})`, command };
}

function deviceName({ version }: { readonly version: string }): string {
  return `CPU (ONNX Runtime ${version})`;
}
