// The service worker of one build. It keeps that build's files so that the page
// opens without a network. Files other than the page itself have the hash of
// their content in their name, so that an old copy is never a wrong one; the
// page is asked from the network first, so that a new build is seen at once.
'use strict';

const build = {{.Build}};
const files = {{.Files}};
const prefix = 'raftarium ' + self.registration.scope + ' ';
const urls = new Set(files.map((name) => new URL(name, self.registration.scope).href));

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(prefix + build)
    .then((cache) => cache.addAll(files))
    .then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names
      .filter((name) => name.startsWith(prefix) && name !== prefix + build)
      .map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    const url = new URL(request.url);
    url.hash = url.search = '';
    if (!urls.has(url.href)) return;
    event.respondWith(fetch(request)
      .catch(() => caches.match(url.href).then((page) => page || Response.error())));
  } else if (urls.has(request.url)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
