// Shows events on any website. Put this once, and a div where events should be:
//
//   <script src="https://EVENTS-SITE/embed.js" async></script>
//   <div data-groundswell-events="ORGANISATION" data-limit="4" data-theme="dark" data-accent="#0a7"></div>
//   <div data-groundswell-events="EVENT" data-show="event"></div>
//   <div data-groundswell-events="EVENT" data-show="signup"></div>
//
// data-theme is light, dark or auto; data-accent a CSS hex colour; data-limit 1 to 24. What is in the div stays there until
// the frame is. Nothing of the website around it is read, and the frame can say no more than how high it is.
(() => {
  const site = new URL(document.currentScript.src).origin;
  const paths = { list: "/embed/o/{}", event: "/embed/e/{}", signup: "/embed/e/{}/signup" };
  const known = { theme: /^(light|dark)$/, accent: /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i, limit: /^([1-9]|1[0-9]|2[0-4])$/ };
  const frames = new Map();

  const address = (div) => {
    const { groundswellEvents: slug, show = "list" } = div.dataset;
    if (!/^[a-z0-9-]{1,120}$/.test(slug) || !Object.hasOwn(paths, show)) return null;
    const url = new URL(paths[show].replace("{}", slug), site);
    for (const [name, shape] of Object.entries(known)) {
      const value = div.dataset[name];
      if (value && shape.test(value)) url.searchParams.set(name, value.replace("#", ""));
    }
    return url.href;
  };

  const start = (div) => {
    const src = address(div);
    if (!src || div.dataset.groundswellState) return;
    div.dataset.groundswellState = "loading";
    const frame = document.createElement("iframe");
    frame.title = div.dataset.title || "Events";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    Object.assign(frame.style, { display: "block", width: "100%", height: "0", border: "0", colorScheme: "normal" });
    frame.addEventListener("load", () => frame.contentWindow.postMessage({ type: "fullstack:frame" }, site));
    frame.src = src;
    div.append(frame);
    frames.set(frame, div);
  };

  addEventListener("message", (event) => {
    if (event.origin !== site || event.data?.type !== "fullstack:height") return;
    for (const [frame, div] of frames) {
      if (event.source !== frame.contentWindow) continue;
      const height = Number(event.data.height);
      if (!(height > 0 && height < 20000)) return;
      frame.style.height = height + "px";
      if (div.dataset.groundswellState === "ready") return;
      div.dataset.groundswellState = "ready";
      for (const child of [...div.childNodes]) if (child !== frame) child.remove();
    }
  });

  const all = () => document.querySelectorAll("[data-groundswell-events]").forEach(start);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
