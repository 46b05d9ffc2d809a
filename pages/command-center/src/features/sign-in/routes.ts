import { defineFeature } from '@/layout/feature.ts';

const isPublic = true;

export default defineFeature({
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./SignInPage.vue'), meta: { title: 'Sign in', isPublic } },
    // The paths of the links in letters.
    { path: '/auth/link/:token', name: 'sign-in-link', component: () => import('./LinkPage.vue'), meta: { title: 'Sign in', isPublic } },
    {
      path: '/auth/invitation/:token',
      name: 'invitation',
      component: () => import('./InvitationPage.vue'),
      meta: { title: 'Accept the invitation', isPublic },
    },
  ],
});
