/** Letters whose form at a word's start is neither their capital nor the capital's first letter and small ones. */
const TITLE_FORMS: ReadonlyMap<string, string> = new Map([
  ['Ǆ', 'ǅ'],
  ['ǅ', 'ǅ'],
  ['ǆ', 'ǅ'],
  ['Ǉ', 'ǈ'],
  ['ǈ', 'ǈ'],
  ['ǉ', 'ǈ'],
  ['Ǌ', 'ǋ'],
  ['ǋ', 'ǋ'],
  ['ǌ', 'ǋ'],
  ['Ǳ', 'ǲ'],
  ['ǲ', 'ǲ'],
  ['ǳ', 'ǲ'],
  ['ŉ', 'ʼN'],
]);
/** Greek letters with an iota below, which beside a capital becomes a letter, but not at a word's start. */
const IOTA = /^[\u1f80-\u1faf\u1fb2-\u1fb4\u1fb7\u1fbc\u1fc2-\u1fc4\u1fc7\u1fcc\u1ff2-\u1ff4\u1ff7\u1ffc]$/;
/** Georgian letters have no form of their own at a word's start. */
const GEORGIAN = /^[\u10d0-\u10fa\u10fd-\u10ff]$/;
const CASED = /^\p{Cased}$/u;

/** Python's `text.title()`: the first letter of each run of cased ones is a capital, the others are small. */
export function titleCase(text: string): string {
  let result = '';
  let insideWord = false;
  const lower = sigmaKeeper(text);
  let index = 0;
  for (const character of text) {
    result += insideWord ? lower(character, index) : titleForm(character);
    insideWord = isCased(character);
    index += character.length;
  }
  return result;
}

/** Asked for each character, hence without a regular expression where it can be. */
const isCased = (character: string): boolean =>
  character < '\x80'
    ? (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
    : CASED.test(character);

function titleForm(character: string): string {
  if (character < '\x80') return character.toUpperCase();
  const form = TITLE_FORMS.get(character);
  if (form !== undefined) return form;
  if (GEORGIAN.test(character)) return character;
  if (IOTA.test(character)) return iotaTitle(character);
  const [first = '', ...rest] = character.toUpperCase();
  return first + rest.join('').toLowerCase();
}

/** The one capital where Unicode has it: eight on from the small letter or, in the later rows, nine. Else capital and iota. */
function iotaTitle(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x1fb0) return String.fromCharCode(code | 8);
  if (code % 16 === 12) return character;
  return code % 16 === 3 ? String.fromCharCode(code + 9) : character.toUpperCase().replace(/Ι$/, '\u0345');
}

/** Lower-cases a character of a text: a sigma at a word's end has a form of its own. */
function sigmaKeeper(text: string): (character: string, index: number) => string {
  return (character, index) => {
    if (character !== 'Σ') return character.toLowerCase();
    const after = /^\p{Case_Ignorable}*\p{Cased}/u.test(text.slice(index + 1, index + 65));
    return after ? 'σ' : 'ς';
  };
}
