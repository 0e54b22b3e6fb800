/* Printing a pack: shows how far the PDF is while it is drawn and sent. Without it the form sends itself, and the
   browser tells what has come. */
(() => {
  "use strict";

  const form = document.getElementById("print");
  const bar = document.getElementById("print-progress");
  const PAGE = "/Type/Page/"; // stands once in the file for each page

  const received = async (answer) => {
    const reader = answer.body.getReader();
    const parts = [];
    const letters = new TextDecoder("latin1");
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      const found = (rest + letters.decode(part.value, { stream: true })).split(PAGE);
      bar.value += found.length - 1;
      rest = found[found.length - 1].slice(1 - PAGE.length);
    }
    return new Blob(parts, { type: "application/pdf" });
  };

  const save = (pdf, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(pdf);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.ok || answer.headers.get("Content-Type") !== "application/pdf") throw new Error("no pack");
      bar.max = Number(answer.headers.get("X-Pages")) || 1;
      bar.value = 0;
      bar.hidden = false;
      save(await received(answer), /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1]);
    } catch {
      form.submit(); // the page itself tells what is wrong
    } finally {
      bar.hidden = true;
      button.disabled = false;
    }
  });
})();
