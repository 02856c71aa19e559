/* Writing on a ticket (docs/workspace.md): templates by key, how many are told, the seconds in which a
   message can be taken back, names after an @, and whether somebody is writing. Each also works without. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, handler) => document.addEventListener(type, handler);

  /* ---- Templates: a digit inserts its own, Enter the one that is chosen ------------------- */

  on("keydown", (event) => {
    const choice = event.target;
    if (!choice.matches?.("[data-template-choice]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const numbered = /^[1-9]$/.test(event.key) && one(`option[data-number="${event.key}"]`, choice);
    if (numbered) choice.value = numbered.value;
    else if (event.key !== "Enter" || !choice.value) return;
    event.preventDefault();
    one("[data-insert]", choice.form).click();
  });

  // What was put into the box is gone on with at its end.
  function toTheEnd() {
    const filled = one("#composer textarea[data-focus]");
    if (filled && document.activeElement === filled) filled.setSelectionRange(filled.value.length, filled.value.length);
  }
  on("htmx:afterSettle", toTheEnd);
  toTheEnd();

  /* ---- Who is told ---------------------------------------------------------------------- */

  on("change", (event) => {
    const list = event.target.closest?.("[data-recipients]");
    if (!list) return;
    const told = all("input[type=checkbox]", list).filter((box) => box.checked);
    const names = told.slice(0, 3).map((box) => box.dataset.name);
    if (told.length > 3) names.push(list.dataset.more.replace("%s", told.length - 3));
    one("[data-recipients-summary]", list).textContent = names.join(", ") || list.dataset.nobody;
    const count = one("[data-told]", list.closest("form"));
    if (!count || !list.matches(".when-public")) return;
    const number = told.filter((box) => "ldc" in box.dataset).length;
    count.textContent = number === 1 ? count.dataset.one : count.dataset.many.replace("%s", number);
  });

  /* ---- The seconds in which it can be taken back ------------------------------------------- */

  setInterval(() => {
    for (const held of all("[data-held]")) {
      held.until ??= Date.now() + Number(held.dataset.held) * 1000;
      const left = Math.max(0, Math.ceil((held.until - Date.now()) / 1000));
      const shown = one("[data-seconds]", held);
      if (shown) shown.textContent = left;
      if (!left) one("form", held)?.remove();
    }
  }, 500);

  /* ---- Who else is here --------------------------------------------------------------------- */

  const box = () => one("#composer textarea");

  on("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "presence") return;
    if (document.hidden) event.preventDefault();
    event.detail.parameters.writing = box()?.value.trim() ? "yes" : "no";
  });

  /* ---- Names after an @ ----------------------------------------------------------------------- */

  let names = null;
  let asking = false;
  let list = null;
  let from = -1;

  async function ask(form) {
    if (names || asking) return;
    asking = true;
    try {
      const answer = await fetch(form.dataset.people, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.ok) names = (await answer.json()).names;
    } catch { /* no names are offered; typing them works */ }
    asking = false;
  }

  function begun(area) {
    const found = /(?:^|[\s(])@([\p{L}][\p{L}'’. -]{0,40})?$/u.exec(area.value.slice(0, area.selectionStart));
    if (!found) return null;
    from = area.selectionStart - (found[1]?.length ?? 0);
    return (found[1] ?? "").toLowerCase();
  }

  function shut(area) {
    list?.remove();
    list = null;
    area.removeAttribute("aria-controls");
    area.removeAttribute("aria-activedescendant");
  }

  function mark(area, option) {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
    area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function offer(area) {
    const typed = begun(area);
    shut(area);
    if (typed === null || !names) return;
    const fitting = names.filter((name) => name.toLowerCase().startsWith(typed) && name.toLowerCase() !== typed).slice(0, 8);
    if (!fitting.length) return;
    list = document.createElement("ul");
    list.className = "mention-list";
    list.id = "mention-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.form.dataset.peopleLabel);
    fitting.forEach((name, place) => {
      const option = document.createElement("li");
      option.id = `mention-${place}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(area, option); });
      list.append(option);
    });
    area.after(list);
    area.setAttribute("aria-controls", list.id);
    mark(area, list.firstElementChild);
    window.desk.announce(list.firstElementChild.textContent);
  }

  function take(area, option) {
    area.setRangeText(`${option.textContent} `, from, area.selectionStart, "end");
    shut(area);
    area.focus();
  }

  on("input", (event) => {
    const area = event.target;
    if (!area.matches?.("#composer textarea")) return;
    area.setAttribute("aria-autocomplete", "list");
    if (begun(area) === null) return shut(area);
    ask(area.form).then(() => { if (document.activeElement === area) offer(area); });
  });

  // Before keys.js sees it: here Escape closes the list, and leaves the box as it is.
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!list || !area.matches?.("#composer textarea")) return;
    const chosen = one("[aria-selected=true]", list);
    const moves = { ArrowDown: chosen.nextElementSibling ?? list.firstElementChild, ArrowUp: chosen.previousElementSibling ?? list.lastElementChild };
    if (moves[event.key]) mark(area, moves[event.key]);
    else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.shiftKey) take(area, chosen);
    else if (event.key === "Escape") shut(area);
    else return;
    event.preventDefault();
  }, true);

  on("focusout", (event) => { if (list && event.target.matches?.("#composer textarea")) shut(event.target); });
})();
