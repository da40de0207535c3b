export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = 'theme';

export function isTheme(value: unknown): value is Theme {
  return themes.some((theme) => theme === value);
}

/** The address bar of a phone: the colours of `--surface`, which CSS variables cannot give to a meta tag. */
export const themeColors = { light: '#fbfdfb', dark: '#0f1715' };
