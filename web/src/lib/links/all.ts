import { LinkList } from './links.svelte.ts';

/** The links of whoever is logged in, shared by the pages that show them. */
export const links = new LinkList();
