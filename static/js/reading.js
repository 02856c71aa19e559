/* What is on the page was read: said once it is looked at, for the line in the lists (tickets/workspace/reading.py).
   Without this it is a button. */
(() => {
  "use strict";

  function say() {
    const form = document.querySelector("form[data-read-mark]");
    if (!form || form.hidden || document.visibilityState !== "visible") return;
    form.hidden = true;
    fetch(form.action, {
      method: "POST",
      headers: { "X-Requested-With": "fetch" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
      keepalive: true,
    }).then((answer) => { form.hidden = answer.ok; }, () => { form.hidden = false; });
  }

  document.addEventListener("visibilitychange", say);
  document.addEventListener("htmx:afterSettle", say);
  say();
})();
