import { describe, expect, it } from 'vitest';
import { ArchiveNames } from './archive-names.ts';

describe('the names in an archive', () => {
  it('are unique, also where letter case and composition do not count', () => {
    const names = new ArchiveNames();
    const given = ['photo.jpg', 'photo.jpg', 'PHOTO.jpg', 'й.jpg', 'й.jpg', 'photo (2).jpg'];
    expect(given.map((name) => names.take(name, 'image/jpeg'))).toEqual([
      'photo.jpg',
      'photo (2).jpg',
      'PHOTO (3).jpg',
      'й.jpg',
      'й (2).jpg',
      'photo (2) (2).jpg',
    ]);
  });

  it('never lead out of the folder it is unpacked in', () => {
    const names = new ArchiveNames();
    for (const name of ['../../etc/passwd', '/etc/passwd', 'C:\\Windows\\win.ini', '..', '', 'a\0b', 'CON']) {
      expect(names.take(name, 'text/plain')).not.toMatch(/[/\\\0:]|^\.|^con(\.|$)/i);
    }
  });
});
