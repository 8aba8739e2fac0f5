import { isIP, type LookupFunction } from 'node:net';
import { FetchFailure } from './FetchFailure.js';

/**
 * Resolves names to allowed addresses only. It is asked at each connection, so that a name cannot be one address when it
 * is checked and another when it is used.
 *
 * @param lookup - resolves a name
 * @param isAllowed - asked of each address that it gives
 */
export function guardLookup(lookup: LookupFunction, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const every = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const allowed = every.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) callback(new FetchFailure('private address', `${hostname} is in a private network`), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
