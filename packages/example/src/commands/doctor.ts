import { findTensorflowSetup, measureBackends, probeBackends, startBackend } from '@crossmodal/backends';
import type { Command } from 'commander';
import type { Terminal } from '../cli/Terminal.js';
import { describeSpeeds } from '../run/describeSpeeds.js';
import { describeEnvironment } from '../run/environment.js';
import { describeSetupState } from '../setup/describeSetupState.js';

/** `crossmodal doctor`: what this machine has, which backends start, and what each missing one needs. */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('say what this machine has, which backends start here, and what the others need')
    .option('--json', 'print one JSON document')
    .option('--measure', 'measure again how fast each backend is here, about two seconds each')
    .action(async (flags: { json?: boolean; measure?: boolean }) => {
      const onMeasure = (name: string): void => terminal.reporter.line(`measuring ${name}, about two seconds`);
      if (flags.measure) await measureBackends({ onMeasure });
      const probes = await probeBackends();
      const nativeTensorflow = { cpu: findTensorflowSetup('cpu'), gpu: findTensorflowSetup('gpu') };
      const started = await startBackend('auto', { onMeasure });
      const environment = describeEnvironment(started);
      const { measured } = started;
      if (flags.json) {
        terminal.print(JSON.stringify({ environment, probes, measured, nativeTensorflow }, null, 2));
        return;
      }
      const { backend } = environment;
      terminal.print(
        [
          `crossmodal ${environment.crossmodal}, Node ${environment.node}, TensorFlow.js ${environment.tfjs}`,
          `${environment.os}, ${environment.cpu}, ${environment.cores} cores, ${environment.memoryGigabytes} GB`,
          '',
          ...probes.map((probe) =>
            probe.available
              ? `  ${probe.backend.padEnd(15)} ready      ${probe.device}${probe.isSoftware ? ' (emulated on the CPU)' : ''}`
              : `  ${probe.backend.padEnd(15)} missing    needs ${probe.missing}\n${' '.repeat(28)}${probe.command}`,
          ),
          '',
          ...describeSpeeds(measured),
          `native TensorFlow for the CPU: ${describeSetupState(nativeTensorflow.cpu)}`,
          `native TensorFlow for the GPU: ${describeSetupState(nativeTensorflow.gpu)}`,
          '',
          `--backend auto takes ${backend.name}: ${backend.device}`,
          'The same seed gives the same run bit for bit on cpu, wasm and onnxruntime; on GPU backends it is within rounding.',
        ].join('\n'),
      );
    });
}
