/* Keys, the sheet that lists them, and the command palette (UX 4.3). Everything is also a link or a
   button: what carries data-shortcut="g h" is pressed by G then H, what carries data-command stands
   in the palette, so both know exactly what this page offers to this person.

   data-shortcut  keys: a space is "then", a bar is "or", "mod" is Ctrl or Cmd
   data-label     its words, where its own text does not say it
   data-act       one of ACTS below
   data-quiet     not in the palette
   data-part      of what a row says it can (data-can); data-get or data-post is its address, for REF
   data-group     on something around it: its heading in the sheet
   data-needs     on something around it: "rows", only where there is a list
   Kept for the tab: the addresses of the list that a ticket was opened from, and no words. */
(() => {
  "use strict";

  const { announce, toast, element } = window.desk;
  const sheet = document.getElementById("keys-sheet");
  const palette = document.getElementById("palette");
  if (!sheet || !palette) return;
  const words = { ...sheet.dataset, ...palette.dataset };
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const singleKeys = document.body.dataset.singleKeys === "on";
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);

  /* ---- What there is to press ---------------------------------------------------------- */

  const FIELDS = "input:not([type=hidden], [type=file]), select, textarea, button";
  const TYPING = "input:not([data-bulk-row], [data-bulk-every]), select, textarea, [contenteditable]";
  const TITLE = "main a.row-title";

  const visible = (what) => what.checkVisibility();
  const titles = () => all(TITLE).filter(visible);
  const rowOf = (title) => title?.closest("tr, li");
  const row = () => one("main .is-selected:has(.row-title)");

  function live(what) {
    if (what.disabled || what.closest("dialog") || what.matches("a:not([href])")) return false;
    if (what.closest("[hidden]") && !what.closest("[data-commands]")) return false;
    if (what.dataset.whenShown !== undefined && !what.checkVisibility()) return false;
    if (what.closest("[data-needs=rows]") && !all(TITLE).some(visible)) return false;
    if (what.dataset.part && !all("main [data-can]").some((some) => takes(some, what))) return false;
    if (what.dataset.scope && !all(`[data-command=${what.dataset.scope}]`).some(live)) return false;
    if (what.dataset.next && !document.getElementById(what.dataset.next)) return false;
    if (what.matches("form, section, div") && !one(FIELDS, what)) return false;
    return true;
  }

  const takes = (some, what) => some.dataset.can.split(" ").includes(what.dataset.part);
  const declared = (selector = "[data-shortcut]") => all(selector).filter(live);
  const spellings = (what) => (what.dataset.shortcut ?? "").split("|");
  const textOf = (what) => (what?.textContent ?? "").trim().replace(/\s+/g, " ");

  function labelOf(what) {
    if (what.dataset.label) return what.dataset.label;
    if (what.matches("details")) return textOf(one("summary", what));
    return what.getAttribute("aria-label") || textOf(what.labels?.[0] ?? what);
  }

  /* ---- Doing it ------------------------------------------------------------------------ */

  const ACTS = {
    sheet: openSheet,
    palette: (what) => openPalette(what.dataset.scope ?? ""),
    down: () => step(1),
    up: () => step(-1),
    open() { if (row()) one(".row-title", row()).click(); else toast(words.choose); },
    row: actOnRow,
    fill(what) {
      const field = document.getElementById(what.dataset.field);
      if (field) field.value = what.dataset.value;
      focusOn(document.getElementById(what.dataset.next));
    },
  };

  window.desk.acts = ACTS;  // other scripts add theirs

  function press(what) {
    if (what.dataset.act) ACTS[what.dataset.act](what);
    else if (what.matches("[type=radio]")) { what.click(); focusOn(one("textarea", what.form)); }
    else if (what.matches("a, button")) what.click();
    else if (what.matches("details")) { what.open = true; focusOn(one(`form :is(${FIELDS})`, what)); }
    else focusOn(what.matches(FIELDS) ? what : one(FIELDS, what));
  }

  function focusOn(field) {
    for (let around = field?.closest("details:not([open])"); around; around = around.parentElement.closest("details:not([open])")) around.open = true;
    if (!field?.checkVisibility()) { if (field?.form?.method === "get") location.assign(field.form.action); return; }
    field.focus();
    field.scrollIntoView({ block: "nearest" });
    if (field.type === "search" || field.type === "text") field.select();
  }

  document.addEventListener("click", (event) => {
    const what = event.target.closest("[data-act]");
    const menu = what?.closest("details.menu");
    if (menu) { menu.open = false; one("summary", menu).focus(); }  // which gets the focus back
    if (what) ACTS[what.dataset.act](what);
    if (event.target.closest(TITLE)) remember();
  });

  /* ---- Keys ---------------------------------------------------------------------------- */

  const PATIENCE = 1200;  // milliseconds between the keys of a chord
  const OWN = new Set(["Escape", "Enter", "Tab", " "]);  // what the browser does with these is right
  let typed = [];
  let forgetting = 0;

  function nameOf(event) {
    const modified = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
    if (event.altKey && modified) return "";
    if (modified) return `mod+${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
    if (event.key === " " && event.target.closest?.(TITLE)) return "Space";
    if (OWN.has(event.key)) return "";
    if (event.key.startsWith("Arrow") && !event.target.closest?.("main :is(tr, li):has(.row-title)")) return "";
    return event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") return leave(event);
    const key = nameOf(event);
    if (!key || opened()) return;
    const writing = event.target.closest?.(TYPING);
    if (!key.startsWith("mod+") && (!singleKeys || writing)) return;
    if (key === "mod+a" && writing) return;  // that chooses its text
    const near = event.target.closest?.("form");
    const tried = new Set([[...typed, key].join(" "), key]);
    // What is there is asked of those alone whose keys these are: it costs more than to compare words.
    const known = all("[data-shortcut]").flatMap((what) => spellings(what).map((keys) => [keys, what]))
      .filter(([spelt, what]) => [...tried].some((keys) => spelt === keys || spelt.startsWith(`${keys} `)) && live(what));
    known.sort(([, a], [, b]) => (b.form === near) - (a.form === near));
    for (const keys of tried) {
      const found = known.find(([spelt]) => spelt === keys)?.[1];
      const more = known.some(([spelt]) => spelt.startsWith(`${keys} `));
      if (!found && !more) continue;
      if (found?.form !== near && found?.type === "submit" && key.startsWith("mod+")) continue;
      event.preventDefault();
      if (event.repeat && !["down", "up"].includes(found?.dataset.act)) return;
      typed = more ? keys.split(" ") : [];
      clearTimeout(forgetting);
      forgetting = setTimeout(() => { typed = []; }, PATIENCE);
      if (found) press(found);
      return;
    }
    typed = [];
  });

  function leave(event) {
    const field = event.target.closest?.(TYPING);
    const editor = event.target.closest?.("[data-row-editor]");
    if (editor) { event.preventDefault(); one("[data-leave]", editor).click(); }
    else if (field && singleKeys && !(field.type === "search" && field.value)) field.blur();
  }

  /* ---- Lists --------------------------------------------------------------------------- */

  document.addEventListener("focusin", (event) => {
    const here = event.target.closest("main :is(tr, li):has(.row-title)");
    if (!here) return;
    for (const was of all("main .is-selected")) if (was !== here) was.classList.remove("is-selected");
    here.classList.add("is-selected");
  });

  function step(by) {
    const stops = titles();
    const here = row();
    const now = stops.findIndex((title) => rowOf(title) === here);
    const next = stops[now < 0 && by < 0 ? stops.length - 1 : now + by];
    if (!next) return announce(by < 0 ? words.first : words.last);
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const path = (link) => link.pathname + link.search;

  function remember() {
    sessionStorage.setItem("list", JSON.stringify({ from: path(location), rows: titles().map((title) => title.pathname) }));
  }

  // Back to the list as it was filtered, and to its neighbours as they stood in it.
  function recall() {
    let list = {};
    try { list = JSON.parse(sessionStorage.getItem("list")) ?? {}; } catch { return; }
    const here = list.rows?.indexOf(location.pathname) ?? -1;
    if (here < 0) return;
    for (const back of all("[data-list-back]")) back.href = list.from;
    for (const link of all("[data-list-step]")) {
      const next = list.rows[here + Number(link.dataset.listStep)];
      if (next) link.href = next;
    }
  }

  /* ---- Triage in a row ----------------------------------------------------------------- */

  function actOnRow(what) {
    const target = row();
    if (!target?.dataset.row) return toast(words.choose);
    if (!takes(target, what)) return toast(words.notHere);
    if (target.classList.contains("htmx-request")) return;
    const { row: reference, version, key } = target.dataset;
    const { get, post } = what.dataset;
    const values = post ? { version, request_id: key, row: "1" } : {};
    window.htmx.ajax(post ? "POST" : "GET", (post ?? get).replace("REF", reference), { source: target, target, swap: "outerHTML", values });
  }

  // In a list of choices that is open in a row a digit is a choice, and Enter goes on or saves.
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target.tagName !== "SELECT" || !target.form?.matches("[data-row-editor]") || event.ctrlKey || event.metaKey) return;
    const numbered = /^\d$/.test(key) && [...target.options].some((choice) => choice.value === key);
    if (!numbered && key !== "Enter") return;
    event.preventDefault();
    if (numbered) { target.value = key; return; }
    const empty = all("input[type=text], textarea", target.form).find((field) => !field.value);
    if (empty) empty.focus(); else target.form.requestSubmit();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const fresh = event.detail.elt;
    if (fresh.matches?.("tr[data-row]") && !one("[data-focus]", fresh)) one(".row-title", fresh).focus();
    recall();
  });

  /* ---- The sheet ----------------------------------------------------------------------- */

  const SHOWN = { mod: mac ? "⌘" : "Ctrl", shift: mac ? "⇧" : "Shift", ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc", Space: words.space ?? "Space", enter: mac ? "↩" : "Enter" };

  function drawn(keys) {
    const part = element("span", "keys");
    keys.split("|").forEach((spelt, choice) => {
      if (choice) part.append(` ${words.or} `);
      spelt.split(" ").forEach((chord, place) => {
        if (place) part.append(` ${words.then} `);
        for (const key of /^[A-Z]$/.test(chord) ? ["shift", chord] : chord.length > 1 ? chord.split("+") : [chord]) part.append(element("kbd", "", SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)));
      });
    });
    return part;
  }

  /* Modal by hand: showModal() makes all that lies behind inert, and looks up the style of each element for it,
     which takes longer than all the rest. So keys and clicks are kept from what lies behind here. */

  const opened = () => one("dialog[open]");

  // Gives the focus back. Where there was none, it must not linger on a field that nobody sees.
  function shut(dialog) {
    dialog.close();
    if (dialog.contains(document.activeElement)) document.activeElement.blur();
  }

  for (const type of ["mousedown", "click"]) {
    document.addEventListener(type, (event) => {
      const dialog = opened();
      if (!dialog || dialog.contains(event.target) && !event.target.closest("[data-close-dialog]")) return;
      event.preventDefault();
      event.stopPropagation();
      if (type === "click") shut(dialog);
    }, { capture: true });
  }

  document.addEventListener("keydown", (event) => {
    const dialog = opened();
    if (!dialog || event.isComposing) return;
    if (event.key === "Escape") {  // at once, and not when the browser comes to it: the next key may follow
      event.preventDefault();
      event.stopPropagation();
      shut(dialog);
    } else if (event.key === "Tab") {
      const stops = all("a[href], button, input", dialog);
      const next = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
      event.preventDefault();
      stops.at(next % stops.length).focus();
    }
  }, { capture: true });

  const works = (keys) => singleKeys || /^(mod\+|Escape)/.test(keys);

  function groupOf(what) {
    return what.closest("[data-group]")?.dataset.group ?? (what.closest(".stage") ? words.here : words.everywhere);
  }

  function openSheet() {
    const groups = new Map();
    const seen = new Set();
    for (const what of declared()) {
      const keys = what.dataset.shortcut;
      if (seen.has(keys) || !works(keys)) continue;
      seen.add(keys);
      const group = groupOf(what);
      if (!groups.has(group)) groups.set(group, element("dl", ""));
      const line = element("div", "");
      const term = element("dt", "");
      term.append(drawn(keys));
      line.append(term, element("dd", "", labelOf(what)));
      groups.get(group).append(line);
    }
    one("[data-key-groups]", sheet).replaceChildren(...[...groups].map(([name, list]) => {
      const section = element("section", "");
      section.append(element("h3", "", name), list);
      return section;
    }));
    sheet.show();
  }

  /* ---- The palette --------------------------------------------------------------------- */

  const input = one("input", palette);
  const list = one("ul", palette);
  const status = one("[role=status]", palette);
  let scope = "";
  let asking = 0;
  let asked = null;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // 0 where the letters do not come in this order; more the closer they are to what was typed.
  function fit(label, query) {
    const at = label.indexOf(query);
    if (at >= 0) return at === 0 ? 4 : /\W/.test(label[at - 1]) ? 3 : 2;
    let next = 0;
    for (const letter of label) if (letter === query[next]) next += 1;
    return next === query.length ? 1 : 0;
  }

  const ofPage = (what) => (what.closest("main") ? 1 : 0);

  function commands(query) {
    const found = declared(scope ? `[data-command=${scope}]` : "[data-shortcut]:not([data-quiet]), [data-command]")
      .filter((what) => !what.dataset.part || (row()?.dataset.can && takes(row(), what)));
    const seen = new Set();
    return found
      .map((what) => ({ what, label: labelOf(what), fits: fit(plain(labelOf(what)), query) }))
      .filter(({ label, fits }) => fits && !seen.has(label) && seen.add(label))
      .sort((a, b) => b.fits - a.fits || ofPage(b.what) - ofPage(a.what));
  }

  function option({ what, label }) {
    const made = element("li", "");
    made.setAttribute("role", "option");
    made.append(element("span", "option-label", label));
    const keys = what.dataset.shortcut?.split("|")[0];
    if (keys && works(keys)) made.append(drawn(keys));
    made.what = what;
    return made;
  }

  function offer(hits = []) {
    const own = commands(plain(input.value.trim())).map(option);
    // Somebody who types a number means a record, not a command.
    list.replaceChildren(...(/\d/.test(input.value) ? [...hits, ...own] : [...own, ...hits]));
    all("li", list).forEach((each, place) => { each.id = `palette-${place}`; });
    const number = list.children.length;
    status.textContent = !number ? (asked ? "" : words.none) : number === 1 ? words.one : words.some.replace("%s", number);
    status.classList.toggle("visually-hidden", number > 0);
    mark(list.firstElementChild);
  }

  function mark(chosen) {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === chosen));
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function openPalette(wanted) {
    if (palette.open) return;
    scope = wanted;
    input.value = "";
    offer();
    palette.show();
    input.focus();
  }

  async function search(text) {
    asked?.abort();
    asked = null;
    if (scope || text.length < 2 || !words.search) return;
    const mine = asked = new AbortController();
    try {
      const answer = await fetch(`${words.search}?${new URLSearchParams({ palette: "1", q: text })}`, { headers: { "HX-Request": "true" }, signal: mine.signal });
      const holder = document.createElement("template");
      holder.innerHTML = answer.ok ? await answer.text() : "";
      if (mine !== asked) return;
      asked = null;
      offer([...holder.content.children]);
    } catch {
      if (mine === asked) { asked = null; offer(); }
    }
  }

  function choose(chosen) {
    if (!chosen) return;
    shut(palette);
    if (chosen.dataset.url) location.assign(chosen.dataset.url);
    else press(chosen.what);
  }

  input.addEventListener("input", () => {
    const text = input.value.trim();
    clearTimeout(asking);
    asking = setTimeout(() => search(text), 150);
    offer();
  });
  palette.addEventListener("keydown", (event) => {
    const options = [...list.children];
    const now = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && options.length) { event.preventDefault(); mark(options[(now + by + options.length) % options.length]); }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); choose(options[now]); }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); shut(palette); }
  });
  list.addEventListener("click", (event) => choose(event.target.closest("li")));

  for (const hidden of all("[data-with-keys]")) hidden.hidden = false;
  recall();
})();
