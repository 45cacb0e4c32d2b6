/** Is told each step of the work, and throws once that is enough. */
export interface WorkCounter {
  charge(units: number): void;
}
