import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findField, quoteField, unquoteField } from './csvFields.js';

describe('a field of a record', () => {
  it.each([
    ['a,b,c\r\n', 1, 'b'],
    ['\n\r\n"a,\r\n""x""",b\n', 0, '"a,\r\n""x"""'],
    ['"a,\r\n""x""",b\n', 1, 'b'],
    ['a,,\n', 2, ''],
    [',,\n', 0, ''],
    ['a,""', 1, '""'],
  ])('of %j, number %d is %j', (text, index, field) => {
    const { start, end } = findField(text, index, ',');
    expect(text.slice(start, end)).toBe(field);
  });

  it('is found where csv-parse reads it, whatever the delimiter and the quotes', () => {
    const content = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', ',', ';', '"', '\n', '\r', '→') });
    const record = fc.record({
      fields: fc.array(fc.record({ content, quoted: fc.boolean() }), { minLength: 2, maxLength: 6 }),
      delimiter: fc.constantFrom(',', ';', '\t', '→'),
      ending: fc.constantFrom('\n', '\r\n', '\r', ''),
    });
    fc.assert(
      fc.property(record, ({ fields, delimiter, ending }) => {
        const written = fields.map((field) => {
          const plain = quoteField(field.content, delimiter);
          return field.quoted && !plain.startsWith('"') ? `"${plain}"` : plain;
        });
        const text = written.join(delimiter) + ending;
        const [parsed = []] = parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'] });
        expect(parsed).toEqual(fields.map((field) => field.content));
        for (const [index, field] of written.entries()) {
          const { start, end } = findField(text, index, delimiter);
          expect(text.slice(start, end)).toBe(field);
          expect(unquoteField(field)).toBe(parsed[index]);
        }
      }),
      { seed: 7, numRuns: process.env.CROSSMODAL_VERIFY ? 5000 : 300 },
    );
  });
});
