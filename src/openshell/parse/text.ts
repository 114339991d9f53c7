/** Foreign text from a command line client, made plain before anything is read from it. */

/**
 * Escape sequences: what a terminal would take as an order. The classes do not overlap, so that no
 * text, however hostile, takes longer than its length.
 */
const ESCAPES = new RegExp(
  [
    // Operating system commands and other strings, ended by BEL or ST: titles, links, …
    String.raw`[\u001b\u009b][\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?`,
    // Control sequences: colours, cursor, …
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** Line ends of every kind become `\n`; every other control character but the tab goes. */
export function plain(text: string): string {
  return text
    .replaceAll(ESCAPES, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '');
}

/** One line of it: for messages. */
export const oneLine = (text: string): string => plain(text).replaceAll(/\s+/g, ' ').trim();

/** Bounds text for a message. */
export const shorten = (text: string, most = 1024): string =>
  text.length <= most ? text : `${text.slice(0, most)}…`;
