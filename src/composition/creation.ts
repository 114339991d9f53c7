/** A sandbox that is grafted while the user's own command makes it (NemoClaw's two-phase create). */
import type { Choice, Failure, Options } from '../../machines/index.js';
import type { Clock } from '../clock.js';
import { isEngineError } from '../docker/errors.js';
import type { DockerPort, ListedContainer } from '../docker/port.js';
import { canBeOf, labelsOfSandbox, workspaceOf } from '../docker/spec/openshell.js';
import { isGatewayError } from '../openshell/errors.js';
import type { OpenShellPort } from '../openshell/port.js';
import type { Progress } from '../progress.js';
import { emptyReport, restoredMessage } from '../report.js';
import type { Report } from '../report.js';
import type { Session } from '../session.js';
import { watchFor } from './appearance.js';
import type { Appearance } from './appearance.js';
import { untilGraftable } from './graftable.js';

/** How a command ended: 128 and more for one that a signal has ended. */
export interface CommandEnd {
  readonly exitCode: number;
}

/** The user's own command: begun once, with its output passed on unchanged. */
export interface UserCommand {
  /** For reports. */
  readonly words: string;
  /** @returns how it ended, or why it could not be begun */
  run(): Promise<CommandEnd | { readonly notBegun: string }>;
}

/**
 * What the command may have open in the sandbox once it is Ready: a session of somebody at a terminal,
 * an upload, or whatever; a graft cuts it.
 */
export type Attached = 'session' | 'upload' | 'unknown';

export interface CreateOrder {
  /** The sandbox's name. */
  readonly name: string;
  /** Where it is made; null: whatever the user's client is set to. */
  readonly workspace: string | null;
  readonly options: Options;
  readonly command: UserCommand;
  readonly attached: Attached;
  /** A port leads into the sandbox, whether or not the command still runs. */
  readonly forwards: boolean;
}

export interface Creation {
  readonly report: Report;
  /** Of the command; null where it was not begun. */
  readonly exitCode: number | null;
}

export interface CreationParts {
  readonly docker: Pick<DockerPort, 'listContainers' | 'watchStarts'>;
  readonly openshell: Pick<OpenShellPort, 'capabilities' | 'sandbox'>;
  readonly clock: Clock;
  readonly graft: (target: string, options: Options, session: Session) => Promise<Report>;
  readonly recover: (runId: string, choice: Choice, session: Session) => Promise<Report>;
}

/** Events are told at once: what has not come so long after the command's end does not come. */
const GRACE_MS = 3000;
/**
 * The client ends a moment after Ready, unless it has something open there: a session, an upload, the
 * sandbox's own command. That is cut by the graft, so that it is given this long to end by itself.
 */
const SETTLING_MS = 3000;

/** Watches first and begins the command then; what is wrong before that is refused, and nothing was begun. */
export async function creation(
  order: CreateOrder,
  session: Session,
  parts: CreationParts,
): Promise<Creation> {
  const over = new AbortController();
  const { name } = order;
  const wanted = { labels: labelsOfSandbox(name), suits: suits(order) };
  try {
    const appearance = watchFor(parts.docker, wanted, parts.clock, over.signal);
    const lifecycle = await prepared(order, parts, appearance);
    if (typeof lifecycle !== 'boolean') return refused(name, lifecycle, null);
    if (session.signal?.aborted === true) return refused(name, cancelled(session), null);
    return await new Making(order, session, parts, lifecycle).through(appearance);
  } finally {
    over.abort();
  }
}

const suits =
  ({ workspace }: CreateOrder) =>
  ({ labels }: ListedContainer): boolean =>
    canBeOf(labels, workspace);

const refused = (name: string, reason: Failure, exitCode: number | null): Creation => ({
  report: emptyReport('refused', reason, name),
  exitCode,
});

const cancelled = ({ signal }: Session): Failure => ({
  code: 'cancelled',
  message: `cancelled by ${String(signal?.reason)} before anything was grafted`,
  hint: null,
});

/** @returns whether the gateway has a lifecycle, or why nothing is begun */
async function prepared(
  order: CreateOrder,
  { docker, openshell }: CreationParts,
  { listening }: Appearance,
): Promise<boolean | Failure> {
  try {
    const [{ lifecycle }] = await Promise.all([openshell.capabilities(), listening]);
    const there = (await docker.listContainers(labelsOfSandbox(order.name))).find(suits(order));
    return there === undefined ? lifecycle : exists(order.name, there.names[0] ?? there.id);
  } catch (error) {
    if (isEngineError(error)) {
      return {
        code: 'engine-unreachable',
        message: `the engine does not answer: ${error.message}`,
        hint: 'nothing was begun; when the engine answers, run the same command again',
      };
    }
    if (!isGatewayError(error)) throw error;
    return {
      code: 'gateway-unreachable',
      message: `the openshell client cannot be asked what it can do: ${error.message}`,
      hint: '--openshell-bin names the openshell client',
    };
  }
}

