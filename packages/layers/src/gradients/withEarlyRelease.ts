import { clone, dispose, engine, type Tensor } from '@tensorflow/tfjs-core';

type EngineState = ReturnType<typeof engine>['state'];
type TapeNode = EngineState['activeTape'][number];
type Gradient = NonNullable<TapeNode['gradient']>;

/**
 * Makes a function free memory while it is differentiated: what its forward pass saved goes as soon as the backward pass has gone over it, and so does the
 * gradient of each operation. TensorFlow.js keeps all of both until the backward pass ends.
 *
 * Values and gradients are the same. Inside of another differentiation, which goes over the same record again, nothing is freed early.
 *
 * @param f - what is differentiated; operations with a gradient of their own must not hand a tensor that their backward pass has made to that of another one
 * @returns the function to give to `variableGrads`, `grads` and the like of TensorFlow.js in its place
 *
 * @example
 * const { value, grads } = variableGrads(withEarlyRelease(() => lossOf(batch)), variables);
 */
export function withEarlyRelease<T extends Tensor>(f: () => T): () => T {
  return () => {
    const value = f();
    const { activeTape, gradientDepth } = engine().state;
    if (gradientDepth === 1) releaseAsWalked(activeTape);
    return value;
  };
}

/** The pass goes from the last node to the first, so that a node's turn ends the use of everything after it. */
function releaseAsWalked(tape: readonly TapeNode[]): void {
  const walk = new BackwardWalk(tape);
  for (const [index, node] of tape.entries()) {
    const { gradient } = node;
    if (gradient) node.gradient = (dys) => walk.visit(index, gradient, dys);
  }
}

/** One backward pass over a tape. */
class BackwardWalk {
  readonly #tape: readonly TapeNode[];
  /** Ids of the tensors whose gradient has begun to be summed. */
  readonly #begun = new Set<number>();
  /** Nodes from here on are over. */
  #end: number;
  /** Of no use after the node at which the pass stands. */
  #spent = new Set<Tensor>();

  constructor(tape: readonly TapeNode[]) {
    this.#tape = tape;
    this.#end = tape.length;
  }

  visit(index: number, gradient: Gradient, dys: Tensor[]): ReturnType<Gradient> {
    this.#free(index);
    const node = this.#tape[index];
    const { track } = engine().state.activeScope;
    const before = track.length;
    const gradients = gradient(dys);
    // An output on which the value does not depend has none, against the type.
    const received = (dys as readonly (Tensor | null)[]).filter((dy) => dy !== null);
    // A gradient by hand has been computed for every input by now, also for those that nobody asks for.
    const spent = new Set([...received, ...track.slice(before)]);
    const taken = new Set([...received, ...(node?.saved ?? [])]);
    this.#spent = spent;
    const give = (name: string, dx: Tensor): Tensor => {
      // One tensor in two places would be freed for the first of them.
      const own = taken.has(dx) ? clone(dx) : dx;
      taken.add(own);
      const id = node?.inputs[name]?.id ?? -1;
      // The first begins the sum; TensorFlow.js adds the others to it and forgets them.
      if (this.#begun.has(id)) spent.add(own);
      else spent.delete(own);
      this.#begun.add(id);
      return own;
    };
    return Object.fromEntries(Object.entries(gradients).map(([name, compute]) => [name, () => give(name, compute())]));
  }

  /** Frees what the pass has gone over before it comes to a node. */
  #free(index: number): void {
    const { id } = engine().state.activeScope;
    // What came from elsewhere is not ours to free.
    dispose([...this.#spent].filter((tensor) => tensor.scopeId === id && !tensor.kept));
    while (this.#end > index + 1) dispose(this.#tape[--this.#end]?.saved ?? []);
  }
}
