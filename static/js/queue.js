/* A queue that stays fresh under one's hands (UX 4.2), and the pane beside it (UX 5.15).

   It asks the list's own address again with since=<what we have>: every 10 s while somebody is at work, every
   60 s after a minute without, never while the page is hidden. Rows that look different are replaced where they
   stand, unless they are under the pointer, chosen, ticked or being edited; rows that come, go or move wait
   behind the pill. Without this script the list is as fresh as the page. */
(() => {
  "use strict";

  const { announce, acts, afterPaint } = window.desk;
  const list = document.getElementById("list");
  const live = document.getElementById("live");
  const peek = document.getElementById("peek");
  if (!list || !live || !peek || !acts) return;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (pattern, value) => pattern.replace("%s", value);

  /* ---- What is fresh --------------------------------------------------------------------- */

  const ACTIVE = 10_000;
  const IDLE = 60_000;
  const pill = one(".pill", live);
  const strip = one("[data-stale]", live);
  const rows = (root) => all("tr[data-reference]", root);
  const held = () => one("[data-since]", list);
  let since = "";
  let waiting = null;
  let timer = 0;
  let asking = false;
  let actedAt = Date.now();
  let freshAt = Date.now();

  function guarded(row) {
    return row.matches(":hover, .is-selected, .htmx-request") || row.contains(document.activeElement)
      || Boolean(one("[data-row-editor], input:checked", row));
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden || asking || !held()) return plan();
    asking = true;
    const address = new URL(location.href);
    const before = held();
    address.searchParams.set("since", since || before.dataset.since);
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin", redirect: "error" });
      if (answer.status === 304) since = answer.headers.get("X-Since") ?? since;
      else if (!answer.ok) throw new Error(String(answer.status));
      else if (before === held()) take(await answer.text());  // not when another page came meanwhile
      freshAt = Date.now();
      strip.hidden = true;
    } catch {
      if (Date.now() - freshAt > 60_000 && strip.hidden) {
        strip.textContent = say(strip.dataset.words, new Date(freshAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false }));
        strip.hidden = false;
      }
    } finally {
      asking = false;
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, Date.now() - actedAt < IDLE ? ACTIVE : IDLE);
  }

  function take(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = one("[data-since]", holder.content);
    const around = one("[data-around]", holder.content);
    if (!fresh) return;
    since = fresh.dataset.since;
    const nav = document.getElementById("around");
    if (around && nav && !nav.contains(document.activeElement)) nav.replaceChildren(...around.childNodes);
    const known = new Map(rows(list).map((row) => [row.dataset.reference, row]));
    const coming = rows(fresh);
    let changed = 0;
    const arrived = [];
    for (const row of coming) {
      const old = known.get(row.dataset.reference);
      if (!old) { arrived.push(row); continue; }
      if (old.dataset.tag === row.dataset.tag) continue;
      if (guarded(old)) { changed += 1; continue; }
      const next = row.cloneNode(true);
      old.replaceWith(next);
      window.htmx.process(next);
    }
    const stay = new Set(coming.map((row) => row.dataset.reference));
    const here = [...known.keys()];
    const gone = here.filter((reference) => !stay.has(reference)).length;
    const order = coming.map((row) => row.dataset.reference).filter((reference) => known.has(reference));
    const moved = order.filter((reference, place) => here.filter((each) => stay.has(each))[place] !== reference).length;
    changed = Math.max(changed + gone, moved ? 1 : 0);
    if (!arrived.length && !changed) { put(null); return; }
    put(fresh);
    if (!known.size) { show(); return; }
    const parts = [arrived.length && say(live.dataset.new, arrived.length), changed && say(live.dataset.changed, changed)].filter(Boolean);
    const words = `${parts.join(" · ")} – ${live.dataset.show}`;
    if (pill.textContent !== words) announce(parts.join(", "));
    pill.textContent = words;
    const severe = arrived.find((row) => one(".sev-1", row));
    if (severe) tell(severe);
  }

  function put(fresh) {
    waiting = fresh;
    pill.hidden = !fresh;
    if (!fresh) pill.textContent = "";
  }

  function tell(row) {
    const words = say(live.dataset.severe, `${row.dataset.reference} ${one(".row-title", row).textContent}`);
    const region = one("[data-severe-arrived]", live);
    if (region.textContent !== words) region.textContent = words;
  }

  // Everything as it is now; a row that is being edited stays the one it is.
  function show() {
    if (!waiting) return;
    const chosen = one(".is-selected", list)?.dataset.reference;
    const focused = list.contains(document.activeElement);
    for (const row of rows(waiting)) {
      const open = one(`tr[data-reference="${CSS.escape(row.dataset.reference)}"]:has([data-row-editor])`, list);
      if (open) row.replaceWith(open);
    }
    list.replaceChildren(waiting);
    window.htmx.process(list);
    put(null);
    const again = chosen && one(`tr[data-reference="${CSS.escape(chosen)}"]`, list);
    if (again) {
      again.classList.add("is-selected");
      if (focused && !one("[data-row-editor]", again)) one(".row-title", again).focus();
    } else one(".row-title", list)?.focus();
  }

  for (const type of ["pointermove", "keydown", "pointerdown", "scroll"]) {
    document.addEventListener(type, () => {
      const slept = Date.now() - actedAt >= IDLE;
      actedAt = Date.now();
      if (slept) ask();
    }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else ask(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === list) { since = ""; put(null); freshAt = Date.now(); }
  });
  plan();

  /* ---- The pane --------------------------------------------------------------------------- */

  const titleOf = (reference) => one(`tr[data-reference="${CSS.escape(reference)}"] .row-title`, list);
  const frame = peek.parentElement;
  let wanted = "";
  let soon = 0;

  function look(title) {
    const row = title.closest("tr");
    wanted = row.dataset.reference;
    window.htmx.ajax("GET", `${title.getAttribute("href")}?pane=1`, { target: peek, swap: "innerHTML" });
  }

  function close() {
    const back = titleOf(wanted);
    const inside = peek.contains(document.activeElement);
    wanted = "";
    peek.hidden = true;
    peek.replaceChildren();
    if (inside) back?.focus();
    afterPaint(() => frame.classList.toggle("has-peek", !peek.hidden));  // the rows take their room back
  }

  acts.show = show;
  acts.unpeek = close;
  acts.peek = () => {
    const row = one(".is-selected[data-reference]", list) ?? rows(list)[0];
    if (!row) return;
    if (!peek.hidden && wanted === row.dataset.reference) { close(); return; }
    one(".row-title", row).focus();
    look(one(".row-title", row));
  };

  document.addEventListener("focusin", (event) => {
    const title = event.target.closest?.("#list .row-title");
    if (!title || peek.hidden || title.closest("tr").dataset.reference === wanted) return;
    clearTimeout(soon);
    soon = setTimeout(() => { if (!peek.hidden && title.isConnected) look(title); }, 150);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== peek) return;
    // A slow answer about a row that one has left, or after the pane was closed, is no longer wanted.
    if (!wanted || !event.detail.xhr.responseText.includes(`data-pane="${wanted}"`)) { event.detail.shouldSwap = false; return; }
    peek.hidden = false;
    frame.classList.add("has-peek");
  });

  // What was read and done in the pane shows in the list, too.
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target, requestConfig, xhr } = event.detail;
    if (target !== peek) return;
    const row = titleOf(wanted)?.closest("tr");
    row?.classList.remove("is-unread");
    if (row) one(".row-unread", row)?.remove();
    if (requestConfig?.verb !== "post" || xhr.status >= 400) return;
    const title = titleOf(wanted);
    title?.focus();
    ask();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || peek.hidden) return;
    if (event.target.closest?.("[data-row-editor]")) return;
    if (event.target.closest?.("textarea, select, input") && peek.contains(event.target)) { titleOf(wanted)?.focus(); return; }
    event.preventDefault();
    close();
  });
})();
