// Everything that features registered.
import type { Feature, NavigationEntry, PaletteAction } from './feature.ts';

const found = import.meta.glob<{ default: Feature }>('../features/*/routes.ts', { eager: true });
const features = Object.values(found).map((module) => module.default);

export const featureRoutes = features.flatMap((feature) => feature.routes);
export const navigation: NavigationEntry[] = features
  .flatMap((feature) => feature.navigation ?? [])
  .sort((one, other) => one.order - other.order);
export const paletteActions: PaletteAction[] = features.flatMap((feature) => feature.actions ?? []);
