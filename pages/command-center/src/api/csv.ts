// Has all of a list written as a CSV file in the browser: for those lists that the API writes no file of.
import { ref } from 'vue';

import { cellsOf, saveCsv } from '@/lib/csv.ts';

import type { List } from './list.ts';
import { useToasts } from './toasts.ts';

/** More is not held in a page's memory. */
const MOST_ROWS = 20_000;

/** `const { writeCsv, isWriting } = useCsv()`, then `writeCsv(list, 'suppressions')`. `DataTable` does it by itself. */
export function useCsv() {
  const toasts = useToasts();
  const isWriting = ref(false);

  async function writeCsv<Row extends object>(list: List<Row>, name: string): Promise<void> {
    isWriting.value = true;
    try {
      const rows = await list.readAll(MOST_ROWS + 1);
      await saveCsv(
        rows.slice(0, MOST_ROWS).map((row) => cellsOf(row)),
        name,
      );
      if (rows.length > MOST_ROWS) {
        const description = 'There are more. Filter the list and download the rest by itself.';
        toasts.show({ tone: 'warning', title: `The file has the first ${MOST_ROWS.toLocaleString('en-US')} rows`, description });
      }
    } catch (error) {
      toasts.fail(error);
    } finally {
      isWriting.value = false;
    }
  }

  return { writeCsv, isWriting };
}
