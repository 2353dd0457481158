// Shows what is new without a reload by hand: fetches the page again and swaps the list, unless somebody types in it.
new EventSource(document.currentScript.dataset.events).onmessage = async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector("main"), old = document.querySelector("main");
  if (fresh && old && !document.activeElement?.matches("main input")) old.replaceWith(fresh);
};
