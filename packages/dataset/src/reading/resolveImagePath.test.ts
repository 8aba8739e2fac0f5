import { describe, expect, it } from 'vitest';

import { resolveImagePath } from './resolveImagePath.js';

describe('resolveImagePath', () => {
  it.each([
    ['a.jpg', '/data/set/a.jpg'],
    ['./images/../b.jpg', '/data/set/b.jpg'],
    ['/data/set/images/c.jpg', '/data/set/images/c.jpg'],
    ['..a/b.jpg', '/data/set/..a/b.jpg'],
    ['name with: colon.jpg', '/data/set/name with: colon.jpg'],
    ['dot. ', '/data/set/dot. '],
  ])('finds %s under the folder', (name, path) => {
    expect(resolveImagePath('/data/set', name, false)).toEqual({ path });
  });

  it.each([
    '../a.jpg',
    'images/../../a.jpg',
    '/etc/passwd',
    '/data/set2/a.jpg',
    'C:\\a.jpg',
    'c:/a.jpg',
    '\\\\host\\a.jpg',
    '..',
  ])('refuses %s unless told otherwise', (name) => {
    expect(resolveImagePath('/data/set', name, false)).toEqual({ refused: 'image path leads out of the folder' });
    expect(resolveImagePath('/data/set', name, true)).toHaveProperty('path');
  });

  it.each(['http://host/a.jpg', 'HTTPS://host/a.jpg', 'file:///etc/passwd', 'data:image/png;base64,AAAA', 's3://b/a'])(
    'refuses the URL %s in any case',
    (name) => {
      expect(resolveImagePath('/data/set', name, true)).toEqual({ refused: 'image path is a URL' });
    },
  );

  it('refuses a NUL character in any case', () => {
    expect(resolveImagePath('/data/set', 'a.jpg\0.txt', true)).toEqual({ refused: 'image path holds a NUL character' });
  });
});
