import sharp from 'sharp';
import { sendFile } from '#tests/support/scene.ts';
import type { TestClient } from '#tests/support/test-client.ts';

/** The text of the last message that `sendPictures` sends. */
export const lastWords = 'These are the last';

/** Sends thirty pictures of different proportions: twenty single ones and an album of ten. */
export async function sendPictures(client: TestClient, dialogId: string): Promise<void> {
  const pictures = await Promise.all(Array.from({ length: 30 }, (_, index) => makePicture(index)));
  for (const [index, bytes] of pictures.slice(0, 20).entries()) {
    await sendFile(client, { bytes, name: `picture-${index}.jpg`, type: 'image/jpeg', dialogId });
  }
  const attachments: { attachmentId: string }[] = [];
  for (const bytes of pictures.slice(20)) {
    attachments.push({
      attachmentId: (await client.upload({ bytes, name: 'album.jpg', type: 'image/jpeg', dialogId })).id,
    });
  }
  await client.mutate('supportChat.sendMessage', { dialogId, text: lastWords, attachments });
}

/** Noise on grey, about 40 KB. */
function makePicture(index: number): Promise<Buffer> {
  const width = 500 + ((index * 137) % 700);
  const height = 400 + ((index * 211) % 800);
  const noise = { type: 'gaussian' as const, mean: 90 + index * 4, sigma: 12 };
  return sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .jpeg({ quality: 50 })
    .toBuffer();
}
