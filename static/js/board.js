// Cards of the board: dragged with the mouse or moved with the arrow keys. Without script the buttons do it.
(function () {
  "use strict";
  var board = document.querySelector("[data-board]");
  if (!board) return;
  var order = Array.prototype.map.call(board.querySelectorAll("[data-column]"), function (one) { return one.getAttribute("data-column"); });
  var ways = function (card) {
    var found = {};
    card.getAttribute("data-to").trim().split(/\s+/).forEach(function (way) {
      var part = way.split("=");
      if (part[0]) found[part[0]] = part[1] || "";
    });
    return found;
  };
  function go(card, to) {
    var way = ways(card);
    if (!(to in way)) return;
    if (way[to]) { window.location.assign(way[to]); return; }
    var form = document.createElement("form");
    form.method = "post";
    form.action = card.getAttribute("data-card");
    var token = board.querySelector("[name=csrfmiddlewaretoken]").cloneNode();
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "to";
    field.value = to;
    form.append(token, field);
    document.body.appendChild(form);
    form.submit();
  }
  var held = null;
  board.querySelectorAll("[data-card]").forEach(function (card) {
    if (!card.getAttribute("data-to").trim()) return;
    card.draggable = true;
    card.addEventListener("dragstart", function (event) {
      held = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
      var way = ways(card);
      board.querySelectorAll("[data-column]").forEach(function (column) {
        column.classList.toggle("can", column.getAttribute("data-column") in way);
      });
    });
    card.addEventListener("dragend", function () {
      held = null;
      board.querySelectorAll(".can").forEach(function (column) { column.classList.remove("can"); });
    });
    card.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || event.target.tagName !== "A" || event.altKey || event.ctrlKey || event.metaKey) return;
      var at = order.indexOf(card.closest("[data-column]").getAttribute("data-column")), way = ways(card);
      for (var next = at + step; next >= 0 && next < order.length; next += step) {
        if (order[next] in way) { event.preventDefault(); go(card, order[next]); return; }
      }
    });
  });
  board.querySelectorAll("[data-column]").forEach(function (column) {
    column.addEventListener("dragover", function (event) {
      if (held && column.getAttribute("data-column") in ways(held)) event.preventDefault();
    });
    column.addEventListener("drop", function (event) {
      if (!held) return;
      event.preventDefault();
      go(held, column.getAttribute("data-column"));
    });
  });
})();
