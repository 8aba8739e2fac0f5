import { describe, expect, it } from 'vitest';
import { displayText } from './displayText.js';

describe('displayText', () => {
  it('keeps ordinary text of any script', () => {
    const text = 'Größe 中文 עברית 👩‍👩‍👧 – “fine”';
    expect(displayText(text, 100)).toBe(text);
  });

  it('shows control characters instead of sending them', () => {
    expect(displayText('\u001b[31mred\u0000\u007f\u009b', 100)).toBe('␛[31mred␀␡\uFFFD');
    expect(displayText('a\tb\nc\r\nd', 100)).toBe('a b c  d');
  });

  it('lets no text turn the direction of the page', () => {
    expect(displayText('\u202etxet\u202c \u2067a\u2069 \u200eb', 100)).toBe('txet a \u200eb');
  });

  it('replaces what XML cannot hold', () => {
    expect(displayText('a\ud800b\udfffc\uffff\ufffe\u{1ffff}', 100)).toBe('a\uFFFDb\uFFFDc\uFFFD\uFFFD\uFFFD');
  });

  it('cuts long text, never through a character', () => {
    expect(displayText('abcdef', 4)).toBe('abc…');
    expect(displayText('abcd', 4)).toBe('abcd');
    expect(displayText('ab👍cd', 4)).toBe('ab…');
    expect(displayText('ab   def', 5)).toBe('ab…');
    expect(displayText('x'.repeat(1e7), 10)).toHaveLength(10);
  });
});
