import { describe, expect, it } from 'vitest';
import { assertFileName } from './assertFileName.js';

describe('assertFileName', () => {
  it.each(['config.json', 'text-encoder/model.safetensors', '.hidden', 'a/b/c', 'con-fig', 'a b'])(
    'takes %s',
    (name) => {
      expect(() => assertFileName(name, 'test')).not.toThrow();
    },
  );

  it.each<[string, string]>([
    ['', 'an empty part'],
    ['/etc/passwd', 'an empty part'],
    ['a//b', 'an empty part'],
    ['a/', 'an empty part'],
    ['..', 'the part ".."'],
    ['a/../../b', 'the part ".."'],
    ['./a', 'the part "."'],
    ['..\\a', 'a character outside portable ASCII'],
    ['C:a', 'a character outside portable ASCII'],
    ['\\\\host\\share', 'a character outside portable ASCII'],
    ['a\u0000', 'a character outside portable ASCII'],
    ['a\u2215b', 'a character outside portable ASCII'],
    ['caf\u00e9', 'a character outside portable ASCII'],
    ['a.', 'a dot or space at the end of a part'],
    ['a /b', 'a dot or space at the end of a part'],
    ['NUL', 'a device name of Windows'],
    ['x/com1.txt', 'a device name of Windows'],
    ['x'.repeat(256), 'a part longer than 255 characters'],
  ])('refuses %j', (name, reason) => {
    const check = () => assertFileName(name, 'writeFolder');
    expect(check).toThrow(RangeError);
    expect(check).toThrow(
      `writeFolder: a file name must be relative and portable, got ${JSON.stringify(name.slice(0, 80))} (${reason}).`,
    );
  });
});
