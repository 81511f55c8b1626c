// The frame: theme without a reload, toasts that can be dismissed, keys, menus that close.
// Everything here has a plain form or link under it; without this file the pages still work.

const root = document.documentElement;

/** Turns the theme at once and lets the form tell the server. @param {HTMLFormElement} form */
function themeSwitch(form) {
  const button = form.querySelector("button[name=theme]");
  const order = ["system", "dark", "light"];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = button.value;
    if (chosen === "system") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    const body = new URLSearchParams(new FormData(form));
    body.set("theme", chosen);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    button.value = order[(order.indexOf(chosen) + 1) % order.length];
  });
}

for (const form of document.querySelectorAll("form[data-theme-switch]")) themeSwitch(form);

for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.hidden = false;
  button.addEventListener("click", () => button.closest(".toast").remove());
}
for (const toast of document.querySelectorAll(".toast[role=status]")) {
  setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, 20000);
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

const menus = () => document.querySelectorAll("details.drop[open], details.more[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

/** Whether a key press belongs to what is being typed. @param {KeyboardEvent} event */
const typing = (event) => event.target.closest?.("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
    return;
  }
  // Keys are told by their place, so that they work on a Hebrew or Russian keyboard too.
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    event.preventDefault();
    document.querySelector("[data-key-search]")?.focus();
    return;
  }
  if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "KeyN" && localStorage.getItem("keys") !== "off") {
    const summary = document.querySelector("[data-key-new]");
    if (summary) { event.preventDefault(); summary.parentElement.open = true; summary.focus(); }
  }
});

// What scrolls to its end by nature (a conversation, a phone) begins there.
const toEnd = (scope) => {
  for (const box of scope.querySelectorAll("[data-bottom]")) box.scrollTop = box.scrollHeight;
};
toEnd(document);
document.addEventListener("htmx:after:swap", () => toEnd(document));
