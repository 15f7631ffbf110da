/**
 * Charts of a sweep are laid out here to the pixel and handed to Vega as marks on plain scales: what stands where must not depend on how wide a machine
 * takes a text to be. An axis is lines and words like the rest.
 */
import type { TopLevelSpec } from 'vega-lite';
import { type ColourName, colour } from '../page/palette.ts';
import { CHART_CONFIG, type Layer } from '../views/time-row.ts';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: ColourName;
  /** 0 to 1. */
  readonly opacity: number;
}

export interface Rule {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  readonly stroke: ColourName;
  readonly width: number;
}

export interface Words {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly align: 'left' | 'center' | 'right';
  readonly fill: ColourName;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly shape: 'circle' | 'diamond';
  readonly colour: ColourName;
  readonly filled: boolean;
}

export interface Marks {
  readonly rects?: readonly Rect[];
  readonly rules?: readonly Rule[];
  readonly points?: readonly Point[];
  readonly words?: readonly Words[];
}

/** A chart of fixed size; of `marks` what comes later lies over what came before. */
export function chart(widthPx: number, heightPx: number, ...marks: readonly Marks[]): TopLevelSpec {
  const at = (field: string, sizePx: number) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, sizePx], range: [0, sizePx], nice: false, zero: false },
    axis: null,
  });
  const x = at('x', widthPx);
  const y = at('y', heightPx);
  const plain = (field: string, max: number) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, max], range: [0, max], nice: false, zero: false },
    legend: null,
  });
  const painted = (field: string) => ({ field, type: 'nominal' as const, scale: null, legend: null });
  const layers = marks.flatMap(({ rects = [], rules = [], points = [], words = [] }): readonly Layer[] => [
    {
      data: {
        values: rects.map(({ width, height, fill, ...rect }) => ({
          ...rect,
          x2: rect.x + width,
          y2: rect.y + height,
          fill: colour(fill),
        })),
      },
      mark: { type: 'rect' },
      encoding: {
        x,
        x2: { field: 'x2' },
        y,
        y2: { field: 'y2' },
        fill: painted('fill'),
        fillOpacity: plain('opacity', 1),
      },
    },
    {
      data: { values: rules.map(({ stroke, ...rule }) => ({ ...rule, stroke: colour(stroke) })) },
      mark: { type: 'rule' },
      encoding: {
        x,
        x2: { field: 'x2' },
        y,
        y2: { field: 'y2' },
        stroke: painted('stroke'),
        strokeWidth: plain('width', 10),
      },
    },
    {
      data: {
        values: points.map((point) => ({
          x: point.x,
          y: point.y,
          shape: point.shape,
          stroke: colour(point.colour),
          fill: colour(point.filled ? point.colour : 'surface'),
        })),
      },
      mark: { type: 'point', size: 60, opacity: 1, strokeWidth: 1.8 },
      encoding: { x, y, shape: painted('shape'), stroke: painted('stroke'), fill: painted('fill') },
    },
    ...(['left', 'center', 'right'] as const).map((align): Layer => ({
      data: {
        values: words
          .filter((word) => word.align === align)
          .map(({ fill, ...word }) => ({ ...word, fill: colour(fill) })),
      },
      mark: { type: 'text', align, baseline: 'middle', fontSize: 11, limit: 0 },
      encoding: { x, y, text: { field: 'text', type: 'nominal' }, fill: painted('fill') },
    })),
  ]);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: widthPx,
    height: heightPx,
    autosize: { type: 'none' },
    padding: 0,
    layer: layers.filter(
      ({ data }) => data !== undefined && data !== null && 'values' in data && isFilled(data.values),
    ),
    config: CHART_CONFIG,
  };
}

function isFilled(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0;
}
