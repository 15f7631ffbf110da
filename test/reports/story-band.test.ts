/** Promise: what a phase is called stands beside the pins of the story, never beneath one. */
import { expect, test } from 'vitest';
import { type Scene, wholeRun } from '../../reports/views/scene.ts';
import { bandLayers } from '../../reports/views/story-band.ts';
import { sampleReport } from './sample.ts';

/** Where the layers' own data puts things, in seconds. */
function placesOf(scene: Scene): { readonly names: Place[]; readonly pins: Place[] } {
  const values = bandLayers(scene, 12, 24).map((layer) => (layer.data as { values: Place[] }).values);
  return { names: values[0]!, pins: values[1]! };
}

interface Place {
  readonly label: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

test('a phase that begins where a pin stands is named behind it, and another where it begins', () => {
  const scene = wholeRun(sampleReport());
  const { pins: before } = placesOf(scene);
  const pin = before.find(({ at }) => at > 20 && at < 30)!;
  const { names, pins } = placesOf({ ...scene, settleFromUs: pin.at * 1_000_000, drainFromUs: 40_000_000 });
  const settle = names.find(({ label }) => label === 'settle')!;
  expect(settle.at).toBeGreaterThanOrEqual(pin.to);
  for (const { from, to } of pins) expect(settle.at < from || settle.at >= to).toBe(true);
  const drain = names.find(({ label }) => label === 'drain')!;
  expect(drain.at).toBeCloseTo(40, 6);
});
