/** The clean-up of one rc file, in its order: name it, read it, find the stanza, ask whose it is, rewrite it. */
import * as fs from 'node:fs';
import type { Arguments } from './arguments.js';
import { descend } from './descend.js';
import { readRcFile } from './read.js';
import { rewrite } from './rewrite.js';
import { withoutStanza } from './stanza.js';

/** What to end with, and the one line to say; a file that is clean is not worth one. */
export interface Verdict {
  readonly exitCode: 0 | 1;
  readonly line: string | null;
}

const DONE: Verdict = { exitCode: 0, line: null };

/** Never throws, and never leaves less than the old file or the new one. */
export function cleanRcFile(args: Arguments): Verdict {
  try {
    return attempt(args);
  } catch (error) {
    const why = withoutPath(error as NodeJS.ErrnoException);
    return {
      exitCode: 1,
      line: `[SECURITY] could not safely clean runtime env shim from ${args.file}: ${why}`,
    };
  }
}

function attempt({ file, shim, uid }: Arguments): Verdict {
  const place = descend(file);
  try {
    const old = readRcFile(place);
    const bytes = withoutStanza(old.bytes, shim);
    if (bytes === old.bytes) return DONE;
    const { uid: owner, nlink } = old.stat;
    // A container must start, whoever owns its files: what is left in place only reads the proxy
    // file, which the start script writes and nobody else may.
    if (uid !== 0 && owner !== BigInt(uid)) {
      return {
        exitCode: 0,
        line: `[SECURITY] skipping rc cleanup for ${file}: not owned by uid=${uid} (file uid=${owner}); legacy shim left in place`,
      };
    }
    // A rename would part the names, and the other one may be somebody else's file.
    if (nlink !== 1n) throw new Error(`it has ${nlink} hard links; legacy shim left in place`);
    rewrite(place, old, bytes);
    const { bytes: now } = readRcFile(place);
    if (withoutStanza(now, shim) !== now)
      throw new Error('the shim is still there after the rewrite');
    return DONE;
  } finally {
    fs.closeSync(place.folder);
  }
}

/** Node's words name a path by descriptor, which tells nobody anything. */
function withoutPath({ code, message, syscall }: NodeJS.ErrnoException): string {
  if (code === undefined) return message;
  const said = /^[A-Z0-9]+: (.*?), /.exec(message)?.[1] ?? message;
  return `${code}: ${said} (${syscall ?? 'system'})`;
}
