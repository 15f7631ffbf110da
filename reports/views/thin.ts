/** Series made as short as a picture can show: neighbours are merged until at most `pointsMax` are left. A safeguard, for the producer keeps to the same limit. */

/** `points` in order, each `merge`d from as many neighbours as it takes. */
export function thinned<Point>(
  points: readonly Point[],
  pointsMax: number,
  merge: (neighbours: readonly Point[], first: Point) => Point,
): readonly Point[] {
  if (points.length <= pointsMax) return points;
  const width = Math.ceil(points.length / pointsMax);
  const merged: Point[] = [];
  for (let index = 0; index < points.length; index += width) {
    const first = points[index];
    if (first !== undefined) merged.push(merge(points.slice(index, index + width), first));
  }
  return merged;
}

/** The least round number that is at least `value` and can be halved: where a scale that starts at zero ends. */
export function scaleEnd(value: number): number {
  let magnitude = 1;
  while (magnitude * 10 < value) magnitude *= 10;
  return ([1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((step) => step * magnitude >= value) ?? 10) * magnitude;
}
