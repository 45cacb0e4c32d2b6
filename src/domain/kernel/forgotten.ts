/** What is read in the place of a text that belonged to a profile which was forgotten. No JSON, so no body is like it. */
export const FORGOTTEN = '«forgotten»';
