// Explained in ../client_hydrate.go.
window.fullstackHydrate = () => {
  const d = document, root = d.getElementById("app"), S = [], undo = [], start = performance.now();
  const N = Node.prototype, E = Element.prototype, { removeChild, insertBefore } = N;
  const stats = window.fullstackHydration = { adopted: 0, fresh: 0, text: 0, attrs: 0, removed: 0, kept: 0, first: "", failed: "" };
  let over = false, yielding = false;
  if (!root || root.parentNode !== d.body) return false;

  // S: open nodes {n: node, a: adopted, c: next child to adopt, old: candidate, raw: HTML, w: its wrapper, set: attributes,
  // held: what a person may have changed, as the program wants it, off: attributes differ, other: it is another element}
  const last = () => S[S.length - 1];
  const top = (n) => { const e = last(); return e && e.n === n && e; };
  const own = (n) => { const e = top(n); return e && e.a && e.raw == null && e; };
  const rawTop = (n) => { const e = last(); return e && e.w === n && e; };
  const skip = (c) => { while (c && c.nodeType === 8) c = c.nextSibling; return c; };
  const name = (n) => n.nodeName.toLowerCase() + (n.id ? "#" + n.id : "");
  const first = (what) => { stats.first = stats.first || S.map((e) => name(e.n)).join(">") + ": " + what; };
  const note = (kind, what) => { stats[kind]++; first(what); };

  const patch = (o, k, change) => {
    const was = Object.getOwnPropertyDescriptor(o, k);
    Object.defineProperty(o, k, { configurable: true, ...was, ...change });
    undo.push(() => was ? Object.defineProperty(o, k, was) : delete o[k]);
  };
  const hook = (orig, f) => function (...a) {
    try { if (!over && !yielding) return f.call(this, (...b) => orig.apply(this, b), ...a); } catch (err) { end(err); }
    return orig.apply(this, a);
  };
  patch(d.body, "firstElementChild", { get: () => root });
  const method = (o, k, f) => patch(o, k, { writable: true, value: hook(o[k], f) });
  const setter = (o, k, f) => {
    const was = Object.getOwnPropertyDescriptor(o, k);
    if (was && was.set) patch(o, k, { set: hook(was.set, function (set, v) { return f.call(this, set, v, was.get); }) });
  };

  function open(match, make) {
    const p = last(), old = p ? p.a && skip(p.c) : root;
    let c = old;
    for (let i = 0; p && c && i < 2 && !match(c); i++) c = skip(c.nextSibling);
    const a = !!c && match(c);
    S.push({ n: a ? c : make(), a, c: a && c.firstChild, old, set: [], held: [] });
    stats[a ? "adopted" : "fresh"]++;
    return last().n;
  }
  function drop(p, c, until) {
    while (c && c !== until) {
      const next = c.nextSibling;
      if (c.nodeType !== 8) { note("removed", "only there: " + name(c)); removeChild.call(p, c); }
      c = next;
    }
  }
  function close(e) {
    if (e.a && e.raw == null) {
      if (e.n.localName !== "textarea") drop(e.n, e.c);
      tidy(e);
      e.other ? e.held.forEach((set) => set()) : stats.kept += e.held.length;
    }
    S.pop();
    const p = last();
    if (!e.a && p && p.a) first("only here: " + name(e.n));
  }
  // tidy takes from an element that was another one, or that others changed, what the program did not give it.
  function tidy(e) {
    const extra = e.n.localName ? e.n.getAttributeNames().filter((k) => !e.set.includes(k)) : [];
    const mark = extra.find((k) => /^(id|name|class)$/.test(k));
    if (mark && !e.off) note("attrs", mark + "=" + e.n.getAttribute(mark) + ", not here");
    e.other = e.other || mark && mark !== "class";
    if (e.off || mark) for (const k of extra) e.n.removeAttribute(k);
    if (!e.other || e.n.type === "file") return;
    const [k, was] = /checkbox|radio/.test(e.n.type) ? ["checked", "defaultChecked"] : ["value", "defaultValue"];
    if (e.n[was] != null && !e.set.includes(k) && e.n[k] !== e.n[was]) e.n[k] = e.n[was];
  }
  const element = (o, tag, ...ns) => open((c) => c.localName && c.localName.toLowerCase() === tag.toLowerCase() && (!ns[0] || c.namespaceURI === ns[0]), () => o(...ns, tag));
  method(d, "createElement", element);
  method(d, "createElementNS", (o, ns, tag) => element(o, tag, ns));
  method(d, "createTextNode", (o, v) => open((c) => {
    if (c.nodeType !== 3 || v === "") return false;
    if (c.data !== v) {
      note("text", `"${c.data.slice(0, 40)}", here "${v.slice(0, 40)}"`);
      c.data.startsWith(v) ? c.splitText(v.length) : (c.data = v);
    }
    return true;
  }, () => o(v)));
  method(N, "appendChild", function (o, ch) {
    const e = top(ch), p = S[S.length - 2];
    if (!e || !p || p.n !== this) return o(ch);
    close(e);
    if (!p.a) return o(ch);
    e.a ? drop(this, p.c, ch) : insertBefore.call(this, ch, skip(p.c));
    p.c = ch.nextSibling;
    return ch;
  });
  method(N, "replaceChild", function (o, now, old) {
    const e = top(now);
    if (!e || S[1]) return o(now, old);
    close(e);
    end();
    return now === old ? old : this.replaceChild(now, old);
  });
  setter(E, "innerHTML", function (set, v) {
    const e = top(this);
    if (!e || e.raw != null) return set(v);
    const t = Document.prototype.createElement.call(d, "template");
    t.innerHTML = v;
    const f = t.content.firstChild, a = !!e.old && e.old.isEqualNode(f);
    stats[e.a ? "adopted" : "fresh"]--;
    stats[a ? "adopted" : "fresh"]++;
    Object.assign(e, { w: this, raw: v, a, n: a ? e.old : d.importNode(f, true) });
  });
  patch(N, "firstChild", { get: hook(Object.getOwnPropertyDescriptor(N, "firstChild").get, function (get) {
    const e = rawTop(this);
    return e ? e.n : get();
  }) });
  method(N, "removeChild", function (o, ch) { return rawTop(this) ? ch : o(ch); });
  method(E, "setAttribute", function (o, k, v) {
    const e = own(this), was = e ? this.getAttribute(k) : null;
    if (e) e.set.push(k.toLowerCase());
    if (was === String(v)) return;
    if (e) {
      note("attrs", k + "=" + was + ", here " + v);
      e.off = true;
      e.other = e.other || was !== null && /^(id|name|type)$/.test(k);
    }
    o(k, v);
  });

  function dirty(x) {
    if (x.options) {
      const o = [...x.options], was = o.filter((y) => y.defaultSelected);
      return was[0] || x.multiple ? o.some((y) => y.selected !== y.defaultSelected) : x.value !== (o.find((y) => !y.disabled) || x).value;
    }
    if (/checkbox|radio/.test(x.type)) return x.checked !== x.defaultChecked;
    return x.defaultValue != null && x.value !== x.defaultValue && x.type !== "file";
  }
  const props = "value checked selected open muted loop autoplay hidden disabled required readOnly multiple autofocus reversed async defer default isMap contentEditable".split(" ");
  const kinds = new Set();
  for (const x of root.querySelectorAll("*")) for (let p = Object.getPrototypeOf(x); p !== E && !kinds.has(p); p = Object.getPrototypeOf(p)) kinds.add(p);
  for (const kind of kinds) for (const k of props) {
    setter(kind, k, function (set, v, get) {
      const e = own(this);
      if (e) {
        const was = get.call(this);
        e.set.push(k.toLowerCase());
        if (String(was) === String(v).replace(/\r\n?/g, "\n")) return;
        if (/selected|open/.test(k) || /value|checked/.test(k) && dirty(this)) { e.held.push(() => set(v)); return; }
        note("attrs", k + "=" + was + ", here " + v);
        e.off = true;
        e.other = e.other || this.localName === "option" && k === "value";
      }
      set(v);
    });
  }

  function end(err) {
    if (over) return;
    over = true;
    delete window.fullstackYield;
    for (const f of undo.reverse()) f();
    performance.mark("fullstack:hydrated");
    stats.ms = performance.now() - start;
    const n = stats.fresh + stats.text + stats.attrs + stats.removed;
    if (err) {
      stats.failed = String(err);
      console.warn("fullstack: hydration gave up:", err);
      for (const e of S) {
        if (e.raw != null) e.w.innerHTML = e.raw;
        else while (e.a && e.c) { const next = e.c.nextSibling; e.n.removeChild(e.c); e.c = next; }
      }
    } else if (n) console.warn(`fullstack: ${n} differences to the server's page, first in ${stats.first}`);
    setTimeout(() => {
      for (const x of root.querySelectorAll("input,textarea,select")) if (dirty(x)) for (const type of ["input", "change"]) x.dispatchEvent(new Event(type, { bubbles: true }));
    });
  }
  // A form that is sent before the page is alive is the browser's: go-app would hear of it too late to stop that, and send it again.
  addEventListener("submit", (e) => performance.getEntriesByName("fullstack:mounted").length || e.stopImmediatePropagation(), true);
  const mounting = () => queueMicrotask(() => yielding || end("the mount did not end"));
  window.fullstackYield = (now) => (yielding = now) || mounting();
  mounting();
  return true;
};
