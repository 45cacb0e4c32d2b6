export interface JsonFault {
  /** Both from 1, in the checked text. */
  readonly line: number;
  readonly column: number;
  /** What is wrong there and how to mend it, as the rest of a sentence. */
  readonly message: string;
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma' | 'nothing';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const STRING_RUN = /[ !#-[\]-\uffff]*/y;

/** Where a text stops being JSON. JSON.parse is faster, but doesn't always say where; so this runs on its refusal. */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: string[] = [];
  let expected: Expected = 'value';
  let afterComma = false;
  let index = 0;
  for (;;) {
    index = endOfMatch(BLANK, text, index);
    const character = text[index];
    if (character === undefined) {
      return expected === 'nothing' ? undefined : faultAt(text, index, endMessage(closers.at(-1), index));
    }
    const closer = closers.at(-1);
    if (expected === 'nothing') return faultAt(text, index, `${shown(text, index)} follows the end of the JSON value`);
    if (expected === 'comma') {
      if (character === ',') {
        expected = closer === '}' ? 'name' : 'value';
        afterComma = true;
      } else if (character === closer) {
        closers.pop();
        expected = closers.length === 0 ? 'nothing' : 'comma';
      } else {
        return faultAt(text, index, `${shown(text, index)} stands where "," or "${closer}" is due`);
      }
      index++;
      continue;
    }
    if (expected === 'colon') {
      if (character !== ':') return faultAt(text, index, `${shown(text, index)} stands where ":" is due`);
      expected = 'value';
      index++;
      continue;
    }
    if (character === closer && (expected === 'value or end' || expected === 'name or end')) {
      closers.pop();
      expected = closers.length === 0 ? 'nothing' : 'comma';
      index++;
      continue;
    }
    if (character === closer && afterComma) {
      const hint = 'in a loop, write the comma as {% if not forloop.last %},{% endif %}';
      return faultAt(text, index, `a comma stands before "${closer}" (${hint})`);
    }
    afterComma = false;
    const isName: boolean = expected === 'name' || expected === 'name or end';
    if (isName && character !== '"') {
      return faultAt(text, index, `${shown(text, index)} stands where a name in double quotes is due`);
    }
    if (character === '{' || character === '[') {
      closers.push(character === '{' ? '}' : ']');
      expected = character === '{' ? 'name or end' : 'value or end';
      index++;
      continue;
    }
    const end: number | JsonFault =
      character === '"' ? endOfString(text, index) : endOfMatch(NUMBER, text, endOfMatch(WORD, text, index));
    if (typeof end !== 'number') return end;
    if (end === index) return faultAt(text, index, `${shown(text, index)} stands where a value is due`);
    index = end;
    expected = isName ? 'colon' : closers.length === 0 ? 'nothing' : 'comma';
  }
}

function endOfString(text: string, start: number): number | JsonFault {
  let index = start + 1;
  for (;;) {
    index = endOfMatch(STRING_RUN, text, index);
    const character = text[index];
    if (character === '"') return index + 1;
    if (character === undefined) return faultAt(text, start, 'a string begins that is never closed');
    if (character !== '\\') return faultAt(text, index, 'a string holds a line break or control character (write \\n)');
    const end = endOfMatch(ESCAPE, text, index);
    if (end === index) return faultAt(text, index, 'a backslash begins no JSON escape (write \\\\ for a backslash)');
    index = end;
  }
}

function endOfMatch(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}

function endMessage(closer: string | undefined, length: number): string {
  if (length === 0) return 'it is empty';
  return closer === undefined ? 'it ends where a value is due' : `it ends before "${closer}"`;
}

function shown(text: string, index: number): string {
  return JSON.stringify(String.fromCodePoint(text.codePointAt(index) ?? 0));
}

function faultAt(text: string, index: number, message: string): JsonFault {
  const lineStart = text.lastIndexOf('\n', index - 1) + 1;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: index - lineStart + 1, message };
}
