const MAX_LENGTH = 2_000;

/** Printable ASCII that begins with a slash: what means the same to everyone. Browsers drop tabs and line ends (WHATWG URL, "URL parsing"). */
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * Whether a text can only be a path of this server: nobody is to be sent to another site by us (CWE-601). `//` begins a host,
 * browsers read a backslash as a slash, and both are looked for everywhere, since a path may be cut or joined.
 */
export const isSitePath = (text: unknown): text is string =>
  typeof text === 'string' &&
  text.length <= MAX_LENGTH &&
  PATH.test(text) &&
  !text.includes('//') &&
  !text.includes('\\');
