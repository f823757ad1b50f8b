// Keeps the checklist pages an auditor has opened, with their styles and scripts, so that they open again without
// a network. Served from /audits/sessions/, which is all it answers for. Answers are not its business: those wait
// in the page's own store (checklist.js) and are sent from there.
"use strict";
var KEPT = "qms-checklist-1";
var PAGE = /\/sessions\/[0-9a-f-]{36}\/answer\/$/;
var PATIENCE = 5000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil(forget(KEPT).then(function () { return self.clients.claim(); }));
});

function forget(except) {
  return caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name.indexOf("qms-checklist-") === 0 && name !== except ? caches.delete(name) : null;
    }));
  });
}
function keep(address, reply) {
  return caches.open(KEPT).then(function (cache) { return cache.put(address, reply); });
}
function kept(address) {
  return caches.open(KEPT).then(function (cache) { return cache.match(address); });
}

// A page comes from the network when that answers in time. Being sent elsewhere means signed out, or not allowed
// any more: then nothing stays on the device but answers not sent yet.
function page(event, address) {
  var fresh = fetch(event.request).then(function (reply) {
    var here = reply.ok && !reply.redirected && reply.type === "basic";
    var copy = here ? reply.clone() : null;
    event.waitUntil(here ? keep(address, copy) : reply.status >= 500 ? null : forget(""));
    return reply;
  });
  var late = new Promise(function (ok) { setTimeout(ok, PATIENCE); }).then(function () { return kept(address); });
  return Promise.race([fresh, late.then(function (found) { return found || fresh; })]).catch(function () {
    return kept(address).then(function (found) { return found || Response.error(); });
  });
}
function part(event, address) {
  return kept(address).then(function (found) {
    var fresh = fetch(event.request).then(function (reply) {
      if (reply.ok) event.waitUntil(keep(address, reply.clone()));
      return reply;
    });
    if (!found) return fresh;
    event.waitUntil(fresh.catch(function () {}));
    return found;
  });
}

self.addEventListener("fetch", function (event) {
  var address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && PAGE.test(address.pathname)) {
    event.respondWith(page(event, address.pathname));
  } else if (/^(style|script|font|image)$/.test(event.request.destination) && /\/static\//.test(address.pathname)) {
    event.respondWith(part(event, address.pathname + address.search));
  }
});

// The page that was open before this worker names itself and its parts.
self.addEventListener("message", function (event) {
  if (!event.data || !Array.isArray(event.data.keep)) return;
  event.waitUntil(Promise.all(event.data.keep.map(function (address) {
    return fetch(address, { credentials: "same-origin" }).then(function (reply) {
      return reply.ok && !reply.redirected ? keep(address, reply) : null;
    }).catch(function () {});
  })));
});
