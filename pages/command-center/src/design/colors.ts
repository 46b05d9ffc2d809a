/** Colors that somebody can give to a tag or a stage: data of the tenant, and no part of the app's own look. */
export const colors = [
  { value: '#6B7280', label: 'Gray' },
  { value: '#DC2626', label: 'Red' },
  { value: '#EA580C', label: 'Orange' },
  { value: '#D97706', label: 'Amber' },
  { value: '#16A34A', label: 'Green' },
  { value: '#0D9488', label: 'Teal' },
  { value: '#2563EB', label: 'Blue' },
  { value: '#7C3AED', label: 'Violet' },
  { value: '#DB2777', label: 'Pink' },
] as const;

export const sameColor = (one: string | null | undefined, other: string | null | undefined) => one?.toLowerCase() === other?.toLowerCase();
