import { displayText } from '../text/displayText.js';

/**
 * Writes an SVG tree as well-formed XML, which is well-formed HTML too.
 *
 * linkedom writes HTML, where `<` may stand in an attribute: no SVG reader takes that. Control characters are made visible here,
 * whatever text they came in.
 */
export function serializeSvg(element: Element): string {
  const name = element.localName;
  const attributes = element
    .getAttributeNames()
    .map((each) => ` ${each}="${escape(element.getAttribute(each) ?? '')}"`);
  const children = [...element.childNodes].map((child) => {
    if (child.nodeType === 1) return serializeSvg(child as Element); // an element by its node type
    const text = child.textContent ?? '';
    return name === 'style' ? text : escape(text); // the only style is Plot's own
  });
  const open = `<${name}${attributes.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

function escape(text: string): string {
  return displayText(text, Infinity).replace(/[&<>"]/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
