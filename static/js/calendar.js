// A small calendar beside a date field. The field is plain text, dd/mm/yyyy, and works alone.
(function () {
  "use strict";
  var lang = document.documentElement.lang || "vi";
  var pad = function (n) { return (n < 10 ? "0" : "") + n; };
  var write = function (day) { return pad(day.getDate()) + "/" + pad(day.getMonth() + 1) + "/" + day.getFullYear(); };
  var read = function (text) {
    var part = /^\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\s*$/.exec(text);
    if (!part) return null;
    var day = new Date(+part[3], +part[2] - 1, +part[1]);
    return day.getMonth() === +part[2] - 1 ? day : null;
  };
  var make = function (tag, attributes, text) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    if (text !== undefined) node.textContent = text;
    return node;
  };
  var use = function (name) {
    var sprite = document.querySelector("svg.i use");
    var href = sprite ? sprite.getAttribute("href").split("#")[0] : "";
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    var link = document.createElementNS("http://www.w3.org/2000/svg", "use");
    link.setAttribute("href", href + "#" + name);
    svg.appendChild(link);
    return svg;
  };
  var vi = lang.indexOf("vi") === 0;
  var said = vi
    ? { prev: "Tháng trước", next: "Tháng sau", days: ["T2", "T3", "T4", "T5", "T6", "T7", "CN"], today: "Hôm nay", full: ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"] }
    : { prev: "Previous month", next: "Next month", days: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], today: "Today", full: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] };

  function open(input, button) {
    var shown = read(input.value) || new Date();
    var dialog = make("dialog", { class: "cal", "aria-label": button.getAttribute("aria-label") });
    function draw(focus) {
      dialog.replaceChildren();
      var head = make("div", { class: "cal-h" });
      var prev = make("button", { type: "button", class: "icb", "aria-label": said.prev });
      prev.appendChild(use("chevron-left"));
      var next = make("button", { type: "button", class: "icb", "aria-label": said.next });
      next.appendChild(use("chevron-right"));
      var title = make("b", { "aria-live": "polite" }, pad(shown.getMonth() + 1) + "/" + shown.getFullYear());
      prev.addEventListener("click", function () { step(0, -1, 0); });
      next.addEventListener("click", function () { step(0, 1, 0); });
      head.append(prev, title, next);
      var table = make("table"), row = make("tr"), headRow = make("thead");
      said.days.forEach(function (name, i) { row.appendChild(make("th", { scope: "col", "aria-label": said.full[i] }, name)); });
      headRow.appendChild(row);
      table.appendChild(headRow);
      var body = make("tbody"), first = new Date(shown.getFullYear(), shown.getMonth(), 1), lead = (first.getDay() + 6) % 7;
      var chosen = read(input.value), now = new Date();
      for (var w = 0; w < 6; w++) {
        var line = make("tr");
        for (var d = 0; d < 7; d++) {
          var day = new Date(first.getFullYear(), first.getMonth(), 1 - lead + w * 7 + d);
          var cell = make("td");
          if (day.getMonth() === shown.getMonth()) {
            var pick = make("button", { type: "button", "data-day": write(day), tabindex: write(day) === write(shown) ? "0" : "-1", "aria-label": day.getDate() + ", " + said.full[d] + " " + write(day) }, String(day.getDate()));
            if (chosen && write(chosen) === write(day)) pick.setAttribute("aria-pressed", "true");
            if (write(now) === write(day)) pick.setAttribute("aria-current", "date");
            cell.appendChild(pick);
          }
          line.appendChild(cell);
        }
        body.appendChild(line);
      }
      table.appendChild(body);
      var foot = make("button", { type: "button", class: "btn btn-sm btn-t", "data-day": write(now) }, said.today);
      dialog.append(head, table, foot);
      if (focus) dialog.querySelector('td [tabindex="0"]').focus();
    }
    function step(days, months, years) {
      var to = new Date(shown.getFullYear() + years, shown.getMonth() + months, days ? shown.getDate() + days : 1);
      if (!days) to.setDate(Math.min(shown.getDate(), new Date(to.getFullYear(), to.getMonth() + 1, 0).getDate()));
      shown = to;
      draw(true);
    }
    dialog.addEventListener("click", function (event) {
      var pick = event.target.closest("[data-day]");
      if (pick) {
        input.value = pick.getAttribute("data-day");
        input.dispatchEvent(new Event("change", { bubbles: true }));
        dialog.close();
      } else if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", function (event) {
      var keys = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [-7, 0, 0], ArrowDown: [7, 0, 0], PageUp: [0, -1, 0], PageDown: [0, 1, 0] };
      if (keys[event.key] && event.target.closest("td")) { event.preventDefault(); step.apply(null, keys[event.key]); }
    });
    dialog.addEventListener("close", function () { dialog.remove(); input.focus(); });
    button.parentNode.appendChild(dialog);
    dialog.showModal();
    draw(true);
  }

  function prepare(root) {
    root.querySelectorAll("[data-datebox]").forEach(function (box) {
      var button = box.querySelector("[data-date-button]"), input = box.querySelector("input");
      if (!button || !button.hidden || typeof HTMLDialogElement === "undefined") return;
      button.hidden = false;
      button.addEventListener("click", function () { open(input, button); });
    });
  }
  document.addEventListener("htmx:load", function (event) { prepare(event.detail.elt); });
  if (!window.htmx) document.addEventListener("DOMContentLoaded", function () { prepare(document.body); });
})();
