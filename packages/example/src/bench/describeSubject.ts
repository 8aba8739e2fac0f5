/** A subject as people read it: a backend by its name, and ours in words. */
export function describeSubject(subject: string): string {
  return subject === 'onnx-graph' ? 'one ONNX graph' : subject;
}
