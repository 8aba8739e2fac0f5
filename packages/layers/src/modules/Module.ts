import {
  dispose,
  type Rank,
  tidy,
  variable,
  type Tensor,
  type TensorContainer,
  type Variable,
} from '@tensorflow/tfjs-core';
// Beside the type, this import registers the gradients of TensorFlow.js, which its core alone does not do in Node.
import '@tensorflow/tfjs-layers';
import { type layers } from '@tensorflow/tfjs-layers';

/** What one call passes down to every module. */
export interface CallContext {
  /** Seed of this step's dropout; needed only in training mode by modules whose dropout rate is above 0. */
  readonly seed?: number | undefined;
}

/** A weight of an adopted layer: what this file needs of TensorFlow.js's `LayerVariable`. */
interface LeafWeight {
  readonly originalName: string;
  trainable: boolean;
  dispose(): void;
  /** Declared as a tensor there; it is the variable itself. */
  read(): Variable;
}

interface Parameter {
  readonly value: Variable;
  /** Set for weights of adopted layers, whose own flag must follow. */
  readonly leafWeight?: LeafWeight;
}

/**
 * A part of a model: parameters and children under dotted paths, which are the names in a Hugging Face checkpoint.
 *
 * A subclass registers what it owns in its constructor with `parameter`, `child` and `leaf`, and has a typed `call` whose body
 * runs in `run`. New modules are in evaluation mode.
 */
export abstract class Module {
  #training = false;
  #disposed = false;
  readonly #parameters = new Map<string, Parameter>();
  readonly #children = new Map<string, Module>();

  /** Whether dropout is active. */
  get training(): boolean {
    return this.#training;
  }

