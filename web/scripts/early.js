// Asks for what a page of the dashboard begins with while its code is still on the way; lib/api/request.ts takes the
// answers, each once. `scripts/documents.js` puts it into the documents, with the names of what each asks for.
globalThis.nameplateEarly = new Map(
  [NAMES].map((name) => {
    const { href } = new URL(`/api/v1/${name}`, location);
    const answer = fetch(href, { headers: { Accept: 'application/json' } });
    // Who takes it asks again itself.
    answer.catch(() => undefined);
    return [href, answer];
  }),
);
