/** The password of every demo account (CONTRACT.md 1). */
export const DEMO_PASSWORD = 'attache-demo';

export const DEMO_PEOPLE = {
  anna: { email: 'anna@demo.test', name: 'Anna Lindqvist', role: 'USER' },
  boris: { email: 'boris@demo.test', name: 'Boris Petrov', role: 'USER' },
  sofia: { email: 'sofia@demo.test', name: 'Sofia Weber', role: 'STAFF', canManageSupportChats: true },
  nikita: { email: 'nikita@demo.test', name: 'Nikita Orlov', role: 'STAFF', canManageSupportChats: false },
  admin: { email: 'admin@demo.test', name: 'Alex Admin', role: 'ADMIN' },
} as const;

export type DemoPerson = keyof typeof DEMO_PEOPLE;