  /**
   * Switches this module and everything in it to training mode.
   *
   * @param mode - false for evaluation mode; default true
   */
  train(mode = true): this {
    this.#assertUsable('train');
    this.#training = mode;
    for (const child of this.#children.values()) child.train(mode);
    return this;
  }

  /** Switches this module and everything in it to evaluation mode. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Every parameter of this module and its children by dotted path, in order of registration. The variables stay the module's.
   *
   * @param prefix - put before each path, with a dot; default none
   */
  namedParameters(prefix = ''): Map<string, Variable> {
    const found = new Map<string, Variable>();
    for (const [path, { value }] of this.#allParameters(prefix)) found.set(path, value);
    return found;
  }

  /**
   * This module and every module in it by dotted path, parents first. They stay this module's.
   *
   * @param prefix - the path of this module; default the empty one
   */
  namedModules(prefix = ''): Map<string, Module> {
    this.#assertUsable('namedModules');
    const found = new Map<string, Module>([[prefix, this]]);
    const start = prefix === '' ? '' : `${prefix}.`;
    for (const [name, child] of this.#children) {
      for (const [path, module] of child.namedModules(start + name)) found.set(path, module);
    }
    return found;
  }

  /**
   * Excludes parameters from training.
   *
   * @param which - a pattern or a claim about paths, as `namedParameters` gives them; default: all
   */
  freeze(which?: RegExp | ((path: string) => boolean)): this {
    return this.#setTrainable(false, which);
  }

  /**
   * Includes parameters in training again.
   *
   * @param which - a pattern or a claim about paths, as `namedParameters` gives them; default: all
   */
  unfreeze(which?: RegExp | ((path: string) => boolean)): this {
    return this.#setTrainable(true, which);
  }

  /** Frees every parameter of this module and its children. Later use is an error; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // Weight by weight: the dispose method of a layer throws unless its apply method was used.
    for (const { value, leafWeight } of this.#parameters.values()) (leafWeight ?? value).dispose();
    for (const child of this.#children.values()) child.dispose();
  }

  /**
   * Registers a parameter.
   *
   * @param name - its path below this module; dots are allowed
   * @param initial - its first value; the module takes it over and disposes it
   * @throws Error when the name is taken
   */
  protected parameter<R extends Rank>(name: string, initial: Tensor<R>): Variable<R> {
    this.#assertFree(name);
    const value = variable(initial);
    dispose(initial);
    this.#parameters.set(name, { value });
    return value;
  }

  /**
   * Registers a module inside this one, which takes over its disposal.
   *
   * @param name - its path below this module, such as `'encoder.layer.0'`
   * @throws Error when the name is taken
   */
  protected child<M extends Module>(name: string, module: M): M {
    this.#assertFree(name);
    this.#children.set(name, module);
    return module;
  }

  /**
   * Takes a child out again and disposes it.
   *
   * @param name - as it was registered
   * @throws RangeError when there is no such child
   */
  protected removeChild(name: string): void {
    const found = this.#children.get(name);
    if (!found) throw new RangeError(`${this.constructor.name}: removeChild needs a registered child, got "${name}".`);
    this.#children.delete(name);
    found.dispose();
  }

  /**
   * Registers a layer of TensorFlow.js: its weights become parameters `name.weightName`, and this module disposes it.
   *
   * @param name - the layer's path below this module
   * @param layer - a built layer without layers inside
   * @throws Error when the layer is not built, has no weights or a name is taken
   */
  protected leaf<L extends layers.Layer>(name: string, layer: L): L {
    if (!layer.built || layer.weights.length === 0) {
      throw new Error(
        `${this.constructor.name}: leaf "${name}" must be a built layer with weights, got ${layer.weights.length} weights. ` +
          'Call its build method with the input shapes first.',
      );
    }
    this.#assertFree(name);
    const found = (layer.weights as unknown as readonly LeafWeight[]).map((leafWeight): [string, Parameter] => {
      // Layers that were built by apply() carry their own name as a scope.
      const path = `${name}.${leafWeight.originalName.split('/').at(-1) ?? ''}`;
      this.#assertFree(path);
      return [path, { value: leafWeight.read(), leafWeight }];
    });
    for (const [path, parameter] of found) this.#parameters.set(path, parameter);
    return layer;
  }

  /**
   * Runs the body of a `call`: checks that the module is usable, and disposes what the body leaves over.
   *
   * @param body - returns the tensors that outlive the call
   */
  protected run<T extends TensorContainer>(body: () => T): T {
    this.#assertUsable('call');
    return tidy(body);
  }

  #assertUsable(action: string): void {
    if (this.#disposed) {
      throw new Error(
        `${this.constructor.name}: ${action} needs a live module, got a disposed one. Create or load it again.`,
      );
    }
  }

  #assertFree(name: string): void {
    this.#assertUsable('registration');
    if (name === '')
      throw new RangeError(`${this.constructor.name}: the name of a parameter or child must not be empty.`);
    if (this.#parameters.has(name) || this.#children.has(name)) {
      throw new Error(`${this.constructor.name}: each name must be registered once, got "${name}" again.`);
    }
  }

  #allParameters(prefix: string): Map<string, Parameter> {
    this.#assertUsable('namedParameters');
    const found = new Map<string, Parameter>();
    const start = prefix === '' ? '' : `${prefix}.`;
    const record = (path: string, parameter: Parameter): void => {
      if (found.has(path))
        throw new Error(`${this.constructor.name}: each path must be registered once, got "${path}" again.`);
      found.set(path, parameter);
    };
    for (const [name, parameter] of this.#parameters) record(start + name, parameter);
    for (const [name, child] of this.#children) {
      for (const [path, parameter] of child.#allParameters(start + name)) record(path, parameter);
    }
    return found;
  }

  #setTrainable(trainable: boolean, which: RegExp | ((path: string) => boolean) | undefined): this {
    // Searched, because the test method of a global expression remembers where it stopped.
    const isMeant = which instanceof RegExp ? (path: string) => path.search(which) !== -1 : which;
    for (const [path, { value, leafWeight }] of this.#allParameters('')) {
      if (isMeant && !isMeant(path)) continue;
      value.trainable = trainable;
      if (leafWeight) leafWeight.trainable = trainable;
    }
    return this;
  }
}
