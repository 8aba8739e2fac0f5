import { productParts } from './reviewKinds.js';
/** Side of the square pictures in pixels. */
export const WORLD_IMAGE_SIZE = 48;
/** Side of a part. */
const PART_SIZE = 13;
/** Smallest and largest side of the mark that means damage. */
const MARK_SIZES = [8, 9, 10];
const MARK_RIM = 2;
const PART_GAP = 1;
const partColours = {
    screen: [70, 110, 200],
    handle: [70, 160, 90],
    button: [190, 80, 160],
    base: [130, 130, 140],
};
const rimColour = [255, 130, 20];
const coreColour = [15, 10, 10];
/** Draws the product: four parts in random places that do not overlap, with a mark inside each damaged one. */
export function drawProduct(damaged, random) {
    const data = drawBackground(random);
    const parts = {};
    const marks = {};
    const boxes = placeParts(random);
    productParts.forEach((part, index) => {
        const box = boxes[index];
        if (!box)
            return;
        fill(data, box, jitter(partColours[part], 18, random));
        parts[part] = box;
        if (damaged.has(part))
            marks[part] = drawMark(data, box, random);
    });
    return { data, parts, marks };
}
/** Draws what has nothing to do with the product: rectangles of any colour, some with a mark. */
export function drawClutter(random) {
    const data = drawBackground(random);
    for (let i = 6 + random.below(5); i > 0; i--) {
        const width = 4 + random.below(18);
        const height = 4 + random.below(18);
        const x = random.below(WORLD_IMAGE_SIZE - width);
        const y = random.below(WORLD_IMAGE_SIZE - height);
        fill(data, { x, y, width, height }, [random.below(256), random.below(256), random.below(256)]);
    }
    for (let i = random.below(3); i > 0; i--) {
        const room = WORLD_IMAGE_SIZE - PART_SIZE;
        drawMark(data, { x: random.below(room), y: random.below(room), width: PART_SIZE, height: PART_SIZE }, random);
    }
    return { data, parts: {}, marks: {} };
}
/** A light colour that changes across the picture, with grain. */
function drawBackground(random) {
    const size = WORLD_IMAGE_SIZE;
    const data = new Uint8Array(size * size * 3);
    const from = [195 + random.below(60), 195 + random.below(60), 195 + random.below(60)];
    const slope = [0, 1, 2].map(() => (random.next() - 0.5) * 50);
    // No sine or cosine: their last digit may differ between machines.
    const dx = (random.next() * 2 - 1) / size;
    const dy = (random.next() * 2 - 1) / size;
    for (let y = 0, i = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            const along = (x - size / 2) * dx + (y - size / 2) * dy;
            const grain = (random.next() - 0.5) * 12;
            for (let c = 0; c < 3; c++)
                data[i++] = clamp((from[c] ?? 0) + (slope[c] ?? 0) * along + grain);
        }
    }
    return data;
}
/** Places that do not overlap, by trying again from the start when a part finds none. */
function placeParts(random) {
    const room = WORLD_IMAGE_SIZE - PART_SIZE + 1;
    const boxes = [];
    for (let tries = 0; boxes.length < productParts.length; tries++) {
        if (tries > 200) {
            boxes.length = 0;
            tries = 0;
        }
        const box = { x: random.below(room), y: random.below(room), width: PART_SIZE, height: PART_SIZE };
        if (boxes.every((other) => !overlap(box, other)))
            boxes.push(box);
    }
    return boxes;
}
function overlap(a, b) {
    return Math.abs(a.x - b.x) < PART_SIZE + PART_GAP && Math.abs(a.y - b.y) < PART_SIZE + PART_GAP;
}
function drawMark(data, part, random) {
    const side = random.pick(MARK_SIZES);
    const x = part.x + random.below(part.width - side + 1);
    const y = part.y + random.below(part.height - side + 1);
    fill(data, { x, y, width: side, height: side }, jitter(rimColour, 12, random));
    const core = side - 2 * MARK_RIM;
    fill(data, { x: x + MARK_RIM, y: y + MARK_RIM, width: core, height: core }, jitter(coreColour, 12, random));
    return { x, y, width: side, height: side };
}
function fill(data, { x, y, width, height }, colour) {
    for (let row = y; row < y + height; row++) {
        for (let column = x; column < x + width; column++)
            data.set(colour, (row * WORLD_IMAGE_SIZE + column) * 3);
    }
}
function jitter([r, g, b], amount, random) {
    const shift = (value) => clamp(value + (random.next() - 0.5) * 2 * amount);
    return [shift(r), shift(g), shift(b)];
}
function clamp(value) {
    return Math.max(0, Math.min(255, Math.round(value)));
}
//# sourceMappingURL=drawReviewImage.js.map