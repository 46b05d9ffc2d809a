// What a feature gives to the app. Each has a file `src/features/<feature>/routes.ts` with `export default defineFeature({…})`.
import type { Component } from 'vue';
import type { RouteRecordRaw } from 'vue-router';

import type { Permission } from '@/session/session.ts';

export type NavigationGroup = 'main' | 'crm' | 'campaigns' | 'insights' | 'settings';

export interface NavigationEntry {
  label: string;
  icon: Component;
  /** A path. */
  to: string;
  group: NavigationGroup;
  /** Its place in the group, from small to large. */
  order: number;
  /** Shown to whoever has it. */
  permission?: Permission;
  /** Pressed one after the other: `g b`. */
  keys?: string;
}

export interface PaletteAction {
  /** As one would say it: `Add a tag`. */
  label: string;
  icon?: Component;
  permission?: Permission;
  keys?: string;
  to?: string;
  run?: () => void;
  /** Other words that find it. */
  words?: string;
}

export interface Feature {
  /** Pages are loaded when they are gone to: `component: () => import('./TagsPage.vue')`. */
  routes: RouteRecordRaw[];
  navigation?: NavigationEntry[];
  actions?: PaletteAction[];
}

export const defineFeature = (feature: Feature): Feature => feature;

declare module 'vue-router' {
  interface RouteMeta {
    /** The page's title; a page that knows better calls `useTitle`. */
    title?: string;
    permission?: Permission;
    /** For whoever is not signed in, and without the app around it. */
    isPublic?: boolean;
  }
}
