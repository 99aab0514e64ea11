import type { Upload } from '#lib/api/types.ts';
import { links } from '#lib/links/all.ts';
import { me } from '#lib/state/me.svelte.ts';

/** Puts `next` wherever `old` is used. Throws the Problem. */
export async function replace(old: Upload, next: Upload): Promise<void> {
  for (const use of old.used_as) {
    if (use.startsWith('thumbnail:'))
      await links.useImage(use.slice('thumbnail:'.length), { thumbnail_id: next.id });
    else await me.useImage({ [`${use}_id`]: next.id });
  }
}
