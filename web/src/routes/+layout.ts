// A single-page app: the server hands out one document for every dashboard route and keeps the data behind the API.
export const ssr = false;
export const prerender = false;
