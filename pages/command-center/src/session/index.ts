export { usePermissions } from './permissions.ts';
export { useSession } from './session.ts';
export type { Permission } from './session.ts';
export { useTheme } from './theme.ts';
export type { Theme } from './theme.ts';
