import type { Tag } from '../template-parser.js';
import { autoescape } from './autoescape.js';
import { comment } from './comment.js';
import { currencyFormat } from './currency-format.js';
import { cycle } from './cycle.js';
import { filter } from './filter.js';
import { firstof } from './firstof.js';
import { forLoop } from './for.js';
import { ifTag } from './if.js';
import { ifchanged } from './ifchanged.js';
import { ifequal } from './ifequal.js';
import { lorem } from './lorem.js';
import { moment, momentPart } from './moment.js';
import { regroup } from './regroup.js';
import { resetcycle } from './resetcycle.js';
import { spaceless } from './spaceless.js';
import { templatetag } from './templatetag.js';
import { verbatim } from './verbatim.js';
import { widthratio } from './widthratio.js';
import { withTag } from './with.js';

export const TAGS: ReadonlyMap<string, Tag> = new Map([
  ['autoescape', autoescape],
  ['comment', comment],
  ['cycle', cycle],
  ['filter', filter],
  ['firstof', firstof],
  ['for', forLoop],
  ['if', ifTag],
  ['ifchanged', ifchanged],
  ['ifequal', ifequal('==')],
  ['ifnotequal', ifequal('!=')],
  ['lorem', lorem],
  ['now', moment('django')],
  ['regroup', regroup],
  ['resetcycle', resetcycle],
  ['spaceless', spaceless],
  ['templatetag', templatetag],
  ['verbatim', verbatim],
  ['widthratio', widthratio],
  ['with', withTag],
  // Klaviyo's.
  ['today', moment('strftime')],
  ['current_day', momentPart('j')],
  ['current_month', momentPart('n')],
  ['current_year', momentPart('Y')],
  ['current_weekday', momentPart('l')],
  ['current_month_name', momentPart('F')],
  ['currency_format', currencyFormat],
]);
