import { describe, expect, it } from 'vitest';
import { isRefused, isRefusedByName, parseTypeList, toTypePolicy } from './type-policy.ts';

const usual = toTypePolicy(undefined, undefined);
const only = (list: string) => toTypePolicy(undefined, parseTypeList(list));

describe('without settings', () => {
  it.each('setup.exe a.msi run.bat x.cmd x.ps1 x.sh x.js x.jar x.apk x.dmg page.html index.PHP x.lnk'.split(' '))(
    'a program, script or page is refused by its ending: %s',
    (name) => {
      expect(isRefused(usual, name, 'application/octet-stream')).toBe(true);
      expect(isRefused(usual, name, 'text/plain')).toBe(true);
      expect(isRefusedByName(usual, name)).toBe(true);
    },
  );

  it.each([
    ['photo.png.exe', 'text/plain'],
    ['setup.exe.', 'application/octet-stream'],
    ['setup.exe  ', 'application/octet-stream'],
    ['photo\u202egnp.exe', 'application/octet-stream'],
    ['setup.e\u200bxe', 'application/octet-stream'],
    ['photo.png', 'application/x-msdownload'],
    ['archive.zip', 'application/java-archive'],
    ['notes', 'text/html'],
    ['photo.png', 'text/html; charset=utf-8'],
  ])('no name hides one: %j that is %s', (name, mimeType) => {
    expect(isRefused(usual, name, mimeType)).toBe(true);
  });

  it.each(
    `mail.eml letter.rtf macro.xlsm logs.7z a.rar a.tar.gz obs.mkv mms.3gp drawing.dwg invoice.xml a.svgz a.sql a.py
     a.unheard-of noending book.epub a.pages data.bin`.split(/\s+/),
  )('anything else is taken in: %s', (name) => {
    expect(isRefused(usual, name, 'application/octet-stream')).toBe(false);
    expect(isRefusedByName(usual, name)).toBe(false);
  });
});

describe('a list of what is allowed', () => {
  it('lets in nothing else, by ending and by type', () => {
    const policy = only('jpg, .PDF, text/*, application/zip, dwgx');
    const refused = (name: string, mimeType: string) => isRefused(policy, name, mimeType);
    expect([refused('a.jpeg', 'image/jpeg'), refused('a', 'application/pdf')]).toEqual([false, false]);
    expect([refused('a.md', 'text/plain; charset=koi8-r'), refused('a.zip', 'application/zip')]).toEqual([
      false,
      false,
    ]);
    expect(refused('plan.dwgx', 'application/octet-stream')).toBe(false);
    expect([refused('a.png', 'image/png'), refused('a.mp4', 'video/mp4')]).toEqual([true, true]);
    // The ending is not enough where the bytes can tell.
    expect(refused('photo.jpg', 'application/zip')).toBe(false);
    expect(refused('photo.jpg', 'application/x-7z-compressed')).toBe(true);
  });

  it('is what the page goes by, as far as a name tells', () => {
    const policy = only('jpg, application/pdf');
    expect(['a.jpg', 'a.JPEG', 'a.pdf', 'noending'].map((name) => isRefusedByName(policy, name))).toEqual([
      ...[false, false, false, false],
    ]);
    expect(['a.png', 'a.unheard-of'].map((name) => isRefusedByName(policy, name))).toEqual([true, true]);
  });

  it('outranks what is refused unless told otherwise, and yields to what the settings refuse', () => {
    expect(isRefused(only('apk, jpg'), 'a.apk', 'application/vnd.android.package-archive')).toBe(false);
    const both = toTypePolicy(['jpg'], ['jpg', 'png']);
    expect([isRefused(both, 'a.jpg', 'image/jpeg'), isRefused(both, 'a.png', 'image/png')]).toEqual([true, false]);
  });
});

it('a name alone refuses only what is sure: an ending may stand for several types', () => {
  const policy = toTypePolicy(['video/*'], undefined);
  expect(isRefusedByName(policy, 'clip.mov')).toBe(true);
  expect(isRefusedByName(policy, 'voice.3gp')).toBe(false);
});
