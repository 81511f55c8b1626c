// The meter of the composer: parts, room and the characters that force Unicode, as one types.
//
// It counts by the table the server prints (3GPP 23.038) and holds no other. The textarea is the text; its
// aria-hidden twin under it carries the marks, with the same font and padding.

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** @param {string} template @param {Record<string, string | number>} values */
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/** @param {number[]} pieces units that are not cut @param {number} single @param {number} each */
const cut = (pieces, single, each) => {
  const total = pieces.reduce((sum, size) => sum + size, 0);
  if (total === 0) return [];
  if (total <= single) return [[total, single]];
  const parts = [[0, each]];
  for (const size of pieces) {
    if (parts[parts.length - 1][0] + size > each) parts.push([0, each]);
    parts[parts.length - 1][0] += size;
  }
  return parts;
};

class SmsComposer extends HTMLElement {
  connectedCallback() {
    const table = JSON.parse(this.dataset.table);
    this.base = new Set(table.base);
    this.extension = new Set(table.extension);
    this.locking = (table.locking ?? []).map((chars) => new Set(chars));
    this.single = (table.single ?? []).map((chars) => new Set(chars));
    this.sample = JSON.parse(this.dataset.sample || "{}");
    this.swaps = JSON.parse(this.dataset.replace);
    this.plural = new Intl.PluralRules(this.lang);
    this.number = new Intl.NumberFormat(this.lang);
    this.text = this.querySelector("textarea");
    this.ink = this.querySelector(".ink");
    this.parts = new Map([...this.querySelectorAll("[data-m]")].map((part) => [part.dataset.m, part]));
    this.text.addEventListener("input", () => this.draw());
    for (const button of this.querySelectorAll("[data-insert]")) {
      button.addEventListener("click", () => this.insert(button.dataset.insert));
    }
    this.parts.get("replace").addEventListener("click", () => this.replaceAll());
    this.parts.get("list").addEventListener("click", (event) => {
      const at = event.target.closest("[data-at]")?.dataset.at;
      if (at) { this.text.focus(); this.text.setSelectionRange(at - 1, Number(at)); }
    });
    this.draw();
  }

