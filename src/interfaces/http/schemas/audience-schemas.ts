import { z } from 'zod';
import { document, nameField, resource } from './fields.js';
import { withExample } from './with-example.js';

export const createListBody = withExample(
  document(
    resource(
      'list',
      z.strictObject({
        name: nameField(),
        opt_in_process: z
          .literal('single_opt_in', { error: "hookledger asks nobody to confirm; 'single_opt_in' is what it has." })
          .nullish(),
      }),
    ),
  ),
  { data: { type: 'list', attributes: { name: 'Wholesale' } } },
);

/** Klaviyo's segments follow from conditions; hookledger's are filled by whoever keeps them. */
export const createSegmentBody = withExample(
  document(
    resource(
      'segment',
      z.strictObject({
        name: nameField(),
        definition: z
          .strictObject({
            condition_groups: z.array(z.unknown()).max(0, {
              error: 'hookledger has no conditions of segments yet; leave this empty and add members yourself.',
            }),
          })
          .nullish(),
        is_starred: z.literal(false, { error: 'hookledger has no starred segments; take this out.' }).nullish(),
      }),
    ),
  ),
  { data: { type: 'segment', attributes: { name: 'Big spenders' } } },
);

export const createMetricBody = withExample(document(resource('metric', z.strictObject({ name: nameField(128) }))), {
  data: { type: 'metric', attributes: { name: 'Started Checkout' } },
});
