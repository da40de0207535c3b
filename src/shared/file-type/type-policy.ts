import { withoutInvisible } from '#shared/text/without-invisible.ts';
import { essenceOf, extensionOfName, findMediaType, typesOfExtension } from './media-types.ts';

/**
 * Which files are taken in, by ending or type (`exe`, `text/html`, `video/*`). Plain data: the page gets the same lists
 * as the server. Browser code imports this file: nothing of Node here.
 */
export interface TypePolicy {
  blocked: readonly string[];
  /** null: everything that is not blocked. */
  allowed: readonly string[] | null;
}

/**
 * Programs, scripts and installers that a double click runs on a common desktop or phone, disk images that hide them
 * from the mark of the web, and pages that a browser would run: what Gmail and Outlook refuse, without archives and
 * documents. `SUPPORT_CHAT_ATTACHMENT_BLOCKED_TYPES` when unset.
 */
export const DEFAULT_BLOCKED_TYPES: readonly string[] = [
  ...'exe com scr pif cpl dll sys ocx drv msi msp mst msix msixbundle appx appxbundle appinstaller'.split(' '),
  ...'bat cmd ps1 psm1 psd1 vb vbe vbs js jse mjs cjs ws wsc wsf wsh sct scf hta msc msh lnk url reg inf'.split(' '),
  ...'application gadget jnlp jar class apk aab xapk app dmg pkg mpkg command workflow scpt'.split(' '),
  ...'sh bash zsh csh ksh fish run desktop appimage deb rpm elf macho'.split(' '),
  ...'iso img vhd vhdx wim chm hlp xll xpi crx swf'.split(' '),
  ...'html htm xhtml xht shtml mht mhtml php php3 php4 php5 phtml phar asp aspx jsp cgi'.split(' '),
];

/** `exe, .MSI, text/html` as the settings hold it: lower case, without dots, each once. */
export function parseTypeList(list: string): string[] {
  const entries = list.split(/[\s,;]+/).map((entry) =>
    entry
      .trim()
      .toLowerCase()
      .replace(/^\*?\./, ''),
  );
  return [...new Set(entries.filter((entry) => entry !== ''))];
}

/** The settings as a policy. What is allowed by name is not blocked by default. */
export function toTypePolicy(
  blocked: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
): TypePolicy {
  const usual = DEFAULT_BLOCKED_TYPES.filter((entry) => !allowed?.includes(entry));
  return { blocked: blocked ?? usual, allowed: allowed ?? null };
}

/**
 * Whether a file is refused, its bytes having been read. An ending in a list stands for the types that carry it as
 * well: `exe` refuses a Windows program named `photo.png`; `jpg` lets in `photo.jpeg`, but no text named `photo.jpg`.
 */
export function isRefused(policy: TypePolicy, name: string, mimeType: string): boolean {
  const extension = endingOf(name);
  const essence = essenceOf(mimeType);
  const type = findMediaType(essence) ?? { mimeType: essence, extensions: [] };
  if (policy.blocked.some((entry) => entry === extension || standsFor(entry, type))) return true;
  // Of an ending that the table does not know, nothing but the name can tell.
  const isNameEnough = typesOfExtension(extension).length === 0;
  const isAllowed = (entry: string) => standsFor(entry, type) || (isNameEnough && entry === extension);
  return policy.allowed !== null && !policy.allowed.some(isAllowed);
}

/** Whether a name alone is enough to refuse a file, before a byte of it has been read. Sure refusals only. */
export function isRefusedByName(policy: TypePolicy, name: string): boolean {
  const extension = endingOf(name);
  const types = typesOfExtension(extension);
  const standsForAll = (entry: string) => types.length > 0 && types.every((type) => standsFor(entry, type));
  if (policy.blocked.some((entry) => entry === extension || standsForAll(entry))) return true;
  if (policy.allowed === null || extension === '') return false;
  return !policy.allowed.some((entry) => entry === extension || types.some((type) => standsFor(entry, type)));
}

function standsFor(entry: string, type: { mimeType: string; extensions: readonly string[] }): boolean {
  if (entry.endsWith('/*')) return type.mimeType.startsWith(entry.slice(0, -1));
  return entry === type.mimeType || type.extensions.includes(entry);
}

/** What a desktop goes by: Windows ignores dots and spaces at the end of a name. */
function endingOf(name: string): string {
  const visible = withoutInvisible(name);
  let end = visible.length;
  while (end > 0 && '. \u00a0\u3000'.includes(visible.charAt(end - 1))) end -= 1;
  return extensionOfName(visible.slice(0, end));
}