  /** @param {string} what */
  insert(what) {
    this.text.setRangeText(what, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  replaceAll() {
    let out = "";
    for (const ch of this.text.value) out += this.swaps[ch]?.to ?? ch;
    this.text.value = out;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.text.focus();
  }

  /** The text as the previewed person gets it. */
  merged() {
    return this.text.value.replace(/\{\{\s*(\w+)(?:\s*\|\s*default\("([^"]*)"\))?\s*\}\}/g,
      (all, name, fallback) => this.sample[name] || (fallback ?? ""));
  }

  /** Cuts a text: encoding and units of each part. @param {string} text */
  measure(text) {
    let gsm = true;
    for (const ch of text) if (!this.base.has(ch) && !this.extension.has(ch)) { gsm = false; break; }
    const pieces = gsm
      ? [...text].map((ch) => (this.extension.has(ch) ? 2 : 1))
      : [...graphemes.segment(text)].flatMap(({ segment }) => (segment.length <= 67 ? [segment.length] : [...segment].map((ch) => ch.length)));
    const plain = { gsm, parts: cut(pieces, ...(gsm ? [160, 153] : [70, 67])) };
    return plain.parts.length > 1 ? this.national(text, plain) : plain;
  }

  /** What national tables make of it, where that saves a part; those with fewer tables are asked first. */
  national(text, plain) {
    const clusters = [...graphemes.segment(text)].map(({ segment }) => [...segment]);
    let best = plain;
    const attempt = (base, extension, tables) => {
      const cost = (ch) => (base.has(ch) ? 1 : extension.has(ch) ? 2 : NaN);
      const pieces = clusters.map((cluster) => cluster.reduce((sum, ch) => sum + cost(ch), 0));
      if (pieces.some(Number.isNaN)) return;
      const room = (octets) => Math.floor(((140 - octets) * 8) / 7);
      const parts = cut(pieces, room(1 + 3 * tables), room(6 + 3 * tables));
      if (parts.length < best.parts.length) best = { gsm: true, parts };
    };
    for (const single of this.single) attempt(this.base, single, 1);
    for (const locking of this.locking) attempt(locking, this.extension, 1);
    for (const locking of this.locking) for (const single of this.single) attempt(locking, single, 2);
    return best;
  }

  /** @param {string} forms JSON of plural category to words, said with any number @param {number} n */
  say(forms, n) {
    const said = JSON.parse(forms)[this.plural.select(n)] ?? JSON.parse(forms).other;
    return said.replace(/\d[\d.,]*/, this.number.format(n));
  }

  draw() {
    const guilty = this.marks();
    const merged = this.merged();
    const { gsm, parts } = this.measure(merged);
    const without = this.measure([...merged].map((ch) => this.swaps[ch]?.to ?? ch).join(""));
    const curable = guilty.length > 0 && without.gsm;
    const used = parts.reduce((sum, part) => sum + part[0], 0);
    const room = parts.reduce((sum, part) => sum + part[1], 0);
    const set = (name, text) => { this.parts.get(name).textContent = text; };
    set("parts", parts.length ? this.say(this.dataset.parts, parts.length) : this.dataset.empty);
    set("room", parts.length ? fill(this.dataset.room, { encoding: gsm ? this.dataset.gsm : this.dataset.ucs, used, of: room }) : "");
    const last = parts[parts.length - 1];
    set("left", last ? fill(this.dataset.left, { left: last[1] - last[0], part: parts.length }) : "");
    this.ruler(parts);
    this.parts.get("native").hidden = gsm || curable;
    this.parts.get("fix").hidden = !curable;
    if (curable) {
      set("guilty", this.say(this.dataset.guilty, guilty.length));
      set("without", this.say(this.dataset.without, without.parts.length));
      this.list(guilty);
    }
  }

  /** Draws the twin and returns the characters that could be others: [character, position from 1]. */
  marks() {
    const twin = document.createDocumentFragment();
    const guilty = [];
    let plain = "";
    const flush = () => { if (plain) twin.append(plain); plain = ""; };
    const mark = (kind, text) => {
      flush();
      const element = document.createElement("mark");
      element.className = kind;
      element.textContent = text;
      twin.append(element);
    };
    let at = 0;
    for (const piece of this.text.value.split(/(\{\{[^{}]*\}\})/)) {
      if (piece.startsWith("{{")) { mark("fld", piece); at += piece.length; continue; }
      for (const ch of piece) {
        at += ch.length;
        if (this.base.has(ch)) plain += ch;
        else if (this.extension.has(ch)) mark("two", ch);
        else if (this.swaps[ch]) { mark("bad", ch); guilty.push([ch, at]); }
        else plain += ch;
      }
    }
    flush();
    // A last empty line has height only if something stands in it.
    if (this.text.value.endsWith("\n")) twin.append("\u200b");
    this.ink.replaceChildren(twin);
    return guilty;
  }

  /** @param {number[][]} parts */
  ruler(parts) {
    const ns = "http://www.w3.org/2000/svg";
    this.parts.get("ruler").replaceChildren(...parts.slice(0, 8).map(([used, of], i) => {
      const box = document.createElement("span");
      const svg = document.createElementNS(ns, "svg");
      const rect = document.createElementNS(ns, "rect");
      svg.setAttribute("class", "mirror");
      rect.setAttribute("width", `${(used * 100) / of}%`);
      rect.setAttribute("height", "100%");
      rect.setAttribute("class", "f-accent");
      svg.append(rect);
      box.append(svg, fill(this.dataset.part, { n: i + 1, used, of }));
      return box;
    }));
  }

  /** @param {[string, number][]} guilty */
  list(guilty) {
    const sample = this.querySelector(".gl svg") ?? null;
    this.parts.get("list").replaceChildren(...guilty.slice(0, 12).map(([ch, at]) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const swap = this.swaps[ch];
      button.type = "button";
      button.className = "gl";
      button.dataset.at = String(at);
      button.setAttribute("aria-label", fill(this.dataset.becomes, { name: swap.name, at }));
      const bad = document.createElement("b");
      bad.textContent = ch;
      const to = document.createElement("b");
      to.className = "to";
      to.textContent = swap.to;
      button.append(bad, ...(sample ? [sample.cloneNode(true)] : []), to, swap.name);
      item.append(button);
      return item;
    }));
  }
}

customElements.define("sms-composer", SmsComposer);

// Every save carries the version it changes. A save that waited behind another, and a button pressed while one is
// under way, would carry the old one and be taken for somebody else's change.
const version = () => document.getElementById("version");
const draft = version()?.form;
if (draft) {
  let saving = 0;
  /** What was pressed while a save was under way; the button itself may be drawn anew by it. @type {string} */
  let pressed = "";
  draft.addEventListener("htmx:before:request", (event) => {
    saving += 1;
    const body = event.detail?.ctx?.request?.body;
    if (typeof body?.set === "function") body.set("version", version().value);
  });
  draft.addEventListener("htmx:finally:request", () => {
    saving = Math.max(0, saving - 1);
    if (saving === 0 && pressed) {
      const value = pressed;
      pressed = "";
      setTimeout(() => draft.querySelector(`button[name=do][value=${value}]`)?.click());
    }
  });
  draft.addEventListener("submit", (event) => {
    if (saving === 0) return;
    event.preventDefault();
    pressed = event.submitter?.value ?? "";
  });
}
