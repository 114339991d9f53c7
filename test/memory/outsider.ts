/** Everybody else who uses the engine: their moves are not calls of ours, and no hook sees them. */
import type { RestartPolicy } from '../../src/docker/port.js';
import type { Core } from './core.js';
import { create } from './create.js';
import { connect } from './endpoints.js';
import { exit } from './exit.js';
import { setPolicy } from './policy.js';
import { kill, remove, rename } from './remove.js';
import { restartEngine, type EngineRestart } from './restart.js';
import { start } from './start.js';
import { isRunning } from './state.js';
import { pause, stop, unpause } from './stop.js';

export class Outsider {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  #move<T>(act: (core: Core) => T): T {
    return this.#core.as('outsider', () => act(this.#core));
  }

  /** All moves throw `EngineRefused` as the engine would. @param ref a full ID or a name */
  start(ref: string): void {
    this.#move((core) => start(core, ref));
  }

  /** The signal is out; a container that ignores it goes down after the grace, as time goes on. */
  stop(ref: string, graceS: number | null = null): void {
    this.#move((core) => stop(core, ref, graceS));
  }

  kill(ref: string): void {
    this.#move((core) => kill(core, core.container(ref)));
  }

  /** Its process ends by itself: what the restart policy makes of it, happens. */
  crash(ref: string, code = 1): void {
    this.#move((core) => {
      const container = core.container(ref);
      if (isRunning(container)) exit(core, container, code);
    });
  }

  rename(ref: string, name: string): void {
    this.#move((core) => rename(core, ref, name));
  }

  remove(ref: string, force = true): void {
    this.#move((core) => remove(core, ref, force));
  }

  setPolicy(ref: string, policy: RestartPolicy): void {
    this.#move((core) => setPolicy(core, ref, policy));
  }

  pause(ref: string): void {
    this.#move((core) => pause(core, core.container(ref)));
  }

  unpause(ref: string): void {
    this.#move((core) => unpause(core, core.container(ref)));
  }

  connect(network: string, ref: string): void {
    this.#move((core) => connect(core, network, ref, {}));
  }

  /** Creates a container of somebody else's that holds this name. Returns its ID. */
  takeName(name: string): string {
    return this.#move((core) => {
      const Image = [...core.images.values()][0]?.id ?? '';
      const made = create(core, name, { Image, Cmd: ['sleep', 'infinity'] });
      return 'id' in made ? made.id : (core.names.get(name) ?? '');
    });
  }

  /** A process on the host listens there. @param port such as `8080/tcp` */
  takePort(port: string): void {
    this.#core.foreignPorts.add(port);
  }

  freePort(port: string): void {
    this.#core.foreignPorts.delete(port);
  }

  takeAddress(network: string, address: string): void {
    this.#core.network(network).addresses.set(address, 'outsider');
  }

  freeAddress(network: string, address: string): void {
    this.#core.network(network).addresses.delete(address);
  }

  /** Something in the container writes to its layer. @param kind 0 changed, 1 added, 2 deleted */
  write(ref: string, path: string, kind: 0 | 1 | 2 = 1): void {
    this.#core.container(ref).layer.set(path, kind);
    this.#core.changed('write', this.#core.container(ref));
  }

  /** A workload deletes all that is in a volume. */
  emptyVolume(name: string): void {
    const volume = this.#core.volumes.get(name);
    if (volume === undefined) throw new Error(`no volume ${name}`);
    volume.empty = true;
  }

  /** `docker rmi TAG`, or the first half of moving a tag. */
  untag(tag: string): void {
    const full = tag.includes(':') ? tag : `${tag}:latest`;
    for (const image of this.#core.images.values()) image.tags.delete(full);
    this.#core.changed('untag', { id: full, name: full });
  }

  /** The tag means another image from now on. */
  moveTag(tag: string, imageId: string): void {
    this.untag(tag);
    this.#core.image(imageId).tags.add(tag.includes(':') ? tag : `${tag}:latest`);
  }

  /** `docker rmi -f`: the image is gone; containers made from it stay. */
  removeImage(ref: string): void {
    const { id } = this.#core.image(ref);
    this.#core.images.delete(id);
    this.#core.changed('delete', { id, name: ref });
  }

  /** dockerd goes and comes back. */
  restartEngine(restart: EngineRestart): void {
    this.#core.as('engine', () => restartEngine(this.#core, restart));
  }

  /** dockerd is stopped (SIGSTOP) or cut off: it answers nothing for so long, and nothing else changes. */
  cutOff(ms: number): void {
    this.#core.downUntil = this.#core.clock.now() + ms;
  }
}
