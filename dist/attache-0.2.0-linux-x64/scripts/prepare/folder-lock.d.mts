export function withFolderLock<Result>(file: string, work: () => Promise<Result>, onWait: () => void): Promise<Result>;
