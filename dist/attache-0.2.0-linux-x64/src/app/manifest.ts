import type { MetadataRoute } from 'next';
import { getTranslations } from 'next-intl/server';
import { themeColors } from '#shared/ui/theme.ts';

/** For a phone's home screen: the chat opens there without the browser's bars. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const t = await getTranslations('common');
  return {
    name: t('productName'),
    short_name: t('productName'),
    description: t('metaDescription'),
    id: '/',
    start_url: '/',
    display: 'standalone',
    theme_color: themeColors.light,
    background_color: themeColors.light,
    icons: [192, 512].map((size) => ({ src: `/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png' })),
  };
}
