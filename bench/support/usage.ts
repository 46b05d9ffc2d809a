// Rows read and written, as the engine itself counts them.
import type { Platform } from '../../tests/support/platform.ts';
import { until } from '../../tests/support/wait.ts';

export interface Usage {
  read: number;
  written: number;
  /** Statements the Worker ran; D1 only, which answers each with its counts. */
  statements: number | undefined;
}

export async function usage(platform: Platform): Promise<Usage> {
  if (platform.engine === 'postgres') return { ...(await rowsOfPostgres(platform)), statements: undefined };
  const { rows_read, rows_written, statements } = await platform.metrics();
  return { read: rows_read, written: rows_written, statements };
}

export function difference(before: Usage, after: Usage): Usage {
  const statements = before.statements === undefined || after.statements === undefined ? undefined : after.statements - before.statements;
  return { read: after.read - before.read, written: after.written - before.written, statements };
}

/**
 * A server process hands its counts over when it is told to, has been idle for ten seconds or has ended: our own connection, which loaded the
 * people, is told to; the Worker's end with their events. Two looks a second apart have to agree.
 */
async function rowsOfPostgres(platform: Platform): Promise<{ read: number; written: number }> {
  const look = async () => {
    await platform.sql('SELECT pg_stat_force_next_flush()');
    const [row] = await platform.sql(
      `SELECT COALESCE(SUM(seq_tup_read), 0) + COALESCE(SUM(idx_tup_fetch), 0) AS read,
              COALESCE(SUM(n_tup_ins), 0) + COALESCE(SUM(n_tup_upd), 0) + COALESCE(SUM(n_tup_del), 0) AS written
       FROM pg_stat_user_tables`,
    );
    return { read: Number(row?.['read']), written: Number(row?.['written']) };
  };
  let last = await look();
  return until(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const next = await look();
      const settled = next.read === last.read && next.written === last.written;
      last = next;
      return settled && next;
    },
    { what: "Postgres' statistics are settled" },
  );
}

/** Rows ever put into `send_batches`, each of which is one queue message; from a trigger, as both engines forget a row that is gone. */
export async function countBatches(platform: Platform): Promise<() => Promise<number>> {
  await platform.sql('CREATE TABLE bench_batches (id TEXT PRIMARY KEY)');
  if (platform.engine === 'd1') {
    await platform.sql('CREATE TRIGGER bench_batches AFTER INSERT ON send_batches BEGIN INSERT INTO bench_batches VALUES (NEW.id); END');
  } else {
    await platform.sql(
      `CREATE FUNCTION bench_batches() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO bench_batches VALUES (NEW.id); RETURN NEW; END'`,
    );
    await platform.sql('CREATE TRIGGER bench_batches AFTER INSERT ON send_batches FOR EACH ROW EXECUTE FUNCTION bench_batches()');
  }
  return async () => Number((await platform.sql('SELECT COUNT(*) AS n FROM bench_batches'))[0]?.['n']);
}
