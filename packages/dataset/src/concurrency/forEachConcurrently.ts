/**
 * Runs a task for each item, at most so many at a time, begun in order.
 *
 * @throws whatever a task throws first; the others go on unheard
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values(); // shared: each worker takes the next one
  const worker = async (): Promise<void> => {
    for (const item of rest) await task(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
