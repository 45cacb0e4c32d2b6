import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  EventCreateQueryV2ResourceObjectAttributes,
  ProfileCreateQueryResourceObjectAttributes,
} from 'klaviyo-api';
import { PROJECT } from './options.js';

/** A line of events.jsonl as far as it is spelled differently in the SDK. */
interface EventLine {
  data: {
    attributes: {
      properties: object;
      time: string;
      value: number;
      value_currency: string;
      unique_id: string;
      metric: { data: { type: 'metric'; attributes: { name: string } } };
      profile: { data: { type: 'profile'; attributes: { external_id: string; email: string } } };
    };
  };
}

interface ProfileLine {
  data: {
    attributes: {
      external_id: string;
      email: string;
      first_name: string;
      last_name: string;
      organization: string;
      title: string;
      location: ProfileCreateQueryResourceObjectAttributes['location'] & object;
      properties: object;
    };
  };
}

/** Orders and their lines, in order of time, as the SDK takes them. */
export function northwindEvents(): EventCreateQueryV2ResourceObjectAttributes[] {
  return lines<EventLine>('events.jsonl').map(({ data: { attributes } }) => {
    const { properties, time, value, value_currency: valueCurrency, unique_id: uniqueId, metric, profile } = attributes;
    const { external_id: externalId, email } = profile.data.attributes;
    const buyer = { data: { type: 'profile' as const, attributes: { externalId, email } } };
    return { properties, time: new Date(time), value, valueCurrency, uniqueId, metric, profile: buyer };
  });
}

/** The customers, as the SDK takes them. */
export function northwindProfiles(): ProfileCreateQueryResourceObjectAttributes[] {
  return lines<ProfileLine>('profiles.jsonl').map(({ data: { attributes } }) => {
    const { external_id: externalId, first_name: firstName, last_name: lastName, ...same } = attributes;
    return { externalId, firstName, lastName, ...same };
  });
}

function lines<T>(name: string): T[] {
  const text = readFileSync(join(PROJECT, 'demo', 'northwind', name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
