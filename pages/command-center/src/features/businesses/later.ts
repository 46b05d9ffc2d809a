// Parts of a page that are loaded when they are first shown.
import { defineAsyncComponent } from 'vue';
import type { AsyncComponentLoader, Component } from 'vue';

import { Skeleton } from '@/design';

/** A tab's content, with a skeleton while it comes. */
export const laterTab = <Loaded extends Component>(loader: AsyncComponentLoader<Loaded>) =>
  defineAsyncComponent({ loader, loadingComponent: Skeleton, delay: 150 });
