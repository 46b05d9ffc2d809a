import '@fontsource-variable/inter/wght.css';
import './design/base.css';

import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';

import App from './App.vue';
import { onSignedOut } from './api/session-fetch.ts';
import { queryClient } from './api/query-client.ts';
import { router } from './router.ts';
import { useSession } from './session/session.ts';

const app = createApp(App);
app.use(createPinia()).use(VueQueryPlugin, { queryClient }).use(router);

onSignedOut(() => {
  const here = router.currentRoute.value;
  const session = useSession();
  if (!session.isSignedIn || here.meta.isPublic) return;
  session.forget();
  void router.push({ name: 'sign-in', query: { from: here.fullPath } });
});

app.mount('#app');
