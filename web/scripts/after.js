// Begins to load what a page needs when its first view, which is in the document, has been painted: the other way round
// the code would come between. `scripts/documents.js` puts it into such documents, with the paths of the modules.
// A tab that is not shown paints nothing, so there is an end to waiting.
const painted = new Promise((resolve) => {
  new PerformanceObserver(resolve).observe({ type: 'paint', buffered: true });
  setTimeout(resolve, document.hidden ? 0 : 500);
}).then(() => {
  for (const href of [PATHS]) {
    const link = document.createElement('link');
    document.head.append(Object.assign(link, { rel: 'modulepreload', href }));
  }
});
