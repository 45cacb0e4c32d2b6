import { sameDigest } from '../kernel/same-digest.js';

/** One log-in of a user, known by the hash of its token; the token changes while it lasts. */
export interface Session {
  sha256: string;
  /** ISO 8601, UTC, as all times here. */
  startedAt: string;
  /** When its token was made. */
  renewedAt: string;
  /** Over by then, however much it is used. */
  expiresAt: string;
  /** The token before this one. */
  previous?: { sha256: string; goodUntil: string };
}

const MINUTE = 60_000;

/**
 * Unused for so long, a session is over. Source: OWASP Session Management Cheat Sheet, "Session Expiration". Only renewals are
 * recorded, not each use, so the time counts from the last renewal: a session may be over up to `RENEWAL_AGE_MS` early.
 */
export const IDLE_LIMIT_MS = 120 * MINUTE;
export const ABSOLUTE_LIMIT_MS = 12 * 60 * MINUTE;
/** A token in use that is older is exchanged, so that a stolen one is of use for a short time only. */
export const RENEWAL_AGE_MS = 15 * MINUTE;
/** Requests that were under way with the old token, when another one brought the new, still get through. */
export const OLD_TOKEN_GRACE_MS = MINUTE;
export const MAX_SESSIONS = 50;

export const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

export function isOver({ renewedAt, expiresAt }: Session, at: string): boolean {
  const now = Date.parse(at);
  return now >= Date.parse(expiresAt) || now - Date.parse(renewedAt) >= IDLE_LIMIT_MS;
}

/** Whether its token, being in use, has to be exchanged. */
export const isDueForRenewal = ({ renewedAt }: Session, at: string): boolean =>
  Date.parse(at) - Date.parse(renewedAt) > RENEWAL_AGE_MS;

/** The session that a token of this hash opens at that time. */
export function findSession(sessions: readonly Session[], sha256: string, at: string): Session | undefined {
  return sessions.find(
    (session) =>
      !isOver(session, at) &&
      (sameDigest(session.sha256, sha256) ||
        (session.previous !== undefined &&
          sameDigest(session.previous.sha256, sha256) &&
          Date.parse(at) <= Date.parse(session.previous.goodUntil))),
  );
}
