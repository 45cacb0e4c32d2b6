/** The command couldn't do its work; the message says why, in one sentence. Exit code 1. */
export class WorkFailed extends Error {
  override readonly name = 'WorkFailed';
}
