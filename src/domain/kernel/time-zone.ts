/** Whether it is an IANA time zone that this machine knows, by any of its names. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // An offset is taken for a time zone too, but has no name.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** HH:MM or HH:MM:SS. */
export const isTimeOfDay = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(text);
