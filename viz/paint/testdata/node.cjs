// What Ebitengine looks for when a program starts, for Node.js: nothing is drawn.
const any = new Proxy(function () {}, {
  get: (target, key) => (key === Symbol.toPrimitive ? () => 0 : key === 'then' ? undefined : any),
  set: () => true,
  apply: () => any,
  construct: () => any,
});
class Document { get hidden() { return false; } }
Object.assign(globalThis, { Document, document: any, window: any, screen: any, navigator: any, requestAnimationFrame: any });
