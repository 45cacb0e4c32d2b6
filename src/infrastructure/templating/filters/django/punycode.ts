/** RFC 3492's encoding of a label into ASCII letters and digits, without its `xn--`. */
export function punycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < 0x80);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '');
  let written = basic.length;
  let next = 0x80;
  let delta = 0;
  let bias = 72;
  while (written < points.length) {
    const smallest = Math.min(...points.filter((point) => point >= next));
    delta += (smallest - next) * (written + 1);
    next = smallest;
    for (const point of points) {
      if (point < next) delta++;
      if (point !== next) continue;
      output += variableLength(delta, bias);
      bias = adapted(delta, written + 1, written === basic.length);
      delta = 0;
      written++;
    }
    delta++;
    next++;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let rest = delta;
  let output = '';
  for (let k = 36; ; k += 36) {
    const threshold = Math.min(Math.max(k - bias, 1), 26);
    if (rest < threshold) return output + digit(rest);
    output += digit(threshold + ((rest - threshold) % (36 - threshold)));
    rest = Math.floor((rest - threshold) / (36 - threshold));
  }
}

const digit = (value: number): string => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(value);

function adapted(delta: number, count: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : Math.floor(delta / 2);
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
