/** Another process does already what only one may do on this data. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}
