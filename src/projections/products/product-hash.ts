import type { Vault } from '../../application/ports/vault.js';

/** What a product that somebody looked at is found by. */
export const productHash = (productId: string, vault: Vault): string => vault.keyedHash('product', productId);
export const variantHash = (variantId: string, vault: Vault): string => vault.keyedHash('product-variant', variantId);
