import type { Component, Snippet } from 'svelte';

export type Item =
  | { label: string; icon?: Component; run: () => void; danger?: boolean; disabled?: boolean }
  | { label: string; icon?: Component; href: string; blank?: boolean; reload?: boolean }
  | 'line';

export interface MenuProps {
  /** Without one the trigger's own text says what it is. */
  label?: string | undefined;
  items: Item[];
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  look?: 'icon' | 'bare';
  trigger: Snippet;
  head?: Snippet | undefined;
}
