import areaCodes from 'areacodes/lib/data.json' with { type: 'json' };
import { kilometres } from './distance.ts';

/** In the package, but not in use anywhere yet. */
const NOT_IN_SERVICE = new Set(['278']);

/** Area codes whose middles are this near to each other share one area: the newer were laid over the older. */
const SAME_AREA_KM = 20;

/** The real area code whose middle is nearest to a point of the state: plausible for the town, if not always its own. */
export function areaCodeNear(state: string, latitude: number, longitude: number): string {
  const byDistance = Object.entries(areaCodes)
    .flatMap(([code, { type, stateCode, location }]) =>
      type === 'local' && stateCode === state && location && !NOT_IN_SERVICE.has(code)
        ? [{ code, away: kilometres({ latitude, longitude }, location) }]
        : [],
    )
    .sort((a, b) => a.away - b.away);
  const [nearest] = byDistance;
  if (nearest === undefined) throw new Error(`no area code in ${state}`);
  const area = byDistance.filter(({ away }) => away - nearest.away <= SAME_AREA_KM);
  // Until 1995 every area code had 0 or 1 in the middle: such a one is the area's first, on most of its old signs.
  return (area.find(({ code }) => /^\d[01]/.test(code)) ?? nearest).code;
}
