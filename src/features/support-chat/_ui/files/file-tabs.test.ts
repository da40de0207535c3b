import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES } from '#shared/file-type/media-types.ts';
import { archiveUrl, fileTabs, kindsOfTab } from './file-tabs.ts';

describe('the tabs of the files panel', () => {
  it('show every type that can be sent in exactly one of them', () => {
    for (const { kind, mimeType } of MEDIA_TYPES) {
      const tabs = fileTabs.filter((tab) => kindsOfTab(tab).includes(kind));
      expect(tabs, mimeType).toHaveLength(1);
    }
  });

  it('ask for the archive by an escaped id', () => {
    expect(archiveUrl('a/b?c')).toBe('/api/support-chat/dialogs/a%2Fb%3Fc/archive');
  });
});
