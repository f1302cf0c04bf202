// The loader: fetches the WebAssembly, shows how far it is, starts it, and is
// the program's host in the page.
//
// Page and program meet in two objects. Both sides may count on these names.
//
// window.raftarium is for tests and for teachers' pages. The loader makes it
// with `ready` alone; the program adds the rest before it calls
// raftariumHost.drawn().
//   ready              a promise of this object, kept when the first frame is
//                      drawn and the run is at the time that the address names;
//                      it fails with an Error when that cannot happen.
//   state()            the state of the run, as JSON text.
//   do(line)           carries out an action line; returns an error text or "".
//   advance(duration)  lets virtual time pass, "1.5s"; returns an error text or "".
//   press(id)          presses the control of that id, as a click would.
//   mirror()           brings the page's text for screen readers up to date at once;
//                      by itself it follows the screen a few times a second.
//
// How long the start took stands in the browser's performance timeline, as the
// marks "raftarium compiled" and "raftarium ready".
//
// window.raftariumHost is what the page offers to the program.
//   drawn()            the first frame is drawn: takes the loader away and gives the
//                      canvas the focus.
//   ready()            the run is at the time that hash() names: keeps the promise,
//                      and does what drawn() does if that was not called.
//   ratio()            screen pixels for each CSS pixel. The body is as large, in
//                      CSS pixels, as the window is in screen pixels, and is
//                      scaled down to fit, so Ebitengine must run with
//                      DisableHiDPI, and the size that its Layout is told is in
//                      screen pixels. The positions of mouse and touches that it
//                      reports are in CSS pixels, however: multiply them by
//                      ratio(). Ask each frame: a zoom changes it, and asking
//                      also fits the body to it.
//   dark()             whether the system prefers dark; ask each frame or so.
//   reducedMotion()    whether the system prefers less motion.
//   hash()             the address after its "#", or what the site was made to
//                      start with: "s=" and a scenario (base64url of raw deflate,
//                      or percent-encoded text), "at=" and a time, joined by "&";
//                      "" for neither. Package web/link reads and writes it.
//   setHash(text)      puts text behind the "#", without a new step in the
//                      history. Frequent calls are merged. If somebody else
//                      changes it, the page is loaded anew.
//   mirror(json)       what is on the screen, for screen readers, as JSON text:
//                      {status, nodes, focus}. status is read aloud when it
//                      changes. nodes, in reading order, are {id, role, label,
//                      value, rect: [x, y, w, h] in screen pixels, focusable,
//                      disabled, selected, min, max, now, key}, with role as in
//                      ARIA, or "text". focus is the id of the node with the
//                      keyboard focus, or "". Tab leaves the canvas behind the
//                      last focusable node, and Shift+Tab before the first; a
//                      program in which Tab does not visit every focusable node
//                      adds tab: [back, on], whether there is a further stop in
//                      that direction.
//   press              set by the program where raftarium.press is not: called
//                      with the id of a node that assistive technology pressed.
//   download(name, text)  saves text as a file.
//   store(key, value)  remembers a text on this machine; returns false where the
//                      browser does not let it. load(key) gives it back, or null.
//   field, textAt, ...  the keyboard of a phone: see field.js.
'use strict';

