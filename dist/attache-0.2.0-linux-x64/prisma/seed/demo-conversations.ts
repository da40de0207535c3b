import type { DemoPerson } from './demo-people.ts';

export type DemoFile = {
  /** In prisma/demo-assets. */
  readonly asset: string;
  readonly name: string;
  readonly mimeType: string;
  readonly width?: number;
  readonly height?: number;
};

export type DemoMessage = {
  readonly from: DemoPerson;
  readonly minutesAgo: number;
  readonly text?: string;
  readonly files?: readonly DemoFile[];
};

export type DemoConversation = {
  readonly customer: DemoPerson;
  readonly topic: string;
  readonly messages: readonly DemoMessage[];
  /** How many of the first messages each side has seen. */
  readonly readByCustomer: number;
  readonly readByStaff: number;
};

const phone = { asset: 'photo-1.jpg', name: 'телефон-трещина.jpg', mimeType: 'image/jpeg', width: 1600, height: 1067 };
const parcel = { asset: 'photo-2.jpg', name: 'коробка.jpg', mimeType: 'image/jpeg', width: 1600, height: 1200 };
const invoice = { asset: 'invoice.pdf', name: 'Invoice NL-20931.pdf', mimeType: 'application/pdf' };
const bank = {
  asset: 'screenshot.png',
  name: 'Payment not completed.png',
  mimeType: 'image/png',
  width: 828,
  height: 1792,
};
const clip = { asset: 'clip.mp4', name: 'checkout.mp4', mimeType: 'video/mp4' };

const DAY = 24 * 60;

/** One closed matter in Russian, one open in English: a customer waits for an answer, and the inbox shows it. */
export const DEMO_CONVERSATIONS: readonly DemoConversation[] = [
  {
    customer: 'anna',
    topic: 'Заказ 20931: телефон с трещиной',
    readByCustomer: 7,
    readByStaff: 7,
    messages: [
      {
        from: 'anna',
        minutesAgo: DAY + 95,
        text: 'Здравствуйте! Получила сегодня заказ 20931. Коробка смята, а на экране телефона трещина от угла до угла.',
      },
      { from: 'anna', minutesAgo: DAY + 93, text: 'Вот фотографии: телефон и посылка.', files: [phone, parcel] },
      {
        from: 'sofia',
        minutesAgo: DAY + 71,
        text: 'Здравствуйте, Анна! Очень жаль, что так вышло. По снимкам видно: посылку повредили в дороге, это наша забота, не ваша.',
      },
      { from: 'sofia', minutesAgo: DAY + 70, text: 'Пришлите, пожалуйста, счёт из письма, и я сразу оформлю замену.' },
      { from: 'anna', minutesAgo: DAY + 52, text: 'Нашла, прикладываю.', files: [invoice] },
      {
        from: 'sofia',
        minutesAgo: DAY + 40,
        text: 'Спасибо, всё сошлось. Новый телефон уедет завтра утром, старый заберёт тот же курьер: платить ничего не нужно.',
      },
      { from: 'anna', minutesAgo: DAY + 36, text: 'Так быстро! Спасибо вам большое 🙂' },
    ],
  },
  {
    customer: 'boris',
    topic: 'Payment fails at checkout (PX-504)',
    readByCustomer: 4,
    readByStaff: 3,
    messages: [
      {
        from: 'boris',
        minutesAgo: 64,
        text: 'Hi, I tried to pay for a phone and got error PX-504. The bank says the money may be on hold. Did it go through?',
        files: [bank],
      },
      {
        from: 'sofia',
        minutesAgo: 57,
        text: 'Hello Boris, thank you for the screenshot. The payment did not reach us, so the hold will lift by itself. Please do not pay again yet.',
      },
      {
        from: 'sofia',
        minutesAgo: 56,
        text: 'Could you show me what happens between the button and the error? A short recording is ideal.',
      },
      {
        from: 'boris',
        minutesAgo: 18,
        text: 'Sure, here is the checkout. It hangs, then jumps to the error.',
        files: [clip],
      },
    ],
  },
];
