// Keys of the paper editor: Alt+arrows move the part one is in; leaving with unsaved changes asks first.
(function () {
  "use strict";
  var form = document.getElementById("editor");
  if (!form) return;
  var dirty = false, leaving = false;
  form.addEventListener("input", function () { dirty = true; });
  form.addEventListener("submit", function (event) {
    var by = event.submitter;
    if (by && (by.name === "op" || by.hasAttribute("formaction"))) return;
    leaving = true;
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt && event.detail.elt.name === "op") dirty = true;
  });
  window.addEventListener("beforeunload", function (event) {
    if (dirty && !leaving) event.preventDefault();
  });
  form.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    var act = { ArrowUp: "up", ArrowDown: "down", Delete: "remove" }[event.key];
    var card = act && event.target.closest("[data-card]");
    var button = card && card.querySelector("[data-act=" + act + "]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  // A page opened again from the browser's memory may hold older text than the server.
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
})();
