import { describe, expect, it } from 'vitest';
import type { Annotation, LiveEvent } from '#lib/api/types.ts';
import { byStep } from './annotations.ts';
import { merged } from './live.svelte.ts';

const event = (id: string, at: string) => ({ id, at }) as LiveEvent;
const note = (day: string) => ({ id: day, day, text: day }) as Annotation;

describe('the last events', () => {
  it('are the newest first, late ones at their place, and none twice', () => {
    const [a, b, c] = ['10', '20', '30'].map((s) => event(s, `2026-11-05T12:00:${s}Z`)) as [
      LiveEvent,
      LiveEvent,
      LiveEvent,
    ];
    expect(merged([c, a], [b, c, a])).toEqual([c, b, a]);
    expect(merged([], [a, b, c], 2)).toEqual([c, b]);
  });
});

describe('annotations', () => {
  it('stand at their day, week, month or first hour', () => {
    const at = (...all: string[]) => all.map((one) => ({ at: one }));
    const notes = [note('2026-11-05')];
    expect([...byStep(notes, at('2026-11-04', '2026-11-05', '2026-11-06')).keys()]).toEqual([1]);
    expect([...byStep(notes, at('2026-11-02', '2026-11-09')).keys()]).toEqual([0]);
    expect([...byStep(notes, at('2026-10-01', '2026-11-01')).keys()]).toEqual([1]);
    expect([...byStep(notes, at('2026-11-05T00:00+01:00', '2026-11-05T01:00+01:00')).keys()]).toEqual([0]);
    expect(byStep(notes, at('2026-11-06')).size).toBe(0);
    expect(byStep([note('2026-11-05'), note('2026-11-05')], at('2026-11-05')).get(0)).toHaveLength(2);
  });
});
