export function installLines(text: string): string[][];
