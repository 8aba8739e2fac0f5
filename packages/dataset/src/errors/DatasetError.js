/** Data that cannot be used as it is; the message says where, and what to do. */
export class DatasetError extends Error {
    name = 'DatasetError';
    /** The file, where there is one. */
    path;
    /** Line of the file, from 1, where it is known. */
    line;
    /**
     * @param message - where, what was expected, what arrived, what to do
     * @param options - the fields, and the `cause`
     */
    constructor(message, options = {}) {
        super(message, { cause: options.cause });
        this.path = options.path;
        this.line = options.line;
    }
    /** An error whose message begins with the file and the line. */
    static in(path, detail, options = {}) {
        const where = options.line === undefined ? path : `${path}: line ${options.line}`;
        return new DatasetError(`${where}: ${detail}`, { path, ...options });
    }
}
//# sourceMappingURL=DatasetError.js.map