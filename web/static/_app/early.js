// Asks for what every page of the dashboard begins with while its code is still on the way; lib/api/request.ts takes
// the answers, each once.
globalThis.nameplateEarly = new Map(
  ['account', 'profile', 'config'].map((name) => {
    const { href } = new URL(`/api/v1/${name}`, location);
    const answer = fetch(href, { headers: { Accept: 'application/json' } });
    // Who takes it asks again itself.
    answer.catch(() => undefined);
    return [href, answer];
  }),
);
