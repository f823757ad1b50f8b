// The checklist on a phone. What is answered is first kept on the device (IndexedDB), then sent; what was not
// acknowledged is sent again with the same key, so a bad connection loses nothing and does nothing twice.
(function () {
  "use strict";
  var root = document.getElementById("checklist");
  if (!root || !root.querySelector("[data-answer-form]")) return;
  var words = document.getElementById("words").dataset;
  var sync = document.getElementById("sync");
  var questions = Array.prototype.slice.call(root.querySelectorAll("[data-q]"));
  var person = root.dataset.person, session = root.dataset.session;
  var db = null, busy = false, again = false, timer = 0, pause = 3000, wait = 0, savedAt = "";

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return values[name] === undefined ? all : values[name]; });
  }
  function newKey() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function questionOf(item) {
    return questions.find(function (q) { return q.dataset.item === item; });
  }
  function icon(value) {
    return root.querySelector('[data-icon="' + value + '"]').firstElementChild.cloneNode(true);
  }

  // The store of the device --------------------------------------------------------------------------------
  function open() {
    return new Promise(function (done, fail) {
      var asked = window.indexedDB.open("qms-checklist", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("queue", { keyPath: "key" }); };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { fail(asked.error); };
    });
  }
  function store(mode, act) {
    return new Promise(function (done, fail) {
      var change = db.transaction("queue", mode), result = act(change.objectStore("queue"));
      change.oncomplete = function () { done(result && result.result); };
      change.onerror = change.onabort = function () { fail(change.error); };
    });
  }
  function keep(entry) { return store("readwrite", function (all) { return all.put(entry); }); }
  function drop(key) { return store("readwrite", function (all) { return all.delete(key); }); }
  function queued() {
    return store("readonly", function (all) { return all.getAll(); }).then(function (entries) {
      return entries.filter(function (entry) { return entry.person === person && entry.kind !== "sent"; })
        .sort(function (a, b) { return a.at - b.at || (a.key < b.key ? -1 : 1); });
    });
  }

  // What the server has acknowledged, so that a page kept from before shows it too.
  function acknowledged() {
    return store("readonly", function (all) { return all.getAll(); }).then(function (entries) {
      return entries.filter(function (entry) { return entry.person === person && entry.kind === "sent"; });
    });
  }
  function catchUp(entry) {
    var q = questionOf(entry.item);
    if (!q) return null;
    if (entry.version <= Number(q.dataset.version)) return drop(entry.key);
    q.dataset.version = entry.version;
    q.querySelector("input[name=version]").value = entry.version;
    put(q, entry.fields.answer, entry.fields.note);
    mark(q, entry.fields.answer, words.saved + " " + entry.told);
    return null;
  }

  // What the page shows ------------------------------------------------------------------------------------
  function tell(text) { sync.hidden = false; sync.textContent = text; }
  function status() {
    return queued().then(function (entries) {
      wait = entries.filter(function (entry) { return !entry.stuck; }).length;
      if (wait) tell(words.waiting + " " + wait);
      else if (savedAt) tell(words.saved + " " + savedAt);
      return entries;
    });
  }
  function mark(q, answer, by) {
    var number = q.dataset.q, dot = root.querySelector('[data-mark="' + number + '"]');
    q.dataset.answer = answer;
    dot.className = "s-" + answer;
    dot.replaceChildren(icon(answer));
    root.querySelector('[data-said="' + number + '"]').textContent = answer ? "" : " (" + words.nothing + ")";
    root.querySelector('[data-seg="' + number + '"]').classList.remove("s-", "s-conform", "s-nonconform", "s-observation", "s-strength", "s-not_applicable");
    root.querySelector('[data-seg="' + number + '"]').classList.add("s-" + answer);
    q.querySelector("[data-by]").textContent = by;
    document.getElementById("count").textContent = questions.filter(function (one) { return one.dataset.answer; }).length;
  }
  function put(q, answer, note) {
    q.querySelectorAll("input[name=answer]").forEach(function (box) { box.checked = box.value === answer; });
    q.querySelector("textarea[name=note]").value = note;
  }
  function word(q, answer) {
    var box = q.querySelector('input[name=answer][value="' + answer + '"]');
    return box ? box.nextElementSibling.textContent.trim() : words.nothing;
  }
  function clash(q, entry, now) {
    var box = q.querySelector("[data-clash]");
    box.hidden = false;
    box.querySelector("[data-clash-words]").textContent = fill(words.clash, {
      by: now.by, word: now.word || words.nothing, at: now.at, mine: word(q, entry.fields.answer)
    });
    box.querySelector("[data-keep-theirs]").onclick = function () {
      box.hidden = true;
      q.dataset.version = now.version;
      put(q, now.answer, now.note);
      mark(q, now.answer, now.by + ", " + now.at);
      drop(entry.key).then(status);
    };
    box.querySelector("[data-use-mine]").onclick = function () {
      box.hidden = true;
      q.dataset.version = now.version;
      drop(entry.key).then(function () { return answer(q); });
    };
    show(Number(q.dataset.q));
  }
  function picture(q, name, source, url, pending) {
    var row = document.createElement("li"), text = document.createElement("span");
    if (source) {
      var image = document.createElement("img");
      image.src = source; image.alt = name;
      row.append(image);
    }
    if (url) {
      var link = document.createElement("a");
      link.href = url; link.textContent = name;
      text.append(link);
    } else text.textContent = name + (pending ? " (" + words.queued + ")" : "");
    row.append(text);
    q.querySelector("[data-pics]").append(row);
    return row;
  }
  function raised(q, text, url) {
    var row = document.createElement("li");
    if (url) {
      var link = document.createElement("a");
      link.href = url; link.textContent = text;
      row.append(link);
    } else row.textContent = text;
    q.querySelector("[data-findings]").append(row);
    return row;
  }

  // Keeping and sending ------------------------------------------------------------------------------------
  function answer(q) {
    var chosen = q.querySelector("input[name=answer]:checked"), form = q.querySelector("[data-answer-form]");
    var fields = { answer: chosen ? chosen.value : "", note: form.elements.note.value };
    mark(q, fields.answer, words.queued);
    return queued().then(function (entries) {
      var before = entries.filter(function (entry) { return entry.kind === "answer" && entry.item === q.dataset.item; });
      var untried = before.find(function (entry) { return !entry.tried && !entry.stuck; });
      if (untried) {
        untried.fields = fields;
        return keep(untried);
      }
      return keep({
        key: newKey(), person: person, session: session, item: q.dataset.item, kind: "answer", url: form.action,
        fields: fields, at: Date.now(), tried: false, base: before.length ? null : Number(q.dataset.version)
      });
    }).then(function () { pump(); return status(); });
  }
  function body(entry) {
    var data = new FormData();
    Object.keys(entry.fields).forEach(function (name) { data.append(name, entry.fields[name]); });
    data.append("key", entry.key);
    if (entry.kind === "answer") data.append("version", entry.base);
    if (entry.file) data.append("file", entry.file, entry.name);
    return data;
  }
  function send(entry) {
    var q = questionOf(entry.item);
    if (entry.kind === "answer" && entry.base === null) entry.base = q ? Number(q.dataset.version) : 0;
    entry.tried = true;
    return keep(entry).then(function () {
      return fetch(entry.url, {
        method: "POST", body: body(entry), credentials: "same-origin", redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": root.dataset.token }
      });
    }).then(function (reply) {
      var json = (reply.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      if (reply.status >= 500) return "later";
      if (!json) { tell(words.signin); return "stop"; }
      return reply.json().then(function (told) {
        if (reply.ok) return drop(entry.key).then(function () { done(q, entry, told); return "sent"; });
        return refused(q, entry, told, reply.status);
      });
    }, function () { return "later"; });
  }
  function done(q, entry, told) {
    var now = new Date();
    savedAt = ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
    if (!q) return;
    if (entry.kind === "answer") {
      q.dataset.version = told.version;
      q.querySelector("input[name=version]").value = told.version;
      keep({ key: "sent:" + entry.item, kind: "sent", person: person, item: entry.item, fields: entry.fields, version: told.version, told: told.at, at: Date.now() });
      if (q.dataset.answer === entry.fields.answer) q.querySelector("[data-by]").textContent = words.saved + " " + told.at;
    } else {
      var row = root.querySelector('[data-pending="' + entry.key + '"]');
      if (row) row.remove();
      if (entry.kind === "evidence") picture(q, told.name, /\.pdf$/.test(told.name) ? "" : told.url, told.url, false);
      else raised(q, told.code + " (" + told.grade + ")", told.url);
    }
  }
  function refused(q, entry, told, code) {
    if (code === 409 && entry.kind === "answer") {
      entry.stuck = "clash"; entry.now = told.now;
      return keep(entry).then(function () { if (q) clash(q, entry, told.now); return "sent"; });
    }
    var row = root.querySelector('[data-pending="' + entry.key + '"]');
    if (row) row.remove();
    if (entry.kind === "finding" && q) {
      entry.stuck = "refused"; entry.error = told.error;
      back(q, entry, told.error);
      return keep(entry).then(function () { return "sent"; });
    }
    entry.stuck = "refused"; entry.error = told.error;
    return keep(entry).then(function () { if (q) wrong(q, entry); return "sent"; });
  }
  function wrong(q, entry) {
    q.querySelector("[data-by]").textContent = words.refused + " " + entry.error;
    if (entry.kind === "evidence") drop(entry.key);
  }
  function back(q, entry, error) {
    var form = q.querySelector("[data-finding-form]"), line = form.querySelector("[data-finding-error]");
    ["grade", "description", "evidence", "requirement"].forEach(function (name) { form.elements[name].value = entry.fields[name]; });
    q.querySelector("[data-raise]").open = true;
    line.hidden = false;
    line.textContent = words.refused + " " + error;
    show(Number(q.dataset.q));
  }
  function pump() {
    if (busy) { again = true; return; }
    busy = true; again = false;
    clearTimeout(timer);
    var step = function () {
      return queued().then(function (entries) {
        var next = entries.find(function (entry) { return !entry.stuck; });
        if (!next) return "empty";
        tell(words.sending);
        return send(next).then(function (how) { return how === "sent" ? step() : how; });
      });
    };
    step().then(function (how) {
      busy = false;
      if (how !== "stop") status();
      if (how === "later") { timer = setTimeout(pump, pause); pause = Math.min(pause * 2, 60000); }
      else pause = 3000;
      if (again && how === "empty") pump();
    }, function () { busy = false; tell(words.stop); });
  }

  // A photo as large as a reader needs, without the place where it was taken
  function smaller(file) {
    if (!/^image\//.test(file.type) || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file).then(function (image) {
      var scale = Math.min(1, 1800 / Math.max(image.width, image.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale); canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (ok) { canvas.toBlob(function (blob) { ok(blob || file); }, "image/jpeg", 0.85); });
    }).catch(function () { return file; });
  }
  function asAddress(blob) {
    return new Promise(function (ok) {
      var reader = new FileReader();
      reader.onload = function () { ok(reader.result); };
      reader.onerror = function () { ok(""); };
      reader.readAsDataURL(blob);
    });
  }
  function pending(q, entry) {
    if (entry.kind === "finding") {
      raised(q, entry.fields.description + " (" + words.queued + ")", "").setAttribute("data-pending", entry.key);
      return Promise.resolve();
    }
    var shown = /^image\//.test(entry.file.type) ? asAddress(entry.file) : Promise.resolve("");
    return shown.then(function (source) { picture(q, entry.name, source, "", true).setAttribute("data-pending", entry.key); });
  }
  function also(q, kind, url, fields, file, name) {
    var entry = { key: newKey(), person: person, session: session, item: q.dataset.item, kind: kind, url: url, fields: fields, file: file, name: name, at: Date.now() };
    return keep(entry).then(function () { return pending(q, entry); }).then(function () { pump(); return status(); });
  }

  // One question a screen ----------------------------------------------------------------------------------
  function show(number) {
    var here = Math.min(questions.length, Math.max(1, number || 1));
    questions.forEach(function (q) { q.classList.toggle("here", Number(q.dataset.q) === here); });
    root.querySelectorAll("[data-seg]").forEach(function (part) { part.classList.toggle("cur", Number(part.dataset.seg) === here); });
    root.querySelectorAll("[data-go]").forEach(function (link) {
      if (Number(link.dataset.go) === here) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    document.getElementById("place").textContent = fill(words.place, { n: here, total: questions.length });
    if (location.hash !== "#c" + here) history.replaceState(null, "", "#c" + here);
  }
  function go(number) {
    show(number);
    window.scrollTo(0, 0);
    var title = root.querySelector(".q.here .ask");
    if (title) title.focus({ preventScroll: true });
  }
  function leave() {
    if (wait) { tell(words.waiting + " " + wait); pump(); return; }
    location.href = root.querySelector("a[href]:not([data-go])").href;
  }

  // A worker keeps this page for the next time it is opened without a network (only over HTTPS).
  function keepPage() {
    if (!navigator.serviceWorker || !root.dataset.worker) return;
    navigator.serviceWorker.register(root.dataset.worker).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (worker) {
      var parts = performance.getEntriesByType("resource").map(function (one) { return new URL(one.name); })
        .filter(function (one) { return one.origin === location.origin && /\/static\//.test(one.pathname); })
        .map(function (one) { return one.pathname + one.search; });
      worker.active.postMessage({ keep: [location.pathname].concat(parts) });
    }).catch(function () {});
  }

  function begin(entries) {
    root.classList.add("one");
    questions.forEach(function (q) {
      var number = Number(q.dataset.q), photo = q.querySelector("[data-photo-form]");
      q.querySelector("[data-answer-form]").addEventListener("change", function () { answer(q); });
      q.querySelector("[data-answer-form]").addEventListener("submit", function (event) { event.preventDefault(); answer(q); });
      q.querySelector("[data-prev]").addEventListener("click", function () { go(number - 1); });
      [q.querySelector("[data-next]"), q.querySelector("[data-later]")].forEach(function (button) {
        button.addEventListener("click", function () { if (number < questions.length) go(number + 1); else leave(); });
      });
      if (!photo) return;
      photo.addEventListener("change", function (event) {
        var file = event.target.files && event.target.files[0];
        if (!file) return;
        event.target.value = "";
        smaller(file).then(function (blob) { return also(q, "evidence", photo.action, {}, blob, file.name); });
      });
      var form = q.querySelector("[data-finding-form]");
      q.querySelector("fieldset.ans").addEventListener("change", function (event) {
        if (event.target.value === "nonconform") q.querySelector("[data-raise]").open = true;
      });
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        event.stopPropagation();
        var fields = {};
        ["grade", "description", "evidence", "requirement"].forEach(function (name) { fields[name] = form.elements[name].value; });
        if (!fields.description.trim()) { form.elements.description.focus(); return; }
        form.querySelector("[data-finding-error]").hidden = true;
        queued().then(function (entries) {
          return Promise.all(entries.filter(function (entry) {
            return entry.kind === "finding" && entry.stuck && entry.item === q.dataset.item;
          }).map(function (entry) { return drop(entry.key); }));
        }).then(function () { return also(q, "finding", form.action, fields); }).then(function () {
          form.elements.description.value = ""; form.elements.evidence.value = "";
          q.querySelector("[data-raise]").open = false;
        });
      });
    });
    root.querySelectorAll("[data-go]").forEach(function (link) {
      link.addEventListener("click", function (event) { event.preventDefault(); go(Number(link.dataset.go)); });
    });
    var asked = /^#c(\d+)$/.exec(location.hash), open = questions.find(function (q) { return !q.dataset.answer; });
    show(asked ? Number(asked[1]) : open ? Number(open.dataset.q) : 1);
    entries.forEach(function (entry) {
      var q = questionOf(entry.item);
      if (!q) return;
      if (entry.kind === "answer") {
        put(q, entry.fields.answer, entry.fields.note);
        mark(q, entry.fields.answer, words.queued);
        if (entry.stuck === "clash") clash(q, entry, entry.now);
        else if (entry.stuck) wrong(q, entry);
      } else if (!entry.stuck) pending(q, entry);
      else if (entry.kind === "finding") back(q, entry, entry.error);
    });
    if (!navigator.onLine) tell(words.offline);
    window.addEventListener("offline", function () { tell(words.offline); });
    window.addEventListener("online", pump);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) pump(); });
    window.addEventListener("beforeunload", function (event) { if (wait) event.preventDefault(); });
    pump();
  }

  // Without a place to keep answers the forms of the page work as they are.
  if (!window.indexedDB || !window.fetch) { tell(words.stop); return; }
  open().then(function (opened) { db = opened; return acknowledged(); })
    .then(function (entries) { return Promise.all(entries.map(catchUp)); }).then(queued)
    .then(begin, function () { tell(words.stop); });
  keepPage();
})();
