/** Secrets that stand in a container's command lines: programs print the words that they were started with. */
import type { RawContainer } from '../docker/raw.js';
import { copyOf, objectAt, stringsAt } from '../docker/spec/json.js';

/** How options and variables are called whose value is a secret. */
const NAME =
  '[\\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?_?key|access-?_?key|private-?_?key|auth|credentials?)[\\w.-]*';
/** `--token=x`, `TOKEN=x`, `Authorization: x`, and `--token x`; quoted or not. */
const NAMED = new RegExp(
  `(?:^|[\\s"';&|(?])(?:-{0,2}${NAME}\\s*[=:]\\s*|-{1,2}${NAME}\\s+)("[^"]*"|'[^']*'|[^\\s"';&|)]+)`,
  'gi',
);
/** `-p x`, as many clients take it: neither a port nor a place, and of no program that makes folders or copies. */
const BY_LETTER =
  /(?<!\b(?:mkdir|cp|install|rsync|tar|read|ps)\b[^;&|]*)(?:^|\s)-p\s+(?![\d/.$-])("[^"]*"|'[^']*'|[^\s"';&|)]+)/gi;
/** `-px` of the clients that take it so, and `-a x`. */
const BY_PROGRAM =
  /\b(?:(?:mysql|mariadb)[\w-]*\s[^;&|]*?(?<=\s)-p|redis-[\w]+\s[^;&|]*?(?<=\s)-a\s+)(?!\s)("[^"]*"|'[^']*'|[^\s"';&|)]+)/gi;
/** `-u user:password`. */
const WITH_USER = /(?:^|\s)(?:-u|--user)[\s=]+["']?[^\s:"']+:([^\s"';&|)]+)/gi;
/** `scheme://user:password@host`. */
const IN_URL = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/gi;
/** Long words of letters and digits are keys more often than they are anything that a reader needs. */
const KEY_LIKE = /(?<![\w/.-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])[\w+=-]{24,}(?![\w/.-])/gi;

const patterns = [NAMED, BY_LETTER, BY_PROGRAM, WITH_USER, IN_URL];

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/s, '$2');

/**
 * The patterns look back and ahead, which takes the square of a text's length, and a word may be a
 * script of 128 KiB: so they see it through a window, and each place through two.
 */
const WINDOW = 2048;

function* windowsOf(text: string): Generator<string, void, void> {
  for (let at = 0; at === 0 || at + WINDOW / 2 < text.length; at += WINDOW / 2) {
    // From a word's beginning, where there is one: the rest of a path would look like a key.
    const space = at === 0 ? -1 : text.slice(at, at + WINDOW / 4).search(/\s/);
    yield text.slice(at + Math.max(space, 0), at + WINDOW);
  }
}

/** What looks like a secret in one command. @param words a secret may be the word that follows its option */
export function secretsIn(words: readonly string[]): string[] {
  const texts = [words.join(' '), ...words].flatMap((text) => [...windowsOf(text)]);
  const found = texts.flatMap((text) => [
    ...patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(([, value = '']) => unquoted(value)),
    ),
    ...[...text.matchAll(KEY_LIKE)].map(([key]) => key),
  ]);
  return [...new Set(found)];
}

/** What looks like a secret in the words of its program and of its health check. */
export function commandSecrets({ Config }: Pick<RawContainer, 'Config'>): string[] {
  const config = copyOf(Config);
  const check = stringsAt(objectAt(config, 'Healthcheck'), 'Test');
  return [[...stringsAt(config, 'Entrypoint'), ...stringsAt(config, 'Cmd')], check].flatMap(
    secretsIn,
  );
}
