/** An image that is missing or cannot be decoded. */
export class ImageError extends Error {
    path;
    reason;
    name = 'ImageError';
    /**
     * @param path - the image
     * @param reason - in a few words that can be counted
     * @param detail - what was found
     */
    constructor(path, reason, detail, options) {
        super(`image ${path}: ${reason}: ${detail}.`, options);
        this.path = path;
        this.reason = reason;
    }
}
//# sourceMappingURL=ImageError.js.map