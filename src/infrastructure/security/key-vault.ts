import { createHmac } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '../../application/ports/event-store.js';
import { KeysUnusable, type ProfileBoxes, type Vault } from '../../application/ports/vault.js';
import { type PersonalFields, SEALED_FIELDS, type SealedFields } from '../../application/sealing/sealed-fields.js';
import type { KeyRing, ProfileKey } from './key-ring.js';
import { open, seal } from './sealing.js';

/** Where the sealed fields of an event's data stand instead: `secrets.KEY.TEXT` or `profile.ID.TEXT`. No field begins so. */
const SEALED = '$sealed';

const PROFILE_STREAM = 'profile-';

type Data = Readonly<Record<string, unknown>>;

/** A {@link Vault} on a {@link KeyRing}. */
export class KeyVault implements Vault {
  constructor(private readonly keys: KeyRing) {}

  async seal<Event extends NewEvent>(stream: string, events: readonly Event[]): Promise<readonly Event[]> {
    const toSeal = new Map<Event, ToSeal>();
    const profileIds = new Set<string>();
    for (const event of events) {
      const taken = takeOutSealed(stream, event);
      if (taken === undefined) continue;
      toSeal.set(event, taken);
      if (taken.profileId !== undefined) profileIds.add(taken.profileId);
    }
    if (toSeal.size === 0) return events;
    const keyOf = await this.profileKeys(profileIds, true);
    return events.map((event) => {
      const taken = toSeal.get(event);
      if (taken === undefined) return event;
      return { ...event, data: { ...taken.clear, [SEALED]: this.sealed(event.id, taken, keyOf) } };
    });
  }

  async open<Event extends RecordedEvent>(events: readonly Event[]): Promise<readonly Event[]> {
    const profileIds = new Set<string>();
    let any = false;
    for (const { data } of events) {
      const sealed = (data as Data)[SEALED];
      if (typeof sealed !== 'string') continue;
      any = true;
      const { under, id } = partsOf(sealed);
      if (under === 'profile') profileIds.add(id);
    }
    if (!any) return events;
    const keyOf = await this.profileKeys(profileIds, false);
    const opened: Event[] = [];
    for (const event of events) {
      const { [SEALED]: sealed, ...clear } = event.data as Data;
      if (typeof sealed !== 'string') opened.push(event);
      else opened.push({ ...event, data: await this.opened(event, clear, sealed, keyOf) });
    }
    return opened;
  }

  async profiles(profileIds: Iterable<string>): Promise<ProfileBoxes> {
    const keyOf = await this.profileKeys(new Set(profileIds), true);
    return {
      seal: (profileId, text) => {
        const key = keyOf.get(profileId);
        return key == null ? '' : seal(key, `profile ${profileId}`, text);
      },
      open: (profileId, sealed) => {
        const key = keyOf.get(profileId);
        return key == null || sealed === '' ? undefined : open(key, `profile ${profileId}`, sealed);
      },
    };
  }

  forget(profileId: string): Promise<void> {
    return this.keys.destroyProfileKey(profileId);
  }

  keyedHash(...parts: readonly string[]): string {
    return createHmac('sha256', this.keys.lookupKey).update(JSON.stringify(parts)).digest('hex');
  }

  /** Those at hand without a wait; the others all together. */
  private async profileKeys(ids: ReadonlySet<string>, create: boolean): Promise<Map<string, ProfileKey | undefined>> {
    const keyOf = new Map<string, ProfileKey | undefined>();
    const wanted: Promise<void>[] = [];
    for (const id of ids) {
      const known = this.keys.knownProfileKey(id);
      if (known !== undefined) keyOf.set(id, known);
      else wanted.push(this.keys.profileKey(id, create).then((key) => void keyOf.set(id, key)));
    }
    if (wanted.length > 0) await Promise.all(wanted);
    return keyOf;
  }

