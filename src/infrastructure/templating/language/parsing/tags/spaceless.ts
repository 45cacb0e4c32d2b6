import { make } from '../nodes.js';
import type { Tag } from '../template-parser.js';

export const spaceless: Tag = (parser, token) => make('Spaceless', token, parser.block(token, 'endspaceless').body);
