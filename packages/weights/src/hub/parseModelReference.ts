import { assertFileName } from '../folders/assertFileName.js';
import { HubError } from './HubError.js';

/** A model on the hub, and which version of it. */
export interface ModelReference {
  /** `'organization/name'`, or `'name'` alone as for the oldest models. */
  readonly id: string;
  /** Branch, tag or commit; undefined when the text names none. */
  readonly revision: string | undefined;
}

/** As in huggingface_hub 2.4, `validate_repo_id`. */
const idPattern = /^(?:[A-Za-z0-9][\w.-]{0,95}\/)?[A-Za-z0-9][\w.-]{0,95}$/;
/** What Git allows in a name, less what a file system would read otherwise. */
const revisionPattern = /^[\w][\w./-]{0,254}$/;

/**
 * Reads `organization/name[@revision]`.
 *
 * @throws HubError when the text is no such name
 *
 * @example
 * parseModelReference('openai/clip-vit-base-patch32@main'); // { id: 'openai/clip-vit-base-patch32', revision: 'main' }
 */
export function parseModelReference(text: string): ModelReference {
  const at = text.indexOf('@');
  const id = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? undefined : text.slice(at + 1);
  if (!idPattern.test(id) || /--|\.\.|\.git$|[.-](?:\/|$)/.test(id)) {
    throw new HubError(
      'invalid-name',
      `model: a name must be organization/name of letters, digits, ".", "_" and "-", got ${JSON.stringify(id.slice(0, 120))}.`,
    );
  }
  if (revision !== undefined) assertRevision(revision);
  return { id, revision };
}

/** Whether a text is the name of a model, so that the hub may have it. */
export function isModelReference(text: string): boolean {
  try {
    parseModelReference(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks the name of a branch, tag or commit.
 *
 * @throws HubError when it could lead out of the cache
 */
export function assertRevision(revision: string): void {
  if (revisionPattern.test(revision) && !/\.\.|\/\./.test(revision) && isFileName(revision)) return;
  throw new HubError(
    'invalid-name',
    `model: a revision must be the name of a branch, a tag or a commit, got ${JSON.stringify(revision.slice(0, 120))}.`,
  );
}

/** A revision becomes a file below `refs/`. */
function isFileName(name: string): boolean {
  try {
    assertFileName(name, 'model');
    return true;
  } catch {
    return false;
  }
}
