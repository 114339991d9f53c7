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
/** `scheme://user:password@host`. */
const IN_URL = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/gi;
/** Long words of letters and digits are keys more often than they are anything that a reader needs. */
const KEY_LIKE = /(?<![\w/.-])(?=[\w+=-]*\d)(?=[\w+=-]*[a-z])[\w+=-]{24,}(?![\w/.-])/gi;

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/s, '$2');

/** @param words one command: a secret may be the word that follows its option */
function secretsIn(words: readonly string[]): string[] {
  const line = words.join(' ');
  const texts = [line, ...words];
  return texts.flatMap((text) => [
    ...[...text.matchAll(NAMED)].map((found) => unquoted(found[1] ?? '')),
    ...[...text.matchAll(IN_URL)].map((found) => found[1] ?? ''),
    ...[...text.matchAll(KEY_LIKE)].map(([found]) => found),
  ]);
}

/** What looks like a secret in the words of its program and of its health check. */
export function commandSecrets({ Config }: Pick<RawContainer, 'Config'>): string[] {
  const config = copyOf(Config);
  const check = stringsAt(objectAt(config, 'Healthcheck'), 'Test');
  return [[...stringsAt(config, 'Entrypoint'), ...stringsAt(config, 'Cmd')], check].flatMap(
    secretsIn,
  );
}
