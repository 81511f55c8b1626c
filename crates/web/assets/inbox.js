// Keys of the inbox: J and K move, R replies, Ctrl Enter sends. They can be switched off, and they are told by
// their place on the keyboard, so that they work on every layout.

const on = () => localStorage.getItem("keys") !== "off";
const button = document.querySelector("[data-keys-switch]");

if (button) {
  button.hidden = false;
  const words = { on: button.textContent, off: button.dataset.off ?? button.textContent };
  const show = () => {
    button.setAttribute("aria-pressed", String(on()));
    button.textContent = on() ? words.on : words.off;
  };
  button.addEventListener("click", () => {
    localStorage.setItem("keys", on() ? "off" : "on");
    show();
  });
  show();
}

/** @param {number} step */
function move(step) {
  const threads = [...document.querySelectorAll("#threads a.th")];
  const at = threads.findIndex((thread) => thread.hasAttribute("aria-current"));
  const next = threads[at < 0 ? 0 : Math.min(Math.max(at + step, 0), threads.length - 1)];
  if (next && threads.indexOf(next) !== at) location.assign(next.href);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, textarea, select")) return;
  if (!on() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "KeyJ") move(1);
  else if (event.code === "KeyK") move(-1);
  else if (event.code === "KeyR") {
    const box = document.querySelector("[data-key-reply]");
    if (box) { event.preventDefault(); box.focus(); }
  }
});

for (const form of document.querySelectorAll("form[data-reply]")) {
  const text = form.querySelector("textarea");
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  // The text goes only when the answer came: a refused reply keeps it.
  form.addEventListener("htmx:after:request", (event) => {
    if (event.detail?.ctx?.response?.raw?.ok) { text.value = ""; text.focus(); }
  });
}
