/** Why an image could not be fetched, in words that can be counted. */
export type FetchFailureReason =
  /** Neither http nor https, or no address at all. */
  | 'unsupported address'
  /** The address leads into this machine or a private network. */
  | 'private address'
  /** From https a redirect leads to http. */
  | 'insecure redirect'
  /** More redirects than are followed. */
  | 'too many redirects'
  /** Status 404 or 410. */
  | 'not found'
  /** Another status that says no. */
  | 'refused'
  /** Status 429 or 503, or the host asks for a long wait. */
  | 'busy'
  /** Another status of a server in trouble. */
  | 'server error'
  /** No connection: the name, the network, the certificate. */
  | 'unreachable'
  /** Silence for too long, or the whole takes too long. */
  | 'timeout'
  /** The connection ended before the image did. */
  | 'cut short'
  /** More bytes than are wanted. */
  | 'too large'
  /** The bytes are no JPEG, PNG, WebP, GIF, TIFF or AVIF. */
  | 'not an image';

/**
 * What follows from a reason. `passing`: the address is tried again, in this run and the next. `settled`: a later run does not ask.
 * `optional`: it depends on the options, and a later run may have others.
 */
const fates: Readonly<Record<FetchFailureReason, 'passing' | 'settled' | 'optional'>> = {
  'unsupported address': 'optional',
  'private address': 'optional',
  'insecure redirect': 'optional',
  'too many redirects': 'settled',
  'not found': 'settled',
  refused: 'settled',
  'too large': 'settled',
  'not an image': 'settled',
  busy: 'passing',
  'server error': 'passing',
  unreachable: 'passing',
  timeout: 'passing',
  'cut short': 'passing',
};

/** One try to fetch an image that did not give one. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';

  /**
   * @param reason - in words that can be counted
   * @param detail - what was found; no credentials
   * @param waitMs - how long the server wants to be left alone, in milliseconds, if it said so
   */
  constructor(
    readonly reason: FetchFailureReason,
    readonly detail: string,
    readonly waitMs?: number,
    options?: ErrorOptions,
  ) {
    super(`${reason}: ${detail}`, options);
  }

  /** Whether trying again soon may help. */
  get mayPass(): boolean {
    return fates[this.reason] === 'passing';
  }
}

/** Whether a later run has no reason to ask again. */
export function isSettled(reason: FetchFailureReason): boolean {
  return fates[reason] === 'settled';
}

/** Whether a text is the name of a reason. */
export function isFailureReason(text: unknown): text is FetchFailureReason {
  return typeof text === 'string' && Object.hasOwn(fates, text);
}
