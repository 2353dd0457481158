// Starts the browser program when the page is painted and idle. Explained in ../client_run.go.
(() => {
  const { wasm, exec, hydrate, release, sw, dev } = document.getElementById("fullstack-loader").dataset;
  const load = () => fetch(wasm, { priority: "low" });
  const compile = () => WebAssembly.compileStreaming(load()).catch(async () => WebAssembly.compile(await (await load()).arrayBuffer()));
  const idle = () => new Promise((done) => {
    const soon = () => window.requestIdleCallback ? requestIdleCallback(done, { timeout: 200 }) : setTimeout(done);
    document.hidden ? soon() : requestAnimationFrame(() => setTimeout(soon));
  });
  const start = async () => {
    const [module] = await Promise.all([compile(), import(exec), import(hydrate)]);
    await idle();
    const go = new Go(), at = location.href;
    await go.run(await WebAssembly.instantiate(module, go.importObject));
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
