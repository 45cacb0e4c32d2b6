import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf } from '../../cookie-of.js';

/** `system`: light or dark as the viewer's system is. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const COOKIE = 'hookledger_theme';
const YEAR_SECONDS = 365 * 86_400;

export const isTheme = (text: unknown): text is Theme => THEMES.includes(text as Theme);

/**
 * The colours that pages have in this browser. A cookie and not a script's storage, so that a page is painted in them from its
 * first moment on.
 */
export function themeOf(request: FastifyRequest): Theme {
  const theme = cookieOf(request, COOKIE);
  return isTheme(theme) ? theme : 'system';
}

/** Keeps the choice for this browser; where it is to follow the system, there is nothing to keep. */
export function keepTheme({ protocol }: FastifyRequest, reply: FastifyReply, theme: Theme): void {
  const maxAge = theme === 'system' ? 0 : YEAR_SECONDS;
  const secure = protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${COOKIE}=${theme}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`);
}
