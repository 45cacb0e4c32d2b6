/** A connection that was not begun, since deliveries may not reach where it leads. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';

  constructor(
    readonly code: 'ADDRESS_REFUSED' | 'PORT_REFUSED',
    message: string,
  ) {
    super(message);
  }
}
