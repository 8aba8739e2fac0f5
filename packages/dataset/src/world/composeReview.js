import { randomStream } from '../random/randomStream.js';
import { drawClutter, drawProduct } from './drawReviewImage.js';
import { OTHER_PART_DAMAGED, productParts } from './reviewKinds.js';
import { writeReviewText } from './writeReviewText.js';
/** Writes and draws what was planned; a pure function of its arguments. */
export function composeReview(seed, plan) {
    const { index, kind, isSound, isFlipped } = plan;
    const part = kind === 'text names the part' ? randomStream(seed, 'part', index).pick(productParts) : undefined;
    const damaged = damagedParts(seed, plan, part);
    const drawing = randomStream(seed, 'image', index);
    const image = kind === 'image is clutter' ? drawClutter(drawing) : drawProduct(new Set(damaged), drawing);
    return {
        ...plan,
        text: writeReviewText(kind, isSound, part, randomStream(seed, 'text', index)),
        label: isSound !== isFlipped ? 'positive' : 'negative',
        image,
        part,
        damaged,
        decisiveBoxes: decisiveBoxes(plan, part, image),
    };
}
/** Which parts are damaged, so that the picture decides exactly where its kind says so. */
function damagedParts(seed, { index, kind, isSound }, part) {
    if (kind === 'image is clutter')
        return [];
    const random = randomStream(seed, 'damage', index);
    const chance = new Set(productParts.filter(() => random.next() < OTHER_PART_DAMAGED));
    const surely = (decisive, isDamaged) => productParts.filter((other) => (other === decisive ? isDamaged : chance.has(other)));
    if (part)
        return surely(part, !isSound);
    // Where the text decides, the picture is drawn alike, but independently of the label.
    const isDamaged = kind === 'any damage decides' ? !isSound : random.next() < 0.5;
    return isDamaged ? surely(random.pick(productParts), true) : [];
}
function decisiveBoxes({ kind }, part, { parts, marks }) {
    if (kind === 'any damage decides')
        return Object.values(marks);
    const box = part ? (marks[part] ?? parts[part]) : undefined;
    return box ? [box] : [];
}
//# sourceMappingURL=composeReview.js.map