const exists = (name: string, container: string): Failure => ({
  code: 'sandbox-exists',
  message: `the sandbox ${name} has a container already, ${container}; nothing was begun`,
  hint: `gpugraft apply ${container} grafts the one that is there`,
});

/** It went back for no reason but that it was asked to. */
const isAskedBack = ({ outcome, reason }: Report): boolean =>
  outcome === 'rolledBack' && reason?.code === 'asked-back';

const becauseOf = (code: string, message: string): Failure => ({
  code,
  message: `${message}; ${restoredMessage}`,
  hint: null,
});

const asCancelled = (report: Report, by: string): Report =>
  isAskedBack(report)
    ? { ...report, reason: becauseOf('cancelled', `cancelled by ${by}`) }
    : report;

/** From the command's beginning to the end of both. */
class Making {
  readonly #order: CreateOrder;
  readonly #session: Session;
  readonly #parts: CreationParts;
  readonly #lifecycle: boolean;
  /** Aborted when there is nothing more to wait for: the user cancels, or the command has failed. */
  readonly #givenUp: AbortSignal;
  readonly #failed = new AbortController();
  #hasEnded = false;
  /** From the first change to the original to the end of the graft, or its rest. */
  #isSwapping = false;
  /** The command was running when that began. */
  #isCut = false;
  /** It ended before that was over: of what was cut, and not by a failure of its own. */
  #diedOfCut = false;

