// A form on a tablet at the till. What is typed waits here only until the server has it, is never shown again, and the
// page begins anew by itself. The same entry sent twice is one: each has a key of its own.
const SECRET = "kiosk-secret", FORMS = "kiosk-forms", QUEUE = "kiosk-queue", REFUSED = "kiosk-refused";
const IDLE_MS = 20_000, SYNC_MS = 15_000, ANSWER_MS = 5_000;
const main = document.querySelector("main");
const words = JSON.parse(document.querySelector("#kiosk").dataset.words);
const kept = (name, none) => { try { return JSON.parse(localStorage.getItem(name)) ?? none; } catch { return none; } };
const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
let language = "", idle = 0, busy = false, sending = "";

const el = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};
const ask = (path, body) => fetch(path, {
  method: body ? "POST" : "GET", cache: "no-store", credentials: "omit",
  headers: { Authorization: `Bearer ${kept(SECRET, "")}`, ...(body ? { "Content-Type": "application/json" } : {}) },
  body: body ? JSON.stringify(body) : undefined, signal: AbortSignal.timeout(ANSWER_MS),
});
const show = (...children) => { clearTimeout(idle); main.replaceChildren(el("div", { className: "card" }, ...children)); };
const speak = (form) => { document.documentElement.lang = form.language; document.documentElement.dir = form.dir; };

const pairing = (fault) => {
  const code = el("input", { id: "code", autocomplete: "off", dir: "ltr", required: true, maxLength: 12 });
  const form = el("form", {}, el("div", { className: "f" }, el("label", { htmlFor: "code" }, words["kiosk-code"]), code),
    el("button", {}, words["kiosk-start"]));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await ask("/k/pair", { code: code.value }).catch(() => null);
    if (!answer?.ok) return pairing(words[answer?.status === 401 ? "kiosk-wrong" : "kiosk-unreachable"]);
    keep(SECRET, (await answer.json()).secret);
    start();
  });
  const said = fault ? [Object.assign(el("p", { className: "bad" }, fault), { role: "alert" })] : [];
  show(el("h1", {}, words["kiosk-pair"]), el("p", { className: "m" }, words["kiosk-pair-says"]), ...said, form);
  code.focus();
};

const box = (id, text, props) => el("label", { className: "tick", htmlFor: id },
  el("input", { type: "checkbox", id, checked: false, autocomplete: "off", ...props }), el("span", {}, text));

// What the server says of an entry, or `null` where there is no connection or it has no time.
const send = async (entry) => {
  const answer = await ask("/k/entry", entry).catch(() => null);
  if (answer?.status === 401) return { outcome: "ended" };
  if (!answer?.ok) return null;
  const said = await answer.json().catch(() => null);
  return said?.outcome === "later" ? null : said;
};
const drop = (entry) => keep(QUEUE, kept(QUEUE, []).filter((other) => other.key !== entry.key));

// The form as it is now; `false` where the server does not say.
const refresh = async () => {
  const answer = await ask("/k/form").catch(() => null);
  if (answer?.status === 401) { ended(); return false; }
  if (answer?.ok) keep(FORMS, await answer.json());
  return Boolean(answer?.ok);
};

// Says beside each answer what is wrong with it; what was typed stays.
const flaws = (made, said) => {
  made.querySelectorAll(".bad").forEach((e) => e.remove());
  made.querySelectorAll("[aria-describedby]").forEach((e) => e.removeAttribute("aria-describedby"));
  for (const [name, why] of Object.entries(said.faults ?? {})) {
    const input = made.querySelector(`[data-field="${CSS.escape(name)}"]`) ?? made.querySelector(`#${CSS.escape(name)}`);
    const place = input?.closest(".f, .tick, fieldset") ?? made.querySelector("fieldset") ?? made;
    const flaw = el("span", { className: "bad", id: `${name}-e` }, why);
    input?.setAttribute("aria-describedby", flaw.id);
    if (place.matches(".tick")) place.after(flaw); else place.append(flaw);
  }
  const all = Object.assign(el("p", { className: "bad" }, said.text), { role: "alert" });
  made.prepend(all);
  (made.querySelector("[aria-describedby]") ?? made.querySelector("button")).focus();
};

