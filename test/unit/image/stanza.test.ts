import { describe, expect, it } from 'vitest';
import { withoutStanza } from '../../../src/image/stanza.js';
import { COMMENT, SHIM } from './model.js';

const cleaned = (file: string, shim = SHIM): string =>
  withoutStanza(Buffer.from(file, 'latin1'), shim).toString('latin1');

describe('the legacy stanza', () => {
  it.each([
    ['comment and shim', `a\n${COMMENT}\n${SHIM}\nb\n`, 'a\nb\n'],
    ['the shim alone', `a\n${SHIM}\nb\n`, 'a\nb\n'],
    ['all there is', `${COMMENT}\n${SHIM}\n`, ''],
    ['without a final newline', `a\n${COMMENT}\n${SHIM}`, 'a\n'],
    ['twice', `${COMMENT}\n${SHIM}\na\n${COMMENT}\n${SHIM}\n`, 'a\n'],
    [
      'any line that names the proxy file',
      `a\n  source "/tmp/nemoclaw-proxy-env.sh" # x\nb`,
      'a\nb',
    ],
    ['and the comment before it', `${COMMENT}\n. /tmp/nemoclaw-proxy-env.sh\nb\n`, 'b\n'],
    ['with CRLF', `a\r\n${COMMENT}\r\n${SHIM}\r\nb\r\n`, 'a\r\nb\r\n'],
    ['between bytes that are no text', `\xff\xfe\0\n${SHIM}\n\x80\0\r`, '\xff\xfe\0\n\x80\0\r'],
    ['in a line with such bytes', `a\n\xff${SHIM}\0\nb\n`, 'a\nb\n'],
  ])('%s goes', (_, file, left) => expect(cleaned(file)).toBe(left));

  it.each([
    [
      'a comment before another line',
      `${COMMENT}\nexport A=1\n${SHIM}\n`,
      `${COMMENT}\nexport A=1\n`,
    ],
    ['a comment before the comment', `${COMMENT}\n${COMMENT}\n${SHIM}\n`, `${COMMENT}\n`],
    ['a comment at the end', `${SHIM}\n${COMMENT}`, COMMENT],
    ['a comment that says more', `${COMMENT}s\n${SHIM}\n`, `${COMMENT}s\n`],
    ['an indented comment', ` ${COMMENT}\n${SHIM}\n`, ` ${COMMENT}\n`],
    ['an empty line between', `${COMMENT}\n\n${SHIM}\n`, `${COMMENT}\n\n`],
  ])('%s stays', (_, file, left) => expect(cleaned(file)).toBe(left));

  it('is whatever line the caller names, and only as a whole', () => {
    expect(cleaned('. /x\n . /x\n. /x \n. /x\r\n. /x\r\r\n. /x', '. /x')).toBe(
      ' . /x\n. /x \n. /x\r\r\n',
    );
  });

  it('is looked for in bytes: a shim with letters beyond ASCII', () => {
    const file = Buffer.from('ü\n. /ü\n\xfc');
    expect(withoutStanza(file, '. /ü')).toEqual(Buffer.from('ü\n\xfc'));
  });

  it('may be the comment itself', () => {
    expect(cleaned(`${COMMENT}\n${COMMENT}\na\n${COMMENT}`, COMMENT)).toBe('a\n');
  });

  it('is found among millions of lines, and in one of millions of letters, in no time and little memory', () => {
    const size = 2 ** 20;
    const long = `# ${'. /x '.repeat(size / 10)}${'/tmp/nemoclaw-proxy-env.s '.repeat(size / 60)}\n`;
    for (const rest of [
      '\n'.repeat(size),
      '\r\n'.repeat(size / 2),
      long,
      '. /x y\n'.repeat(size / 7),
    ]) {
      const file = Buffer.from(`${rest}. /x\n${rest}`);
      const before = process.memoryUsage().heapUsed;
      const began = process.cpuUsage();
      const out = withoutStanza(file, '. /x');
      const { user, system } = process.cpuUsage(began);
      expect(out.equals(Buffer.from(rest + rest))).toBe(true);
      expect([user + system < 1e6, process.memoryUsage().heapUsed - before < 2 ** 25]).toEqual([
        true,
        true,
      ]);
    }
  });

  it('is not there: the very same buffer comes back', () => {
    for (const text of ['', 'a', `${COMMENT}\n`, `x. /x\n. /x y`]) {
      const file = Buffer.from(text);
      expect(withoutStanza(file, '. /x')).toBe(file);
    }
  });
});
