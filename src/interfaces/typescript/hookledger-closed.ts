/** Something was asked of a hookledger after its `close()`. */
export class HookledgerClosed extends Error {
  override readonly name = 'HookledgerClosed';

  constructor() {
    super('This hookledger is closed; make another one with createHookledger.');
  }
}
