import type { BackendSpeeds } from '@crossmodal/backends';

/** The measurements by which `auto` chooses, as a table in lines. */
export function describeSpeeds(measured: BackendSpeeds | undefined): string[] {
  if (!measured) return ['nothing is measured here: auto goes by a fixed order', ''];
  const rows = measured.speeds.map(
    ({ backend, matMulGflops, stepMs }) =>
      `  ${backend.padEnd(15)} ${stepMs.toFixed(2).padStart(8)} ms ${matMulGflops.toFixed(1).padStart(9)}`,
  );
  const day = measured.measuredAt.slice(0, 10);
  const whyNot = measured.notKept === undefined ? [] : [measured.notKept];
  return [`measured on ${day}   attention   matmul GFLOP/s   (doctor --measure: again)`, ...rows, ...whyNot, ''];
}
