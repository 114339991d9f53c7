/**
 * Runs `docker system dial-stdio`: the one place where gpugraft starts the docker client. The
 * client (28.2) first sends a ping of its own, waits for it at most 2 s, and only then connects
 * and passes on what was written to it (measured): a request to a silent engine may still be in
 * the child when its deadline passes.
 */
import type { ChildProcess } from 'node:child_process';
import { workingFolder } from '../../working-folder.js';
import type { DockerPortOptions } from './options.js';

/** Starts one child whose stdin and stdout are a connection to the engine. */
export type SpawnDial = () => Dialled;

export interface Dialled {
  readonly child: ChildProcess;
  /** Resolves once there is no child: with the reason when it could not be started, else null. */
  readonly ended: Promise<Error | null>;
}

/** Loads execa, which takes 65 ms and is needed only once something is asked of an engine. */
export async function loadSpawn(options: DockerPortOptions): Promise<SpawnDial> {
  const { execa } = await import('execa');
  const args = dialArguments(options);
  const stdio = ['pipe', 'pipe', 'pipe', ...(options.inheritFds ?? [])] as const;
  return () => {
    const child = execa(options.dockerBin ?? 'docker', args, {
      stdio: [...stdio] as ['pipe', 'pipe', 'pipe'],
      // A group of its own: the terminal's Ctrl-C must not cut a rollback's connection.
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
      env: options.env ?? process.env,
      extendEnv: false,
      cwd: options.cwd ?? workingFolder(),
    });
    return { child, ended: endOf(child) };
  };
}

/** The arguments after the program's name. */
export function dialArguments(options: Pick<DockerPortOptions, 'context' | 'host'>): string[] {
  return [
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.host === undefined ? [] : ['--host', options.host]),
    'system',
    'dial-stdio',
  ];
}

/**
 * Follows the child's own `exit`, not the closing of its streams: a grandchild (a shared ssh
 * connection) may hold stderr open for hours.
 */
function endOf(
  child: PromiseLike<{ cause?: unknown }> & {
    pid?: number | undefined;
    once: ChildProcess['once'];
  },
) {
  return new Promise<Error | null>((resolve) => {
    child.once('exit', () => resolve(null));
    void child.then((result) => {
      if (child.pid === undefined)
        resolve(result.cause instanceof Error ? result.cause : new Error('cannot be started'));
    });
  });
}
