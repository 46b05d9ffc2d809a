// A test waits for a condition, never for a time.

export interface Waiting {
  /** What is waited for, as the failure names it: "the ledger balances". */
  what: string;
  /** Milliseconds after which the wait has failed. Default 20,000. */
  timeout?: number;
}

/** Asks until the condition gives something truthy, and returns that. A condition that throws counts as "not yet". */
export async function until<T>(condition: () => T | Promise<T>, { what, timeout = 20_000 }: Waiting): Promise<Exclude<T, Falsy>> {
  const end = performance.now() + timeout;
  let last: unknown;
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 50)) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, Falsy>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`waited ${timeout} ms in vain until ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

type Falsy = false | 0 | 0n | '' | null | undefined;
