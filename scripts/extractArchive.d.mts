export function extractArchive(archive: string, folder: string): string;
export function extractFile(archive: string, folder: string, name: string): string;
