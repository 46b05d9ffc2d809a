// Draws with uPlot, in the colors of the theme.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { areTimes } from './series.ts';
import type { ChartGiven } from './series.ts';

/** What a count is marked in: there is no half of an email. */
const WHOLE = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function draw(element: HTMLElement, given: ChartGiven, kind: 'line' | 'bar', timeZone: string): uPlot {
  const isTime = areTimes(given.points);
  const written = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1, ...given.format });
  const points = given.points.map((point, index) => (isTime ? Date.parse(point) / 1000 : index));
  const axis = {
    stroke: color('--muted'),
    font: '11px "Inter Variable", system-ui, sans-serif',
    ticks: { show: false },
    grid: { stroke: color('--line'), width: 1 },
  };
  const bars = uPlot.paths.bars!({ size: [0.7, 56], radius: 0.12 });
  return new uPlot(
    {
      width: element.clientWidth,
      height: given.height ?? 220,
      // A label stands in the middle under its point, also under the last one.
      padding: [8, kind === 'line' ? 20 : 8, 0, 0],
      legend: { show: false },
      ...(isTime ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), timeZone) } : {}),
      scales: {
        x: { time: isTime, ...(kind === 'bar' ? { range: (_plot: uPlot, low: number, high: number) => spread(points, low, high) } : {}) },
        y: { range: (_plot, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.08] },
      },
      cursor: { drag: { x: false, y: false }, points: { size: 7 }, y: false },
      axes: [
        {
          ...axis,
          grid: { show: false },
          ...(isTime
            ? {}
            : { values: (_plot: uPlot, marks: number[]) => marks.map((mark) => given.points[mark] ?? ''), splits: () => points }),
        },
        {
          ...axis,
          size: 48,
          ...(given.format?.style === 'percent' ? {} : { incrs: WHOLE }),
          values: (_plot, marks) => marks.map((mark) => written.format(mark)),
        },
      ],
      series: [
        {},
        ...given.series.map((series, index) => {
          const stroke = color(`--series-${(index % 5) + 1}`);
          return kind === 'bar'
            ? { label: series.label, fill: stroke, paths: bars, points: { show: false } }
            : {
                label: series.label,
                stroke,
                width: 2,
                ...(given.series.length === 1 ? { fill: `color-mix(in oklch, ${stroke} 12%, transparent)` } : {}),
                points: { show: points.length === 1 },
              };
        }),
      ],
    },
    [points, ...given.series.map((series) => [...series.values])] as uPlot.AlignedData,
    element,
  );
}

/** Bars at the ends need half a step of room. */
function spread(points: number[], low: number, high: number): [number, number] {
  const step = points.length > 1 ? points[1]! - points[0]! : 1;
  return [low - step / 2, high + step / 2];
}
