import { type TensorflowDevice, tensorflowSetupFolder } from '@crossmodal/backends';
import { libraryFolder } from './fetchLibrary.js';
import { installArguments, nodePackageName } from './findNodePackage.js';
import { type LibraryChoice } from './LibraryChoice.js';
import { type SetupMachine } from './SetupMachine.js';

/** What {@link setupTensorflow} will do, for people: what is downloaded or compiled, where to, under which licence. */
export function describeSetup(device: TensorflowDevice, library: LibraryChoice, machine: SetupMachine): string {
  const name = nodePackageName(device);
  const folder = tensorflowSetupFolder(device, machine.env);
  const steps = [
    machine.findPackage(name)
      ? `use ${name} as it is installed`
      : `run "npm ${installArguments(name).join(' ')}" in ${machine.project}; none of its scripts run`,
    describeLibrary(library, folder),
    `compile the two C++ files of ${name} into ${folder} (about 100 kB)`,
    `let the result compute a product and a gradient in a process of its own${device === 'gpu' ? ', on the GPU' : ''}`,
  ];
  return [
    `This sets up native TensorFlow for the ${device === 'gpu' ? 'GPU' : 'CPU'}. It will`,
    ...steps.map((step, i) => `  ${i + 1}. ${step}`),
    'TensorFlow and its npm package are under the Apache License 2.0. To undo it, remove the folder.',
  ].join('\n');
}

function describeLibrary(library: LibraryChoice, folder: string): string {
  switch (library.from) {
    case 'python':
      return `use the TensorFlow that is installed in Python ("${library.python}")`;
    case 'folder':
      return `use the C library in ${library.folder}`;
    case 'download':
      return [
        `download TensorFlow's C library ${library.archive.version} (some hundred megabytes; the size is shown when it begins)`,
        `     from    ${library.archive.url}`,
        `     to      ${libraryFolder(folder, library.archive)}`,
        `     SHA-256 ${library.archive.sha256}, nothing else is accepted`,
      ].join('\n');
  }
}
