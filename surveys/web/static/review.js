/* The review desk by keyboard: one key per ruling. Everything here is also a button, a link or a field on the page. */
(() => {
  "use strict";

  // Once a ruling is sent or a doubt is skipped, keys pressed before the next doubt is there must not rule on this one.
  let leaving = false;

  const typing = (element) => element.matches("textarea, input:not([type=checkbox])");

  const press = (target) => {
    if (typing(target)) target.focus();
    else target.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) document.querySelector("[data-save]")?.click();
      return;
    }
    if (leaving || event.ctrlKey || event.metaKey || event.repeat) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]:not(:disabled)`);
    if (!target || (event.key === "Enter" && event.target.closest("button, a"))) return; // Enter presses what has focus
    event.preventDefault();
    press(target);
  });

  document.addEventListener("submit", (event) => {
    if (leaving) event.preventDefault();
    leaving = true;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-key]")) leaving = true;
  });

  window.addEventListener("pageshow", () => {
    leaving = false;
  });
})();
