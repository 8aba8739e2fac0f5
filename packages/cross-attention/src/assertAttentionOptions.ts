import { assertDivisible } from '@crossmodal/layers';

/** What scales the attended values: nothing, one learned scalar, or the query token itself. */
export type AttentionGate = 'none' | 'tanh' | 'sigmoid';

const gates: readonly AttentionGate[] = ['none', 'tanh', 'sigmoid'];

/** Options of `CrossModalAttention`, defaults filled in. */
interface FilledOptions {
  readonly hiddenSize: number;
  readonly numAttentionHeads: number;
  readonly gate: AttentionGate;
  readonly attentionDropout: number;
}

/** @throws RangeError when a number or the gate is not one of the values that `CrossModalAttentionOptions` describes */
export function assertAttentionOptions(options: FilledOptions): void {
  for (const name of ['hiddenSize', 'numAttentionHeads'] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) {
      throw new RangeError(`CrossModalAttention: ${name} must be a positive integer, got ${String(options[name])}.`);
    }
  }
  const { hiddenSize, numAttentionHeads, gate, attentionDropout } = options;
  assertDivisible(hiddenSize, numAttentionHeads, 'CrossModalAttention: hiddenSize by numAttentionHeads');
  if (!gates.includes(gate)) {
    throw new RangeError(`CrossModalAttention: gate must be one of ${gates.join(', ')}, got ${gate}.`);
  }
  if (!(attentionDropout >= 0 && attentionDropout < 1)) {
    throw new RangeError(`CrossModalAttention: attentionDropout must be in [0, 1), got ${String(attentionDropout)}.`);
  }
}
