import { type BackendName } from './BackendName.js';

/** A backend that `'auto'` passes over. */
export interface PassedOver {
  readonly backend: BackendName;
  /** In a line that names the backend; and what would help, where something would. */
  readonly why: string;
}
