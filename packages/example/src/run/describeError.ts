/** What went wrong, and why, in lines a user can act on; the stack only when asked for with `CROSSMODAL_DEBUG`. */
export function describeError(error: unknown, environment: NodeJS.ProcessEnv): string {
  if (!(error instanceof Error)) return String(error);
  if (environment.CROSSMODAL_DEBUG) return error.stack ?? error.message;
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(`  because: ${cause.message}`);
  }
  return [error.message, ...causes].join('\n');
}