  private sealed(
    eventId: string,
    { profileId, secret }: ToSeal,
    keyOf: ReadonlyMap<string, ProfileKey | undefined>,
  ): string {
    const text = JSON.stringify(secret);
    if (profileId === undefined) {
      const { id, key } = this.keys.secretsKey;
      return `secrets.${id}.${seal(key, eventId, text)}`;
    }
    const key = keyOf.get(profileId);
    // Of a profile that is forgotten nothing is kept; it reads as forgotten from the start.
    return `profile.${profileId}.${key == null ? '' : seal(key, eventId, text)}`;
  }

  private async opened(
    { id, type }: RecordedEvent,
    clear: Data,
    sealed: string,
    keyOf: ReadonlyMap<string, ProfileKey | undefined>,
  ): Promise<object> {
    const { under, id: keyId, text } = partsOf(sealed);
    const key = under === 'secrets' ? await this.keys.secretsKeyOf(keyId) : keyOf.get(keyId);
    if (key === undefined) {
      throw new KeysUnusable(
        `The key of the profile ${keyId} is missing; restore the keys that belong to this event store.`,
      );
    }
    if (key === null || text === '') return putBack(clear, (SEALED_BY_TYPE.get(type) as PersonalFields).fields);
    try {
      return putBack(clear, JSON.parse(open(key, id, text)) as Data);
    } catch {
      throw new KeysUnusable(
        `What is sealed in the event ${id} can't be opened: the event or its key was changed; restore both from the same back-up.`,
      );
    }
  }
}

/** By type; a map, since a type may be called like something that objects inherit. */
const SEALED_BY_TYPE: ReadonlyMap<string, SealedFields> = new Map(Object.entries(SEALED_FIELDS));

/** What is to be sealed of an event: under the profile's key or, where there is no profile, as a secret. */
interface ToSeal {
  clear: Data;
  secret: Data;
  profileId: string | undefined;
}

function takeOutSealed(stream: string, { type, data }: NewEvent): ToSeal | undefined {
  const sealed = SEALED_BY_TYPE.get(type);
  if (sealed === undefined) return undefined;
  const names = sealed.under === 'secrets' ? sealed.fields : Object.keys(sealed.fields);
  const [clear, secret] = takeOut(data as Data, names);
  if (secret === undefined) return undefined;
  if (sealed.under === 'secrets') return { clear, secret, profileId: undefined };
  const { profileId: field } = sealed;
  const profileId = field === undefined ? stream.slice(PROFILE_STREAM.length) : String((data as Data)[field]);
  // What is about nobody has no key of its own.
  return { clear, secret, profileId: profileId === '' ? undefined : profileId };
}

function partsOf(sealed: string): { under: string; id: string; text: string } {
  const [first, last] = [sealed.indexOf('.'), sealed.lastIndexOf('.')];
  return { under: sealed.slice(0, first), id: sealed.slice(first + 1, last), text: sealed.slice(last + 1) };
}

/** Data without the named fields, and those that it has; a dot leads into an object. */
function takeOut(data: Data, names: readonly string[]): [clear: Data, secret: Data | undefined] {
  const clear: Record<string, unknown> = { ...data };
  let secret: Record<string, unknown> | undefined;
  for (const name of names) {
    const dot = name.indexOf('.');
    const outer = dot === -1 ? undefined : name.slice(0, dot);
    const holder = outer === undefined ? clear : clear[outer];
    if (typeof holder !== 'object' || holder === null) continue;
    const inner = name.slice(dot + 1);
    const { [inner]: value, ...rest } = holder as Data;
    // Null says that there is nothing.
    if (value === undefined || value === null) continue;
    secret ??= {};
    secret[name] = value;
    if (outer === undefined) delete clear[name];
    else clear[outer] = rest;
  }
  return [clear, secret];
}

function putBack(clear: Data, secret: Data): object {
  const data: Record<string, unknown> = { ...clear };
  for (const [name, value] of Object.entries(secret)) {
    const dot = name.indexOf('.');
    if (dot === -1) data[name] = value;
    else {
      const outer = name.slice(0, dot);
      data[outer] = { ...(data[outer] as object | undefined), [name.slice(dot + 1)]: value };
    }
  }
  return data;
}
