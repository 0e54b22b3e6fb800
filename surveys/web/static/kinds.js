// What only some surveys need beside respond.js: options that stand alone, questions that
// depend on others, answers that are asked for or bounded, options in an order of their own, and rankings.
"use strict";
(() => {
  const together = (field) => [...field.form.elements].filter((other) => other.name === field.name && other !== field);

  // An exclusive option unticks the others, and any other unticks it: before respond.js looks at what is chosen.
  const untick = ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    const alone = "alone" in target.dataset;
    for (const other of together(target)) if (alone || "alone" in other.dataset) other.checked = false;
  };

  // The questions that are asked: [[question, {question, any} or null], ...] in order, and what is chosen by question.
  // The rule is that of surveys/core/logic.py.
  const asked = (questions, chosen) => {
    const found = new Set();
    for (const [name, rule] of questions) {
      const given = rule && Object.hasOwn(chosen, rule.question) ? chosen[rule.question] : [];
      if (!rule || (found.has(rule.question) && rule.any.some((option) => given.includes(option)))) found.add(name);
    }
    return found;
  };

  const rule = (box) => {
    const [question, ...any] = box.dataset.if?.split(" ") ?? [];
    return [box.id, question ? { question, any } : null];
  };

  // Hide what is not asked, and pass over steps that ask nothing.
  const settle = (form) => {
    const boxes = [...form.querySelectorAll("fieldset, .info")];
    const chosen = {};
    for (const field of form.querySelectorAll(":checked[name]")) (chosen[field.name] ??= []).push(field.value);
    const found = asked(boxes.map(rule), chosen);
    for (const box of boxes) box.hidden = !found.has(box.id);
    for (const step of new Set(boxes.map((box) => box.closest(".step")))) {
      step.classList.toggle("out", !step.querySelector("fieldset:not([hidden]), .info:not([hidden])"));
    }
  };

  // What is wrong in a step: [[question's box, the words for it], ...]. Digits of any script are read as the server does.
  const digit = (written) => {
    let zero = written.codePointAt(0);
    const start = zero;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return (start - zero) % 10;
  };
  const number = (text) => Number([...text].map(digit).join(""));

  const wrong = (box) => {
    const { min, max } = box.querySelector("[data-max]")?.dataset ?? {};
    const text = max && box.querySelector("[data-max]").value.trim();
    if (text && (number(text) < min || number(text) > max)) return document.getElementById(`${box.id}.how`).textContent;
    const missing = "required" in box.dataset && !box.querySelector(":checked");
    return missing && document.querySelectorAll("template")[1].content.textContent.trim();
  };
  const faults = (step) =>
    [...step.querySelectorAll("fieldset:not([hidden])")].map((box) => [box, wrong(box)]).filter(([, words]) => words);

  const made = (tag, values, ...inside) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...inside);
    return element;
  };

  // The same words on top of the step, linked, and at the question; a box that is right is left without any.
  const told = (box, words) => {
    const name = `${box.id}.fault`;
    document.getElementById(name)?.remove();
    if (words) box.querySelector("legend").after(made("p", { className: "fault", id: name }, words));
    const typed = box.querySelector("[data-max]");
    const bad = typed ? [typed] : box.matches("[role]") ? [box] : box.querySelectorAll("input");
    for (const each of bad) words ? each.setAttribute("aria-invalid", "true") : each.removeAttribute("aria-invalid");
    if (typed) typed.setAttribute("aria-describedby", words ? `${name} ${box.id}.how` : `${box.id}.how`);
    else if (words) box.setAttribute("aria-describedby", name);
    else box.removeAttribute("aria-describedby");
  };

  const line = ([box, words]) => {
    const link = made("a", { href: `#${box.id}` }, box.querySelector("legend").textContent);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      box.querySelector("input").focus();
    });
    return made("li", {}, link, " ", made("span", {}, words));
  };

  const summed = (step, found) => {
    step.querySelector(".faults")?.remove();
    if (!found.length) return;
    const summary = made("div", { className: "card faults", tabIndex: -1 }, made("ul", {}, ...found.map(line)));
    summary.setAttribute("role", "alert");
    step.prepend(summary);
  };

  // Whether a step keeps its reader: then it says why, and takes the focus.
  const stops = (step) => {
    const found = faults(step);
    for (const box of step.querySelectorAll("fieldset")) told(box, "");
    for (const one of found) told(...one);
    summed(step, found);
    step.querySelector(".faults")?.focus();
    return found.length > 0;
  };

  // What was put right is told of no longer.
  const mended = ({ target }) => {
    const box = target.closest("fieldset");
    const summary = target.closest(".step")?.querySelector(".faults");
    if (!summary || wrong(box)) return;
    told(box, "");
    summary.querySelector(`[href="#${box.id}"]`)?.parentNode.remove();
    if (!summary.querySelector("li")) summary.remove();
  };

  // The order of options by a seed: the numbers and the rule of surveys/core/order.py.
  const drawn = (name) => {
    let number = 0x811c9dc5;
    for (const letter of name) number = Math.imul(number ^ letter.charCodeAt(0), 0x01000193);
    number = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
    number = Math.imul(number ^ (number >>> 13), 0xc2b2ae35);
    return (number ^ (number >>> 16)) >>> 0;
  };

  const arrange = (form, seed) => {
    for (const box of form.querySelectorAll("[data-shuffle]")) {
      const rows = [...box.children];
      const value = (row) => row.querySelector("input, option").value.split(":")[0];
      const place = (row) => drawn(`${seed}/${box.parentNode.id.slice(2)}/${value(row)}`);
      const named = rows.filter((row) => !("stays" in row.dataset)).sort((a, b) => (value(a) < value(b) ? -1 : 1));
      const moving = named.sort((a, b) => place(a) - place(b));
      box.append(...rows.map((row) => ("stays" in row.dataset ? row : moving.shift())));
    }
  };

  // A ranking has a list of places for each option. Who takes another's place leaves it their own.
  const held = new Map(); // the place that each list had before
  const place = (field) => field.value.split(":")[1];
  const put = (field, to) => {
    field.value = `${field.options[0].value}${to}`;
    held.set(field, to);
  };
  const ranked = (all) => {
    if (all[0].type !== "select-one") return undefined;
    const placed = all.filter(place).sort((a, b) => place(a) - place(b));
    return placed.map((field) => field.value.split(":")[0]);
  };
  const rank = (field, order) => put(field, order.indexOf(field.options[0].value.slice(0, -1)) + 1 || "");
  const swap = ({ target }) => {
    if (target.type !== "select-one") return;
    const other = together(target).find((field) => place(field) && place(field) === place(target));
    if (other) put(other, held.get(target) ?? "");
    put(target, place(target));
  };

  window.kinds = { asked, settle, faults, stops, arrange, ranked, rank };
  document.addEventListener("input", swap, true);
  document.addEventListener("input", mended);
  document.addEventListener("change", untick, true);
})();
