/** What the words of a command that makes a sandbox say of it: `openshell sandbox create …`, as its help has them. */

import { shellWord } from '../../machines/index.js';

export interface MakingWords {
  /** As reports call it: a program and no more than a verb, for words may be secrets. */
  readonly called: string;
  /** Where the sandbox is made; null: nothing is said. */
  readonly workspace: string | null;
  /** `--no-keep`: the sandbox is deleted when the command's session in it ends. */
  readonly isDeleted: boolean;
  /** `--upload`: files go into it after Ready. */
  readonly uploads: boolean;
  /** `--forward`: a port leads into it, in the background, also when the command has ended. */
  readonly forwards: boolean;
  /** `-- COMMAND`: what is run in it; some clients stay for that. */
  readonly runs: boolean;
}

/** A wrapper says nothing of what it runs: no option but the workspace counts, then. */
export function makingWords(all: readonly string[]): MakingWords {
  // What comes after a further -- is run in the sandbox.
  const end = all.indexOf('--');
  const argv = end === -1 ? all : all.slice(0, end);
  const isCreate = argv.some((word, at) => word === 'sandbox' && argv[at + 1] === 'create');
  const has = (flag: string): boolean =>
    isCreate && argv.some((word) => word === flag || word.startsWith(`${flag}=`));
  return {
    called: isCreate ? 'openshell sandbox create' : shellWord(all[0] ?? ''),
    workspace: workspaceIn(argv),
    isDeleted: has('--no-keep'),
    uploads: has('--upload'),
    forwards: has('--forward'),
    runs: isCreate && end !== -1 && end + 1 < all.length,
  };
}

function workspaceIn(argv: readonly string[]): string | null {
  const flag = '--workspace';
  const at = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = argv[at] === flag ? argv[at + 1] : argv[at]?.slice(flag.length + 1);
  return word === undefined || word === '' ? null : word;
}
