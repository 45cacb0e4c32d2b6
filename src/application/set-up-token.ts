import { sameDigest } from '../domain/kernel/same-digest.js';
import type { Vault } from './ports/vault.js';

/**
 * What whoever started the server hands to the page that makes the first owner; 64 hex digits. It follows from the
 * installation's keys, so that all of its processes agree and nothing is stored. Source: docs/decisions/0019.
 */
export const setUpTokenOf = (vault: Vault): string => vault.keyedHash('set-up of the first owner');

/** Whether that is the installation's token; takes as long where it differs early as where it differs late. */
export const isSetUpToken = (vault: Vault, token: string): boolean => sameDigest(setUpTokenOf(vault), token);
