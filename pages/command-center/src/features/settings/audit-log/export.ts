// The audit log as one CSV file. The API gives up to 5,000 entries a file and leads on to the next.
import { ref } from 'vue';

import { api, useToasts } from '@/api';
import { saveFile } from '@/lib/save-file.ts';

const MOST_FILES = 40;

/** Puts files of the same head together: the head is written once. */
export function joined(files: readonly string[]): string {
  return files.map((file, index) => (index === 0 ? file : file.slice(file.indexOf('\n') + 1))).join('');
}

export function useAuditExport() {
  const toasts = useToasts();
  const isExporting = ref(false);

  async function exportLog(query: Record<string, string>): Promise<void> {
    isExporting.value = true;
    try {
      const files: string[] = [];
      let cursor: string | null = null;
      do {
        const { response }: { response: Response } = await api.get('/api/v1/audit-log/export', {
          params: { query: { ...query, ...(cursor ? { cursor } : {}) } },
          parseAs: 'stream',
        });
        files.push(await response.text());
        cursor = response.headers.get('x-next-cursor');
      } while (cursor && files.length < MOST_FILES);
      saveFile(new Blob([joined(files)], { type: 'text/csv' }), 'audit-log.csv');
      if (cursor)
        toasts.show({
          title: 'The newest 200,000 entries are in the file',
          description: 'There are more. Choose a span of time for the others.',
          duration: 15_000,
        });
    } catch (error) {
      toasts.fail(error);
    } finally {
      isExporting.value = false;
    }
  }

  return { exportLog, isExporting };
}