const blank = (typed) => {
  const forms = kept(FORMS, []);
  const form = forms.find((f) => f.language === language) ?? forms[0];
  if (!form) return pairing();
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
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(idle);
    made.querySelector("button").disabled = true;
    const answers = Object.fromEntries([...made.querySelectorAll("[data-field]")].map((i) => [i.dataset.field, i.value]));
    const chosen = [...made.querySelectorAll("[name=topic]:checked")].map((i) => i.value);
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    const entry = { key, typed_at: Date.now(), version: form.version, language: form.language, number: number.value,
      agreed: agreed.querySelector("input").checked, answers, topics: chosen };
    // It is kept before it is sent: a tablet whose battery ends now sends it later.
    sending = key;
    keep(QUEUE, [...kept(QUEUE, []), entry]);
    const said = navigator.onLine ? await send(entry) : null;
    sending = "";
    made.querySelector("button").disabled = false;
    if (said?.outcome === "ended") return ended();
    if (said) drop(entry);
    if (said?.outcome !== "again") { thanks(form, !said); return sync(); }
    // Whoever typed it still stands here and can mend it. Where the form itself changed, they read it anew.
    if (Object.keys(said.faults ?? {}).length) flaws(made, said);
    else if (await refresh()) blank({ number: number.value, answers, text: said.text });
    wait();
  });
  const others = forms.filter((f) => f.language !== form.language).map((f) => {
    const other = el("button", { type: "button", lang: f.language, dir: f.dir, className: "lang" }, f.name);
    other.addEventListener("click", () => { language = f.language; blank(); });
    return other;
  });
  const refused = kept(REFUSED, 0);
  const lost = refused ? [el("button", { type: "button", className: "lang" }, `${form.words["kiosk-refused"]} ${refused}`)] : [];
  lost.forEach((button) => button.addEventListener("click", () => { keep(REFUSED, 0); button.remove(); }));
  show(el("h1", {}, form.title), ...(form.intro ? [el("p", { className: "m" }, form.intro)] : []), made,
    el("nav", {}, ...others, ...lost));
  made.addEventListener("input", wait);
  if (!typed) return;
  number.value = typed.number;
  made.querySelectorAll("[data-field]").forEach((i) => { i.value = typed.answers[i.dataset.field] ?? ""; });
  flaws(made, { text: typed.text });
};

// Who walks away leaves nothing on the screen.
const wait = () => { clearTimeout(idle); idle = setTimeout(() => { language = ""; blank(); }, IDLE_MS); };

const thanks = (form, later) => {
  const next = el("button", { type: "button" }, form.words["kiosk-next"]);
  next.addEventListener("click", () => { language = ""; blank(); });
  const offline = later ? [el("p", { className: "m" }, form.words["kiosk-offline"])] : [];
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
    for (const entry of kept(QUEUE, []).filter((one) => one.key !== sending)) {
      const said = await send(entry);
      if (!said) return;
      if (said.outcome === "ended") return ended();
      // Nobody stands here any more who could mend it: the staff reads how many there were.
      if (said.outcome === "again") keep(REFUSED, kept(REFUSED, 0) + 1);
      drop(entry);
    }
    // A form that was published anew is shown to the next person, never under the hands of this one.
    const versions = () => JSON.stringify(kept(FORMS, []).map((f) => [f.language, f.version]));
    const before = versions(), number = document.querySelector("#number");
    if (number && !number.value && await refresh() && versions() !== before && !number.value) blank();
  } finally { busy = false; }
};

const ended = () => {
  [SECRET, FORMS, QUEUE, REFUSED].forEach((name) => localStorage.removeItem(name));
  show(el("h1", {}, words["kiosk-ended"]));
};

const start = async () => {
  if (!kept(SECRET, "")) return pairing();
  await refresh(); // without a connection what was kept is shown
  if (!kept(SECRET, "")) return;
  blank();
  sync();
};

navigator.serviceWorker?.register("/k/worker.js", { scope: "/k/" }).catch(() => {});
addEventListener("online", sync);
setInterval(sync, SYNC_MS);
start();
