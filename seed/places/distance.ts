interface Point {
  latitude: number;
  longitude: number;
}

/** Kilometres between two points not far apart (a flat map does for towns and area codes). */
export function kilometres(a: Point, b: Point): number {
  const perDegree = 111.2;
  const narrowing = Math.cos((a.latitude * Math.PI) / 180);
  return perDegree * Math.hypot(a.latitude - b.latitude, (a.longitude - b.longitude) * narrowing);
}
