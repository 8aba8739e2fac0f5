/** Preloaded with `--import`: the process writes how much memory it had at most, in bytes, into the file that `PEAK_MEMORY_FILE` names. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS * 1024));
});
