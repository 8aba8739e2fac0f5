/**
 * A first output of models: one number of a type (bfloat16) that `onnxruntime-node` 1.30.0 cannot hand over to JavaScript. Whoever asks for it ends a run when all is computed,
 * and before outputs are copied; see `SessionCache`.
 */
export const endingOutput = { name: 'end', elementType: 16 } as const;

/** Whether a run ended at {@link endingOutput}: with everything computed. */
export function isEnding(message: string): boolean {
  return message.includes(`Tensor type (${endingOutput.elementType}) is not supported`);
}
