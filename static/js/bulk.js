/* Choosing rows of a queue, and the bar that says what can be done with them (UX 5.15). Without this the
   bar always stands there, and its buttons send the ticked rows just the same.

   data-bulk-row    the tick of a row        data-bulk-every  the one in the heading
   data-bulk        what a button does: one of ACTS below */
(() => {
  "use strict";

  const { announce, toast, afterPaint } = window.desk;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = () => one("[data-bulk-bar]");
  const ticks = () => all("main [data-bulk-row]");
  const nameOf = (tick) => tick.closest("tr").dataset.row;
  const current = () => one("main tr.is-selected [data-bulk-row]");
  const chosen = new Set();  // by reference: a row that is drawn anew keeps its tick
  let last = null;

  function show({ telling = true } = {}) {
    const there = ticks();
    for (const tick of there) tick.closest("tr").classList.toggle("is-chosen", tick.checked);
    const number = there.filter((tick) => tick.checked).length;
    const every = one("[data-bulk-every]");
    if (every) {
      every.checked = number > 0 && number === there.length;
      every.indeterminate = number > 0 && number < there.length;
    }
    afterPaint(() => showBar({ telling }));
  }

  function showBar({ telling = false } = {}) {
    const here = bar();
    if (!here) return;
    const there = ticks();
    const number = there.filter((tick) => tick.checked).length;
    here.classList.toggle("is-on", number > 0);
    if (number < there.length) for (const box of all("[name=all]", here)) box.checked = false;
    const whole = one("[name=all]:checked", here);
    const words = whole ? here.dataset.whole : number === 1 ? here.dataset.one : here.dataset.some.replace("%s", number);
    one("[data-bulk-count]", here).textContent = words;
    if (telling) announce(words);
  }

  function set(tick, on) {
    tick.checked = on;
    if (on) chosen.add(nameOf(tick)); else chosen.delete(nameOf(tick));
  }

  function setAll(on) {
    for (const tick of ticks()) set(tick, on);
    show();
  }

  // The row and the one it leads to, so that holding Shift over J draws the choice along.
  function extend(way) {
    const from = current();
    if (from) set(from, true);
    one(`[data-act=${way}]`).click();
    const to = current();
    if (to) set(to, true);
    last = to;
    show();
  }

  const ACTS = {
    toggle() {
      const tick = current();
      if (!tick) return toast(bar()?.dataset.choose);
      set(tick, !tick.checked);
      last = tick;
      show();
    },
    down: () => extend("down"),
    up: () => extend("up"),
    every: () => setAll(true),
    clear() {
      setAll(false);
      (one("main .is-selected a.row-title") ?? one("main a.row-title"))?.focus();
    },
    bar() {
      if (!chosen.size) return toast(bar()?.dataset.choose);
      showBar();
      one("[name=kind]", bar()).focus({ preventScroll: true });  // the bar is seen wherever the list stands
    },
  };

  document.addEventListener("click", (event) => {
    const what = event.target.closest("[data-bulk]");
    if (what) return ACTS[what.dataset.bulk]();
    const tick = event.target.closest("[data-bulk-row]");
    if (!tick) return;
    if (event.shiftKey && last?.isConnected) {
      const list = ticks();
      const [from, to] = [list.indexOf(last), list.indexOf(tick)].sort((a, b) => a - b);
      for (const between of list.slice(from, to + 1)) set(between, tick.checked);
    }
    last = tick;
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-bulk-every]")) setAll(event.target.checked);
    if (event.target.matches("[data-bulk-bar] [name=all]")) setAll(true);  // those shown are among them
    if (!event.target.matches("[data-bulk-row]")) return;
    set(event.target, event.target.checked);
    show();
  });

  // Rows come anew when one was acted on, when the list is fresh, on another page.
  function restore() {
    const there = new Map(ticks().map((tick) => [nameOf(tick), tick]));
    for (const name of chosen) if (!there.has(name)) chosen.delete(name);
    for (const [name, tick] of there) tick.checked = chosen.has(name);
    show({ telling: false });
  }

  const brings = (node) => node.nodeType === 1 && (node.matches("[data-bulk-row], [data-bulk-bar]") || one("[data-bulk-row], [data-bulk-bar]", node));
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes, ...change.removedNodes].some(brings))) restore();
  }).observe(one("main"), { childList: true, subtree: true });

  show({ telling: false });
})();
