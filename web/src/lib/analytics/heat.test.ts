import { describe, expect, it } from 'vitest';
import { heatColor, screenOf, selector, spots } from './heat.ts';

const LINK = '019a9e0c-0000-7000-8000-000000000001';

describe('the heatmap', () => {
  it('finds elements as the page marks them', () => {
    expect(selector({ link_id: LINK, element: '' })).toBe(`[data-l="${LINK}"]:not([data-e])`);
    expect(selector({ link_id: LINK, element: 'live' })).toBe(`[data-l="${LINK}"][data-e="live"]`);
    expect(selector({ link_id: null, element: 'avatar' })).toBe('[data-e="avatar"]');
    expect(selector({ link_id: null, element: '' })).toBe('body');
  });

  it('puts nothing strange into a selector', () => {
    expect(selector({ link_id: null, element: 'x"],*' })).toBeUndefined();
    expect(selector({ link_id: '"]', element: '' })).toBeUndefined();
  });

  it('puts taps into the middle of their cell', () => {
    const box = { left: 100, top: 50, width: 200, height: 80 };
    const cells = [
      { x: 0, y: 0, taps: 3 },
      { x: 19, y: 7, taps: 1 },
    ];
    expect(spots(box, 20, { rows: 8, cells })).toEqual([
      { x: 105, y: 55, taps: 3 },
      { x: 295, y: 125, taps: 1 },
    ]);
  });

  it('knows its sizes of screens, and nothing else', () => {
    expect(screenOf('1440')).toBe(1440);
    expect(screenOf(0)).toBe(0);
    expect(screenOf('500')).toBeUndefined();
    expect(screenOf(null)).toBeUndefined();
  });

  it('goes from cold to hot', () => {
    expect(heatColor(0)).toEqual([64, 110, 255]);
    expect(heatColor(1)).toEqual([235, 50, 40]);
    expect(heatColor(0.6)).toEqual([250, 205, 60]);
  });
});
