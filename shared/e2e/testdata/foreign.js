// Changes the server's page before the program sees it, as extensions, translators and browsers do, by the seed in the
// address; then says what came of it. Runs in the document before its own scripts.
(() => {
  const seed = Number(new URLSearchParams(location.search).get("seed"));
  let state = seed * 2654435761 >>> 0;
  const random = (n) => { // mulberry32
    state = state + 0x6D2B79F5 >>> 0;
    let t = Math.imul(state ^ state >>> 15, state | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) % n;
  };
  const one = (list) => list[random(list.length)];
  const app = () => document.getElementById("app");
  const elements = () => [...app().querySelectorAll("*")];
  const texts = () => {
    const all = [], walk = document.createTreeWalker(app(), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentNode.closest("textarea")) all.push(walk.currentNode);
    return all;
  };
  const open = () => elements().filter((e) => !/^(textarea|input|option|select|progress|svg|path|circle)$/.test(e.localName));

  // Whose own children, or whose attributes and text, are no longer the server's.
  const changed = new Set(), log = [];
  const touch = (what, ...nodes) => { for (const n of nodes) changed.add(n); log.push(what); };
  const name = (n) => n.nodeName.toLowerCase() + (n.id ? "#" + n.id : "");

  const foreign = () => {
    const e = document.createElement(one(["grammar-check", "font", "div", "span", "iframe", "style", "p"]));
    e.className = "foreign";
    if (random(2)) e.textContent = "foreign";
    return e;
  };
  const mutations = {
    insert() {
      const parent = one(open()), e = foreign();
      const unlike = /^(grammar-check|font)$/.test(e.localName); // looked past
      touch("insert " + name(e) + " into " + name(parent), ...(unlike ? [] : [parent]));
      parent.insertBefore(e, one([...parent.childNodes, null]));
    },
    insertMany() {
      const parent = one(open());
      touch("insert many into " + name(parent), parent);
      for (let i = 0; i < 4; i++) parent.insertBefore(foreign(), one([...parent.childNodes, null]));
    },
    translate() {
      const t = one(texts());
      touch("translate " + t.data, t.parentNode);
      t.data = t.data.replace(/[a-z]/g, "ж") + one(["", " übersetzt"]);
    },
    wrap() {
      const t = one(texts()), f = document.createElement("font");
      touch("wrap " + t.data, t.parentNode);
      t.replaceWith(f);
      f.append(document.createElement("font"));
      f.firstChild.append(t);
    },
    split() {
      const t = one(texts());
      touch("split " + t.data, t.parentNode);
      if (t.data.length > 1) t.splitText(1);
    },
    merge() {
      const p = [...app().querySelectorAll("p")].find((e) => [...e.childNodes].some((c) => c.nodeType === 8));
      if (!p) return;
      touch("merge the texts of " + name(p), p);
      for (const c of [...p.childNodes]) if (c.nodeType === 8) c.remove();
      p.normalize();
    },
    remove() {
      const n = one([...elements(), ...texts()]);
      touch("remove " + name(n), n.parentNode);
      n.remove();
    },
    move() {
      const n = one(elements()), to = one(open().filter((e) => !n.contains(e)));
      touch("move " + name(n) + " to " + name(to), n.parentNode, to);
      to.insertBefore(n, one([...to.childNodes, null]));
    },
    copy() {
      const n = one(elements());
      touch("copy " + name(n), n.parentNode);
      n.replaceWith(n.cloneNode(true));
    },
    twice() {
      const n = one(elements());
      touch("double " + name(n), n.parentNode);
      n.after(n.cloneNode(true));
    },
    tbody() {
      const body = app().querySelector("tbody");
      if (!body) return;
      touch("no tbody", body.parentNode, body);
      body.replaceWith(...body.childNodes);
    },
    attribute() {
      const e = one(elements());
      const [k, v] = one(added);
      touch("set " + k + " of " + name(e), e);
      e.setAttribute(k, v);
    },
    attributeGone() {
      const e = one(elements().filter((e) => e.attributes.length));
      const k = one([...e.attributes]).name;
      if (/^(open|selected|checked|type)$/.test(k)) return; // a person's, and what kind of control it is
      touch("remove " + k + " of " + name(e), e);
      e.removeAttribute(k);
    },
    outside() {
      const e = foreign();
      e.dataset.outside = seed;
      touch("insert " + name(e) + " outside");
      one([() => document.body.prepend(e), () => document.body.append(e), () => app().after(e), () => document.head.append(e), () => document.documentElement.append(e)])();
    },
  };

  const warnings = [], errors = [];
  const warn = console.warn;
  console.warn = (...a) => { warnings.push(a.join(" ")); warn.apply(console, a); };
  addEventListener("error", (e) => errors.push(String(e.message)));
  addEventListener("unhandledrejection", (e) => errors.push(String(e.reason)));

  let before = [], outside = 0, typed = null;
  addEventListener("DOMContentLoaded", () => {
    if (!seed) return;
    before = elements();
    for (const e of before) e.home = e.parentNode;
    const echo = document.getElementById("echo");
    echo.value = "typed " + seed;
    for (let i = random(5); i >= 0; i--) one(Object.values(mutations))();
    outside = document.querySelectorAll("[data-outside]").length;
    typed = intact(echo) && echo;
    before = before.filter(intact);
  });
  // intact: neither it, nor what is in it, nor the children of what it is in were changed.
  const intact = (e) => app().contains(e) && ![e, ...e.querySelectorAll("*")].some((c) => changed.has(c)) && !above(e).some((p) => changed.has(p));
  const above = (e) => e.parentNode === app().parentNode ? [] : [e.parentNode, ...above(e.parentNode)];

  // What a fresh page would look like: structure, texts, attributes, and the state of controls. Attributes that only
  // others set may stay; what a person changes is judged by its property.
  const picture = (n) => {
    if (n.nodeType === 3) return JSON.stringify(n.data);
    const kids = [];
    for (const c of n.childNodes) {
      if (c.nodeType === 8 || c.nodeType === 3 && !c.data) continue;
      if (c.nodeType === 3 && typeof kids.at(-1) === "string") kids.push(kids.pop() + c.data);
      else kids.push(c.nodeType === 3 ? c.data : picture(c));
    }
    const attributes = Object.fromEntries([...n.attributes].map((a) => [a.name, a.value]));
    const control = /^(input|option|select|textarea)$/.test(n.localName) && n.id !== "echo" ? { value: n.value, checked: n.checked, selected: n.selected, disabled: n.disabled } : {};
    return { tag: n.localName, ns: n.namespaceURI, attributes, control, kids: n.localName === "textarea" || n.id === "echoed" ? [] : kids };
  };
  const personal = ["open", "selected", "checked", "value"];
  const added = [["class", "foreign"], ["id", "foreign"], ["title", "foreign"], ["data-foreign", "1"], ["href", "/foreign"],
    ["lang", "de"], ["style", "color: red"], ["aria-label", "foreign"], ["dir", "rtl"]];
  const theirs = (k, v) => added.some(([name, value]) => k === name && v === value);
  const compare = (want, got, at, out) => {
    if (typeof want === "string" || typeof got === "string") return void (want === got || out.push(`${at}: want ${JSON.stringify(want).slice(0, 80)}, got ${JSON.stringify(got).slice(0, 80)}`));
    at += ">" + want.tag + (want.attributes.id ? "#" + want.attributes.id : "");
    if (want.tag !== got.tag || want.ns !== got.ns) return void out.push(`${at}: got ${got.tag}`);
    for (const [k, v] of Object.entries(want.attributes)) if (!personal.includes(k) && got.attributes[k] !== v) out.push(`${at}: ${k} is ${got.attributes[k]}, want ${v}`);
    for (const [k, v] of Object.entries(got.attributes)) if (!personal.includes(k) && !(k in want.attributes) && !theirs(k, v)) out.push(`${at}: still has ${k}=${v}`);
    for (const [k, v] of Object.entries(want.control)) if (got.control[k] !== v) out.push(`${at}: property ${k} is ${got.control[k]}, want ${v}`);
    if (want.kids.length !== got.kids.length) return void out.push(`${at}: ${got.kids.length} children, want ${want.kids.length}`);
    want.kids.forEach((w, i) => compare(w, got.kids[i], at, out));
  };

  const until = async (what, ok) => {
    for (const end = performance.now() + 10_000; !ok();) {
      if (performance.now() > end) throw new Error("never: " + what);
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  const marked = (mark) => performance.getEntriesByName(mark).length > 0;

  window.foreign = {
    picture: async () => { await until("mounted", () => marked("fullstack:mounted")); return picture(app()); },
    // verdict is what is wrong after the program took over a page that should look like want, and what was done to it.
    verdict: async (want) => {
      const wrong = [];
      try {
        await until("mounted", () => marked("fullstack:mounted"));
        compare(want, picture(app()), "", wrong);
        const h = window.fullstackHydration, n = h.fresh + h.text + h.attrs + h.removed;
        if (h.failed) wrong.push("hydration gave up: " + h.failed);
        if (warnings.length !== (n ? 1 : 0)) wrong.push(`${n} differences, reported: ${warnings.join(" | ")}`);
        for (const e of before) if (!app().contains(e)) wrong.push("lost the node of " + name(e));
        if (typed) await until("the program was told", () => document.getElementById("echoed").textContent === typed.value);
        if (typed && typed.value !== "typed " + seed) wrong.push("typed text is now " + typed.value);
        if (document.querySelectorAll("[data-outside]").length !== outside) wrong.push("a node outside is gone");
        document.getElementById("count").click();
        await until("counted", () => document.getElementById("count").textContent === "1");
        window.marked = true;
        document.getElementById("to-one").click();
        await until("navigated", () => marked("fullstack:navigated") && document.querySelector("h1").textContent === "Item one");
        if (!window.marked) wrong.push("a new document");
      } catch (err) {
        wrong.push(String(err));
      }
      return { wrong: wrong.concat(errors), done: log };
    },
  };
})();
