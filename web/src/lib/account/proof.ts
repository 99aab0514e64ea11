interface Address {
  hash: string;
  searchParams: { get(name: string): string | null };
}

/** The proof in an address from a mail: after `#` (so that no log sees it), or as `?proof=`. */
export function proofOf(url: Address): string {
  const fragment = url.hash.slice(1);
  return (
    (fragment.startsWith('proof=') ? fragment.slice(6) : fragment) || url.searchParams.get('proof') || ''
  );
}
