import { assertTensorsMatch } from '@crossmodal/weights';
import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { hashVariables } from '../hashes/hashVariables.js';
import { type Optimizer } from '../optimizers/Optimizer.js';
import { CheckpointError } from './CheckpointError.js';
import { type TrainingState } from './trainingState.js';

/**
 * Gives parameters and optimizer the values of a state. What was not trained is not in it and must be there already, bit for bit.
 *
 * @param state - is not changed
 * @param live - all parameters of the model, and the optimizer
 * @param path - of the checkpoint, for messages
 * @throws {@link CheckpointError} when a parameter that was not trained is another one
 * @throws `WeightsError` when the trained parameters or the optimizer's state are not of this model; nothing is changed then
 */
export async function restoreState(
  { parameters: saved, optimizer: moments, frozen }: TrainingState,
  { parameters, optimizer }: { readonly parameters: ReadonlyMap<string, Variable>; readonly optimizer: Optimizer },
  path: string,
): Promise<void> {
  const others = new Map([...parameters].filter(([name]) => !saved.has(name)));
  // What is trained only now was among the frozen ones then, unless there are more than there were.
  const isNew = ({ trainable }: Variable): boolean => trainable && others.size > frozen.count;
  const expected = [...parameters].filter(([name, variable]) => saved.has(name) || isNew(variable));
  const shapes = new Map(expected.map(([name, { shape }]) => [name, shape]));
  assertTensorsMatch(shapes, saved, `trainModel: checkpoint ${path}`);
  if (others.size !== frozen.count || (await hashVariables(others)) !== frozen.sha256) {
    throw new CheckpointError(
      path,
      `the ${frozen.count} parameters that were not trained must be in the model as they were, got ` +
        `${others.size === frozen.count ? 'others: their SHA-256 differs' : others.size}. ` +
        'A checkpoint does not hold them: load the same weights, adapt and freeze them alike, then resume.',
    );
  }
  optimizer.loadState(moments);
  for (const [name, { shape, data }] of saved) tidy(() => parameters.get(name)?.assign(tensor(data, [...shape])));
}
