export type ClassValue = string | false | null | undefined;

/** Joins class names, leaving out what is falsy. It resolves no conflicts: give a class once. */
export function cn(...classes: ClassValue[]): string {
  return classes.filter(Boolean).join(' ');
}