  constructor(order: CreateOrder, session: Session, parts: CreationParts, lifecycle: boolean) {
    this.#order = order;
    this.#session = session;
    this.#parts = parts;
    this.#lifecycle = lifecycle;
    const { signal } = session;
    this.#givenUp = AbortSignal.any([
      this.#failed.signal,
      ...(signal === undefined ? [] : [signal]),
    ]);
  }

  async through(appearance: Appearance): Promise<Creation> {
    const { name, command } = this.#order;
    const ended = command.run();
    const [end, grafted] = await Promise.all([
      ended,
      this.#grafted(appearance, this.#judged(ended)),
    ]);
    if ('notBegun' in end) {
      const message = `the command could not be begun: ${end.notBegun}`;
      return refused(name, { code: 'command-not-begun', message, hint: null }, null);
    }
    const report = this.#withCut(await this.#decided(grafted, end), end);
    return {
      report: end.exitCode === 0 || this.#diedOfCut ? report : this.#withEnd(report, end),
      exitCode: end.exitCode,
    };
  }

  /**
   * A command that fails makes no sandbox: nothing is waited for any more. One that has made it, and
   * runs something in it, ends with the container in which that runs: going back would cut no less.
   */
  async #judged(ended: ReturnType<UserCommand['run']>): Promise<void> {
    const end = await ended;
    this.#hasEnded = true;
    if (!('notBegun' in end) && end.exitCode === 0) return;
    if (this.#isSwapping) this.#diedOfCut = true;
    else this.#failed.abort('the failure of the command');
  }

  #entered(progress: Progress): void {
    const { changed, outcome } = progress.context;
    // Where it rests, or is over, nothing is cut any more, though its report is not there yet.
    const isSwapping = changed && outcome === null;
    if (isSwapping && !this.#isSwapping) this.#isCut = !this.#hasEnded;
    this.#isSwapping = isSwapping;
    this.#session.onProgress?.(progress);
  }

  async #grafted(appearance: Appearance, ended: Promise<void>): Promise<Report> {
    const { name, workspace, options } = this.#order;
    const { clock, openshell, graft } = this.#parts;
    const container = await this.#container(appearance, ended);
    if (container === null) return emptyReport('refused', this.#nothingThere(), name);
    const unready = await untilGraftable({
      openshell,
      sandbox: { name, workspace: workspaceOf(container.labels) ?? workspace },
      lifecycle: this.#lifecycle,
      pollIntervalMs: options.pollIntervalMs,
      timeoutMs: options.readyTimeoutMs,
      clock,
      signal: this.#givenUp,
    });
    const reason = unready ?? (await this.#settled(ended));
    if (reason !== null) {
      const isCancelled = this.#session.signal?.aborted === true;
      return emptyReport('refused', isCancelled ? cancelled(this.#session) : reason, name);
    }
    const report = await graft(
      container.id,
      { ...options, defer: true },
      {
        ...this.#session,
        signal: this.#givenUp,
        onProgress: (progress) => this.#entered(progress),
      },
    );
    this.#isSwapping = false;
    return report;
  }

  /**
   * Until the command has ended, or goes on for longer than one that only makes a sandbox. A session is
   * never cut, an upload not within the time that is allowed for Ready.
   */
  async #settled(ended: Promise<void>): Promise<Failure | null> {
    const { attached, command, options } = this.#order;
    const givenUp = new Promise<void>((resolve) => {
      if (this.#givenUp.aborted) resolve();
      this.#givenUp.addEventListener('abort', () => resolve(), { once: true });
    });
    const patienceMs = attached === 'upload' ? options.readyTimeoutMs : SETTLING_MS;
    const enough =
      attached === 'session' ? [] : [this.#parts.clock.sleep(patienceMs, this.#givenUp)];
    await Promise.race([ended, givenUp, ...enough]);
    if (!this.#givenUp.aborted) return null;
    const message = `${command.words} failed, and its sandbox was not grafted`;
    return { code: 'create-failed', message, hint: null };
  }

  /** The container that runs; null: none came before the end, and a little after it. */
  async #container(appearance: Appearance, ended: Promise<void>): Promise<ListedContainer | null> {
    const givenUp = new Promise<null>((resolve) => {
      if (this.#givenUp.aborted) resolve(null);
      this.#givenUp.addEventListener('abort', () => resolve(null), { once: true });
    });
    const late = ended
      .then(() => this.#parts.clock.sleep(GRACE_MS, this.#givenUp))
      .then(() => (this.#givenUp.aborted ? null : appearance.look()));
    return Promise.race([appearance.found, givenUp, late]);
  }

  #nothingThere(): Failure {
    const { name, command } = this.#order;
    if (this.#session.signal?.aborted === true) return cancelled(this.#session);
    if (this.#failed.signal.aborted) {
      const message = `${command.words} failed before the sandbox ${name} had a container that runs`;
      return { code: 'create-failed', message, hint: null };
    }
    return {
      code: 'no-sandbox',
      message: `${command.words} has ended, and no container of a sandbox ${name} runs on this engine`,
      hint: 'is it the name that the command gives the sandbox, and the engine that its gateway uses?',
    };
  }

  /** A graft that rests goes on where the sandbox was made, and back where it was not. */
  async #decided(report: Report, { exitCode }: CommandEnd): Promise<Report> {
    const { runId, outcome } = report;
    if (runId === null) return report;
    // The way back is not cancelled.
    const { signal, ...steady } = this.#session;
    const { recover } = this.#parts;
    const isGivenUp = (exitCode !== 0 && !this.#diedOfCut) || signal?.aborted === true;
    // One that was given up beyond the point of return rests as well; one that is over is told again.
    if (isGivenUp && (outcome === 'deferred' || outcome === 'stranded')) {
      const back = await recover(runId, 'back', steady);
      return exitCode === 0 ? asCancelled(back, String(signal?.reason)) : back;
    }
    if (outcome !== 'deferred' || this.#order.options.defer) return report;
    return recover(runId, 'finalize', this.#session);
  }

  /** What the user has open there ends with the container. */
  #withCut(report: Report, { exitCode }: CommandEnd): Report {
    if (report.runId === null || report.outcome === 'refused') return report;
    const { name, command, forwards } = this.#order;
    const cut = {
      code: 'command-cut',
      message: `${command.words} was still running when the sandbox's container was replaced: what it had open there, such as a session or an upload, was cut${this.#diedOfCut ? `, and it ended with exit code ${exitCode}` : ''}`,
    };
    const forward = {
      code: 'forward-cut',
      message: `a port that is forwarded into ${name} leads into the container that is gone: openshell forward start begins it anew`,
    };
    const more = [...(this.#isCut ? [cut] : []), ...(forwards ? [forward] : [])];
    return { ...report, warnings: [...report.warnings, ...more] };
  }

  /** The command's failure is the reason of what was asked back for it, and beside any other reason a warning. */
  #withEnd(report: Report, { exitCode }: CommandEnd): Report {
    if (report.runId === null) return report;
    const message = `${this.#order.command.words} ended with exit code ${exitCode}, so that its sandbox was not to stay grafted`;
    if (isAskedBack(report)) return { ...report, reason: becauseOf('create-failed', message) };
    return { ...report, warnings: [...report.warnings, { code: 'create-failed', message }] };
  }
}
