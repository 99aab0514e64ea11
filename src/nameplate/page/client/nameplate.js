// Counts the visit: one view, where people tap, how fast the page was. No cookie, no storage, no identifier.
// Comments and white space are taken out when the server starts.
{
  const page = document,
    handle = page.body.dataset.h,
    // The server honours these wishes as well; not even measuring is politer.
    quiet = navigator.globalPrivacyControl || navigator.doNotTrack == 1,
    round = (number, digits) => +number.toFixed(digits),
    queue = [],
    vitals = {};
  let later, shown, from, cls, first, last, left, begun;

  const send = () => {
    if (!queue[0]) return;
    const body = JSON.stringify(queue.splice(0, 20));
    if (!navigator.sendBeacon?.("/e", body)) fetch("/e", { method: "POST", body, keepalive: true });
    send();
  };
  const add = (t, event) => queue.push({ t, h: handle, u: location.href, vw: innerWidth, ...event });
  const view = () => {
    add("view", { r: page.referrer });
    send();
  };
  const observe = (type, each, options) => {
    if (!self.PerformanceObserver?.supportedEntryTypes?.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().map(each)).observe({ type, buffered: true, ...options });
    return true;
  };

  const measure = () => {
    const load = performance.getEntriesByType("navigation")[0];
    from = load?.activationStart || 0;
    if (load?.responseStart) vitals.ttfb = round(Math.max(load.responseStart - from, 0), 0);
    // A page that loaded in the background paints when it is looked at: that says nothing about speed.
    if (!page.hidden) {
      observe("paint", (entry) => {
        if (entry.name == "first-contentful-paint") vitals.fcp = round(Math.max(entry.startTime - from, 0), 0);
      });
      observe("largest-contentful-paint", (entry) => {
        vitals.lcp = round(Math.max(entry.startTime - from, 0), 0);
      });
    }
    // The worst window of shifts: at most 5 s long, no pause over 1 s.
    const shifts = observe("layout-shift", (entry) => {
      if (entry.hadRecentInput) return;
      if (entry.startTime - last > 1e3 || entry.startTime - first > 5e3 || !last) {
        cls = 0;
        first = entry.startTime;
      }
      last = entry.startTime;
      vitals.cls = Math.max(vitals.cls, round((cls += entry.value), 4));
    });
    if (shifts) vitals.cls = 0;
    // With fewer than 50 interactions, as on a page of links, INP is the slowest one.
    const inp = (entry) => {
      if (entry.interactionId || entry.entryType == "first-input")
        vitals.inp = Math.max(vitals.inp || 0, round(entry.duration, 0));
    };
    observe("event", inp, { durationThreshold: 40 });
    observe("first-input", inp);

    addEventListener("click", (event) => {
      // detail 0: a key was pressed, there is no place.
      if (!event.detail) return;
      const hit = event.target.closest("[data-l],[data-e]") || page.body,
        box = hit.getBoundingClientRect(),
        links = [...page.querySelectorAll("[data-l]:not([data-e])")],
        share = (part, whole) => round(Math.min(Math.max(part / whole, 0), 1), 3);
      add("tap", {
        l: hit.dataset.l || null,
        el: hit.dataset.e,
        x: share(event.clientX - box.x, box.width),
        y: share(event.clientY - box.y, box.height),
        ms: round(Math.max(event.timeStamp - shown, 0), 0),
        i: links.indexOf(hit) + 1,
      });
      // Soon, but not for each of a burst.
      clearTimeout(later);
      later = setTimeout(send, 1e3);
    });
  };

  const leave = () => {
    if (!quiet && !left) add("vitals", { ct: navigator.connection?.effectiveType, ...vitals });
    left = 1;
    send();
  };

  const start = () => {
    view();
    // In a task of its own: together they would keep a slow phone busy for too long at a stretch.
    quiet || setTimeout(measure);
    if (!page.hidden) shown = performance.now();
    page.addEventListener("visibilitychange", (event) => (page.hidden ? leave() : (shown ??= event.timeStamp)));
    addEventListener("pagehide", leave);
    // Back from the browser's memory: the script did not run again, but the page is seen again.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      shown = event.timeStamp;
      view();
    });
  };
  // After the first paint: reading the width before would have the page laid out here, with the paint waiting for it.
  // A hidden page is not painted, and who leaves before that was here as well.
  const begin = () => {
    if (page.hidden) return start();
    const once = () => {
      removeEventListener("pagehide", once);
      if (!begun) start();
      begun = 1;
    };
    addEventListener("pagehide", once);
    requestAnimationFrame(() => setTimeout(once));
  };
  // A page rendered ahead of time has not been seen.
  page.prerendering ? page.addEventListener("prerenderingchange", begin, { once: true }) : begin();
}
