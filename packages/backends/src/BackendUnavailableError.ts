import { type BackendName } from './BackendName.js';

/** What stands between the caller and a backend. */
export interface BackendUnavailableDetails {
  /** The missing piece, in words: `"the npm package 'webgpu', which is not installed"`. */
  readonly missing: string;
  /** The exact command, or step, that supplies it. */
  readonly command: string;
  readonly cause?: unknown;
}

/**
 * A backend asked for by name cannot start here.
 *
 * @example
 * try {
 *   await startBackend('webgpu');
 * } catch (error) {
 *   if (error instanceof BackendUnavailableError) error.command; // 'npm install webgpu @tensorflow/tfjs-backend-webgpu'
 * }
 */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
  /** The backend that was asked for. */
  readonly backend: BackendName;
  /** The missing piece, in words. */
  readonly missing: string;
  /** The exact command, or step, that supplies it. */
  readonly command: string;

  constructor(backend: BackendName, details: BackendUnavailableDetails) {
    super(
      `startBackend: backend '${backend}' needs ${details.missing}. To supply it: ${details.command}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.backend = backend;
    this.missing = details.missing;
    this.command = details.command;
  }
}
