/* The batch page while pages are read: asks for its changing part until everything is read. Without it the page asks for
   itself anew. What is said aloud is said at each quarter and at the end, and no more. */
(() => {
  "use strict";

  const source = document.currentScript.dataset.live;
  const said = document.getElementById("said");
  const away = document.getElementById("away");
  const SECOND = 1000;
  let wait = SECOND;
  let quarter = 0;

  const speak = (live) => {
    const bar = live.querySelector("progress");
    const reached = Math.floor((4 * bar.value) / bar.max);
    if (live.dataset.settled === "yes" || reached > quarter) said.textContent = live.querySelector(".status").textContent.trim();
    quarter = reached;
  };

  const put = (html) => {
    const part = new DOMParser().parseFromString(html, "text/html").getElementById("live");
    const live = document.getElementById("live");
    if (!part) return location.reload(); // signed out meanwhile: the page leads to the sign-in
    if (part.dataset.settled !== live.dataset.settled || part.textContent !== live.textContent) live.replaceWith(part);
    speak(part);
    return part.dataset.settled === "yes";
  };

  const look = async () => {
    try {
      const answer = await fetch(source, { credentials: "same-origin" });
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (put(await answer.text())) return;
      wait = document.hidden ? 5 * SECOND : SECOND;
    } catch {
      wait = Math.min(2 * wait, 30 * SECOND);
    }
    away.hidden = wait <= 5 * SECOND;
    setTimeout(look, wait);
  };

  setTimeout(look, SECOND);
})();
