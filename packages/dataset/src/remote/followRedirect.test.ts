import { describe, expect, it } from 'vitest';
import { followRedirect } from './followRedirect.js';

describe('followRedirect', () => {
  const from = new URL('https://user:secret@shop.test/a/b.jpg?x=1');

  it.each([
    ['../c.jpg', 'https://user:secret@shop.test/c.jpg'],
    ['//cdn.test/c.jpg', 'https://cdn.test/c.jpg'],
    ['https://cdn.test/c d.jpg', 'https://cdn.test/c%20d.jpg'],
  ])('goes to %s, and takes credentials to no other host', (location, to) => {
    expect(followRedirect(from, location, false).href).toBe(to);
  });

  it('goes from https to http only when allowed', () => {
    expect(() => followRedirect(from, 'http://shop.test/c.jpg', false)).toThrow(
      'insecure redirect: from https to http://shop.test',
    );
    expect(followRedirect(from, 'http://shop.test/c.jpg', true).href).toBe('http://shop.test/c.jpg');
    expect(followRedirect(new URL('http://a.test'), 'http://b.test', false).href).toBe('http://b.test/');
  });

  it.each([
    ['file:///etc/passwd', 'unsupported address: a redirect leads to file:'],
    ['data:image/png;base64,AA', 'unsupported address: a redirect leads to data:'],
    ['http://[', 'unsupported address: a redirect leads to none'],
  ])('does not follow %s', (location, message) => {
    expect(() => followRedirect(from, location, true)).toThrow(message);
  });
});
