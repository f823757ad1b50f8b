// Behaviour on top of pages that work without it: menus, keys, toasts, confirm dialogs, rows, files.
(function () {
  "use strict";
  var live = function (text) {
    var region = document.getElementById("live");
    if (!region || !text) return;
    region.textContent = "";
    setTimeout(function () { region.textContent = text; }, 50);
  };
  var words = function (node) { return node ? node.textContent.replace(/\s+/g, " ").trim() : ""; };
  var each = function (root, selector, act) {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };

  // Menus are <details>: Esc and a click elsewhere close them, Esc gives the focus back.
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (menu === except || menu.contains(except)) return;
      menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details[data-menu]"));
  });

  // Toasts: say it once in the live region, go after eight seconds unless someone is reading.
  function toast(node) {
    live(words(node.querySelector("[data-toast-text]")));
    var close = node.querySelector("[data-toast-close]");
    if (close) {
      close.hidden = false;
      close.addEventListener("click", function () { node.remove(); });
    }
    var left = 8000, since = 0, timer = 0;
    var run = function () { if (timer) return; since = Date.now(); timer = setTimeout(function () { node.remove(); }, left); };
    var rest = function () { if (!timer) return; clearTimeout(timer); timer = 0; left -= Date.now() - since; if (left < 1500) left = 1500; };
    node.addEventListener("mouseenter", rest);
    node.addEventListener("mouseleave", run);
    node.addEventListener("focusin", rest);
    node.addEventListener("focusout", run);
    run();
  }

  // A link or form marked data-confirm names a <dialog> of the page; without script it leads to the
  // confirm page (the link's own address), so nothing irreversible ever happens in one click.
  function openDialog(dialog, opener) {
    dialog.addEventListener("close", function () { if (opener) opener.focus(); }, { once: true });
    dialog.showModal();
    var safe = dialog.querySelector("[data-safe]");
    if (safe) safe.focus();
  }
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-confirm]");
    if (opener) {
      var dialog = document.getElementById(opener.getAttribute("data-confirm"));
      if (dialog && dialog.showModal) { event.preventDefault(); openDialog(dialog, opener); }
      return;
    }
    if (event.target.closest("[data-keys-open]")) { closeMenus(null); openDialog(document.getElementById("keys"), null); return; }
    var safe = event.target.closest("dialog [data-safe]");
    if (safe) { event.preventDefault(); safe.closest("dialog").close(); return; }
    var fold = event.target.closest("[data-fold]");
    if (fold) fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true"));
    if (event.target.closest("[data-print]")) window.print();
  });

  // Keys
  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  var rows = function () {
    return Array.prototype.filter.call(document.querySelectorAll("main [data-rows] tbody tr, main [data-rows] > li"), function (row) {
      return row.querySelector("a[href]") && row.getClientRects().length;
    });
  };
  function moveRow(step) {
    var all = rows();
    if (!all.length) return;
    var at = all.findIndex(function (row) { return row.contains(document.activeElement); });
    var next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    next.querySelector("a[href]").focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      var find = document.getElementById("find");
      if (find && find.offsetParent) { event.preventDefault(); find.focus(); find.select(); }
      return;
    }
    if (event.key === "Escape") {
      var open = document.querySelector("details[data-menu][open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); return; }
      if (location.hash === "#nav") { location.hash = "nd"; return; }
      if (document.activeElement && document.activeElement.id === "find") document.activeElement.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); openDialog(document.getElementById("keys"), document.activeElement); }
    else if (event.key === "j") moveRow(1);
    else if (event.key === "k") moveRow(-1);
  });

  // What a fragment of the page needs when it arrives, at load and after every swap of htmx.
  function prepare(root) {
    each(root, "[data-focus-first]", function (node) { node.focus(); });
    each(root, "[data-toast]", toast);
    each(root, "[data-reveal]", function (box) {
      var input = box.querySelector("input"), button = box.querySelector("[data-reveal-button]");
      button.hidden = false;
      button.addEventListener("click", function () {
        var shown = input.type === "text";
        input.type = shown ? "password" : "text";
        button.setAttribute("aria-pressed", String(!shown));
      });
    });
    each(root, "[data-drop]", function (box) {
      var input = box.querySelector("input[type=file]"), list = box.querySelector("[data-drop-list]");
      var size = function (n) {
        return (n >= 1048576 ? (n / 1048576).toFixed(1) + "\u00a0MB" : Math.max(1, Math.round(n / 1024)) + "\u00a0kB").replace(".", ",");
      };
      input.addEventListener("change", function () {
        var names = Array.prototype.map.call(input.files, function (file) { return file.name + " (" + size(file.size) + ")"; });
        list.hidden = !names.length;
        list.textContent = names.join(", ");
        live(names.join(", "));
      });
      ["dragenter", "dragover"].forEach(function (kind) { box.addEventListener(kind, function () { box.classList.add("over"); }); });
      ["dragleave", "drop"].forEach(function (kind) { box.addEventListener(kind, function () { box.classList.remove("over"); }); });
    });
    each(root, "form[data-auto]", function (form) {
      form.addEventListener("change", function (event) {
        if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
      });
    });
    each(root, "table.stack:not([role])", function (table) {
      // Rows become blocks on a phone; the roles keep them a table for those who listen.
      table.setAttribute("role", "table");
      table.querySelectorAll("thead, tbody, tfoot").forEach(function (part) { part.setAttribute("role", "rowgroup"); });
      table.querySelectorAll("tr").forEach(function (row) { row.setAttribute("role", "row"); });
      table.querySelectorAll("td").forEach(function (cell) { cell.setAttribute("role", "cell"); });
      table.querySelectorAll("th").forEach(function (cell) { cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader"); });
    });
    each(root, ".tw", function (box) {
      reach(box);
      if (!window.ResizeObserver) return;
      // Its content may widen while the box stays as it is: letters that arrive late, rows put in.
      var size = new ResizeObserver(function () { reach(box); });
      [box].concat(Array.from(box.children)).forEach(function (part) { size.observe(part); });
    });
  }

  // A region that scrolls sideways must be reachable with the keyboard, and only then.
  function reach(box) {
    if (box.scrollWidth <= box.clientWidth + 1) {
      ["tabindex", "role", "aria-label"].forEach(function (name) { if (box.hasAttribute("data-reach")) box.removeAttribute(name); });
      box.removeAttribute("data-reach");
    } else if (!box.hasAttribute("tabindex")) {
      var caption = box.querySelector("caption"), pane = box.closest(".pane");
      box.setAttribute("data-reach", "");
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", words(caption || (pane && pane.querySelector("h2")) || document.querySelector("h1")));
    }
  }

  // One sending of a form: a second click on its button does nothing.
  // Signing out takes kept checklist pages off the device; answers not sent yet stay for their auditor.
  document.addEventListener("submit", function (event) {
    if (!window.caches || !/\/logout\/$/.test(event.target.action)) return;
    window.caches.keys().then(function (names) {
      names.forEach(function (name) { if (name.indexOf("qms-checklist-") === 0) window.caches.delete(name); });
    });
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    form.setAttribute("aria-busy", "true");
    setTimeout(function () { form.removeAttribute("data-sent"); form.removeAttribute("aria-busy"); }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); form.removeAttribute("aria-busy"); });
  });

  document.addEventListener("htmx:load", function (event) { prepare(event.detail.elt); });
  document.addEventListener("htmx:afterSwap", function (event) {
    var say = event.detail.target.querySelector("[data-announce]");
    if (say) live(words(say));
  });
  // Without a network the page says so, in place, until it is back.
  function connection(away) {
    var note = document.getElementById("offline");
    if (note) note.hidden = !away;
  }
  window.addEventListener("offline", function () { connection(true); });
  window.addEventListener("online", function () { connection(false); });
  document.addEventListener("htmx:sendError", function () { connection(true); });
  document.addEventListener("htmx:afterRequest", function (event) { if (event.detail.xhr.status) connection(false); });
  if (!window.htmx) document.addEventListener("DOMContentLoaded", function () { prepare(document.body); });
})();
