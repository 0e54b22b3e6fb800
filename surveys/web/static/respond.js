// The student's page: one step at a time, and answers sent in small batches. An answer is kept in this tab until the
// server has said that it is safe; then, at the end, nothing of it stays here.
"use strict";
(() => {
  const KEY = "homeroom"; // this go at the survey
  const LEFT = "homeroom.left"; // what somebody before could not send, waiting for the internet
  const PAUSE = 3000; // ms without a change before answers are sent
  const PATIENCE = 20000; // ms to wait for an answer of the server
  const SLOWEST = 30000; // ms between two tries at most
  const [, , survey, version, locale, code] = location.pathname.split("/");
  const of = `${survey}/${version}`;
  const page = (tag) => `/s/${of}/${tag}/`;

  let state = null;
  let shown = 0; // the step on the screen
  let timer = 0;
  let tries = 0;
  let busy = false;
  let trouble = false; // something was told that has not been put right
  let $, form, steps, check, done, back, next, bar, templates;

  document.documentElement.classList.add("js");

  // --- what this tab remembers ---------------------------------------------------------------------------------------

  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
      return true;
    } catch {
      return false; // not allowed here: the page itself remembers as long as it is open
    }
  };
  const keep = () => write(KEY, state);
  const address = (tag) => page(tag) + (keep() ? "" : state.code); // without the code, unless nothing else remembers it
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
  const begin = () => ({ code, of, locale, response: id(), sequence: 0, step: 0, depth: 0, answers: {}, dirty: {} });
  const unsent = (one) => one.sending || Object.keys(one.dirty).length;

  // What the last student could not send is put aside, with its own code, for when the internet is back.
  const putAside = (last) => {
    const left = read(LEFT) || [];
    if (last.handing) left.push({ ...last, method: "POST" });
    else if (unsent(last)) left.push({ ...last, method: "PUT", sequence: last.sequence + 1 });
    write(LEFT, left.length ? left : null);
  };

  // --- sending -------------------------------------------------------------------------------------------------------

  // The status of the server's answer, 0 when there was none, and what it said.
  const call = async (method, one, sequence, answers) => {
    const body = JSON.stringify({ sequence, answers });
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const reply = await fetch(`/r/${one.code}/${one.response}`, {
        method,
        body,
        headers: { "Content-Type": "application/json" },
        keepalive: document.visibilityState === "hidden" && body.length < 60000,
        signal: stop.signal,
      });
      return [reply.status, reply.status === 200 ? await reply.json() : null];
    } catch {
      return [0, null];
    } finally {
      clearTimeout(clock);
    }
  };

  const final = (status) => status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status);

  const flushLeft = async () => {
    for (const one of read(LEFT) || []) {
      const [status] = await call(one.method, one, one.sequence, one.answers);
      if (!status || (status >= 300 && !final(status) && status !== 409)) return;
      const left = (read(LEFT) || []).filter((other) => other.response !== one.response);
      write(LEFT, left.length ? left : null);
    }
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  const again = (status) => {
    tell(!status || !navigator.onLine ? "offline" : state.handing ? "unsent" : "retrying");
    later(Math.min(SLOWEST, 1000 * 2 ** tries++) * (0.5 + Math.random() / 2));
  };

  const stopped = (status) => {
    state.stopped = status === 404 ? "unknown" : status === 410 || status === 403 ? "closed" : "refused";
    state.handing = false;
    keep();
    tell(state.stopped);
  };

  // One batch at a time. What was sent and not acknowledged is sent again as it was, under its own number.
  async function send() {
    clearTimeout(timer);
    if (busy || !state || state.stopped) return;
    if (!state.handing && !state.sending) {
      const names = Object.keys(state.dirty);
      if (!names.length) return;
      const answers = Object.fromEntries(names.map((name) => [name, state.answers[name]]));
      state.sending = { sequence: ++state.sequence, answers };
      state.dirty = {};
      keep();
    }
    const one = state;
    busy = true;
    tell(one.handing ? "sending" : "saving");
    const [status, said] = await (one.handing
      ? call("POST", one, ++one.sequence, one.answers)
      : call("PUT", one, one.sending.sequence, one.sending.answers));
    busy = false;
    if (one !== state) return;
    arrived(status, said);
  }

  const arrived = (status, said) => {
    if (said && said.receipt) return finish(said.receipt);
    if (status === 204) state.sending = null;
    else if (status === 409) {
      // Another tab used this number: these answers go again under the next one.
      for (const name in state.sending?.answers) state.dirty[name] = 1;
      state.sending = null;
    } else if (final(status)) return stopped(status);
    else return again(status);
    tries = 0;
    keep();
    if (state.handing || Object.keys(state.dirty).length) return later(state.handing ? 0 : PAUSE);
    tell("saved");
  };

  // --- telling -------------------------------------------------------------------------------------------------------

  // The line below the page shows every state; a screen reader is told only of what changes something for its reader.
  const tell = (what) => {
    const line = $("state");
    const before = line.dataset.state;
    line.dataset.state = what;
    line.textContent = line.dataset[what] || "";
    const quiet = what === "saving" || (what === "saved" && !trouble);
    if (!quiet && before !== what) say(line.textContent);
    if (!quiet) trouble = what !== "saved";
  };
  const say = (text) => {
    $("told").textContent = text;
  };
  const filled = (pattern, values) => pattern.replace(/{(\w+)}/g, (_, name) => `\u2068${values[name]}\u2069`);

  // --- answers -------------------------------------------------------------------------------------------------------

  const fields = (name) => [...form.elements].filter((field) => field.name === name);
  const choice = (field) => field.type === "radio" || field.type === "checkbox";

  const change = (name) => {
    const all = fields(name);
    const chosen = () => all.filter((field) => field.checked).map((field) => field.value);
    const value = choice(all[0]) ? chosen() : (window.kinds?.ranked(all) ?? all[0].value.trim());
    const question = name.slice(2);
    state.answers[question] = { value, locale };
    state.dirty[question] = 1;
    keep();
    offerClear(name);
    window.kinds?.settle(form);
    if (state.stopped) return tell(state.stopped);
    if (!["offline", "retrying"].includes($("state").dataset.state)) tell("saving");
    if (!state.sending || !tries) later(PAUSE);
  };

  const offerClear = (name) => {
    const box = $(name);
    const given = fields(name).some((field) => field.type === "radio" && field.checked);
    const button = box.querySelector(".clear");
    if (given && !button) box.append(templates[2].content.cloneNode(true));
    if (!given && button) button.remove();
  };

  const clear = (button) => {
    const name = button.closest("fieldset").id;
    const all = fields(name);
    for (const field of all) field.checked = false;
    all[0].focus();
    change(name);
    say($("state").dataset.cleared);
  };

  const restore = () => {
    form.reset();
    for (const [question, { value }] of Object.entries(state.answers)) {
      const name = `q.${question}`;
      for (const field of fields(name)) {
        if (choice(field)) field.checked = value.includes(field.value);
        else if (field.options) window.kinds.rank(field, value);
        else field.value = value;
      }
      if ($(name)) offerClear(name);
    }
    window.kinds?.settle(form);
  };

  // --- steps ---------------------------------------------------------------------------------------------------------

  const heading = (section) => section.querySelector("h1, h2");

  const out = (number) => steps[number]?.matches(".out"); // nothing is asked there

  const show = (number, focus = true) => {
    shown = Math.max(0, Math.min(number, done));
    while (out(shown)) shown--;
    steps.forEach((section, at) => section.classList.toggle("now", at === shown));
    if (shown === check) review();
    back.hidden = shown === 0;
    next.hidden = shown === check;
    $("hand-in").classList.toggle("now", shown === check);
    document.querySelector("header p").hidden = !shown;
    back.parentNode.hidden = shown === done;
    next.textContent = next.dataset[shown ? "next" : "start"];
    bar.style.inlineSize = `${(100 * shown) / check}%`;
    const title = heading(steps[0]).textContent;
    const own = heading(steps[shown]).textContent;
    document.title = shown ? `${own} – ${title}` : title;
    if (focus) settle(heading(steps[shown]));
    if (!state) return;
    state.step = shown;
    keep();
  };

  const settle = (target) => {
    if (target.matches("h1, h2, fieldset")) target.tabIndex = -1;
    target.focus();
    if (target.matches("h1, h2")) scrollTo(0, 0);
  };

  const go = (number) => {
    history.pushState({ step: number, depth: ++state.depth }, "");
    show(number);
    send();
  };

  const forward = () => {
    if (shown === check) return handIn();
    if (window.kinds?.stops(steps[shown])) return;
    let target = state.changing ? check : shown + 1;
    while (out(target)) target++;
    state.changing = false;
    go(target);
  };

  // To what was seen last; a tab that was restored may have nothing behind it.
  const backward = () => (state.depth ? history.back() : go(shown - 1));

  // "Check your answers": every question with what was answered, and a button that leads back to it.
  const review = () => {
    const list = steps[check].querySelector("dl");
    list.replaceChildren();
    for (const box of form.querySelectorAll("fieldset:not([hidden])")) {
      const row = templates[0].content.cloneNode(true);
      const question = box.querySelector("legend").textContent;
      const [asked, answer, , button] = row.querySelectorAll("dt, dd, button");
      asked.textContent = question;
      answer.append(words(box) || templates[1].content.cloneNode(true));
      button.setAttribute("aria-label", `${button.textContent}: ${question}`);
      button.addEventListener("click", () => revisit(box));
      list.append(row);
    }
  };

  const label = (box, option) => box.querySelector(`[value="${option}:"]`).parentNode.nextElementSibling.textContent;

  const words = (box) => {
    const order = window.kinds?.ranked(fields(box.id));
    if (order) return order.map((option, at) => `${at + 1}. ${label(box, option)}`).join("\n");
    const chosen = fields(box.id).filter((field) => (choice(field) ? field.checked : field.value.trim()));
    return chosen.map((field) => (choice(field) ? field.nextElementSibling.textContent : field.value.trim())).join("\n");
  };

  const revisit = (box) => {
    state.changing = true;
    go(steps.indexOf(box.closest(".step")));
    settle(box);
  };

  // --- the end -------------------------------------------------------------------------------------------------------

  const handIn = () => {
    if (state.stopped) return tell(state.stopped);
    const wrong = steps.findIndex((step) => window.kinds?.faults(step).length);
    if (wrong >= 0) {
      state.changing = true;
      go(wrong);
      return window.kinds.stops(steps[wrong]);
    }
    state.handing = true;
    tries = 0;
    keep();
    send();
  };

  const finish = (receipt) => {
    clearTimeout(timer);
    write(KEY, state = null);
    form.reset();
    steps[check].querySelector("dl").replaceChildren();
    for (const button of form.querySelectorAll(".clear")) button.remove();
    const line = steps[done].querySelector(".receipt");
    line.textContent = filled(line.dataset.line, { receipt });
    history.replaceState(null, "");
    tell("");
    show(done);
  };

  // --- the language --------------------------------------------------------------------------------------------------

  // The other document shows the same step; focus goes to the field that had it last.
  const switchTo = (tag) => {
    if (tag === locale) return;
    state.locale = tag;
    state.switched = true;
    location.replace(address(tag));
  };

  const field = () => {
    const [name, value] = state.focus || [];
    const found = fields(name).find((one) => !choice(one) || one.value === value);
    return found && steps[shown].contains(found) ? found : null;
  };

  // --- help ----------------------------------------------------------------------------------------------------------

  const help = async () => {
    if (!state.help) {
      try {
        const reply = await fetch(`/r/${state.code}/help`);
        if (!reply.ok) return;
        state.help = await reply.json();
        keep();
      } catch {
        return; // the general sentence stands there anyway
      }
    }
    for (const line of document.querySelectorAll(".help")) line.textContent = filled(line.dataset.line, state.help);
  };

  // --- arriving ------------------------------------------------------------------------------------------------------

  const arrive = () => {
    state = read(KEY) || state;
    if (code && (!state || state.code !== code || state.of !== of)) {
      if (state) putAside(state);
      state = begin();
    }
    if (!state) return location.replace("/"); // handed in, or opened without a code: there is nothing to answer for
    const step = history.state?.step ?? state.step;
    Object.assign(state, { step, depth: history.state?.depth ?? state.depth, stopped: "" });
    if (state.locale !== locale) return location.replace(address(state.locale));
    history.replaceState({ step, depth: state.depth }, "", address(locale)); // the code leaves address bar and history
    window.kinds?.arrange(form, state.response);
    restore();
    show(step, false);
    const target = field();
    if (target) settle(target);
    else if (step) settle(heading(steps[step]));
    if (state.switched) say($("state").dataset.switched);
    state.switched = false;
    help();
    flushLeft();
    send();
  };

  const listen = () => {
    form.addEventListener("change", (event) => choice(event.target) && change(event.target.name));
    form.addEventListener("input", ({ target }) => {
      if (target.inputMode === "numeric") target.value = target.value.replace(/\P{Nd}/gu, "");
      if (!choice(target)) change(target.name);
    });
    form.addEventListener("focusin", ({ target }) => {
      if (state && target.name) state.focus = [target.name, target.value];
    });
    form.addEventListener("click", (event) => event.target.matches(".clear") && clear(event.target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      forward();
    });
    $("aside").addEventListener("click", (event) => {
      if (!event.target.value) return;
      event.preventDefault();
      if (state) switchTo(event.target.value);
    });
    next.addEventListener("click", forward);
    back.addEventListener("click", backward);
    addEventListener("popstate", (event) => {
      if (!state) return location.replace("/");
      state.depth = event.state?.depth ?? 0;
      show(event.state?.step ?? 0);
      send();
    });
    addEventListener("online", () => {
      tries = 0;
      flushLeft();
      send();
    });
    addEventListener("offline", () => state && unsent(state) && tell("offline"));
    addEventListener("pageshow", (event) => event.persisted && arrive());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  };

  document.addEventListener("DOMContentLoaded", () => {
    $ = (name) => document.getElementById(name);
    form = $("survey");
    steps = [...form.querySelectorAll(".step")];
    check = steps.indexOf($("check"));
    done = check + 1;
    [back, next] = [$("back"), $("next")];
    bar = document.querySelector(".bar i");
    templates = document.querySelectorAll("template");
    listen();
    arrive();
  });
})();
