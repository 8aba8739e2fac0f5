import { FetchFailure } from './FetchFailure.js';

/**
 * Where a redirect leads.
 *
 * @param from - where it was found
 * @param location - may be relative
 * @param allowDowngrade - whether it may lead from https to http
 * @throws {@link FetchFailure} when it leads nowhere, or where nobody should follow
 */
export function followRedirect(from: URL, location: string, allowDowngrade: boolean): URL {
  if (!URL.canParse(location, from.href)) throw new FetchFailure('unsupported address', 'a redirect leads to none');
  const to = new URL(location, from);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') {
    throw new FetchFailure('unsupported address', `a redirect leads to ${to.protocol}`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:' && !allowDowngrade) {
    throw new FetchFailure('insecure redirect', `from https to ${to.origin}`);
  }
  return to;
}