(() => {
  const build = document.currentScript.dataset;
  const $ = (id) => document.getElementById(id);
  const overlay = $('loader');
  const mirrorRoot = $('nodes');
  const darkQuery = matchMedia('(prefers-color-scheme: dark)');
  const motionQuery = matchMedia('(prefers-reduced-motion: reduce)');

  let keep, fail;
  const ready = new Promise((resolve, reject) => { keep = resolve; fail = reject; });
  ready.catch(() => {}); // the overlay tells; a page that does not ask is not at fault
  const raftarium = window.raftarium = { ready };
  const host = window.raftariumHost = {};
  let started = false; // the first frame is drawn
  let arrived = false; // and it is at the time that was asked for
  let failed = false;
  let canvas = null;   // Ebitengine's

  // ---- What went wrong

  // stop shows why the program does not run (any more). detail may be a log.
  function stop(title, text, { detail = '', again = false } = {}) {
    if (failed) return;
    failed = true;
    fail(new Error(title + ' ' + text));
    overlay.className = 'failed';
    overlay.hidden = false;
    $('loader-title').textContent = title;
    const box = $('loader-text');
    box.setAttribute('role', 'alert');
    box.textContent = text;
    if (detail) {
      const pre = document.createElement('pre');
      pre.textContent = detail;
      pre.tabIndex = 0;
      box.after(pre);
    }
    if (again) {
      const button = document.createElement('button');
      button.textContent = 'Try again';
      button.onclick = () => location.reload();
      box.parentElement.append(button);
      button.focus();
    }
  }

  const own = 'To run raftarium without a browser: go run ./cmd/raftarium';

  // ---- Size and ratio

  let ratio = 0;
  let width = 0;
  let height = 0;

  // layout gives the body one CSS pixel for each pixel of the screen, so that
  // Ebitengine, which knows the first ratio only, stays sharp after a zoom.
  function layout() {
    const r = window.devicePixelRatio || 1;
    const style = document.body.style;
    // Ebitengine sets the body's height to 100% when it starts.
    if (r === ratio && innerWidth === width && innerHeight === height && style.height.endsWith('px')) return;
    [ratio, width, height] = [r, innerWidth, innerHeight];
    document.documentElement.style.setProperty('--ratio', r);
    style.width = Math.round(width * r) + 'px';
    style.height = Math.round(height * r) + 'px';
    style.transform = r === 1 ? 'none' : `scale(${1 / r})`;
  }
  layout();
  // Before Ebitengine's own listener, so that it finds the body in its new size.
  addEventListener('resize', layout);

  host.ratio = () => { layout(); return ratio; };
  host.dark = () => darkQuery.matches;
  host.reducedMotion = () => motionQuery.matches;

  // ---- The address

  let hash = null; // what the program wants behind the "#", while it waits
  host.hash = () => location.hash.slice(1) || build.start || '';
  host.setHash = (text) => {
    if (hash === null) setTimeout(writeHash, 400); // browsers refuse more than some 100 in 30 s
    hash = String(text);
  };
  function writeHash() {
    try {
      history.replaceState(null, '', hash ? '#' + hash : location.pathname + location.search);
    } catch (e) {
      console.warn('raftarium: the address cannot be changed:', e);
    }
    hash = null;
  }
  addEventListener('pagehide', () => { if (hash !== null) writeHash(); });
  addEventListener('hashchange', () => location.reload());

  // ---- Files and settings

  host.download = (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  host.store = (key, value) => {
    try {
      localStorage.setItem('raftarium.' + key, value);
      return true;
    } catch {
      return false; // forbidden, or full
    }
  };
  host.load = (key) => {
    try {
      return localStorage.getItem('raftarium.' + key);
    } catch {
      return null;
    }
  };

  // ---- The mirror

  const shown = new Map(); // id -> {element, was: the node as JSON}
  let last = '';           // the mirror as last told
  let stops = [false, false]; // whether Tab has a further stop, back and on

  host.mirror = (json) => {
    if (json === last) return;
    last = json;
    const { status = '', nodes = [], focus = '', tab } = JSON.parse(json);
    if ($('status').textContent !== status) $('status').textContent = status;
    const seen = new Set();
    let at = mirrorRoot.firstChild;
    for (const node of nodes) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      const was = JSON.stringify(node);
      let entry = shown.get(node.id);
      if (entry && entry.role !== node.role) {
        if (at === entry.element) at = at.nextSibling;
        entry.element.remove();
        entry = undefined;
      }
      if (!entry) {
        const element = document.createElement('div');
        element.id = 'node-' + encodeURIComponent(node.id);
        element.dataset.id = node.id;
        entry = { element, was: '', role: node.role };
        shown.set(node.id, entry);
      }
      if (entry.was !== was) {
        describe(entry.element, node);
        entry.was = was;
      }
      if (at === entry.element) at = at.nextSibling;
      else mirrorRoot.insertBefore(entry.element, at);
    }
    for (const [id, entry] of shown) {
      if (seen.has(id)) continue;
      entry.element.remove();
      shown.delete(id);
    }
    const focused = shown.get(focus);
    if (canvas) set(canvas, 'aria-activedescendant', focused && focused.element.id);
    const order = nodes.filter((node) => node.focusable && !node.disabled);
    const place = order.findIndex((node) => node.id === focus);
    stops = tab || [place > 0, order.length > 0 && place < order.length - 1];
  };

  // set gives an attribute its value, or takes it away.
  function set(element, name, value) {
    if (value === undefined || value === null || value === '') element.removeAttribute(name);
    else element.setAttribute(name, value);
  }

  function describe(element, node) {
    const { role, label = '', value = '', rect = [0, 0, 0, 0], key } = node;
    const style = element.style;
    [style.left, style.top, style.width, style.height] = rect.map((n) => n + 'px');
    if (role === 'text') {
      element.textContent = value ? label + ' ' + value : label;
      return;
    }
    const slider = role === 'slider';
    const toggle = node.selected ? 'true' : 'false';
    set(element, 'role', role);
    set(element, 'aria-label', slider || !value ? label : label + ', ' + value);
    set(element, 'aria-disabled', node.disabled ? 'true' : '');
    set(element, 'aria-keyshortcuts', key);
    set(element, 'aria-valuemin', slider ? node.min : '');
    set(element, 'aria-valuemax', slider ? node.max : '');
    set(element, 'aria-valuenow', slider ? node.now : '');
    set(element, 'aria-valuetext', slider ? value : '');
    set(element, 'aria-checked', role === 'switch' ? toggle : '');
    set(element, 'aria-selected', role === 'tab' ? toggle : '');
    set(element, 'aria-pressed', role === 'button' && node.selected ? 'true' : '');
    set(element, 'aria-current', role === 'img' && node.selected ? 'true' : '');
  }

  mirrorRoot.addEventListener('click', (event) => {
    const node = event.target.closest('[data-id]');
    const press = raftarium.press || host.press;
    if (node && press) press(node.dataset.id);
  });
  // Assistive technology moves a slider by keys sent to its element.
  for (const type of ['keydown', 'keyup']) {
    mirrorRoot.addEventListener(type, (event) => {
      if (canvas && canvas.dispatchEvent(new KeyboardEvent(type, event)) === false) event.preventDefault();
    });
  }

  // ---- Keys

  // Ebitengine takes every key on the canvas for itself. These are the browser's.
  const browserKeys = new Set(['F1', 'F3', 'F5', 'F6', 'F7', 'F10', 'F11', 'F12']);

  function isBrowsers(event) {
    if (browserKeys.has(event.key)) return true;
    if (['Control', 'Meta', 'Alt', 'AltGraph', 'Shift'].includes(event.key)) return false;
    // On many keyboards "[" is typed with Alt or AltGr: that is no shortcut.
    const typed = event.key.length === 1 && !/[a-z0-9 ]/i.test(event.key);
    if (event.getModifierState('AltGraph') || (event.altKey && typed)) return false;
    return event.ctrlKey || event.metaKey || event.altKey;
  }

  let escapes = 0; // how often Escape was pressed in a row

  addEventListener('keydown', (event) => {
    if (event.target !== canvas) return;
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const leave = escapes >= 2 || !stops[event.shiftKey ? 0 : 1];
      escapes = 0;
      if (leave) event.stopImmediatePropagation();
      return;
    }
    if (event.key !== 'Shift') escapes = event.key === 'Escape' ? escapes + 1 : 0;
    if (isBrowsers(event)) event.stopImmediatePropagation();
  }, true);

  // ---- Files that are dropped

  // Ebitengine asks every file that is dropped for its entry, and stops if there is
  // none: a picture that is dragged out of another page may have none.
  addEventListener('drop', (event) => {
    const items = event.dataTransfer ? [...event.dataTransfer.items] : [];
    if (items.every((item) => item.kind !== 'file' || item.webkitGetAsEntry())) return;
    event.preventDefault(); // else the browser leaves the page for it
    event.stopImmediatePropagation();
  }, true);

  // ---- Start

  function adopt() {
    canvas = document.querySelector('canvas');
    if (!canvas) return;
    canvas.tabIndex = 0; // Ebitengine's 1 would put it before all else
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', 'raftarium, a Raft cluster to experiment with');
    canvas.setAttribute('aria-description', 'Press question mark for the keys. To leave, press Escape twice, then Tab.');
    canvas.setAttribute('aria-owns', 'nodes');
  }

  host.drawn = () => {
    if (started || failed) return;
    started = true;
    performance.mark('raftarium ready');
    adopt();
    const focused = !document.activeElement || document.activeElement === document.body;
    overlay.hidden = true;
    if (canvas && focused && window === window.parent) canvas.focus();
  };
  host.ready = () => {
    if (arrived || failed) return;
    arrived = true;
    host.drawn();
    keep(raftarium);
    if (build.worker && 'serviceWorker' in navigator && isSecureContext) {
      navigator.serviceWorker.register(build.worker).catch((e) => console.info('raftarium: not kept for use without a network:', e.message));
    }
  };

  // watch shows how much of the program has come.
  function watch(size) {
    const bar = $('loader-bar');
    const text = $('loader-text');
    bar.max = size;
    let got = 0;
    const count = (bytes) => {
      got += bytes;
      bar.value = got;
      text.textContent = got < size
        ? `Loading: ${(got / 1e6).toFixed(1)} of ${(size / 1e6).toFixed(1)} MB`
        : 'Starting';
    };
    return { count, complete: () => got === size };
  }

  class Problem extends Error {
    constructor(title, text, options) {
      super(text);
      this.title = title;
      this.options = options;
    }
  }

  async function fetchProgram(imports) {
    const size = Number(build.size);
    let response;
    try {
      response = await fetch(build.wasm);
    } catch (e) {
      throw new Problem('raftarium cannot be loaded.',
        location.protocol === 'file:'
          ? 'A browser loads WebAssembly from a web server only, not from a file. Serve this directory with any web server, or run: raftarium web'
          : `The program (${build.wasm}) cannot be fetched. Is the server still running?`,
        { detail: String(e), again: true });
    }
    if (!response.ok || !response.body) {
      throw new Problem('raftarium cannot be loaded.',
        `The server answered ${response.status} ${response.statusText} to ${build.wasm}. The site may be incomplete.`, { again: true });
    }
    const progress = watch(size);
    const read = async (stream, each) => {
      const reader = stream.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        progress.count(value.length);
        if (each) each(value);
      }
    };
    try {
      if ((response.headers.get('Content-Type') || '').startsWith('application/wasm')) {
        // Compile while it arrives; the copy is only counted.
        const counting = read(response.clone().body);
        const program = await WebAssembly.instantiateStreaming(response, imports);
        await counting;
        return program;
      }
      const bytes = new Uint8Array(size);
      let at = 0;
      await read(response.body, (part) => {
        if (at + part.length > size) throw new RangeError('more bytes than expected');
        bytes.set(part, at);
        at += part.length;
      });
      return await WebAssembly.instantiate(bytes, imports);
    } catch (e) {
      if (progress.complete()) throw e;
      throw new Problem('raftarium cannot be loaded.',
        'The program did not arrive whole.', { detail: String(e), again: true });
    }
  }

  async function start() {
    $('loader-text').textContent = 'Loading';
    if (typeof WebAssembly !== 'object' || !WebAssembly.instantiateStreaming) {
      throw new Problem('This browser has no WebAssembly.',
        'raftarium needs a browser of 2021 or later in which WebAssembly is not switched off (some privacy modes do that). ' + own);
    }
    if (typeof Go !== 'function') {
      throw new Problem('raftarium cannot be loaded.', 'A part of the page (wasm_exec) is missing. The site may be incomplete.', { again: true });
    }
    const go = new Go();
    go.argv = ['raftarium'];
    if (typeof WebGL2RenderingContext === 'undefined') throw noWebGL();
    const { instance } = await fetchProgram(go.importObject);
    performance.mark('raftarium compiled');

    // What the program writes to its standard error explains why it stopped.
    const decoder = new TextDecoder();
    const write = fs.writeSync.bind(fs);
    let tail = '';
    fs.writeSync = (fd, bytes) => {
      tail = (tail + decoder.decode(bytes, { stream: true })).slice(-4000);
      return write(fd, bytes);
    };
    let code = 0;
    go.exit = (n) => { code = n; };
    await go.run(instance);
    // Only now, since a context that is made to try costs every visitor time.
    if (!started && !document.createElement('canvas').getContext('webgl2')) throw noWebGL(tail);
    throw new Problem('raftarium has stopped.',
      started ? 'Reload the page to start again; what the address holds is kept.' : 'It could not start.',
      { detail: tail || `exit status ${code}`, again: true });
  }

  function noWebGL(detail) {
    return new Problem('This browser has no WebGL 2.',
      'raftarium draws with it. It may be switched off in the settings ("hardware acceleration"), or the graphics driver may be blocked. ' + own, { detail });
  }

  start().catch((e) => {
    if (e instanceof Problem) stop(e.title, e.message, e.options);
    else stop('raftarium cannot start.', 'Something went wrong that should not have.', { detail: String(e && e.stack || e), again: true });
  });
})();
