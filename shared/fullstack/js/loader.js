// Starts the browser program when the page is painted and idle. Explained in ../client_run.go.
(() => {
  const { wasm, exec, rehearse, hydrate, release, sw, dev } = document.getElementById("fullstack-loader").dataset;
  const load = () => fetch(wasm, { priority: "low" });
  const compile = () => WebAssembly.compileStreaming(load()).catch(async () => WebAssembly.compile(await (await load()).arrayBuffer()));
  const idle = () => new Promise((done) => {
    const soon = () => window.requestIdleCallback ? requestIdleCallback(done, { timeout: 200 }) : setTimeout(done);
    document.hidden ? soon() : requestAnimationFrame(() => setTimeout(soon));
  });
  // ready is the program with all it needs, not begun.
  const ready = async (compiled) => {
    const [module] = await Promise.all([compiled, import(exec), import(hydrate)]);
    await idle();
    const go = new Go(), instance = await WebAssembly.instantiate(module, go.importObject);
    return () => go.run(instance);
  };
  const rehearsed = () => new Promise((done, fail) => {
    const worker = new Worker(rehearse);
    let program;
    const end = () => { worker.terminate(); program ? done(program) : fail(); };
    worker.onerror = worker.onmessageerror = end;
    worker.onmessage = ({ data }) => {
      if (data.module) { program = ready(data.module); setTimeout(end, 2000); return; }
      if (data.mounted) performance.mark("fullstack:rehearsed");
      end();
    };
    worker.postMessage({ wasm, exec, at: location.href, state: document.getElementById("fullstack-data").textContent });
  });
  const start = async () => {
    const run = await rehearsed().catch(() => ready(compile())), at = location.href;
    await idle();
    await run();
    history.scrollRestoration = "auto";
    addEventListener("popstate", () => location.reload());
    if (location.href !== at) location.reload();
    throw "the program ended";
  };
  if (wasm && !navigator.connection?.saveData) start().catch((err) => console.warn("fullstack: staying native:", err));
  if (sw && navigator.serviceWorker) addEventListener("load", () => navigator.serviceWorker.register(sw)
    .then(() => navigator.serviceWorker.ready)
    .then((r) => r.active.postMessage({ type: "visited", url: location.href }))
    .catch((err) => console.warn("fullstack: no service worker:", err)));
  if (dev) new EventSource(dev).onmessage = (e) => e.data === release || location.reload();
})();
