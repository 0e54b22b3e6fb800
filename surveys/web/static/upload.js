/* Sending a batch: shows what was chosen and how much of it is sent, and takes files and folders that are dropped.
   Without it the form sends itself. */
(() => {
  "use strict";

  const form = document.getElementById("upload");
  const words = document.getElementById("upload-words").dataset;
  const at = (id) => document.getElementById(id);
  const dropped = []; // [file, its path]
  const HEIC = /\.hei[cf]$/i;
  const LITTER = /(^|\/)(\.[^/]|~\$|__macosx\/|thumbs\.db$|desktop\.ini$)/i;
  let sending = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const size = (bytes) => {
    const [unit, by] = bytes < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, ...digits }).format(bytes / by);
  };

  const chosen = () =>
    [at("files"), at("folder")]
      .flatMap((field) => [...field.files].map((file) => [file, file.webkitRelativePath || file.name]))
      .concat(dropped)
      .filter(([, path]) => !LITTER.test(path));

  const total = (files) => files.reduce((sum, [file]) => sum + file.size, 0);

  const problem = (text) => {
    at("upload-problem").textContent = text;
    at("upload-problem").hidden = !text;
    if (text) at("upload-problem").scrollIntoView({ block: "nearest" });
  };

  const wrong = (files) => {
    const heic = files.find(([, path]) => HEIC.test(path));
    if (!files.length) return words.none;
    if (heic) return fill(words.heic, { name: heic[0].name });
    return total(files) > Number(form.dataset.largest) ? words.large : "";
  };

  const show = () => {
    const files = chosen();
    at("chosen").textContent = files.length ? fill(words.chosen, { count: files.length, size: size(total(files)) }) : "";
    problem(files.length ? wrong(files) : "");
  };

  // --- dropping ---

  const inside = async (entry) => {
    if (entry.isFile) return new Promise((done) => entry.file((file) => done([[file, entry.fullPath.slice(1)]]), () => done([])));
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done) => reader.readEntries(done, () => done([]))); // a hundred at a time
      if (!some.length) break;
      for (const each of some) found.push(...(await inside(each)));
    }
    return found;
  };

  const take = async (event) => {
    event.preventDefault();
    at("drop").classList.remove("over");
    if (sending) return;
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const found = items.map((item) => item.webkitGetAsEntry() || item.getAsFile()); // at once: soon they are gone
    for (const each of found) dropped.push(...(each instanceof File ? [[each, each.name]] : await inside(each)));
    show();
  };

  // --- sending ---

  const busy = (yes) => {
    at("sending").hidden = !yes;
    if (yes) at("sending").scrollIntoView({ block: "nearest" });
    form.querySelectorAll("input:not([type=hidden]), select, button:not([type=button])").forEach((field) => {
      field.disabled = yes;
    });
  };

  const ended = (text) => {
    sending = null;
    busy(false);
    problem(text);
  };

  const told = (request) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    return page.getElementById("upload-problem")?.textContent.trim() || words.failed;
  };

  const watch = (request) => {
    let quarter = 0;
    request.upload.onprogress = (event) => {
      at("sent").value = (100 * event.loaded) / event.total;
      at("how-far").textContent = fill(words.far, { sent: size(event.loaded), size: size(event.total) });
      const reached = Math.floor((4 * event.loaded) / event.total);
      if (reached > quarter) at("said").textContent = at("how-far").textContent;
      quarter = reached;
    };
    request.upload.onload = () => {
      at("sent").removeAttribute("value");
      at("how-far").textContent = words.keeping;
      at("said").textContent = words.keeping;
    };
    request.onload = () => {
      if (request.status !== 200) return ended(request.status === 413 ? words.large : told(request));
      sending = null;
      location.assign(request.responseURL);
    };
    request.onerror = () => ended(words.failed);
    request.onabort = () => ended(words.cancelled);
  };

  const send = (event) => {
    event.preventDefault();
    if (sending) return;
    const files = chosen();
    const fault = wrong(files);
    problem(fault);
    if (fault) return;
    const content = new FormData(form);
    content.delete("files");
    files.forEach(([file, path]) => content.append("files", file, path));
    sending = new XMLHttpRequest();
    watch(sending);
    sending.open("POST", form.action);
    sending.send(content);
    at("sent").value = 0;
    at("how-far").textContent = fill(words.far, { sent: size(0), size: size(total(files)) });
    busy(true);
  };

  form.addEventListener("submit", send);
  form.addEventListener("change", show);
  at("cancel").addEventListener("click", () => sending?.abort());
  at("drop").addEventListener("drop", take);
  for (const kind of ["dragenter", "dragover", "dragleave"]) {
    at("drop").addEventListener(kind, (event) => {
      event.preventDefault();
      at("drop").classList.toggle("over", kind !== "dragleave");
    });
  }
  at("drop-here").hidden = !matchMedia("(pointer: fine)").matches;
  window.addEventListener("beforeunload", (event) => {
    if (sending) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    busy(false);
    show();
  });
})();
