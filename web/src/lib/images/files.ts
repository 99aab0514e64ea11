// Files that were chosen, dropped or pasted: which of them can be images.

/** What the server reads. Without HEIC here an iPhone hands over its photos as JPEG. */
export const ACCEPT = 'image/avif,image/webp,image/jpeg,image/png,image/gif';
/** A camera makes what it makes: then the type is not asked for. */
export const CAMERA = 'image/*';

export interface Picked {
  taken: File[];
  /** One sentence about what was left out; empty when nothing was. */
  left: string;
}

/** The images among `files`. An unknown type is taken too: the server looks at the content, not at the name. */
export function picked(files: Iterable<File>, most = Infinity): Picked {
  const all = [...files];
  const images = all.filter((file) => file.size > 0 && (file.type === '' || file.type.startsWith('image/')));
  const taken = images.slice(0, most);
  const others = all.filter((file) => !images.includes(file));
  const [other] = others;
  let left = '';
  if (images.length > taken.length) left = most === 1 ? 'Only the first image is used here.' : '';
  if (other)
    left =
      others.length === 1
        ? `“${other.name}” ${other.size === 0 ? 'is empty' : 'is not an image'}.`
        : `${others.length} of these files are not images.`;
  return { taken, left };
}

/** Whether a drag over the page carries files, and not a link or a selection. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && [...transfer.types].includes('Files');
}
