import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export type Cell = string | number | null;

/**
 * A line of a CSV as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe in front, which it
 * takes for the sign of a text (OWASP, "CSV Injection").
 */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Answers with a file, sent as fast as it is taken: the next lines are made once those before are gone. */
export function sendCsv(
  reply: FastifyReply,
  name: string,
  portions: Iterable<string> | AsyncIterable<string>,
): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name}"`,
    })
    .send(Readable.from(portions));
}
