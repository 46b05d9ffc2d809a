import type { Component } from 'vue';
import type { RouteLocationRaw } from 'vue-router';

/** One entry of a menu. What the caller may not do is left out of the list. */
export interface MenuEntry {
  label: string;
  icon?: Component;
  /** Its shortcut, shown at the end of the line. */
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Draws a line above it. */
  separated?: boolean;
  /** Whether it is the one that is on, in a menu that chooses. */
  checked?: boolean;
  to?: RouteLocationRaw;
  href?: string;
  run?: () => void;
}
