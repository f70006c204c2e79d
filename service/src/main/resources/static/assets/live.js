// Keeps the list, or the page of one installation, current while it is visible. The pages work without this script.
"use strict";

(() => {
  const FIRST_DELAY = 250, BETWEEN_READS = 1000, COUNTS_DELAY = 30000, RETRY_DELAY = 10000;
  const list = document.getElementById("list"), content = document.getElementById("content");
  const address = () => (list ? "/ui/list" : location.pathname + "/current") + location.search;
  let stream = null, timer = 0, due = 0, lastRead = 0, shownRead = 0;

  // Schedules one read after the delay. Further changes until then are covered by it.
  function scheduleRead(delay) {
    const now = Date.now();
    const at = Math.max(now + delay, lastRead + BETWEEN_READS);
    if (timer && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(read, at - now);
  }

  async function read() {
    timer = 0;
    const startedAt = lastRead = Date.now();
    const requested = address();
    const response = await fetch(requested).catch(() => null);
    if (response && [401, 403, 404].includes(response.status)) return location.reload();
    const text = response && response.ok ? await response.text().catch(() => null) : null;
    if (text === null) return scheduleRead(RETRY_DELAY);
    // Another replica may have answered a later read earlier.
    if (requested !== address() || startedAt < shownRead) return;
    shownRead = startedAt;
    if (list) htmx.swap("#list", text, { swapStyle: "innerHTML" }); else replaceContent(text);
  }

  // What has not changed keeps its focus and selection.
  function replaceContent(text) {
    const current = new DOMParser().parseFromString(text, "text/html").getElementById("content");
    if (current.innerHTML === content.innerHTML) return;
    const focused = document.activeElement.form?.getAttribute("action");
    content.innerHTML = current.innerHTML;
    if (focused) content.querySelector(`form[action="${CSS.escape(focused)}"] button`)?.focus();
  }

  // Whether the change can be seen here: in these rows, which begin with the newest installation.
  function isShown(changed) {
    if (!list) return location.pathname.endsWith("/" + changed.id);
    const rows = list.querySelectorAll("tr[data-created]");
    return document.getElementById("row-" + changed.id) !== null
      || rows.length === 0
      || list.querySelector("a[rel=next]") === null
      || Date.parse(changed.created_at) >= Date.parse(rows[rows.length - 1].dataset.created);
  }

  function open() {
    close();
    const opened = stream = new EventSource("/ui/stream");
    stream.addEventListener("ready", () => scheduleRead(0));
    stream.addEventListener("reset", () => scheduleRead(FIRST_DELAY));
    stream.addEventListener("gone", event => {
      if (list || isShown(JSON.parse(event.data))) scheduleRead(FIRST_DELAY);
    });
    stream.addEventListener("installation", event => {
      if (isShown(JSON.parse(event.data))) scheduleRead(FIRST_DELAY); else if (list) scheduleRead(COUNTS_DELAY);
    });
    stream.addEventListener("end", () => scheduleRead(0));
    stream.addEventListener("error", () => {
      if (stream !== opened || opened.readyState !== EventSource.CLOSED) return;
      // If the session has ended, the read gets 401 and loads the page again. Otherwise reading keeps the page current
      // until the stream is open again.
      scheduleRead(FIRST_DELAY);
      setTimeout(follow, RETRY_DELAY);
    });
  }

  function close() {
    if (stream) stream.close();
    stream = null;
  }

  // A browser has few connections to a host, so hidden pages hold none.
  function follow() {
    if (document.hidden) close(); else open();
  }

  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", follow);
})();
