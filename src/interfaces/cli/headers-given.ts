import type { RequestHeaders } from '../../domain/webhook-action/request-headers.js';
import { SettingsError } from '../../settings.js';

/** Headers as options have them, `name=value` each. @throws SettingsError */
export const headersIn = (given: readonly string[]): RequestHeaders =>
  Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=');
      // The value may be a secret, so that only the name is said again.
      if (at < 1) throw new SettingsError('--header takes a name and a value, such as authorization=TOKEN.');
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
