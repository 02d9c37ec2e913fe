// Keys of a queue: j and k move, Enter opens. Everything works without them; "n" is a button with a shortcut.
(() => {
  "use strict";
  const links = [...document.querySelectorAll("[data-rows] tbody th a")];
  if (links.length === 0) return;

  const place = () => links.indexOf(document.activeElement);
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
  const move = (step) => {
    const from = place();
    const to = from < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(from + step, 0), links.length - 1);
    links[to].focus();
    links[to].scrollIntoView({ block: "nearest" });
  };

  // A focused link opens with Enter by itself, and Tab goes on from it: focus is all that moves.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else return;
    event.preventDefault();
  });
})();
