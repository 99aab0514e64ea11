// Its document comes with the page as it looks before the numbers are there: there is something to see at once.
export const ssr = true;
export const prerender = true;
