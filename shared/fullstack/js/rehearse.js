// A worker: compiles the browser program and runs it once where nothing can happen. Explained in ../client_run.go.
onmessage = ({ data }) => rehearse(data).catch(() => {}).then(() => postMessage({ mounted: false }));

async function rehearse({ wasm, exec, at, state }) {
  const compiling = WebAssembly.compileStreaming(fetch(wasm, { priority: "low" }));
  importScripts(exec);
  const go = new Go(), module = await compiling;
  postMessage({ module });

  const performance = self.performance, end = () => { postMessage({ mounted: true }); throw "over"; };
  // nothing answers every question with itself; some are answered as a browser would.
  const nothing = new Proxy(function () {}, {
    get: (_, k) => k === Symbol.toPrimitive ? () => "" : nothing,
    set: () => true, apply: () => nothing, construct: () => nothing,
  });
  const some = (answers) => new Proxy(answers, { get: (_, k) => k in answers ? answers[k] : nothing, set: () => true });
  const storage = some({ getItem: () => null, length: 0 });
  const elements = { "fullstack-data": { textContent: state } };
  const world = {
    window: self,
    document: some({ getElementById: (id) => elements[id] || null, body: nothing }),
    location: new URL(at),
    localStorage: storage,
    sessionStorage: storage,
    performance: { now: () => performance.now(), mark: (name) => { if (name === "fullstack:settled") end(); } },
    console: nothing,
    fullstackHydrate: () => true,
  };
  const taken = "addEventListener fetch history navigator matchMedia scrollTo Element XMLHttpRequest WebSocket EventSource BroadcastChannel indexedDB caches";
  for (const k of taken.split(" ")) world[k] = nothing;
  for (const [k, value] of Object.entries(world)) Object.defineProperty(self, k, { value, writable: true, configurable: true });
  await go.run(await WebAssembly.instantiate(module, go.importObject));
}
