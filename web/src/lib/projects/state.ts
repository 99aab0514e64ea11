import { ago } from '#lib/account/times.ts';
import type { Sync } from '#lib/api/types.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off';

/** How it stands with a project, in a word or two, and how that is shown. */
export function standing(
  sync: Pick<Sync, 'state' | 'waiting_until'>,
  locale?: string,
): { text: string; tone: Tone } {
  switch (sync.state) {
    case 'fresh':
      return { text: 'up to date', tone: 'good' };
    case 'syncing':
      return { text: 'syncing…', tone: 'busy' };
    case 'waiting':
      return {
        text: sync.waiting_until
          ? `waiting for GitHub until ${clock(sync.waiting_until, locale)}`
          : 'waiting for GitHub',
        tone: 'warn',
      };
    case 'not-found':
      return { text: 'not found on GitHub', tone: 'bad' };
    case 'paused':
      return { text: 'paused', tone: 'off' };
  }
}

/** What the owner may want to know or do about it, as a sentence. */
export function explanation(sync: Sync, now = Date.now()): string {
  const last = sync.last_success ? `Last looked at ${ago(sync.last_success, now)}` : 'Not looked at yet';
  switch (sync.state) {
    case 'fresh':
      return sync.next_run ? `${last}, next ${soon(sync.next_run, now)}.` : `${last}.`;
    case 'syncing':
      return 'GitHub is being asked; this takes a few seconds.';
    case 'waiting':
      return sync.waiting_until
        ? `${last}. Your page goes on showing what is known.`
        : `${last}. GitHub refuses the keys of this server; whoever runs it has to mend that.`;
    case 'not-found':
      return 'It was deleted, renamed away or made private. Your page shows a plain link; mend the address or delete it.';
    case 'paused':
      return `${last}. What is known stays on your page.`;
  }
}

const HOUR = 60;
const DAY = 24 * HOUR;
export const INTERVALS = [15, 30, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY];

/** `every 15 minutes`, `every 6 hours`, `every day`. */
export function every(minutes: number, locale?: string): string {
  const [value, unit] =
    minutes % DAY === 0
      ? [minutes / DAY, 'day']
      : minutes % HOUR === 0
        ? [minutes / HOUR, 'hour']
        : [minutes, 'minute'];
  if (value === 1) return `every ${unit}`;
  return `every ${new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)}`;
}

/** What may be chosen here, with what is chosen now among it. */
export function choices(least: number, now: number): number[] {
  return [...new Set([...INTERVALS.filter((minutes) => minutes >= least), now])].sort((a, b) => a - b);
}

/** `+12 this week`; empty when nothing changed or nothing is known of then. */
export function week(change: number | null): string {
  return change ? `${change > 0 ? '+' : '−'}${Math.abs(change)} this week` : '';
}

function clock(time: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(time));
}

function soon(time: string, now: number): string {
  return Date.parse(time) - now < 60_000 ? 'within a minute' : ago(time, now);
}
