// Shows a new mail without a reload by hand: fetches the page again and swaps the list.
new EventSource("/mail/events").onmessage = async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector("main"), old = document.querySelector("main");
  if (fresh && old) old.replaceWith(fresh);
};
