// Live pages over one EventSource: the server says that something of the workspace changed, and each living part of
// the page fetches itself again through htmx (`data-live`, `hx-trigger="ring"`).
//
// This is used instead of htmx's own SSE extension, which opens one connection per element and swaps what the
// server pushes: here a page has one connection whatever it shows, every viewer gets the part in their own
// language and rights, and a storm of bells costs two renewals a second and no more.

const PAUSE_MS = 500;
/** @type {Map<Element, {at: number, timer: number | undefined}>} */
const rung = new Map();

/** Rings one element now, or at the end of its pause. @param {Element} element */
function ring(element) {
  const state = rung.get(element) ?? { at: 0, timer: undefined };
  rung.set(element, state);
  if (state.timer) return;
  const wait = Math.max(0, state.at + PAUSE_MS - performance.now());
  state.timer = setTimeout(() => {
    state.timer = undefined;
    state.at = performance.now();
    if (element.isConnected) window.htmx.trigger(element, "ring");
    else rung.delete(element);
  }, wait);
}

const listeners = () => [...document.querySelectorAll("[data-live][hx-trigger~=ring]")];

/** @param {boolean} stale */
function mark(stale) {
  document.documentElement.toggleAttribute("data-stale", stale);
  const bar = document.querySelector("[data-stale-bar]");
  if (bar) bar.hidden = !stale;
}

function connect() {
  if (listeners().length === 0) return;
  const source = new EventSource("/live");
  let wasDown = false;
  source.addEventListener("open", () => {
    mark(false);
    // What rang while nobody listened was missed: everything is fetched once.
    if (wasDown) listeners().forEach(ring);
    wasDown = false;
  });
  source.addEventListener("error", () => { wasDown = true; mark(true); });
  source.addEventListener("message", () => { if (!document.hidden) listeners().forEach(ring); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) listeners().forEach(ring); });
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

connect();
