/* The desk's own script. Every page works without it; it makes forms quicker and safer.
   No dependencies besides htmx, no handlers in markup, nothing kept in browser storage. */
(() => {
  "use strict";

  const words = document.getElementById("words")?.dataset ?? {};
  const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const fill = (pattern, value) => (pattern ?? "%s").replace("%s", value);
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const every = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    return found;
  };
  const icon = (name) => {
    // The sprite's hashed address is already on the page: take it from any icon.
    const known = document.querySelector("svg use[href*='icons']")?.getAttribute("href") ?? "";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `icon icon-${name}`);
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${known.split("#")[0]}#${name}`);
    svg.append(use);
    return svg;
  };
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  /* ---- Telling people ------------------------------------------------------------------ */

  function announce(text) {
    const region = document.getElementById("announce");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 50);
  }

  // What follows from a key or a click but need not be there at once: its answer is painted first.
  function afterPaint(work) {
    requestAnimationFrame(() => setTimeout(work));
  }

  function toast(text, { bad = false } = {}) {
    const area = document.getElementById("toasts");
    if (!area || !text) return;
    if ([...area.children].some((shown) => shown.firstElementChild.textContent === text)) return;
    const note = element("div", bad ? "toast-note is-bad" : "toast-note");
    const close = element("button", "");
    close.type = "button";
    close.setAttribute("aria-label", words.dismiss ?? "Dismiss");
    close.append(icon("x"));
    close.addEventListener("click", () => note.remove());
    note.append(element("p", "", text), close);
    area.append(note);
    announce(text);
    let left = 8000;
    let timer = setTimeout(() => note.remove(), left);
    const hold = () => clearTimeout(timer);
    const release = () => { clearTimeout(timer); timer = setTimeout(() => note.remove(), left); };
    note.addEventListener("mouseenter", hold);
    note.addEventListener("focusin", hold);
    note.addEventListener("mouseleave", release);
    note.addEventListener("focusout", release);
    if (bad) { left = 20000; release(); }
  }

  /* ---- htmx ----------------------------------------------------------------------------- */

  on("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });

  on("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const login = document.body.dataset.loginUrl;
    if (xhr.status === 401 || (login && new URL(xhr.responseURL || location.href).pathname === login && location.pathname !== login)) {
      event.detail.shouldSwap = false;
      toast(words.signedOut, { bad: true });
    } else if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = true;
    }
  });

  // Suggestions come unasked, so that they do not come is no news either.
  const quiet = (event) => "quiet" in (event.detail.elt?.dataset ?? {});

  on("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (quiet(event)) return;
    if (xhr.status === 401 || xhr.getResponseHeader("HX-Retarget")) return;
    toast(xhr.status === 404 ? words.gone : words.server, { bad: true });
  });
  on("htmx:sendError", (event) => { if (!quiet(event)) toast(words.network, { bad: true }); });
  on("htmx:timeout", (event) => { if (!quiet(event)) toast(words.network, { bad: true }); });

  on("htmx:afterSettle", (event) => {
    const root = event.detail.elt ?? document;
    enhance(root);
    const summary = root.querySelector?.("[data-focus]");
    if (summary) summary.focus();
    else if (document.activeElement === document.body && !event.detail.requestConfig?.elt?.isConnected) focusHeading(root);
    for (const said of every(root, "[data-announce]")) announce(said.dataset.announce);
  });

  // What had the focus was replaced: go on from the heading of what came, without scrolling away.
  function focusHeading(root) {
    const heading = root.querySelector?.("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  // The button in the menu says which theme it leads to; without scripts the server has to guess.
  on("htmx:configRequest", (event) => {
    if (!event.detail.elt.matches("[data-theme-form]")) return;
    const root = document.documentElement;
    const dark = root.dataset.bsTheme ? root.dataset.bsTheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const next = dark ? "light" : "dark";
    event.detail.parameters.theme = next;
    root.dataset.bsTheme = next;
    document.querySelector('meta[name="color-scheme"]').content = next;
    announce(words[next]);
  });

  /* ---- Submit buttons: one press is enough ------------------------------------------------ */

  function quieten(form, submitter) {
    const buttons = every(form, "button[type=submit], button:not([type]), input[type=submit]").filter((button) => !button.disabled);
    if (submitter && !buttons.includes(submitter)) buttons.push(submitter);
    for (const button of buttons) { button.hushed = true; button.disabled = true; }
    const shown = submitter ?? buttons[0];
    if (shown?.tagName !== "BUTTON") return;
    shown.busyTimer = setTimeout(() => {
      shown.style.minWidth = `${shown.offsetWidth}px`;
      shown.restContent = [...shown.childNodes];
      shown.replaceChildren(words.saving ?? "Saving…");
      shown.classList.add("is-busy");
    }, 300);
  }

  function wake() {
    for (const button of document.querySelectorAll("button, input[type=submit]")) {
      if (!button.hushed) continue;
      clearTimeout(button.busyTimer);
      button.hushed = false;
      button.disabled = false;
      button.classList.remove("is-busy");
      if (button.restContent) button.replaceChildren(...button.restContent);
      button.restContent = null;
      button.style.minWidth = "";
    }
  }

  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get" || form.hasAttribute("data-no-hush")) return;
    const submitter = event.submitter;
    // After the event, so that the pressed button's own name and value are still sent.
    setTimeout(() => quieten(form, submitter), 0);
  });
  on("htmx:beforeRequest", (event) => { if (event.detail.elt.tagName === "FORM") quieten(event.detail.elt, event.detail.requestConfig?.triggeringEvent?.submitter); });
  on("htmx:afterRequest", () => wake());
  window.addEventListener("pageshow", (event) => { if (event.persisted) wake(); });

  /* ---- Menus, copying, passwords ----------------------------------------------------------- */

  on("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier.dataset.copy || new URL(copier.dataset.copyAddress, location.href).href);
    if (event.target.closest("[data-print]")) window.print();
    const reveal = event.target.closest("[data-password-show]");
    if (reveal) showPassword(reveal);
    const persona = event.target.closest("[data-sign-in-as]");
    if (persona) signInAs(persona);
  });

  on("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.isComposing) {
      const form = event.target.closest("form[data-composer], .composer form, form.composer");
      if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-send]") ?? undefined); }
    }
  });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast(fill(words.copied, text));
    } catch { window.prompt("", text); }
  }

  function showPassword(button) {
    const input = button.closest("[data-password]").querySelector("input");
    const word = button.querySelector("[data-password-word]");
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    word.textContent = shown ? word.dataset.show : word.dataset.hide;
    const form = button.form ?? button.closest("form");
    form?.addEventListener("submit", () => { input.type = "password"; }, { once: true });
  }

  function signInAs(persona) {
    const form = document.querySelector("form[data-sign-in]");
    if (!form) return;
    form.elements.login.value = persona.dataset.signInAs;
    form.elements.password.value = persona.dataset.password;
    form.querySelector("button[type=submit]")?.focus();
  }

  /* ---- Promises tick --------------------------------------------------------------------- */

  const HOUR = 60;
  const DAY = 24 * HOUR;

  function span(minutes) {
    if (minutes < HOUR) return fill(words.minutes, minutes);
    if (minutes < DAY) {
      const rest = minutes % HOUR;
      return fill(words.hours, Math.floor(minutes / HOUR)) + (rest ? ` ${fill(words.minutes, String(rest).padStart(2, "0"))}` : "");
    }
    const hours = Math.floor((minutes % DAY) / HOUR);
    return fill(words.days, Math.floor(minutes / DAY)) + (hours ? ` ${fill(words.hours, hours)}` : "");
  }

  function shaped(pattern, text) {
    const [before, after] = (pattern ?? "%s").split("%s");
    return text.startsWith(before) && text.endsWith(after) && /\d/.test(text);
  }

  // Only the words tick; the state (colour, icon) is always the server's. Texts such as
  // "by Tue 10:30" are left alone.
  function tick() {
    const now = Date.now();
    for (const chip of document.querySelectorAll(".sla[data-due]")) {
      const time = chip.querySelector("time");
      const text = time?.textContent.trim() ?? "";
      if (!shaped(words.in, text) && !shaped(words.late, text)) continue;
      if (/^by |:/.test(text)) continue;
      const minutes = Math.floor((Date.parse(chip.dataset.due) - now) / 60000);
      const next = minutes >= 0 ? fill(words.in, span(minutes)) : fill(words.late, span(-minutes - 1 || 1));
      if (next !== text) time.textContent = next;
    }
  }
  setInterval(tick, 30000);

  /* ---- Drafts save themselves --------------------------------------------------------------- */

  function autosave(form) {
    if (form.autosaving) return;
    form.autosaving = true;
    const status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    let timer = null;
    let saved = "";
    let sending = false;
    let again = false;
    let sent = false;
    let under = null;
    let tooLong = Infinity;
    const snapshot = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return new URLSearchParams(data);
    };
    const say = (text, bad = false) => {
      if (!status) return;
      status.textContent = text;
      status.classList.toggle("is-bad", bad);
    };
    const save = async ({ leaving = false } = {}) => {
      clearTimeout(timer);
      const data = snapshot();
      const body = data.toString();
      if (sent || body === saved || body.length >= tooLong) return;
      if (sending && !leaving) { again = true; return; }
      sending = true;
      under = new AbortController();
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          signal: under.signal,
          method: "POST",
          headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch", "HX-Request": "true" },
          body: data,
          credentials: "same-origin",
          redirect: "error",
          keepalive: leaving && body.length < 60000,
        });
        if (answer.headers.get("HX-Retarget")) {  // refused: the same again would be, too
          saved = body;
          if (answer.status === 413) tooLong = body.length;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          say(page.body.textContent.trim(), true);
          return;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        saved = body;
        tooLong = Infinity;
        say(fill(words.saved, new Date().toLocaleTimeString([], { hour12: false })));
      } catch {
        if (sent) return;
        say(words.notSaved, true);
        timer = setTimeout(save, 5000);
      } finally {
        sending = false;
        if (again) { again = false; save(); }
      }
    };
    saved = snapshot().toString();
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener("change", () => save());
    form.addEventListener("focusout", () => save());
    on("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return;
      sent = true;  // the form itself is on its way; a late autosave would bring the draft back,
      clearTimeout(timer);  // or answer with the end of a session that the form's own answer began
      under?.abort();
    });
    window.addEventListener("pageshow", () => { sent = false; });
    on("visibilitychange", () => { if (document.visibilityState === "hidden") save({ leaving: true }); });
  }

  /* ---- Questions that depend on an answer ---------------------------------------------------- */

  // Without this, every question is shown and says when it counts. What is hidden keeps its text
  // in the draft; the server leaves it out of what is sent.
  function conditions(form) {
    if (form.conditioned) return;
    form.conditioned = true;
    const parts = [...form.querySelectorAll("[data-show-field]")];
    const answers = (name) => new FormData(form).getAll(name).map(String);
    const show = ({ telling }) => {
      for (const part of parts) {  // in the order of the form: a controller stands before what it controls
        const controller = form.querySelector(`[name="${CSS.escape(part.dataset.showField)}"]`);
        const asked = !controller?.closest("[data-show-field][hidden]");
        const wanted = part.dataset.showValues.split(",");
        const shown = asked && answers(part.dataset.showField).some((answer) => wanted.includes(answer));
        if (telling && shown && part.hidden) announce(fill(words.asked, part.querySelector(".field-label")?.firstChild.textContent.trim() ?? ""));
        part.hidden = !shown;
      }
    };
    form.addEventListener("change", () => show({ telling: true }));
    show({ telling: false });
  }

  /* ---- Files --------------------------------------------------------------------------------- */

  const IMAGE_ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp" };

  function pastedName(file) {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const stamp = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
    return `screenshot-${stamp}.${IMAGE_ENDINGS[file.type] ?? "png"}`;
  }

  function size(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  }

  function uploader(root) {
    if (root.enhanced) return;
    root.enhanced = true;
    root.classList.add("uploader");
    const input = root.querySelector("input[type=file]");
    let list = root.querySelector("[data-files]");
    if (!list) { list = element("ul", "files"); list.dataset.files = ""; root.append(list); }
    const hint = root.querySelector("[data-drop-hint]");
    if (hint) hint.textContent = words.drop ?? "";
    const limit = Number(root.dataset.maxBytes || 0);
    input.removeAttribute("name");  // files go one by one; the form must not send them again
    const take = (files) => { for (const file of files) add(file); };

    input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
    root.addEventListener("dragover", (event) => {
      if ([...event.dataTransfer.types].includes("Files")) { event.preventDefault(); root.classList.add("is-over"); }
    });
    root.addEventListener("dragleave", (event) => { if (!root.contains(event.relatedTarget)) root.classList.remove("is-over"); });
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      root.classList.remove("is-over");
      take([...event.dataTransfer.files]);
    });
    const pasteArea = root.closest("form") ?? root;
    pasteArea.addEventListener("paste", (event) => {
      const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type in IMAGE_ENDINGS);
      if (!pictures.length) return;
      event.preventDefault();
      take(pictures.map((file) => new File([file], pastedName(file), { type: file.type })));
    });

    function add(file) {
      const row = element("li", "file-row");
      const label = element("span", "");
      const state = element("span", "file-state", words.waiting);
      label.append(element("span", "file-name", file.name), " ", element("span", "file-size", size(file.size)), " ", state);
      const actions = element("span", "file-actions");
      const remove = element("button", "btn btn-sm btn-quiet", words.remove);
      remove.type = "button";
      remove.append(element("span", "visually-hidden", ` ${file.name}`));
      actions.append(remove);
      const bar = element("progress", "");
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      row.append(icon("file"), label, actions, bar);
      list.append(row);
      if (limit && file.size > limit) {
        remove.addEventListener("click", () => row.remove());
        fail(row, bar, state, words.tooBig);
        return;
      }
      send(file, { row, state, bar, actions, remove });
    }

    function send(file, { row, state, bar, actions, remove }) {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", file, file.name);
      body.append("draft", root.dataset.draft ?? "");
      request.open("POST", root.dataset.uploadUrl);
      request.setRequestHeader("X-CSRFToken", csrf());
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.round((event.loaded / event.total) * 100);
        bar.value = percent;
        state.textContent = percent < 100 ? `${percent} %` : words.checking;
      });
      request.addEventListener("load", () => {
        const html = /^text\/html/.test(request.getResponseHeader("Content-Type") ?? "");
        if ((request.status === 201 || request.status === 422) && html) place(row, request.responseText, file.name);
        else lost();
      });
      request.addEventListener("error", lost);
      request.addEventListener("timeout", lost);
      const stop = () => { request.abort(); row.remove(); input.focus(); };
      remove.addEventListener("click", stop);
      request.send(body);

      function lost() {
        fail(row, bar, state, words.notSent);
        const retry = element("button", "btn btn-sm", words.retry);
        retry.type = "button";
        retry.append(element("span", "visually-hidden", ` ${file.name}`));
        retry.addEventListener("click", () => { row.remove(); add(file); });
        actions.prepend(retry);
      }
    }

    function place(row, html, fileName) {
      const template = document.createElement("template");
      template.innerHTML = html;
      const fresh = template.content.firstElementChild;
      if (!fresh) return;
      row.replaceWith(fresh);
      window.htmx?.process(fresh);
      announce(fresh.querySelector(".file-error")?.textContent ?? `${fileName} ✓`);
    }

    function fail(row, bar, state, text) {
      row.classList.add("is-bad");
      bar.remove();
      state.textContent = "";
      const message = element("p", "file-error", text);
      row.append(message);
      announce(`${row.querySelector(".file-name").textContent}: ${text}`);
    }

    list.addEventListener("click", async (event) => {
      const button = event.target.closest("button, a");
      const row = event.target.closest("[data-remove-url]");
      if (!button || !row || !(button.matches("[data-remove]") || button === row)) {
        const bad = button?.matches("[data-dismiss]") ? button.closest(".file-row") : null;
        if (bad) { event.preventDefault(); bad.remove(); input.focus(); }
        return;
      }
      event.preventDefault();
      button.disabled = true;
      try {
        const answer = await fetch(row.dataset.removeUrl, {
          method: "POST",
          headers: { "X-CSRFToken": csrf(), "HX-Request": "true" },
          body: new URLSearchParams({ draft: root.dataset.draft ?? "" }),
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        (row.closest(".file-row") ?? row).remove();
        input.focus();
      } catch {
        button.disabled = false;
        toast(words.network, { bad: true });
      }
    });
  }

  /* ---- Start -------------------------------------------------------------------------------- */

  function enhance(root) {
    for (const button of every(root, "[data-password-show], [data-print]")) button.hidden = false;
    for (const form of every(root, "form[data-autosave-url]")) autosave(form);
    for (const form of every(root, "form[data-conditions]")) conditions(form);
    for (const box of every(root, "[data-uploader]")) uploader(box);
  }

  window.desk = { announce, toast, element, afterPaint };  // for the other scripts
  enhance(document);
  document.querySelector("[data-focus]")?.focus();
})();
