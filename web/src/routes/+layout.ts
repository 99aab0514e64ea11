// A single-page app: the server hands out a document without content for every route and keeps the data behind the API.
export const ssr = false;
export const prerender = false;
