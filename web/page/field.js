// The field: brings up the keyboard of a phone.
//
// A phone shows its keyboard while an element that takes text has the focus, and
// only if that got it within a gesture. The program draws its fields on the canvas.
// So where a tap opens one, the focus goes to an input that lies over it unseen, and
// the two tell each other what they hold. Without a finger nothing of this happens:
// keys go to the canvas, as ever.
//
// window.raftariumHost offers for this, besides what the loader says:
//   field(json)        the field that is open, as JSON text: {label, mode, before,
//                      after, rect: [x, y, w, h] in screen pixels}, with what stands
//                      before the caret and after it; "" for none. mode is the
//                      inputmode of HTML.
// The program sets:
//   textAt(x, y)       the mode of the field that a tap there opens or is on, in CSS
//                      pixels; "" where there is none. After it has answered with
//                      one, it calls field within a few frames, whatever comes of it.
//   typed(before, after)  what the field holds now.
//   enter(), leave()   the keys that take the field's text and that give it up.
(() => {
  'use strict';
  const host = window.raftariumHost;
  const input = document.getElementById('typed');
  const canvas = () => document.querySelector('canvas');

  let finger = null;   // where the only one came down
  let lent = false;    // the canvas has the focus while a finger is down
  let closing = false;

  function open(mode, x, y) {
    input.inputMode = mode;
    input.style.left = x * devicePixelRatio + 'px';
    input.style.top = y * devicePixelRatio + 'px';
    // A keyboard that was put away comes back only with the focus.
    if (document.activeElement === input) { closing = true; input.blur(); closing = false; }
    input.hidden = false;
    input.focus({ preventScroll: true });
  }

  function close() {
    lent = false;
    if (input.hidden) return;
    closing = true;
    if ([input, document.body].includes(document.activeElement) && canvas()) canvas().focus({ preventScroll: true });
    input.hidden = true;
    closing = false;
  }

  host.field = (json) => {
    if (!json) {
      close();
      return;
    }
    const { label, mode, before, after, rect } = JSON.parse(json);
    const style = input.style;
    [style.left, style.top, style.width, style.height] = rect.map((n) => n + 'px');
    input.setAttribute('aria-label', label);
    input.inputMode = mode;
    if (input.value === before + after) return; // where the caret is, the page knows better
    input.value = before + after;
    input.setSelectionRange(before.length, before.length);
  };

  function tell() {
    if (input.hidden || !host.typed) return;
    const at = input.selectionEnd;
    host.typed(input.value.slice(0, at), input.value.slice(at));
  }
  input.addEventListener('input', tell);
  document.addEventListener('selectionchange', () => { if (document.activeElement === input) tell(); });

  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const act = { Enter: host.enter, Escape: host.leave }[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key === 'Tab' && canvas()) {
      // To the next control, which is the program's matter.
      event.preventDefault();
      close();
      canvas().dispatchEvent(new KeyboardEvent('keydown', event));
    }
  });
  // The keyboard was put away. A window that is left gives the focus back by itself.
  input.addEventListener('blur', () => { if (!closing && !lent && document.hasFocus()) close(); });

  // ---- Gestures

  const tremble = 6; // CSS pixels, as the program counts it

  addEventListener('touchstart', (event) => {
    const t = event.touches[0];
    finger = event.touches.length === 1 ? { x: t.clientX, y: t.clientY } : null;
    lent = document.activeElement === input; // Ebitengine is about to take it
  }, { passive: true, capture: true });
  addEventListener('touchstart', () => {
    if (lent) input.focus({ preventScroll: true });
    lent = false;
  }, { passive: true });
  addEventListener('touchcancel', () => { finger = null; }, { passive: true, capture: true });
  addEventListener('touchend', (event) => {
    const began = finger;
    finger = null;
    if (!began) return;
    const t = event.changedTouches[0];
    if (Math.hypot(t.clientX - began.x, t.clientY - began.y) <= tremble) ask(t.clientX, t.clientY);
  }, { passive: true, capture: true });

  function ask(x, y) {
    const mode = host.textAt ? host.textAt(x, y) : '';
    if (mode) open(mode, x, y);
  }

  // Assistive technology presses a control by its element in the mirror.
  document.getElementById('nodes').addEventListener('click', (event) => {
    const node = event.target.closest('[data-id]');
    if (!node) return;
    const { left, top, width, height } = node.getBoundingClientRect();
    ask(left + width / 2, top + height / 2);
  }, true);
})();
