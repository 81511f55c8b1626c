// A sign-up form on another site: <form data-sendword action="https://…/f/…" method="post"> becomes the whole form in its
// place. It keeps nothing, sets no cookie, brings no style; where it may not run, the plain form leads to our page.
(() => {
  const el = (tag, props, ...children) => {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...children);
    return made;
  };
  const grow = async (plain) => {
    const address = plain.action, wished = plain.lang || document.documentElement.lang || "";
    const open = async () => {
      const answer = await fetch(`${address}/embed?lang=${encodeURIComponent(wished)}`, { credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    };
    let form = await open();
    const mark = `sw-${Math.random().toString(36).slice(2, 8)}-`;
    const typed = plain.querySelector("[name=number]")?.value ?? "";
    const line = (name, label, input) => {
      const said = el("span", { id: `${mark}${name}-e`, className: "sendword-error" });
      said.setAttribute("role", "alert");
      input.setAttribute("aria-describedby", said.id);
      return el("p", {}, el("label", { htmlFor: input.id }, label), " ", input, said);
    };
    const tick = (name, value, text) => {
      const id = `${mark}${name}-${value}`;
      return el("label", { htmlFor: id }, el("input", { type: "checkbox", id, name, value }), " ", text);
    };
    const fields = form.fields.map((f) => line(`a-${f.name}`, f.label, f.kind === "choice"
      ? el("select", { id: `${mark}a-${f.name}`, name: `a-${f.name}`, required: f.required },
        el("option", { value: "" }, form.words["pub-choose"]), ...f.choices.map((c) => el("option", { value: c }, c)))
      : el("input", { id: `${mark}a-${f.name}`, name: `a-${f.name}`, type: f.kind, required: f.required, maxLength: 200 })));
    const number = el("input", { id: `${mark}number`, name: "number", type: "tel", dir: "ltr", autocomplete: "tel", required: true, value: typed });
    const topics = form.topics.map(([name, title]) => el("div", {}, tick("topic", name, title)));
    const agreed = el("p", {}, tick("agreed", "yes", form.wording), el("span", { id: `${mark}agreed-e`, className: "sendword-error" }));
    const status = el("p", {});
    status.setAttribute("role", "status");
    const made = el("form", { lang: form.language, dir: form.dir, className: plain.className, noValidate: true }, ...fields,
      line("number", form.words["pub-number"], number),
      ...(topics.length ? [el("fieldset", {}, el("legend", {}, form.words["pub-topics"]), ...topics, el("span", { id: `${mark}topics-e`, className: "sendword-error" }))] : []),
      agreed, el("button", {}, form.words["pub-send"]), status);
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(made));
      body.set("nonce", form.nonce);
      body.set("language", form.language);
      body.set("page", location.href);
      const answer = await fetch(`${address}/embed`, { method: "POST", body, credentials: "omit" }).catch(() => null);
      const said = answer ? await answer.json().catch(() => null) : null;
      made.querySelectorAll(".sendword-error").forEach((e) => e.replaceChildren());
      if (said?.outcome === "thanks") {
        const thanks = el("p", { tabIndex: -1 }, el("strong", {}, said.title), " ", said.text);
        made.replaceChildren(thanks);
        return thanks.focus();
      }
      status.replaceChildren(said ? said.text : form.words["pub-later"]);
      for (const [name, why] of Object.entries(said?.faults ?? {})) {
        const place = document.getElementById(`${mark}${["number", "agreed", "topics"].includes(name) ? name : `a-${name}`}-e`);
        place?.replaceChildren(why);
      }
      form = { ...form, nonce: (await open().catch(() => form)).nonce };
    });
    plain.replaceWith(made);
  };
  for (const plain of document.querySelectorAll("form[data-sendword]")) grow(plain).catch(() => {});
})();
