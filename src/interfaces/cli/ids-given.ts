/** Ids as people have them at hand: bare, or with the prefix of their stream. */
export const flowIdIn = (given: string): string => given.replace(/^flow-/, '');
export const actionIdIn = (given: string): string => given.replace(/^webhook-action-/, '');
export const deliveryIdIn = (given: string): string => given.replace(/^delivery-/, '');
