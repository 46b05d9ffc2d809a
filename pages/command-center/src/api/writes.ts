// What is on its way to the API. Two requests may overtake each other: what takes a record away waits for its last change.

const underWay = new Set<Promise<unknown>>();

/** Counts as under way until it is answered. */
export function writing<Answer>(request: Promise<Answer>): Promise<Answer> {
  const ended: Promise<unknown> = request.catch(() => undefined);
  underWay.add(ended);
  void ended.then(() => underWay.delete(ended));
  return request;
}

/** Once all that was under way is answered, however. */
export async function written(): Promise<void> {
  await Promise.all(underWay);
}
