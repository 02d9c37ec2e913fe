// Small conveniences; everything works without them.
(() => {
  "use strict";
  const root = document.documentElement;
  const kept = "tongguan-theme";
  const themes = ["auto", "light", "dark"];

  const read = () => {
    try { return localStorage.getItem(kept) || "auto"; } catch { return "auto"; }
  };
  const show = (theme) => { root.dataset.theme = themes.includes(theme) ? theme : "auto"; };
  show(read());

  const shortcuts = new Map();
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const pressed = shortcuts.get(event.key.toLowerCase());
    if (pressed && !pressed.disabled) {
      event.preventDefault();
      pressed.focus();
      pressed.click();
    }
  });

  const switchTheme = () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme === "auto" ? (dark ? "dark" : "light") : root.dataset.theme;
    const next = now === "dark" ? "light" : "dark";
    try { localStorage.setItem(kept, next); } catch { /* a private window keeps nothing */ }
    show(next);
  };

  const tickAll = (box) => {
    for (const each of document.querySelectorAll(`input[name="${CSS.escape(box.dataset.tickAll)}"]`)) {
      if (!each.disabled) each.checked = box.checked;
    }
  };

  const sendOnce = (form) => (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  };

  const begin = () => {
    for (const element of document.querySelectorAll("[data-theme-switch]")) {
      element.hidden = false;
      element.addEventListener("click", switchTheme);
    }
    for (const element of document.querySelectorAll("[data-shortcut]")) {
      shortcuts.set(element.dataset.shortcut.toLowerCase(), element);
    }
    for (const box of document.querySelectorAll("[data-tick-all]")) box.addEventListener("change", () => tickAll(box));
    for (const element of document.querySelectorAll("[data-print]")) {
      element.hidden = false;
      element.addEventListener("click", () => print());
    }
    for (const form of document.querySelectorAll("form[method=post]")) form.addEventListener("submit", sendOnce(form));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
