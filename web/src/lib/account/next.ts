const START = '/dashboard';

/** Where to go after logging in: the dashboard page that asked for it, never another site. */
export function back(next: string | null): string {
  return next && /^\/dashboard(?:[/?#][\w\-./?=&%#:]*)?$/.test(next) ? next : START;
}

export function loginAddress(url: { pathname: string; search: string }): string {
  const here = url.pathname + url.search;
  return here === START ? '/login' : `/login?next=${encodeURIComponent(here)}`;
}
