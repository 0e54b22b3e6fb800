// What only some surveys need beside respond.js: options that stand alone, and questions that
// depend on others.
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
    const boxes = [...form.querySelectorAll("fieldset")];
    const chosen = {};
    for (const field of form.querySelectorAll(":checked[name]")) (chosen[field.name] ??= []).push(field.value);
    const found = asked(boxes.map(rule), chosen);
    for (const box of boxes) box.hidden = !found.has(box.id);
    for (const step of new Set(boxes.map((box) => box.closest(".step")))) {
      step.classList.toggle("out", !step.querySelector("fieldset:not([hidden])"));
    }
  };

  window.kinds = { asked, settle };
  document.addEventListener("change", untick, true);
})();
