import type { Pool } from 'pg';
import type { Actor } from '#entities/account/actor.ts';

interface ActorRow {
  id: string;
  name: string;
  email: string;
  role: Actor['role'];
  canManageSupportChats: boolean;
}

const FIND_ACTOR = {
  name: 'find-actor',
  text: `SELECT u.id, u.name, u.email, u.role, coalesce(p."canManageSupportChats", false) AS "canManageSupportChats"
FROM "Session" s
JOIN "User" u ON u.id = s."userId"
LEFT JOIN "StaffPermission" p ON p."userId" = u.id
WHERE s.token = $1 AND s."expiresAt" > now() AT TIME ZONE 'UTC'`,
};

/** Who holds this session token now; null when it expired, was signed out or its user is gone. One statement. */
export async function findActor(pool: Pool, token: string): Promise<Actor | null> {
  const { rows } = await pool.query<ActorRow>({ ...FIND_ACTOR, values: [token] });
  const row = rows[0];
  if (!row) return null;
  return {
    userId: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    canManageSupportChats: row.role === 'STAFF' && row.canManageSupportChats,
  };
}
