/** Makes a {@link Limiter}. */
export function createLimiter(limit) {
    const waiting = [];
    let running = 0;
    let isStopped = false;
    const release = () => {
        const next = waiting.shift();
        if (next)
            next.start();
        else
            running--;
    };
    const turn = () => new Promise((resolve, reject) => {
        if (isStopped)
            reject(new Error('batches: stopped.'));
        else if (running < limit) {
            running++;
            resolve();
        }
        else
            waiting.push({ start: resolve, refuse: reject });
    });
    return {
        async run(task) {
            await turn();
            try {
                return await task();
            }
            finally {
                release();
            }
        },
        stop() {
            isStopped = true;
            for (const { refuse } of waiting.splice(0))
                refuse(new Error('batches: stopped.'));
        },
    };
}
//# sourceMappingURL=createLimiter.js.map