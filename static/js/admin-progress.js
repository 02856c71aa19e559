/* A page that shows how far a job is loads itself again, until somebody has begun to read on. */
(() => {
  "use strict";
  const seconds = Number(document.querySelector("[data-again-after]")?.dataset.againAfter);
  if (seconds) setTimeout(() => { if (!window.scrollY) location.reload(); }, seconds * 1000);
})();
