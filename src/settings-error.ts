/** A setting that can't be used; the message names it and says what to do. The program ends with exit code 2. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
