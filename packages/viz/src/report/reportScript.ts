/**
 * The only script of the page: the picture without its colours, and the map of a single word, by pointer and keyboard.
 *
 * It builds elements and sets text, never HTML, and reads only numbers and colours that the page's own code wrote.
 */
export const reportScript = `(() => {
  'use strict';
  document.documentElement.classList.add('has-script');
  const stops = (document.querySelector('[data-stops]')?.dataset.stops ?? '')
    .split(';')
    .map((colour) => (colour.match(/\\d+/g) ?? []).map(Number));
  const colourAt = (share) => {
    const at = share * (stops.length - 1);
    const low = stops[Math.floor(at)] ?? [0, 0, 0];
    const high = stops[Math.ceil(at)] ?? low;
    return 'rgb(' + low.map((value, i) => Math.round(value + (high[i] - value) * (at % 1))).join(' ') + ' / 0.65)';
  };
  for (const sample of document.querySelectorAll('.sample')) {
    const plain = sample.querySelector('[data-role=plain] img');
    const frame = sample.querySelector('[data-role=overlay]');
    if (!plain || !frame) continue;
    const caption = frame.parentElement.querySelector('figcaption');
    const usual = caption.textContent;
    const bare = plain.cloneNode();
    bare.alt = '';
    bare.className = (plain.className + ' bare').trim();
    frame.append(bare);
    const show = (isBare, text) => {
      frame.classList.toggle('is-bare', isBare);
      caption.textContent = text;
    };
    let isPressed = false;
    frame.tabIndex = 0;
    frame.setAttribute('role', 'button');
    frame.setAttribute('aria-label', 'Show the picture without attention');
    frame.setAttribute('aria-pressed', 'false');
    const press = (value) => {
      isPressed = value;
      frame.setAttribute('aria-pressed', String(value));
      show(value, value ? 'Without attention' : usual);
    };
    frame.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && show(true, 'Without attention'));
    frame.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && press(isPressed));
    frame.addEventListener('click', () => press(!isPressed));
    frame.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      press(!isPressed);
    });
    const line = sample.querySelector('.words');
    const words = line ? [...line.querySelectorAll('[data-map]')] : [];
    const crop = (frame.dataset.crop ?? '0 0 1 1').split(' ').map(Number);
    if (words.length === 0) continue;
    const map = document.createElement('div');
    map.className = 'word-map';
    ['left', 'top', 'width', 'height'].forEach((side, i) => (map.style[side] = crop[i] * 100 + '%'));
    let active = -1;
    const clear = () => {
      words[active]?.classList.remove('active');
      active = -1;
      map.remove();
      press(isPressed);
    };
    const look = (index) => {
      clear();
      active = index;
      const word = words[index];
      word.classList.add('active');
      map.style.gridTemplateColumns = 'repeat(' + Number(word.dataset.columns) + ', 1fr)';
      map.replaceChildren(
        ...word.dataset.map.match(/../g).map((byte) => {
          const cell = document.createElement('i');
          cell.style.background = colourAt(parseInt(byte, 16) / 255);
          return cell;
        }),
      );
      frame.append(map);
      show(true, '\\u201c' + word.textContent + '\\u201d looked here');
    };
    line.tabIndex = 0;
    line.setAttribute('role', 'group');
    line.setAttribute('aria-label', 'Words; arrow keys show where each one looked: ' + line.textContent);
    caption.setAttribute('aria-live', 'polite');
    words.forEach((word, index) => {
      word.addEventListener('pointerenter', () => look(index));
      word.addEventListener('click', () => look(index));
    });
    line.addEventListener('pointerleave', clear);
    line.addEventListener('blur', clear);
    line.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === 'Escape') clear();
      if (!step) return;
      event.preventDefault();
      look(active < 0 ? (step > 0 ? 0 : words.length - 1) : (active + step + words.length) % words.length);
    });
  }
})();
`;

/** SHA-256 of {@link reportScript} in base64: what the page's policy allows. A test computes it anew. */
export const reportScriptDigest = 'yI8KLiaAcXWxpDtqIsqofpWphDqCH7DOpnHOUtXgz0o=';
