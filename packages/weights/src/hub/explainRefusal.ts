import { HubError, type HubErrorCode } from './HubError.js';

/** What the hub's own codes mean. */
const hubCodes: Readonly<Record<string, readonly [HubErrorCode, string]>> = {
  GatedRepo: [
    'gated',
    'the authors want to be asked first. Accept their terms on the page of the model, then set HF_TOKEN',
  ],
  RevisionNotFound: ['not-found', 'the model has no such revision. Check the name after "@"'],
  EntryNotFound: ['not-found', 'the model has no such file'],
};

/** Statuses that mean the same with and without a token. */
const statuses: Readonly<Record<number, readonly [HubErrorCode, string]>> = {
  403: ['unauthorized', 'the token may not read this model. Check its permissions'],
  404: ['not-found', 'there is no such model, or it is private. Check the name; for a private model set HF_TOKEN'],
};

/**
 * Says what an answer without content means.
 *
 * @param response - any but 2xx
 * @param where - the URL without its query, which may hold secrets
 * @param hasToken - whether a token is known; the hub does not tell a wrong one from a missing model
 */
export function explainRefusal({ status, headers }: Response, where: string, hasToken: boolean): HubError {
  const [code, advice] = hubCodes[headers.get('x-error-code') ?? ''] ??
    (status === 401 && hasToken
      ? ['unauthorized', 'the token is not accepted, or there is no such model. Check HF_TOKEN and the name']
      : statuses[status === 401 ? 404 : status]) ?? ['network', 'the server must answer. Try again later'];
  return new HubError(code, `${where}: ${advice} (status ${status}).`);
}
