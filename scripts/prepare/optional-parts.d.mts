export function absentParts(): { name: string; title: string; remedy: string }[];
export function findChromium(wish?: { isWhole?: boolean }): string | null;
export function findFirefox(): string | null;
export function findOnPath(program: string): string | null;
export function findDebianPostgres(): string | null;
