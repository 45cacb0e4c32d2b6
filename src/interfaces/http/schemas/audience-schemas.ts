import { z } from 'zod';
import { document, nameField, resource } from './fields.js';
import { profileFilter } from './filter-schemas.js';
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

/** With conditions they say who is in it; without any, members are set by the caller. */
export const createSegmentBody = withExample(
  document(
    resource(
      'segment',
      z.strictObject({
        name: nameField(),
        definition: profileFilter.nullish(),
        is_starred: z.literal(false, { error: 'hookledger has no starred segments; take this out.' }).nullish(),
      }),
    ),
  ),
  {
    data: {
      type: 'segment',
      attributes: {
        name: 'Gold members of Oslo',
        definition: {
          condition_groups: [
            {
              conditions: [
                {
                  type: 'profile-property',
                  property: "properties['plan']",
                  filter: { type: 'string', operator: 'in', value: ['gold', 'platinum'] },
                },
                { type: 'profile-group-membership', is_member: true, group_ids: ['{list_id}'] },
              ],
            },
            {
              conditions: [
                {
                  type: 'profile-property',
                  property: "location['city']",
                  filter: { type: 'string', operator: 'equals', value: 'Oslo' },
                },
              ],
            },
          ],
        },
      },
    },
  },
);

export const createMetricBody = withExample(document(resource('metric', z.strictObject({ name: nameField(128) }))), {
  data: { type: 'metric', attributes: { name: 'Started Checkout' } },
});
