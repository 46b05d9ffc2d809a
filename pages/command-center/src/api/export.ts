// Has a list written as a CSV file, and says where it is once it is done.
import { ref } from 'vue';

import { api } from './client.ts';
import type { Schema } from './client.ts';
import { useToasts } from './toasts.ts';

const PAUSE_MS = 1_500;

export interface ExportGiven {
  what: Schema<'ExportedList'>;
  /** The list's query: `filter[…]` parameters count, everything else is left out. */
  query?: Record<string, unknown>;
  sort?: string | undefined;
}

/** `const { exportList } = useExport()`, then `exportList({ what: 'people', query })`. `DataTable` does it with `export-as`. */
export function useExport() {
  const toasts = useToasts();
  const isExporting = ref(false);

  async function exportList(given: ExportGiven): Promise<void> {
    isExporting.value = true;
    try {
      const { data } = await api.post('/api/v1/exports', {
        body: { what: given.what, filter: filterOf(given.query), sort: given.sort ?? null },
      });
      toasts.show({ title: 'The file is being written', description: 'You can go on meanwhile.' });
      void follow(data.id);
    } catch (error) {
      toasts.fail(error);
    } finally {
      isExporting.value = false;
    }
  }

  async function follow(id: string): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const found = await api.get('/api/v1/exports/{id}', { params: { path: { id } } }).catch(() => undefined);
      // Whoever may write an export and not look at it finds it in nothing; the message above is all there is.
      if (!found) return;
      const { status, link, rows_done: rows, failure_reason: reason } = found.data;
      if (status === 'done' && link) {
        toasts.show({
          tone: 'success',
          title: `${rows.toLocaleString()} rows are ready`,
          duration: 60_000,
          action: { label: 'Download', href: link },
        });
        return;
      }
      if (status === 'failed' || status === 'done') {
        toasts.show({ tone: 'danger', title: 'The export failed', ...(reason ? { description: reason } : {}) });
        return;
      }
    }
  }

  return { exportList, isExporting };
}

function filterOf(query: Record<string, unknown> = {}): Schema<'ExportFilter'> {
  const filter: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(query)) {
    const field = /^filter\[(.+)\]$/.exec(name)?.[1];
    if (field && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && value !== '')
      filter[field] = value;
  }
  return filter;
}
