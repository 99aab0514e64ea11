// What an image can be for, and how much of it the browser sends.
import type { Upload } from '#lib/api/types.ts';

export type Purpose = Upload['purpose'];

export interface Use {
  name: string;
  /** Within a sentence: "crop your avatar". */
  called: string;
  hint: string;
  /** Width to height of the part that is used; null when all of it is. */
  aspect: number | null;
  shape: 'circle' | 'rectangle';
  /** The longer side of what is sent, in pixels: twice what is shown at most, so that the server has something to sharpen
   * from; of a background a third more, because twice would be the photo itself. */
  edge: number;
}

export const PURPOSES: Record<Purpose, Use> = {
  avatar: {
    name: 'Avatar',
    called: 'avatar',
    hint: 'A square part of it is used, shown round on your page.',
    aspect: 1,
    shape: 'circle',
    edge: 768,
  },
  background: {
    name: 'Background',
    called: 'background',
    hint: 'Fills the page behind your links. Wide and calm pictures work best.',
    aspect: null,
    shape: 'rectangle',
    edge: 2560,
  },
  thumbnail: {
    name: 'Link picture',
    called: 'link picture',
    hint: 'A small square beside the link, in place of its icon.',
    aspect: 1,
    shape: 'rectangle',
    edge: 384,
  },
  favicon: {
    name: 'Browser icon',
    called: 'browser icon',
    hint: 'The little picture in the tab of the browser.',
    aspect: 1,
    shape: 'rectangle',
    edge: 360,
  },
};

export const NAMES = Object.keys(PURPOSES) as Purpose[];
