// Runs before the first paint: settles the theme and the row height from the person's own choice.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function read(name) {
    var found = document.cookie.match("(?:^|; )" + name + "=([^;]*)");
    return found ? found[1] : null;
  }
  function keep(name, value) {
    document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  }
  var wish = new URLSearchParams(location.search).get("theme") || read("theme") || root.getAttribute("data-bs-theme") || "auto";
  function apply() {
    root.setAttribute("data-bs-theme", wish === "auto" ? (dark.matches ? "dark" : "light") : wish);
    document.querySelectorAll("[data-theme-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-set") === wish));
    });
    var density = root.getAttribute("data-density");
    document.querySelectorAll("[data-density-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-density-set") === density));
    });
  }
  root.classList.add("js");
  root.setAttribute("data-density", read("density") || root.getAttribute("data-density") || "default");
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", function (event) {
    var set = event.target.closest("[data-theme-set],[data-theme-toggle],[data-density-set]");
    if (!set) return;
    if (set.hasAttribute("data-density-set")) {
      root.setAttribute("data-density", set.getAttribute("data-density-set"));
      keep("density", set.getAttribute("data-density-set"));
    } else {
      wish = set.getAttribute("data-theme-set") || (root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
      keep("theme", wish);
    }
    apply();
  });
})();
