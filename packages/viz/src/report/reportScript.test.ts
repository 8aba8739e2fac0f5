import { runInNewContext } from 'node:vm';
import { parseHTML } from 'linkedom';
import { beforeEach, describe, expect, it } from 'vitest';
import { exampleReport } from '../__fixtures__/exampleReport.js';
import { renderReport } from './renderReport.js';
import { reportScript } from './reportScript.js';

const html = renderReport(await exampleReport());
let window: ReturnType<typeof parseHTML>;
const find = (selector: string): HTMLElement => {
  const element = window.document.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return element;
};
const fire = (element: Element, type: string, fields: Record<string, unknown> = {}) => {
  const event = new window.Event(type, { bubbles: true, cancelable: true });
  element.dispatchEvent(Object.assign(event, fields));
};
const frame = () => find('[data-role=overlay]');
const caption = () => find('.picture:last-child figcaption').textContent;
const words = () => [...window.document.querySelectorAll('.words [data-map]')];

beforeEach(() => {
  window = parseHTML(html);
  runInNewContext(reportScript, { document: window.document });
});

describe("the page's script", () => {
  it('shows the picture without attention while the pointer is on it', () => {
    fire(frame(), 'pointerenter', { pointerType: 'mouse' });
    expect(frame().classList.contains('is-bare')).toBe(true);
    expect(caption()).toBe('Without attention');
    expect(find('.bare').getAttribute('src')).toBe(find('[data-role=plain] img').getAttribute('src'));
    fire(frame(), 'pointerleave', { pointerType: 'mouse' });
    expect(frame().classList.contains('is-bare')).toBe(false);
    expect(caption()).toBe('What the model looked at');
  });

  it('switches by the space bar, and says so', () => {
    expect(frame().getAttribute('role')).toBe('button');
    fire(frame(), 'keydown', { key: 'x' });
    expect(frame().getAttribute('aria-pressed')).toBe('false');
    fire(frame(), 'keydown', { key: ' ' });
    expect(frame().getAttribute('aria-pressed')).toBe('true');
    expect(frame().classList.contains('is-bare')).toBe(true);
    fire(frame(), 'keydown', { key: 'Enter' });
    expect(frame().classList.contains('is-bare')).toBe(false);
  });

  it('shows where a word looked, in the place of the crop', () => {
    fire(words()[1] ?? frame(), 'pointerenter');
    const map = find('.word-map');
    expect(caption()).toBe('“handle” looked here');
    expect(map.style.left).toBe('16.667%');
    expect(map.style.width).toBe('66.667%');
    expect(map.style.gridTemplateColumns).toBe('repeat(2, 1fr)');
    const colours = [...map.querySelectorAll<HTMLElement>('i')].map((cell) => cell.style.background);
    expect(colours).toEqual(['rgb(253 234 69 / 0.65)', ...Array<string>(3).fill('rgb(0 32 81 / 0.65)')]);
    fire(find('.words'), 'pointerleave');
    expect(window.document.querySelector('.word-map')).toBeNull();
    expect(caption()).toBe('What the model looked at');
  });

  it('steps through the words that have a map by arrow keys, around the ends', () => {
    const press = (key: string) => {
      fire(find('.words'), 'keydown', { key });
      return words().map((word) => word.classList.contains('active'));
    };
    expect(words()).toHaveLength(2);
    expect(press('ArrowRight')).toEqual([true, false]);
    expect(press('ArrowRight')).toEqual([false, true]);
    expect(press('ArrowRight')).toEqual([true, false]);
    expect(press('ArrowLeft')).toEqual([false, true]);
    expect(press('Escape')).toEqual([false, false]);
    expect(press('ArrowLeft')).toEqual([false, true]);
  });
});
