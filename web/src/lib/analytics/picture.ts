// Charts as pictures to keep: always light, of one size, with what they are about written above them. Loaded when asked for.
import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { use, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { Saved } from './exports.ts';
import { compact } from './numbers.ts';
import { init } from './world.ts';

use([LineChart, GridComponent, MarkLineComponent, TitleComponent, CanvasRenderer, SVGRenderer]);

export type Picture = 'png' | 'svg';
/** `title` and `about` stand above the chart; `name` is the beginning of the file's name. */
export type Caption = { title: string; about: string; name: string };

const WIDTH = 1200;
const HEIGHT = 630;
const SHARPNESS = 2;
/** Height of a line of notes, and how many lines there are. */
const ROW = 24;
const ROWS = 4;
const INK = '#17181a';
const SOFT = '#6b6c72';
const LINE = '#e7e6e3';
const ACCENT = '#2c5be8';
const FONT = "'Geist Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

function head({ title, about }: Caption): EChartsCoreOption {
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT },
    title: {
      text: title,
      subtext: about,
      left: 40,
      top: 30,
      itemGap: 8,
      textStyle: {
        color: INK,
        fontSize: 30,
        lineHeight: 42,
        fontWeight: 600,
        width: WIDTH - 80,
        overflow: 'truncate',
      },
      subtextStyle: { color: SOFT, fontSize: 18, width: WIDTH - 80, overflow: 'truncate' },
    },
  };
}

/** `steps`: a label and a number for each step in time. `notes`: what happened in some of them, by their place. */
export function lineOption(
  caption: Caption,
  steps: { label: string; value: number }[],
  notes: ReadonlyMap<number, string> = new Map(),
): EChartsCoreOption {
  const label = { color: SOFT, fontSize: 16, fontFamily: FONT };
  const noted = [...notes].sort(([a], [b]) => a - b);
  return {
    ...head(caption),
    grid: {
      left: 40,
      right: 44,
      top: noted.length ? 140 + ROW * Math.min(noted.length, ROWS) : 140,
      bottom: 34,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'category',
      data: steps.map((step) => step.label),
      boundaryGap: false,
      axisLine: { lineStyle: { color: '#d5d4d0' } },
      axisTick: { show: false },
      axisLabel: { ...label, hideOverlap: true, margin: 14 },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: LINE } },
      axisLabel: { ...label, formatter: (value: number) => compact(value) },
    },
    series: [
      {
        type: 'line',
        data: steps.map((step) => step.value),
        ...(noted.length && { markLine: marks(noted, steps.length) }),
        smooth: 0.25,
        smoothMonotone: 'x',
        showSymbol: steps.length === 1,
        symbolSize: 9,
        lineStyle: { width: 3, color: ACCENT },
        itemStyle: { color: ACCENT },
        areaStyle: {
          color: {
            type: 'linear',
            x: 0,
            y: 0,
            x2: 0,
            y2: 1,
            colorStops: [
              { offset: 0, color: `${ACCENT}33` },
              { offset: 1, color: `${ACCENT}00` },
            ],
          },
        },
      },
    ],
  };
}

/** A line for each note, its words above it: lower and lower, so that neighbours do not cover each other. */
function marks(noted: [number, string][], steps: number): EChartsCoreOption {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: SOFT, type: 'dashed', width: 1.5 },
    data: noted.map(([step, text], index) => {
      const late = step > steps / 2;
      return {
        xAxis: step,
        label: {
          formatter: text,
          position: 'end',
          align: late ? 'right' : 'left',
          offset: [late ? 4 : -4, -ROW * ((noted.length - 1 - index) % ROWS)],
          color: INK,
          fontSize: 16,
          fontFamily: FONT,
          width: WIDTH / 2 - 60,
          overflow: 'truncate',
        },
      };
    }),
  };
}

/** `counts`: by the code of the country. */
export function mapOption(caption: Caption, counts: { code: string; count: number }[]): EChartsCoreOption {
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return {
    ...head(caption),
    series: [
      {
        type: 'map',
        map: 'world',
        silent: true,
        left: 40,
        right: 40,
        top: 130,
        bottom: 24,
        itemStyle: { areaColor: '#f0f0ee', borderColor: '#ffffff', borderWidth: 0.6 },
        data: counts.map(({ code, count }) => ({
          name: code,
          value: count,
          itemStyle: { areaColor: shade(count / most) },
        })),
      },
    ],
  };
}

function shade(share: number): string {
  const alpha = Math.round(255 * (0.15 + 0.85 * Math.sqrt(share)));
  return `${ACCENT}${alpha.toString(16).padStart(2, '0')}`;
}

export async function draw(option: EChartsCoreOption, { name }: Caption, kind: Picture): Promise<Saved> {
  // Nothing of this gets into the page, whose policy forbids inline styles: it is a file, or a canvas of its own.
  const size = { width: WIDTH, height: HEIGHT };
  if (kind === 'svg') {
    const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return { name: `${name}.svg`, body: new Blob([text], { type: 'image/svg+xml' }) };
  }
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', ...size });
  chart.setOption(option);
  const canvas = chart.renderToCanvas({ pixelRatio: SHARPNESS, backgroundColor: '#ffffff' });
  const body = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  chart.dispose();
  if (!body) throw new Error('This browser could not draw the picture.');
  return { name: `${name}.png`, body };
}
