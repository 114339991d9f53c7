import { describe, expect, test } from 'vitest';
import { EngineAmbiguous, EngineUnreachable } from '../../../src/docker/errors.js';
import { failureOf, fakePort } from './fake.js';

describe('a connection that never comes about', () => {
  test.each([
    ['refused', 'down', 'connection refused'],
    ['missing', 'down', 'no such file'],
    ['permission', 'permission', 'permission denied'],
    ['context', 'context', 'context not found'],
    ['ssh', 'down', 'connect to host'],
  ])('%s is unreachable, kind %s, for a look and for a change', async (behaviour, kind, text) => {
    const { port } = fakePort(behaviour);
    for (const call of [port.inspectImage('net'), port.startContainer('c')]) {
      const error = await failureOf(call);
      expect(error).toBeInstanceOf(EngineUnreachable);
      expect((error as EngineUnreachable).kind).toBe(kind);
      expect(error.message).toContain(text);
    }
  });

  test('also when the client took the request before it found nobody to give it to', async () => {
    const { port } = fakePort('late-refused');
    const error = await failureOf(port.engine());
    expect(error).toBeInstanceOf(EngineUnreachable);
    expect(error.message).toContain('connection refused');
  });

  test('no docker client, or one that may not be run', async () => {
    for (const dockerBin of ['no-such-docker-client', '/etc/passwd', '/']) {
      const { port } = fakePort('serve', { dockerBin });
      const error = await failureOf(port.engine());
      expect(error).toBeInstanceOf(EngineUnreachable);
      expect((error as EngineUnreachable).kind).toBe('client-missing');
    }
  });

  test('what the client says is bounded', async () => {
    const { port } = fakePort('verbose');
    const error = await failureOf(port.engine());
    expect(error).toBeInstanceOf(EngineUnreachable);
    expect(error.message.length).toBeLessThan(9000);
  });

  test('a client that neither connects nor ends is given up at the deadline', async () => {
    const { port, pids } = fakePort('mute', { deadlines: { look: 300 } });
    const error = await failureOf(port.engine());
    expect(error).toBeInstanceOf(EngineUnreachable);
    expect(error.message).toContain('no answer within 0.3 s');
    expect(pids()).toHaveLength(1);
  });

  test('something that answers, but not in HTTP', async () => {
    const { port } = fakePort('http-proxy');
    expect((await failureOf(port.engine())).message).toContain('not HTTP');
  });

  test('a failed negotiation is tried anew by the next call', async () => {
    const { port, pids } = fakePort('refused');
    await failureOf(port.engine());
    await failureOf(port.engine());
    expect(pids()).toHaveLength(2);
  });

  test('context and host reach the client as its own options', async () => {
    const one = fakePort('refused', { context: 'lab' });
    await failureOf(one.port.engine());
    const two = fakePort('refused', { host: 'ssh://h' });
    await failureOf(two.port.engine());
    expect([...one.argv(), ...two.argv()]).toEqual([
      '--context lab system dial-stdio',
      '--host ssh://h system dial-stdio',
    ]);
  });

  test('an unknown text of the client decides nothing', async () => {
    const { port } = fakePort('cut-text');
    const error = await failureOf(port.engine());
    expect(error).toBeInstanceOf(EngineUnreachable);
    expect(error).not.toBeInstanceOf(EngineAmbiguous);
    expect(error.message).toContain('connection reset by peer');
  });
});
