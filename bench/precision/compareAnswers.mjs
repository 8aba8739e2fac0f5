/**
 * What changed between two models' answers about the same rows.
 *
 * @param {readonly { id: string, label: number, probabilities: readonly number[] }[]} exact
 * @param {typeof exact} other - the same rows in the same order
 * @returns {{ rows: number, accuracy: number, changed: number, largest: number, mean: number }} accuracy of `other`; rows with another label; largest and
 *   mean absolute difference of a probability
 */
export function compareAnswers(exact, other) {
  let [right, changed, largest, sum, count] = [0, 0, 0, 0, 0];
  for (const [row, { id, label, probabilities }] of other.entries()) {
    const before = exact[row];
    if (before?.id !== id) throw new Error(`compareAnswers: row ${row} must be ${before?.id}, got ${id}.`);
    const answer = largestAt(probabilities);
    if (answer === label) right += 1;
    if (answer !== largestAt(before.probabilities)) changed += 1;
    for (const [i, probability] of probabilities.entries()) {
      const moved = Math.abs(probability - before.probabilities[i]);
      // Not a number stays so.
      largest = moved <= largest ? largest : moved;
      sum += moved;
      count += 1;
    }
  }
  return { rows: other.length, accuracy: right / other.length, changed, largest, mean: sum / count };
}

function largestAt(values) {
  return values.indexOf(Math.max(...values));
}
