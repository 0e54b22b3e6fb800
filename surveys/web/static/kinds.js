// What only some surveys need beside respond.js: options that stand alone.
"use strict";
(() => {
  const together = (field) => [...field.form.elements].filter((other) => other.name === field.name && other !== field);

  // An exclusive option unticks the others, and any other unticks it: before respond.js looks at what is chosen.
  const untick = ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    const alone = "alone" in target.dataset;
    for (const other of together(target)) if (alone || "alone" in other.dataset) other.checked = false;
  };

  document.addEventListener("change", untick, true);
})();
