import type { Page } from 'playwright-core';
import type { AttachmentDto } from '#features/support-chat/_api/types.ts';

/** Answers to give in the server's place, for states that a real server is seldom in. */

/** An empty list. */
export const answerEmpty = (procedure: string) => (page: Page) =>
  page.route(addressOf(procedure), (route) => route.fulfill({ json: { result: { data: { items: [] } } } }));

/** No answer at all: the page keeps loading. */
export const answerNever = (procedure: string) => (page: Page) => page.route(addressOf(procedure), () => undefined);

/** A refusal that trying again does not change. */
export const answerForbidden = (procedure: string) => (page: Page) =>
  page.route(addressOf(procedure), (route) =>
    route.fulfill({ status: 403, json: { error: { message: '', code: -32003, data: { code: 'FORBIDDEN' } } } }),
  );

/** The real messages, with some fields of their attachments changed. */
export const changeAttachments = (change: (file: AttachmentDto) => Partial<AttachmentDto>) => (page: Page) =>
  page.route(addressOf('userGetMessages'), async (route) => {
    const response = await route.fetch();
    const body: { result: { data: { items: { attachments: AttachmentDto[] }[] } } } = await response.json();
    for (const { attachments } of body.result.data.items) {
      for (const file of attachments) Object.assign(file, change(file));
    }
    await route.fulfill({ response, json: body });
  });

function addressOf(procedure: string): string {
  return `**/api/trpc/supportChat.${procedure}*`;
}
