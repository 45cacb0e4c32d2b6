/** Whether a stock came down to the count just now; once it is there, falling further is no news. */
export const comesDownTo = (count: number, from: number | null, to: number | null): boolean =>
  from !== null && to !== null && from > count && to <= count;
