// Tells the page around this frame how high its content is, once that page has asked and is one that may show the frame.
// Nothing else leaves the frame. Explained in ../page.go, Embedded.
(() => {
  const parents = document.currentScript.dataset.parents.split(" ");
  if (window.parent === window) return;
  const mayKnow = (origin) => parents.some((p) => p === origin || p === "https:" && origin.startsWith(p + "//"));
  const content = document.getElementById("app");
  let asked = "";
  const tell = () => asked && window.parent.postMessage({ type: "fullstack:height", height: Math.ceil(content.getBoundingClientRect().bottom + scrollY) }, asked);
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data?.type !== "fullstack:frame" || !mayKnow(event.origin)) return;
    asked = event.origin;
    tell();
  });
  new ResizeObserver(tell).observe(content);
})();
