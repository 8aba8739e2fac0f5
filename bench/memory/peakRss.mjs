import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The most memory that the process has held since `restartPeak`, in bytes; on other systems than Linux since its start.
 */
export function peakRss() {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

/** Starts `peakRss` anew, where the system can; see `clear_refs` in https://www.kernel.org/doc/html/latest/filesystems/proc.html. */
export function restartPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // The peak is then that of the whole process.
  }
}
