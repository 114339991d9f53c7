/**
 * What a process did to its files, call by call, and every disk that a crash may leave of it: what
 * was not made durable by then may be there, or not, or half. The strict reading of POSIX: data wants
 * an fsync of its file, and a name an fsync of its folder.
 * The test has to mock `node:fs` with a copy of itself, so that its functions can be spied on.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { vi } from 'vitest';

type Op =
  | { readonly kind: 'mkdir' | 'remove' | 'syncFolder'; readonly at: string }
  | { readonly kind: 'create'; readonly at: string; readonly file: number }
  | { readonly kind: 'rename'; readonly at: string; readonly to: string }
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'syncFile'; readonly file: number };

/** A disk as a crash leaves it: files by path, folders without content. */
export type Disk = ReadonlyMap<string, Buffer | 'folder'>;

export interface Image {
  /** Such as `17 of 230, write torn at 812`. */
  readonly name: string;
  readonly disk: Disk;
  /** How many calls had come to their end. */
  readonly done: number;
}

export class DiskLog {
  readonly ops: Op[] = [];
  /** By descriptor. */
  readonly #open = new Map<
    number,
    { readonly file: number; at: number } | { readonly folder: string }
  >();
  readonly #files = new Map<string, number>();

  /** @param root what lies outside of it is not recorded */
  constructor(readonly root: string) {
    this.#spy();
  }

  #spy(): void {
    const inside = (name: unknown): name is string =>
      typeof name === 'string' && (name === this.root || name.startsWith(`${this.root}/`));
    const real = { ...fs };
    vi.spyOn(fs, 'openSync').mockImplementation((name, flags, mode) => {
      const isNew = inside(name) && !real.existsSync(name);
      const fd = real.openSync(name, flags, mode);
      if (!inside(name)) return fd;
      if (real.fstatSync(fd).isDirectory()) this.#open.set(fd, { folder: name });
      else {
        const file = isNew ? this.#files.size + this.ops.length : (this.#files.get(name) ?? -1);
        if (isNew) this.ops.push({ kind: 'create', at: name, file });
        this.#files.set(name, file);
        this.#open.set(fd, { file, at: 0 });
      }
      return fd;
    });
    vi.spyOn(fs, 'closeSync').mockImplementation((fd) => {
      this.#open.delete(fd);
      real.closeSync(fd);
    });
    vi.spyOn(fs, 'writeSync').mockImplementation(((
      fd: number,
      bytes: Uint8Array,
      from: number,
      length: number,
      at: number | null,
    ) => {
      const written = real.writeSync(fd, bytes, from, length, at);
      const open = this.#open.get(fd);
      if (open !== undefined && 'file' in open) {
        const offset = at ?? open.at;
        open.at = offset + written;
        const copy = Buffer.from(bytes.subarray(from, from + written));
        this.ops.push({ kind: 'write', file: open.file, offset, bytes: copy });
      }
      return written;
    }) as typeof fs.writeSync);
    vi.spyOn(fs, 'ftruncateSync').mockImplementation((fd, size) => {
      real.ftruncateSync(fd, size);
      const open = this.#open.get(fd);
      if (open !== undefined && 'file' in open)
        this.ops.push({ kind: 'truncate', file: open.file, size: size ?? 0 });
    });
    const synced = (fd: number): void => {
      const open = this.#open.get(fd);
      if (open === undefined) return;
      if ('folder' in open) this.ops.push({ kind: 'syncFolder', at: open.folder });
      else this.ops.push({ kind: 'syncFile', file: open.file });
    };
    for (const name of ['fsyncSync', 'fdatasyncSync'] as const) {
      vi.spyOn(fs, name).mockImplementation((fd) => {
        real[name](fd);
        synced(fd);
      });
    }
    vi.spyOn(fs, 'mkdirSync').mockImplementation(((
      name: string,
      options: fs.MakeDirectoryOptions,
    ) => {
      real.mkdirSync(name, options);
      if (inside(name)) this.ops.push({ kind: 'mkdir', at: name });
    }) as typeof fs.mkdirSync);
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      real.renameSync(from, to);
      if (!inside(from) || typeof to !== 'string') return;
      this.ops.push({ kind: 'rename', at: from, to });
      for (const [name, file] of this.#files) {
        if (name !== from && !name.startsWith(`${from}/`)) continue;
        this.#files.delete(name);
        this.#files.set(to + name.slice(from.length), file);
      }
    });
    vi.spyOn(fs, 'rmSync').mockImplementation((name, options) => {
      const isThere = inside(name) && real.existsSync(name);
      real.rmSync(name, options);
      if (!isThere) return;
      this.ops.push({ kind: 'remove', at: name });
      this.#files.delete(name);
    });
  }

  /** Every disk that a crash may leave, at every call. */
  *images(): Generator<Image> {
    for (let done = 0; done <= this.ops.length; done += 1) {
      const all = this.ops.slice(0, done);
      const loose = all.map((_, index) => index).filter((index) => !this.#isDurable(index, done));
      const name = `${done} of ${this.ops.length}`;
      yield { name, done, disk: diskOf(all) };
      yield {
        name: `${name}, nothing but what is durable`,
        done,
        disk: diskOf(all.filter((_, index) => !loose.includes(index))),
      };
      for (const lost of loose) {
        const disk = diskOf(all.filter((_, index) => index !== lost));
        yield { name: `${name}, without ${lost}`, done, disk };
      }
      // The call itself, when the power goes in the middle of it.
      const next = this.ops[done];
      if (next?.kind !== 'write') continue;
      for (const torn of tornAt(next.bytes)) {
        const half: Op = { ...next, bytes: torn };
        const disk = diskOf([...all, half]);
        yield { name: `${name}, the next one torn at ${torn.length}`, done, disk };
      }
    }
  }

  #isDurable(index: number, done: number): boolean {
    const op = this.ops[index];
    if (op === undefined || op.kind === 'syncFile' || op.kind === 'syncFolder') return true;
    return this.ops.slice(index + 1, done).some((later) => {
      if (op.kind === 'write' || op.kind === 'truncate')
        return later.kind === 'syncFile' && later.file === op.file;
      return later.kind === 'syncFolder' && later.at === path.dirname(op.at);
    });
  }
}

