import { SPACES, strip } from '../../values/white-space.js';

const BETWEEN_TAGS = new RegExp(`>[${SPACES}]+<`, 'g');

/** Without blanks between HTML tags and around all of it. */
export function spaceless(text: string): string {
  return strip(text).replace(BETWEEN_TAGS, '><');
}
