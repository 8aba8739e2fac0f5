/** Text that would do something if it were not treated as text. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><style>*{display:none}</style>',
  '<!-- --!> <![CDATA[ ]]> <?xml ?>',
  '{{7*7}} ${7*7} <%= 7*7 %>',
  '=HYPERLINK("http://example.test","x")',
  'javascript:alert(1)',
  '&lt;b&gt; &amp;amp; &#60;script&#62;',
  '\u001b[31mred\u001b[0m \u0007\u0000\u009b31m',
  'lone \ud800 surrogate \udfff, \uffff',
  '\u202etxet desrever',
  'line\u2028separator\u2029paragraph\nnew\ttab',
  'Z\u0351\u036a\u0301'.repeat(50),
  'x'.repeat(1024),
] as const;

/** Whether a control character other than a line feed is left. */
export function hasControls(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' && character !== '\n');
}
