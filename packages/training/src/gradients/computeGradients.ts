import { withEarlyRelease } from '@crossmodal/layers';
import { scalar, tidy, variableGrads, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';

/** What {@link computeGradients} gives back. */
export interface LossAndGradients {
  /** Scalar float32. */
  readonly loss: Scalar;
  /** By path; parameters that the loss does not depend on have none. */
  readonly gradients: Map<string, Tensor>;
}

/**
 * Computes a loss and its gradient with respect to every trainable parameter. What the forward pass kept is freed as the backward pass goes over it.
 *
 * @param loss - computes the loss from the parameters; its intermediate tensors are disposed
 * @param parameters - by path, as `namedParameters` gives them; those with `trainable = false` are left out
 * @returns new tensors, the caller disposes all of them
 * @throws RangeError when every parameter is frozen, or the loss is not a scalar
 * @throws Error when the loss depends on none of the parameters
 * @throws whatever `loss` throws
 */
export function computeGradients(loss: () => Scalar, parameters: ReadonlyMap<string, Variable>): LossAndGradients {
  const trainable = [...parameters].filter(([, { trainable }]) => trainable);
  if (trainable.length === 0) {
    throw new RangeError(
      `computeGradients: at least one parameter must be trainable, got ${parameters.size} frozen ones. Unfreeze some.`,
    );
  }
  const { value, grads } = differentiate(
    loss,
    trainable.map(([, variable]) => variable),
  );
  const gradients = new Map<string, Tensor>();
  for (const [path, { name }] of trainable) {
    const gradient = grads[name];
    if (gradient) gradients.set(path, gradient);
  }
  return { loss: value, gradients };
}

function differentiate(loss: () => Scalar, variables: Variable[]): ReturnType<typeof variableGrads> {
  let failure: { readonly error: unknown } | undefined;
  const guarded = (): Scalar => {
    try {
      return checkScalar(loss());
    } catch (error) {
      // Thrown past the tape, it would leave behind what forward ops had saved for their gradients.
      failure = { error };
      return scalar(0);
    }
  };
  try {
    return tidy(() => variableGrads(withEarlyRelease(guarded), variables));
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

function checkScalar(loss: Scalar): Scalar {
  // A mistake that types do not catch when the loss came through an untyped op.
  if (loss.shape.length !== 0) {
    throw new RangeError(`computeGradients: the loss must be a scalar, got shape [${loss.shape.join(', ')}].`);
  }
  return loss;
}
