import { createHash } from 'node:crypto';
import { isAddress } from '../reading/resolveImagePath.js';

const LONGEST_SHOWN = 160;

/** What a cell of the image column holds. */
export type ImageCell =
  | { readonly kind: 'empty' }
  | { readonly kind: 'path'; readonly path: string }
  | ({ readonly kind: 'address' } & ImageAddress);

/** An address, as written by the row. */
export interface ImageAddress {
  /** The same for the same address, whatever its spelling. */
  readonly key: string;
  /** Undefined when it is none that can be asked. */
  readonly url: URL | undefined;
  /** For people: no user, password or query, which may hold secrets. */
  readonly shown: string;
}

/** Tells an address from a path. */
export function readImageCell(cell: string): ImageCell {
  const text = cell.trim();
  if (text === '') return { kind: 'empty' };
  if (!isAddress(text) && !text.startsWith('//')) return { kind: 'path', path: text };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return { kind: 'address', key: hash(text), url: undefined, shown: `${text.slice(0, text.indexOf(':') + 1)}…` };
  }
  url.hash = '';
  const shown = url.origin + url.pathname;
  return { kind: 'address', key: hash(url.href), url, shown: shown.slice(0, LONGEST_SHOWN) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
