import { z } from 'zod';

/** What is typed into forms about accounts; what it means, and whether it will do, is for the commands to say. */

export const emailField = z.string().min(1).max(1_000);

/** More than any password may have; without a limit, hashing would be a way to keep the server busy. */
export const passwordField = z.string().min(1).max(1_000);

/** Of an authenticator app, or a recovery code. */
export const oneTimeCodeField = z.string().max(100);

/** Of a link, as its path ends. */
export const linkTokenField = z.string().max(200);
