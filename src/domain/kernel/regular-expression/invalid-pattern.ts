/** A regular expression that is none, or that asks for more than can be matched in linear time; the message says what. */
export class InvalidPattern extends Error {
  override readonly name = 'InvalidPattern';
}
