import { createInterface } from 'node:readline';

/**
 * The inner end of `startSide`: answers each line of JSON on standard input with one on standard output, and ends the process when the input ends.
 *
 * @param {(task: any) => Promise<unknown>} answer - a failure ends the process with its message
 */
export async function answerTasks(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  }
  // Thread pools of runtimes would keep it alive.
  process.exit(0);
}
