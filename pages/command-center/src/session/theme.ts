// Light, dark, or as the system has it. `public/theme.js` does the same before the first paint.
import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';

export type Theme = 'system' | 'light' | 'dark';

const chosen = useStorage<Theme>('theme', 'system');
const prefersDark = usePreferredDark();
const isDark = computed(() => chosen.value === 'dark' || (chosen.value === 'system' && prefersDark.value));

watchEffect(() => {
  document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
});

export function useTheme() {
  return { theme: chosen, isDark };
}
