// A form on a tablet at the till. What is typed waits here only until the server has it, is never shown again, and the
// page begins anew by itself. The same entry sent twice is one: each has a key of its own.
const SECRET = "kiosk-secret", FORMS = "kiosk-forms", QUEUE = "kiosk-queue";
const IDLE_MS = 20_000, SYNC_MS = 15_000;
const main = document.querySelector("main");
const words = JSON.parse(document.querySelector("#kiosk").dataset.words);
const kept = (name, none) => { try { return JSON.parse(localStorage.getItem(name)) ?? none; } catch { return none; } };
const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
let language = "", idle = 0, busy = false;

const el = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};
const ask = (path, body) => fetch(path, {
  method: body ? "POST" : "GET", cache: "no-store", credentials: "omit",
  headers: { Authorization: `Bearer ${kept(SECRET, "")}`, ...(body ? { "Content-Type": "application/json" } : {}) },
  body: body ? JSON.stringify(body) : undefined,
});
const show = (...children) => { clearTimeout(idle); main.replaceChildren(el("div", { className: "card" }, ...children)); };
const speak = (form) => { document.documentElement.lang = form.language; document.documentElement.dir = form.dir; };

const pairing = (wrong) => {
  const code = el("input", { id: "code", autocomplete: "off", dir: "ltr", required: true, maxLength: 12 });
  const form = el("form", {}, el("div", { className: "f" }, el("label", { htmlFor: "code" }, words["kiosk-code"]), code),
    el("button", {}, words["kiosk-start"]));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await ask("/k/pair", { code: code.value }).catch(() => null);
    if (!answer?.ok) return pairing(true);
    keep(SECRET, (await answer.json()).secret);
    start();
  });
  const said = wrong ? [Object.assign(el("p", { className: "bad" }, words["kiosk-wrong"]), { role: "alert" })] : [];
  show(el("h1", {}, words["kiosk-pair"]), el("p", { className: "m" }, words["kiosk-pair-says"]), ...said, form);
  code.focus();
};

const box = (id, text, props) => el("label", { className: "tick", htmlFor: id },
  el("input", { type: "checkbox", id, checked: false, autocomplete: "off", ...props }), el("span", {}, text));

const blank = () => {
  const forms = kept(FORMS, []);
  const form = forms.find((f) => f.language === language) ?? forms[0];
  if (!form) return pairing(false);
  language = form.language;
  speak(form);
  const line = (id, label, input) => el("div", { className: "f" }, el("label", { htmlFor: id }, label), input);
  const fields = form.fields.map((f) => {
    const id = `a-${f.name}`;
    const input = f.kind === "choice"
      ? el("select", { id, required: f.required }, el("option", { value: "" }, form.words["pub-choose"]),
        ...f.choices.map((c) => el("option", { value: c }, c)))
      : el("input", { id, type: f.kind, required: f.required, maxLength: 200, autocomplete: "off", dir: f.kind === "text" ? "auto" : "ltr" });
    input.dataset.field = f.name;
    return line(id, f.label, input);
  });
  const number = el("input", { id: "number", type: "tel", dir: "ltr", required: true, maxLength: 40, autocomplete: "off" });
  const topics = form.topics.map(([name, title], n) => box(`t${n}`, title, { value: name, name: "topic" }));
  const agreed = box("agreed", form.wording, { required: true });
  const made = el("form", { autocomplete: "off" }, ...fields, line("number", form.words["pub-number"], number),
    ...(topics.length ? [el("fieldset", {}, el("legend", {}, form.words["pub-topics"]), ...topics)] : []),
    agreed, el("button", {}, form.words["pub-send"]));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const answers = Object.fromEntries([...made.querySelectorAll("[data-field]")].map((i) => [i.dataset.field, i.value]));
    const chosen = [...made.querySelectorAll("[name=topic]:checked")].map((i) => i.value);
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    const entry = { key, typed_at: Date.now(), version: form.version, language: form.language, number: number.value,
      agreed: agreed.querySelector("input").checked, answers, topics: chosen };
    keep(QUEUE, [...kept(QUEUE, []), entry]);
    thanks(form);
    sync();
  });
  const others = forms.filter((f) => f.language !== form.language).map((f) => {
    const other = el("button", { type: "button", lang: f.language, dir: f.dir, className: "lang" }, f.name);
    other.addEventListener("click", () => { language = f.language; blank(); });
    return other;
  });
  show(el("h1", {}, form.title), ...(form.intro ? [el("p", { className: "m" }, form.intro)] : []), made,
    el("nav", {}, ...others));
  made.addEventListener("input", wait);
};

// Who walks away leaves nothing on the screen.
const wait = () => { clearTimeout(idle); idle = setTimeout(() => { language = ""; blank(); }, IDLE_MS); };

const thanks = (form) => {
  const next = el("button", { type: "button" }, form.words["kiosk-next"]);
  next.addEventListener("click", () => { language = ""; blank(); });
  const offline = navigator.onLine ? [] : [el("p", { className: "m" }, form.words["kiosk-offline"])];
  const title = el("h1", {}, form.words["pub-thanks"]);
  title.tabIndex = -1;
  show(title, el("p", { className: "m" }, form.words["pub-thanks-says"]), ...offline, next);
  title.focus();
  wait();
};

const sync = async () => {
  if (busy) return;
  busy = true;
  try {
    for (const entry of kept(QUEUE, [])) {
      const answer = await ask("/k/entry", entry);
      if (answer.status === 401) return ended();
      if (!answer.ok) return;
      const { outcome } = await answer.json();
      if (outcome === "later") return;
      keep(QUEUE, kept(QUEUE, []).filter((other) => other.key !== entry.key));
    }
  } catch { /* no connection: it stays here */ } finally { busy = false; }
};

const ended = () => {
  [SECRET, FORMS, QUEUE].forEach((name) => localStorage.removeItem(name));
  show(el("h1", {}, words["kiosk-ended"]));
};

const start = async () => {
  if (!kept(SECRET, "")) return pairing(false);
  try {
    const answer = await ask("/k/form");
    if (answer.status === 401) return ended();
    if (answer.ok) keep(FORMS, await answer.json());
  } catch { /* no connection: what was kept is shown */ }
  blank();
  sync();
};

navigator.serviceWorker?.register("/k/worker.js", { scope: "/k/" }).catch(() => {});
addEventListener("online", sync);
setInterval(sync, SYNC_MS);
start();