/** Cut short, and with a hole in it: its size has reached the disk, its bytes have not. */
function tornAt(bytes: Buffer): Buffer[] {
  const cuts = [1, bytes.length >> 1, bytes.length - 1].filter((cut) => cut > 0);
  const hole = Buffer.from(bytes).fill(0, bytes.length >> 2);
  return [...cuts.map((cut) => bytes.subarray(0, cut)), hole];
}

function diskOf(ops: readonly Op[]): Disk {
  const names = new Map<string, number | 'folder'>();
  const contents = new Map<number, Buffer>();
  const below = (name: string) =>
    [...names.keys()].filter((one) => one === name || one.startsWith(`${name}/`));
  // A name in a folder that never reached the disk did not either.
  const hasPlace = (name: string): boolean => names.get(path.dirname(name)) === 'folder';
  for (const [index, op] of ops.entries()) {
    if (index === 0 && 'at' in op) names.set(path.dirname(op.at), 'folder');
    if (op.kind === 'mkdir' && hasPlace(op.at)) names.set(op.at, 'folder');
    if (op.kind === 'create' && hasPlace(op.at)) names.set(op.at, op.file);
    if (op.kind === 'remove') for (const name of below(op.at)) names.delete(name);
    if (op.kind === 'rename') {
      for (const name of below(op.at)) {
        names.set(op.to + name.slice(op.at.length), names.get(name) ?? 'folder');
        names.delete(name);
      }
    }
    if (op.kind === 'write') {
      const before = contents.get(op.file) ?? Buffer.alloc(0);
      const after = Buffer.alloc(Math.max(before.length, op.offset + op.bytes.length));
      before.copy(after);
      op.bytes.copy(after, op.offset);
      contents.set(op.file, after);
    }
    if (op.kind === 'truncate') {
      const before = contents.get(op.file) ?? Buffer.alloc(0);
      contents.set(op.file, before.subarray(0, op.size));
    }
  }
  return new Map(
    [...names].map(([name, file]) => [
      name,
      file === 'folder' ? file : (contents.get(file) ?? Buffer.alloc(0)),
    ]),
  );
}

/** Lays a disk out below a folder, as it stood below the root. */
export function layOut(disk: Disk, root: string, to: string): void {
  for (const [name, content] of disk) {
    const at = to + name.slice(root.length);
    if (content === 'folder') fs.mkdirSync(at, { recursive: true, mode: 0o700 });
    else fs.writeFileSync(at, content, { mode: 0o600 });
  }
}
